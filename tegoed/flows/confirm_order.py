"""The client confirms an order (SPEC O1 step 3)."""

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.actions import lock_persons
from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.actions import request_cards
from tegoed.cards.queries import card_usable_until
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contract
from tegoed.flows.jobs import invoice_order_job
from tegoed.flows.refusals import CostsChanged, OrderEmpty
from tegoed.orders.actions import (
    BeneficiaryNotOrderable,
    LineRefused,
    advance_order,
    keep_costs,
    link_card_requests,
    locked_draft,
)
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import OrderPreview, different_lines, line_sums, preview_of
from tegoed.rules.card_need import card_delivery_due_on
from tegoed.rules.dates import brussels_date
from tegoed.rules.order_lines import LineToOrder, check_loading_date, refusals_of_line
from tegoed.rules.products import Form, Product, has_face_value


@transaction.atomic
def confirm_order(*, client: Client, order_id: int, actor: User | None, confirmed_total_cents: int) -> Order:
    """Take the order on: check it once more, ask for the cards, write down the costs, hand it to the worker.

    Everything is as it was shown (same code, `preview_of`), or the client is asked again. Two people confirming at
    once: the order is locked, so the second gets `OrderNotDraft`. Raises also `OrderEmpty`, `CostsChanged`, `ContractMissing`,
    `LoadingDateImpossible`, `BeneficiaryNotOrderable`, `LineRefused`; then nothing is changed.
    """
    order = locked_draft(client, order_id)
    now = timezone.now()
    today = brussels_date(now)
    check_loading_date(order.loading_on, today=today)
    order.contract = running_contract(client, product=order.product, form=Form.ELECTRONIC, on=today)
    beneficiary_ids, _vouchers, _cents = line_sums(order)
    if not beneficiary_ids:
        raise OrderEmpty(order_id=order.pk)
    _lock_people(client, beneficiary_ids)
    _check_lines(order)
    preview = preview_of(order)
    if preview.pricing.total_cents != confirmed_total_cents:
        raise CostsChanged(shown_cents=confirmed_total_cents, total_cents=preview.pricing.total_cents)
    requested = request_cards(
        client=client,
        beneficiary_ids=beneficiary_ids,
        usable_until=card_usable_until(order.loading_on),
        expected_on=card_delivery_due_on(today),
    )
    link_card_requests(order=order, request_id_by_beneficiary=requested)
    keep_costs(order=order, pricing=preview.pricing)
    _keep_sums(order, preview)
    order.confirmed_at = now
    order.save(update_fields=["contract", "confirmed_at"])
    advance_order(order, OrderState.PROCESSING, reason="confirmed", actor=actor)
    record_event(
        actor=actor,
        action=Action.ORDER_CONFIRMED,
        client_id=client.pk,
        subject_id=order.pk,
        total_cents=preview.pricing.total_cents,
        card_count=len(requested),
    )
    invoice_order_job.defer(order_id=order.pk)
    return order


def _lock_people(client: Client, beneficiary_ids: list[int]) -> None:
    """Hold the persons, so that no other order can ask a card for them meanwhile; all must be active here."""
    people = Beneficiary.objects.filter(client=client, pk__in=beneficiary_ids)
    lock_persons(list(people.values_list("person_id", flat=True)))
    gone = people.filter(is_active=False).order_by("id").first()
    if gone is not None:
        raise BeneficiaryNotOrderable(beneficiary_id=gone.pk, name=str(gone))


def _check_lines(order: Order) -> None:
    """The rules of the product, once for each different line in the order. The people are locked: no other order adds."""
    product = Product(order.product)
    for line in different_lines(order):
        asked = LineToOrder(
            product=product,
            voucher_count=line.voucher_count if has_face_value(product) else None,
            face_value_cents=line.face_value_cents if has_face_value(product) else None,
            amount_cents=line.amount_cents,
        )
        refusals = refusals_of_line(asked, month=order.loading_on, ordered_this_year_cents=line.ordered_this_year_cents)
        if refusals:
            beneficiary = order.lines.select_related("beneficiary").get(pk=line.line_id).beneficiary
            raise LineRefused(beneficiary=str(beneficiary), refusal=refusals[0])


def _keep_sums(order: Order, preview: OrderPreview) -> None:
    order.beneficiary_count = preview.beneficiary_count
    order.voucher_count = preview.voucher_count
    order.face_value_cents = preview.face_value_cents
    order.total_cents = preview.pricing.total_cents
    order.save(update_fields=["beneficiary_count", "voucher_count", "face_value_cents", "total_cents"])
