"""One change for several beneficiaries: those ticked, or all that match what the overview shows (SPEC B4).

Its one law: nothing happens before a page said what, for how many, and for whom not and why.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tegoed.beneficiaries.actions import change_many
from tegoed.beneficiaries.many import ManyKind, Plan, plan_of, standings_by_id
from tegoed.beneficiaries.queries import cost_centre_names_of
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.portal.access import for_writers, page
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.people import ManyForm
from tegoed.portal.forms.people_many import KIND_LABELS, OBSTACLES, TITLES
from tegoed.portal.people_list import ID_DIGITS_MAX, PeopleWish, people_matching
from tegoed.portal.views.beneficiaries import list_address

TICKED_MAX = 1_000
NAMES_SHOWN_MAX = 100


@for_writers
@require_POST
def many(request: HttpRequest, membership: Membership) -> HttpResponse:
    """First the page that asks; sent again with `confirmed`, it is done."""
    client = membership.client
    wish = PeopleWish.from_query(QueryDict(request.POST.get("query", "")))
    back = list_address(client.pk, wish.as_query())
    if request.POST.get("kind") not in KIND_LABELS:
        messages.warning(request, _("Choose what to do first."))
        return redirect(back)
    kind = ManyKind(request.POST["kind"])
    is_matching = request.POST.get("scope") == "matching"
    ids = list(people_matching(client, wish).values_list("pk", flat=True)) if is_matching else _ticked(request)
    if not ids:
        messages.warning(request, _("Tick at least one person first."))
        return redirect(back)
    is_confirmed = request.POST.get("confirmed") == "yes"
    counted_before = request.POST.get("counted", "")
    is_moved = is_confirmed and is_matching and counted_before != str(len(ids))
    form = ManyForm(request.POST if is_confirmed else None, client=client, kind=kind)
    if is_confirmed and not is_moved and form.is_valid():
        try:
            plan = change_many(client=client, beneficiary_ids=ids, wish=form.wish(), actor=membership.user)
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            _tell(request, plan)
            return redirect(back)
    people = standings_by_id(client, ids)
    plan = plan_of(people, ManyForm.first_wish(kind))
    return page(
        request,
        membership,
        "beneficiaries/many.html",
        section="beneficiaries",
        kind=kind,
        title=TITLES[kind],
        form=form,
        plan=plan,
        person_count=len(people),
        obstacles=[(person, OBSTACLES[why]) for person, why in plan.obstacles[:NAMES_SHOWN_MAX]],
        unnamed_count=max(0, len(plan.obstacles) - NAMES_SHOWN_MAX),
        ticked=[] if is_matching else ids,
        scope="matching" if is_matching else "ticked",
        query=wish.as_query(),
        is_moved=is_moved,
        back=back,
        cost_centres=cost_centre_names_of(client) if kind == ManyKind.COST_CENTRE else [],
    )


def _ticked(request: HttpRequest) -> list[int]:
    """The ids of the ticks that make sense, each once."""
    texts = request.POST.getlist("person")[:TICKED_MAX]
    sensible = (text for text in texts if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX)
    return list(dict.fromkeys(map(int, sensible)))


def _tell(request: HttpRequest, plan: Plan) -> None:
    done = ngettext("%(count)s person was changed.", "%(count)s people were changed.", plan.count)
    messages.success(request, done % {"count": plan.count})
    left_out = len(plan.obstacles)
    if left_out:
        told = ngettext("%(count)s person was left as is.", "%(count)s people were left as they are.", left_out)
        messages.warning(request, told % {"count": left_out})
