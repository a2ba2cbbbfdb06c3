"""What the client sees of an order form before confirming: all its drafts together, and afterwards where they stand.

Its one law: what is shown is priced by the code that confirms (`previews_of`). Nothing here writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.staged.newcomers import newcomers_of
from tegoed.orders.agreed_amounts import above_agreed_together, is_first_without_agreement
from tegoed.orders.as_shown import mark_of
from tegoed.orders.checks import above_maximum_together, issuer_allows_above_maximum
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import OrderPreview, previews_of
from tegoed.orders.shares import Shares, shares_by_cost_centre, shares_by_site
from tegoed.portal.agreement_words import AgreementRemarks, above_in_words
from tegoed.portal.cost_tables import CostTable, tables_of_pricing, tariff_of
from tegoed.portal.expected_cards import ExpectedCards, expected_cards_together
from tegoed.refusals import message_of
from tegoed.uploads.models import Upload, UploadState

REASON_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class DraftShown:
    """One draft of the form, with what it will cost and cause."""

    order: Order
    preview: OrderPreview
    tables: list[CostTable]


@dataclass(frozen=True, slots=True)
class FormReview:
    """`orders`: all of the form, by id; the rest concerns its drafts and is empty when there are none. Cents with VAT."""

    orders: list[Order]
    drafts: list[DraftShown] = field(default_factory=list)
    cards: list[ExpectedCards] = field(default_factory=list)
    sites: Shares | None = None
    cost_centres: Shares | None = None
    newcomers: list[Beneficiary] = field(default_factory=list)
    above: list[tuple[str, int]] = field(default_factory=list)
    agreement: AgreementRemarks = field(default_factory=AgreementRemarks)
    shown_mark: str = ""

    @property
    def total_cents(self) -> int:
        """What the client pays in all."""
        return sum(draft.preview.pricing.total_cents for draft in self.drafts)

    @property
    def invoice_count(self) -> int:
        return sum(draft.preview.invoice_count for draft in self.drafts)

    @property
    def card_count(self) -> int:
        return sum(draft.preview.cards.count for draft in self.drafts)

    @property
    def first_with_cards(self) -> OrderPreview | None:
        """Tells when the cards are expected, and whether they wait for payment."""
        return next((draft.preview for draft in self.drafts if draft.preview.cards.count), None)

    @property
    def awaits_approval(self) -> bool:
        return any(order.state == OrderState.AWAITING_APPROVAL for order in self.orders)


def review_of(upload: Upload) -> FormReview:
    """A handful of statements for each order of the form, whatever the number of rows."""
    orders = list(
        Order.objects.filter(upload=upload, client=upload.client_id)
        .select_related("client", "contract__tariff")
        .order_by("id")
    )
    drafts = [order for order in orders if order.state == OrderState.DRAFT]
    if upload.state != UploadState.READY or not drafts:
        return FormReview(orders=orders)
    shown_mark = mark_of(drafts)
    previews = previews_of(drafts)
    return FormReview(
        orders=orders,
        drafts=[
            DraftShown(draft, preview, tables_of_pricing(preview.pricing, tariff=tariff_of(draft)))
            for draft, preview in zip(drafts, previews, strict=True)
        ],
        cards=expected_cards_together(drafts) if any(preview.cards.count for preview in previews) else [],
        sites=shares_by_site(drafts),
        cost_centres=shares_by_cost_centre(drafts),
        newcomers=list(newcomers_of(upload)),
        above=_above_maximum(drafts),
        agreement=AgreementRemarks(
            [above_in_words(above) for above in above_agreed_together(drafts).values()],
            any(is_first_without_agreement(draft) for draft in drafts),
        ),
        shown_mark=shown_mark,
    )


def _above_maximum(drafts: Sequence[Order]) -> list[tuple[str, int]]:
    """(sentence, number of people) of each legal maximum that the form goes past, with the issuer's leave."""
    if not issuer_allows_above_maximum():
        return []
    return [
        (message_of(figure.refusal), figure.line_count)
        for figures in above_maximum_together(drafts).values()
        for figure in figures
    ]
