"""Which cost centre bears what of an invoice, as people stood in cost centres on the day of issue (SPEC I5).

Its one law: the shares of an invoice add up to its rows and to its VAT, to the cent (`rules.dividing`). Each cost is divided by
what it is counted on: face value by amounts, loading by people, cards by cards. An invoice is divided once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from tegoed.billing.models import CostShare, Invoice, InvoiceRow
from tegoed.clients.models import Tariff
from tegoed.rules.card_need import REPLACEMENT_REASONS
from tegoed.rules.dividing import divided_cents
from tegoed.rules.money import BASIS_POINTS_OF_WHOLE
from tegoed.rules.pricing import CostReason

COUNTED = """
SELECT person.cost_centre, sum(line.amount_cents)::bigint, sum(greatest(line.voucher_count, 1))::bigint, count(*),
    count(request.id) FILTER (WHERE request.reason <> ALL(%(replaced)s)),
    count(request.id) FILTER (WHERE request.reason = ANY(%(replaced)s)),
    count(request.id) FILTER (WHERE request.delivery <> 'home'), count(request.id) FILTER (WHERE request.delivery = 'home')
FROM orders_orderline line
JOIN beneficiaries_beneficiary person ON person.id = line.beneficiary_id
LEFT JOIN cards_cardrequest request ON request.id = line.card_request_id
WHERE line.order_id = %(order_id)s GROUP BY person.cost_centre ORDER BY person.cost_centre
"""


@dataclass(frozen=True, slots=True)
class CentreCounts:
    """What an order counts for one cost centre; the face value in cents."""

    cost_centre: str
    face_value_cents: int
    voucher_count: int
    people_count: int
    new_card_count: int
    replaced_card_count: int
    card_to_site_count: int
    card_to_home_count: int

    def weight(self, reason: str, tariff: Tariff) -> int:
        """By what this centre bears its part of such a cost."""
        counted = {
            CostReason.FACE_VALUE: self.face_value_cents,
            CostReason.SERVICE: self.face_value_cents * tariff.service_basis_points
            + self.voucher_count * tariff.service_per_voucher_cents * BASIS_POINTS_OF_WHOLE,
            CostReason.LOADING: self.people_count,
            CostReason.PAPER_PRINTING: self.voucher_count,
            CostReason.PAPER_DELIVERY: self.people_count,
            CostReason.CARD_PRODUCTION: self.new_card_count,
            CostReason.CARD_REPLACEMENT: self.replaced_card_count,
            CostReason.CARD_DELIVERY_SITE: self.card_to_site_count,
            CostReason.CARD_DELIVERY_HOME: self.card_to_home_count,
        }
        return counted[CostReason(reason)]


def counts_by_centre(order_id: int) -> list[CentreCounts]:
    """What the lines of an order count, by cost centre. One statement."""
    with connection.cursor() as cursor:
        replaced = [str(reason.value) for reason in REPLACEMENT_REASONS]
        cursor.execute(COUNTED, {"order_id": order_id, "replaced": replaced})
        return [CentreCounts(*row) for row in cursor.fetchall()]


def divide_invoices(invoices: Sequence[Invoice], *, at: datetime) -> None:
    """Divide invoices of one order that the caller holds (just issued, or locked) over its cost centres."""
    counts = counts_by_centre(invoices[0].order_id) if invoices else []
    for invoice in invoices:
        CostShare.objects.bulk_create(_shares(invoice, counts))
        invoice.shares_at = at
        invoice.save(update_fields=["shares_at"])


@transaction.atomic
def divide_invoice(*, invoice_id: int) -> bool:
    """Divide an invoice that was issued before this was done at once; False when another worker does or did it."""
    invoice = (
        Invoice.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("order__contract__tariff")
        .filter(pk=invoice_id, shares_at=None)
        .first()
    )
    if invoice is None:
        return False
    divide_invoices([invoice], at=timezone.now())
    return True


def _shares(invoice: Invoice, counts: Sequence[CentreCounts]) -> list[CostShare]:
    """Rows over centres, then the VAT over all of it by what each taxed share is worth."""
    tariff = invoice.order.contract.tariff
    net: dict[tuple[str, str], int] = {}
    taxed: dict[tuple[str, str], int] = {}
    for row in invoice.rows.all():
        for centre, cents in zip(counts, _row_parts(row, counts, tariff), strict=True):
            key = (centre.cost_centre, row.reason)
            net[key] = net.get(key, 0) + cents
            taxed[key] = taxed.get(key, 0) + cents * row.vat_basis_points
    vat = divided_cents(invoice.vat_cents, list(taxed.values()))
    return [
        CostShare(
            client_id=invoice.client_id,
            invoice=invoice,
            product=invoice.order.product,
            cost_centre=cost_centre,
            reason=reason,
            net_cents=net_cents,
            vat_cents=vat_cents,
        )
        for ((cost_centre, reason), net_cents), vat_cents in zip(net.items(), vat, strict=True)
        if net_cents or vat_cents
    ]


def _row_parts(row: InvoiceRow, counts: Sequence[CentreCounts], tariff: Tariff) -> list[int]:
    return divided_cents(row.net_cents, [centre.weight(row.reason, tariff) for centre in counts])
