"""Pages that start from another order: copy it, repeat it every month (SPEC O6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tegoed.clients.models import Membership
from tegoed.clients.queries import ContractMissing
from tegoed.errors import Refusal
from tegoed.orders.copying import copy_order
from tegoed.orders.models import OrderTemplate
from tegoed.orders.monthly_templates import (
    TemplateSourceNotConfirmed,
    change_template,
    end_template,
    make_template,
    templates_of,
)
from tegoed.orders.queries import left_out_of, people_in_whole
from tegoed.portal.access import for_members, for_writers, page
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.order_template import OrderTemplateForm, of_order, of_template
from tegoed.portal.signing import to_signing
from tegoed.portal.views.orders import order_or_404
from tegoed.refusals import message_of
from tegoed.rules.monthly_orders import loading_on_of

METHODS = ["GET", "HEAD", "POST"]
LEFT_OUT_SHOWN_MAX = 50


@for_writers
@require_http_methods(METHODS)
def copy(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Tell what the copy will hold and who is left out; then make it and go to its first step."""
    source = order_or_404(membership, order_id)
    left_out = left_out_of(source)
    if request.method == "POST":
        try:
            draft = copy_order(client=membership.client, order_id=order_id, actor=membership.user)
        except ContractMissing as refusal:
            return to_signing(request, membership, refusal, back=request.path)
        except Refusal as refusal:
            messages.error(request, message_of(refusal))
            return redirect("portal:order", client_id=membership.client_id, order_id=order_id)
        messages.success(request, _left_out_sentence(left_out.count()))
        return redirect("portal:order-start", client_id=membership.client_id, order_id=draft.pk)
    return page(
        request,
        membership,
        "orders/copy.html",
        section="orders",
        order=source,
        left_out=list(left_out[:LEFT_OUT_SHOWN_MAX]),
        left_out_count=left_out.count(),
        line_count=people_in_whole(source),
    )


def _left_out_sentence(count: int) -> str:
    copied = _("The order is copied as a draft. Nothing is ordered yet: check date and amounts.")
    if not count:
        return copied
    left_out = ngettext(
        "%(count)s person is no longer active and was left out.",
        "%(count)s people are no longer active and were left out.",
        count,
    )
    return f"{copied} {left_out % {'count': count}}"


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The running monthly orders, each with when its next draft comes."""
    templates = list(templates_of(membership.client))
    for template in templates:
        template.next_loading_on = loading_on_of(template.next_month_on, template.loading_day)  # type: ignore[attr-defined]
    return page(request, membership, "orders/templates.html", section="orders", templates=templates)


@for_writers
@require_http_methods(METHODS)
def repeat(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
    """Make a monthly order of a confirmed one."""
    source = order_or_404(membership, order_id)
    form = OrderTemplateForm(request.POST or None, initial=of_order(source))
    if form.is_valid():
        try:
            make_template(client=membership.client, order_id=order_id, actor=membership.user, **form.cleaned_data)
        except TemplateSourceNotConfirmed as refusal:
            messages.error(request, message_of(refusal))
            return redirect("portal:order", client_id=membership.client_id, order_id=order_id)
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("The order comes back every month. Each time you still check and confirm it."))
            return redirect("portal:order-templates", client_id=membership.client_id)
    return page(request, membership, "orders/template.html", section="orders", form=form, order=source, monthly=None)


@for_writers
@require_http_methods(METHODS)
def change(request: HttpRequest, membership: Membership, template_id: int) -> HttpResponse:
    """Another name or other days."""
    template = _template_or_404(membership, template_id)
    form = OrderTemplateForm(request.POST or None, initial=of_template(template))
    if form.is_valid():
        try:
            change_template(
                client=membership.client, template_id=template_id, actor=membership.user, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("The monthly order is changed."))
            return redirect("portal:order-templates", client_id=membership.client_id)
    return page(
        request,
        membership,
        "orders/template.html",
        section="orders",
        form=form,
        order=template.source,
        monthly=template,
    )


@for_writers
@require_http_methods(METHODS)
def stop(request: HttpRequest, membership: Membership, template_id: int) -> HttpResponse:
    """Ask, then stop repeating."""
    template = _template_or_404(membership, template_id)
    if request.method == "POST":
        end_template(client=membership.client, template_id=template_id, actor=membership.user)
        messages.success(request, _("The monthly order stopped. Drafts that were made already are kept."))
        return redirect("portal:order-templates", client_id=membership.client_id)
    return page(request, membership, "orders/template_stop.html", section="orders", monthly=template)


def _template_or_404(membership: Membership, template_id: int) -> OrderTemplate:
    try:
        return templates_of(membership.client).get(pk=template_id)
    except OrderTemplate.DoesNotExist as missing:
        raise Http404 from missing
