"""Reads on vouchers on paper. A client sees where its batches are, never a number."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from tegoed.clients.models import Client
from tegoed.orders.models import Order
from tegoed.paper_vouchers.models import PaperVoucher, PrintBatch, PrintBatchState

ID_DIGITS_MAX = 12


def batches_of_order(client: Client, order: Order) -> QuerySet[PrintBatch]:
    """The batches of an order of the client, by place."""
    return PrintBatch.objects.filter(order=order, order__client=client).order_by("place_name", "site_id", "part")


def batches_found(*, state: PrintBatchState, words: str = "") -> QuerySet[PrintBatch]:
    """For issuer staff: the batches in that state, the oldest first. `words`: of the client's name, or an order number."""
    found = PrintBatch.objects.filter(state=state).select_related("order__client")
    if words:
        asked = Q(order__client__name__icontains=words)
        if words.isascii() and words.isdigit() and len(words) <= ID_DIGITS_MAX:
            asked |= Q(order_id=int(words))
        found = found.filter(asked)
    return found.order_by("created_at", "id")


def batch_counts() -> dict[str, int]:
    """How many batches are in each state. One query."""
    counted = dict(PrintBatch.objects.values_list("state").annotate(Count("id")).order_by())
    return {state.value: counted.get(state.value, 0) for state in PrintBatchState}


class VoucherToPrint(NamedTuple):
    """One voucher as it is printed."""

    number: str
    face_value_cents: int
    first_name: str
    last_name: str
    language: str


def vouchers_to_print(batch: PrintBatch) -> Iterator[VoucherToPrint]:
    """For issuer staff: by person, as they are handed out. One query."""
    person = "order_line__beneficiary"
    rows = (
        PaperVoucher.objects.filter(batch=batch)
        .order_by(f"{person}__last_name", f"{person}__first_name", "order_line_id", "position")
        .values_list(
            "number", "face_value_cents", f"{person}__first_name", f"{person}__last_name", f"{person}__language"
        )
    )
    return (VoucherToPrint(*row) for row in rows)
