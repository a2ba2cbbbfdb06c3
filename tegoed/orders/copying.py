"""Drafts that start from another order: a copy, the correction of a cancelled one, the monthly one (SPEC O6).

Its one law: such a draft orders nothing by itself; who is no longer active is left out, and a reason to go above a legal
maximum is not taken over, so that somebody looks at it again.
"""

from datetime import date
from typing import Any

from django.db import connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contract
from tegoed.orders.billing_groups import whole_of
from tegoed.orders.models import Order, OrderState, OrderTransition
from tegoed.rules.dates import MONTHS_OF_YEAR, add_months, brussels_today


@transaction.atomic
def copy_order(
    *, client: Client, order_id: int, actor: User | None, replaces: Order | None = None, reason: str = "copied"
) -> Order:
    """A new draft with the same product and the lines of those who are still active; loaded today until step 1 says else.

    `replaces`: the cancelled order that the copy corrects; month and loading date are then kept (a day that passed becomes
    today). `reason`: of the copy's first step. Raises `Order.DoesNotExist`, `ContractMissing`.
    """
    source = Order.objects.get(client=client, pk=order_id)
    today = brussels_today()
    if replaces is None:
        order = draft_like(source, loading_on=today, actor=actor, reason=reason)
    else:
        loading_on = max(today, source.loading_on)
        order = draft_like(
            source,
            loading_on=loading_on,
            month_on=source.month_on,
            actor=actor,
            reason=reason,
            replaces=replaces,
            split_from_id=None if source.billing_group is None else source.split_from_id or source.pk,
        )
    record_event(actor=actor, action=Action.ORDER_COPIED, client_id=client.pk, subject_id=order.pk, source_id=source.pk)
    return order


def draft_like(
    source: Order,
    *,
    loading_on: date,
    actor: User | None,
    reason: str,
    month_on: date | None = None,
    **links: Any,
) -> Order:
    """A draft with the lines of `source` for those who are active; the month as far from the loading date as there.

    Of an order that was divided by billing group the draft takes the lines of all its parts, the newest first, unless it
    replaces that one. `links`: the fields that tell what it comes from. A handful of statements, whatever the number of
    lines. Raises `ContractMissing`.
    """
    order_ids = [source.pk] if "replaces" in links else whole_of(source)
    client = Client.objects.get(pk=source.client_id)
    order = Order.objects.create(
        client=client,
        contract=running_contract(client, product=source.product, form=source.form, on=brussels_today()),
        product=source.product,
        form=source.form,
        paper_value_cents=source.paper_value_cents,
        reference=source.reference,
        loading_on=loading_on,
        month_on=month_on or add_months(loading_on.replace(day=1), _months_between(source.loading_on, source.month_on)),
        occasion=source.occasion,
        worker_share_cents=source.worker_share_cents,
        lines_are_set=True,
        created_by=actor,
        **links,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orders_orderline
                (order_id, beneficiary_id, voucher_count, face_value_cents, amount_cents, worker_share_cents, child_count)
            SELECT %s, line.beneficiary_id, line.voucher_count, line.face_value_cents, line.amount_cents,
                line.worker_share_cents, line.child_count
            FROM (
                SELECT DISTINCT ON (beneficiary_id) * FROM orders_orderline
                WHERE order_id = ANY(%s) ORDER BY beneficiary_id, order_id DESC
            ) line
            JOIN beneficiaries_beneficiary beneficiary ON beneficiary.id = line.beneficiary_id AND beneficiary.is_active
            ORDER BY line.id
            """,
            [order.pk, order_ids],
        )
    OrderTransition.objects.create(order=order, to_state=OrderState.DRAFT, reason=reason, actor=actor)
    return order


def _months_between(earlier_on: date, later_on: date) -> int:
    return (later_on.year - earlier_on.year) * MONTHS_OF_YEAR + later_on.month - earlier_on.month
