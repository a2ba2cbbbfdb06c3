"""On which agreement the vouchers of a client rest: what is needed, model texts, attesting (SPEC Q6).

A signed copy is not taken in: the client keeps it, and here is who attested what.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.agreements.actions import attest_agreement, tell_joint_committee
from tegoed.agreements.papers import FILE_KINDS, agreement_file
from tegoed.agreements.queries import agreements_needed, attestations_of, joint_committee_of
from tegoed.agreements.refusals import AttestationImpossible, AttestedAboveMaximum
from tegoed.clients.models import Membership, ProductChoice, Role
from tegoed.clients.signatures import Signer
from tegoed.errors import Refusal
from tegoed.portal.access import for_members, for_owners, page
from tegoed.portal.agreement_words import maximum_in_words, need_in_words, row_in_words
from tegoed.portal.forms.agreements import (
    AgreementTextForm,
    AttestationForm,
    JointCommitteeForm,
    products_with_agreement,
)
from tegoed.public.downloads import as_download, reader_language
from tegoed.public.visitor import evidence_of
from tegoed.refusals import message_of
from tegoed.rules.agreements import AgreementKind, Need, is_amount_per_voucher, maximum_of_agreement
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Product
from tegoed.rules.statutory import statutory_cents

UNPROCESSABLE = 422
FIELD_OF_REASON = {"future": "agreed_on", "too-old": "agreed_on", "ends-before": "ends_on", "amount": "amount"}


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The joint committee, what is needed for each product, and what was attested."""
    return _show(request, membership, _committee_form(membership))


def _committee_form(membership: Membership, posted: Any = None) -> JointCommitteeForm:
    told = joint_committee_of(membership.client)
    answers = {True: "yes", False: "no", None: ""}
    initial = {
        "joint_committee": told.joint_committee if told else "",
        "has_union_delegation": answers[told.has_union_delegation] if told else "",
    }
    return JointCommitteeForm(posted, initial=initial)


def _show(request: HttpRequest, membership: Membership, form: JointCommitteeForm) -> HttpResponse:
    client, today = membership.client, brussels_today()
    shown = agreements_needed(client, products_with_agreement(), today)
    return page(
        request,
        membership,
        "agreements/overview.html",
        section="company",
        status=UNPROCESSABLE if form.errors else 200,
        is_owner=membership.role == Role.OWNER,
        form=form,
        told=joint_committee_of(client),
        today=today,
        products=[
            {
                "shown": one,
                "title": ProductChoice(one.product).label,
                "need": need_in_words(one),
                "row": row_in_words(one.need.row),
                "maximum": maximum_in_words(maximum_of_agreement(one.product, today)),
                "is_nothing_needed": one.need.need == Need.NOTHING,
                "is_per_voucher": is_amount_per_voucher(one.product),
            }
            for one in shown
        ],
        attestations=attestations_of(client),
    )


@for_owners
@require_POST
def committee(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Tell the joint committee and whether there is a union delegation; owners only."""
    form = _committee_form(membership, request.POST)
    if not form.is_valid():
        return _show(request, membership, form)
    tell_joint_committee(
        client=membership.client,
        joint_committee=form.cleaned_data["joint_committee"],
        has_union_delegation=form.answer(),
        actor=membership.user,
    )
    messages.success(request, _("Kept. Below you see which agreement each product needs."))
    return redirect("portal:agreements", client_id=membership.client_id)


@for_members
@require_safe
def text(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Fill in a model text; with `file` (pdf or docx) and everything right, the file itself."""
    kind_of_file = request.GET.get("file", "")
    product = _product_wished(request)
    form = AgreementTextForm(request.GET if kind_of_file else None, initial=_text_initial(membership, product))
    if kind_of_file in FILE_KINDS and form.is_valid():
        file = agreement_file(client=membership.client, file_kind=kind_of_file, wish=form.cleaned_data)
        return as_download(HttpResponse(file.content, content_type=file.media_type), file.file_name)
    told = joint_committee_of(membership.client)
    return page(
        request,
        membership,
        "agreements/text.html",
        section="company",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        title=ProductChoice(product).label,
        is_meal=product == Product.MEAL,
        has_union_delegation=told is not None and told.has_union_delegation,
    )


def _product_wished(request: HttpRequest) -> Product:
    """The product that the address names, or the most usual one."""
    products = products_with_agreement()
    wished = request.GET.get("product", "")
    return Product(wished) if wished in products else products[0]


def _text_initial(membership: Membership, product: Product) -> dict[str, Any]:
    """What is known already, and the figures of the law."""
    told = joint_committee_of(membership.client)
    today = brussels_today()
    maximum = maximum_of_agreement(product, today)
    has_delegation = told is not None and told.has_union_delegation is not False
    return {
        "product": product.value,
        "kind": AgreementKind.COMPANY.value if has_delegation else AgreementKind.INDIVIDUAL.value,
        "joint_committee": told.joint_committee if told else "",
        "amount": maximum.cents if maximum else None,
        "worker_share": statutory_cents(product.value, "worker_share_min", today),
        "starts_on": today,
        "language": reader_language(),
    }


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Attest that there is an agreement, and the highest amount in it; owners only."""
    client = membership.client
    told = joint_committee_of(client)
    statement = _(
        "I may act for %(client)s, and I attest that this agreement exists and holds what I filled in here. I keep the "
        "signed copy and show it to the issuer or an inspector who asks for it."
    ) % {"client": client.name}
    initial = {
        "product": request.GET.get("product", ""),
        "joint_committee": told.joint_committee if told else "",
        "name": membership.user.full_name,
    }
    form = AttestationForm(request.POST or None, statement=statement, initial=initial)
    if form.is_valid() and _attested(request, membership, form, statement=statement):
        messages.success(
            request, _("Attested. Orders above this amount warn you from now on; they are never refused for it.")
        )
        return redirect("portal:agreements", client_id=client.pk)
    return page(
        request,
        membership,
        "agreements/attest.html",
        section="company",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
    )


def _attested(request: HttpRequest, membership: Membership, form: AttestationForm, *, statement: str) -> bool:
    """Whether it was kept; otherwise the form says why not."""
    given = form.cleaned_data
    try:
        attest_agreement(
            client=membership.client,
            product=Product(given["product"]),
            kind=AgreementKind(given["kind"]),
            joint_committee=given["joint_committee"],
            agreed_on=given["agreed_on"],
            starts_on=given["starts_on"] or given["agreed_on"],
            ends_on=given["ends_on"],
            amount_cents=given["amount"],
            knows_maximum=given["knows_maximum"],
            signer=Signer(name=given["name"], function=given["function"], statement=statement, **evidence_of(request)),
            actor=membership.user,
        )
    except AttestedAboveMaximum as refusal:
        form.ask_maximum(refusal)
    except AttestationImpossible as refusal:
        form.add_error(FIELD_OF_REASON[refusal.params["reason"]], message_of(refusal))
    except Refusal as refusal:
        form.add_error(None, message_of(refusal))
    else:
        return True
    return False
