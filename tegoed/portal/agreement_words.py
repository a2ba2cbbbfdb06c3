"""Agreements in words: what is needed, and what an order gives above what was attested (SPEC Q6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tegoed.agreements.queries import ProductAgreement
from tegoed.clients.models import ProductChoice
from tegoed.orders.agreed_amounts import (
    AboveAgreed,
    above_agreed,
    agreed_for,
    given_this_year,
    is_first_without_agreement,
)
from tegoed.orders.models import Order
from tegoed.portal.forms.order_lines import LinesForm
from tegoed.refusals.facts import readable
from tegoed.rules.agreements import Need, is_amount_per_voucher
from tegoed.rules.products import Product
from tegoed.rules.statutory import StatutoryParameter

NEEDS: dict[Need, str | Promise] = {
    Need.NOTHING: _("Nothing more: an agreement of your sector grants these vouchers."),
    Need.COMPANY: _("A collective agreement of your company, since there is a union delegation."),
    Need.COMPANY_OR_INDIVIDUAL: _(
        "A collective agreement of your company; or, since there is no union delegation, a written agreement with each "
        "employee."
    ),
    Need.NOT_TOLD: _(
        "A collective agreement of your company; only without a union delegation a written agreement with each employee "
        "will do. Tell us above whether there is one."
    ),
    Need.NO_RULE: _(
        "We know of no rule of law that says which agreement these vouchers need. Ask your social secretariat; our model "
        "texts are there if you want one."
    ),
}


def need_in_words(shown: ProductAgreement) -> str:
    """What the client has to make for this product."""
    return str(NEEDS[shown.need.need])


def row_in_words(row: StatutoryParameter | None) -> str:
    """When a row of the law holds and where it was found; empty without a row."""
    if row is None:
        return ""
    facts = readable({"from_on": row.from_on, "to_on": row.to_on, "sources": row.sources})
    return str(_("%(period)s; source: %(sources)s") % facts)


def maximum_in_words(row: StatutoryParameter | None) -> str:
    """The maximum of the law with its dates and source; empty without a row."""
    if row is None:
        return ""
    facts = readable({"maximum_cents": row.cents, "from_on": row.from_on, "to_on": row.to_on, "sources": row.sources})
    return str(_("%(maximum_cents)s (%(period)s; source: %(sources)s)") % facts)


def above_in_words(above: AboveAgreed) -> str:
    """For how many people, the highest figure and what was attested."""
    facts = readable({"highest_cents": above.highest_cents, "agreed_cents": above.agreed_cents})
    people = ngettext("%(count)s person", "%(count)s people", above.line_count) % {"count": above.line_count}
    sentence = (
        _("a voucher of up to %(highest_cents)s; the agreement that you attested says %(agreed_cents)s at most.")
        if is_amount_per_voucher(Product(above.product))
        else _(
            "up to %(highest_cents)s in the year, earlier orders counted; the agreement that you attested says "
            "%(agreed_cents)s at most."
        )
    )
    return f"{ProductChoice(above.product).label}, {people}: {sentence % facts}"


@dataclass(frozen=True, slots=True)
class AgreementRemarks:
    """What is said of an order before it is confirmed. `above`: sentences; `is_unattested`: it is the first, and nothing is."""

    above: Sequence[str] = ()
    is_unattested: bool = False


def remarks_on_order(order: Order) -> AgreementRemarks:
    """Of a draft as it is kept. Three queries at most."""
    above = above_agreed(order)
    return AgreementRemarks([above_in_words(above)] if above else [], is_first_without_agreement(order))


def remarks_on_form(form: LinesForm) -> AgreementRemarks:
    """Of the lines as they are typed now, which aren't kept yet. Two queries."""
    agreed = agreed_for(form.order)
    if agreed is None:
        return AgreementRemarks()
    if form.is_meal:
        given = [wish.face_value_cents for wish in form.wishes]
    else:
        earlier = given_this_year(form.order)
        given = [wish.amount_cents + earlier.get(wish.beneficiary_id, 0) for wish in form.wishes]
    high = [cents for cents in given if cents > agreed.amount_cents]
    if not high:
        return AgreementRemarks()
    above = AboveAgreed(form.order.product, agreed.amount_cents, max(high), len(high), agreed.attestation_id)
    return AgreementRemarks([above_in_words(above)])
