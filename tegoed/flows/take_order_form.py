"""An order form that was read becomes drafts, or gets its remarks (SPEC O2).

Its one law: all of it or nothing, in the transaction of its reader. With one error nothing is stored; without any, new
people and drafts are, and wait for the client to look at the costs and confirm (`confirm_orders`). Discarding the form
drops the drafts; people who were added stay.
"""

from typing import Any

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.staged.newcomers import (
    add_newcomers,
    begin_newcomers,
    newcomer_ids,
    remarks_on_people,
    settle_people,
)
from tegoed.clients.models import User
from tegoed.flows.refusals import FormAwaitsApproval
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.orders.actions import advance_order
from tegoed.orders.models import Order, OrderState
from tegoed.orders.staged import FORM_ROWS, begin_form_rows, contract_ids, store_drafts
from tegoed.orders.staged_checks import remarks_on_rows
from tegoed.rules.dates import brussels_today
from tegoed.uploads.actions import NewRemark, add_remarks, forget_file
from tegoed.uploads.models import Upload

NEWCOMERS_NAMED_MAX = 100
"""So many new people are named when the client looks at the form."""


@transaction.atomic
def take_order_form(*, upload: Upload) -> dict[str, Any]:
    """Check the staged rows and, when nothing is wrong, store new people and drafts; the counts to show.

    The caller holds the upload locked and concludes the reading. Counts: `row_count` (rows that ask for something),
    `left_out_count` (rows without vouchers or amount), and once stored `order_count`, `line_count`, `added_count` and
    `newcomer_ids` (beneficiaries, the first by name). Once stored, file and rows with their numbers are gone.
    Raises `WorkbookRefused` when no column tells the product and the client's contracts don't either.
    """
    _check_product_is_told(upload)
    settle_people(upload)
    row_count = begin_form_rows(upload)
    begin_newcomers(upload, asked_in=FORM_ROWS)
    add_remarks(upload=upload, remarks=remarks_on_people(upload, asked_in=FORM_ROWS, today=brussels_today()))
    add_remarks(upload=upload, remarks=remarks_on_rows(upload))
    if not row_count and not upload.remark_count:
        header_row = int(upload.head.get("header_row", 1))
        add_remarks(upload=upload, remarks=[NewRemark(row=header_row, code="order-form-asks-nothing")])
    summary: dict[str, Any] = {"row_count": row_count, "left_out_count": upload.staged_lines.count() - row_count}
    if upload.remark_count:
        return summary
    summary |= {
        "added_count": add_newcomers(upload),
        "newcomer_ids": newcomer_ids(upload, count_max=NEWCOMERS_NAMED_MAX),
    }
    summary |= store_drafts(upload)
    forget_file(upload=upload)
    return summary


def _check_product_is_told(upload: Upload) -> None:
    """Once for the whole file, in place of a remark on each of its rows."""
    if "product" not in upload.head["keys"] and len(contract_ids(upload)) != 1:
        raise WorkbookRefused(reason="column-missing", heading=dict(ORDER_FORM.column("product").headings))


@transaction.atomic
def discard_orders_of(*, upload: Upload, actor: User | None) -> int:
    """Drop the drafts of a form that is discarded; how many. The caller holds the upload locked.

    Raises `FormAwaitsApproval`: who approves sends it back first.
    """
    orders = list(Order.objects.select_for_update(of=("self",)).filter(upload=upload).order_by("id"))
    if any(order.state == OrderState.AWAITING_APPROVAL for order in orders):
        raise FormAwaitsApproval(upload_id=upload.pk)
    drafts = [order for order in orders if order.state == OrderState.DRAFT]
    for draft in drafts:
        advance_order(draft, OrderState.CANCELLED, reason="discarded", actor=actor)
        record_event(actor=actor, action=Action.ORDER_DISCARDED, client_id=draft.client_id, subject_id=draft.pk)
    return len(drafts)
