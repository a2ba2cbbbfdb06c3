"""The worked examples of docs/accounting.md, played through the real flows: a function for each heading, of the same name.

What a story does before `scene.begins()` is its past; what it does afterwards must be what the document's table says.
"""

from collections.abc import Callable

from accounting_scene import Scene, collected, has_own_money
from bank import Payment, coda_file, payment_of, returned
from story import booked, invoiced, paid, received_from_bank

from tegoed.banking.models import Explanation, StatementLine
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.place_payment import write_off_difference
from tegoed.flows.refunds import ask_refund_of_line, cancel_refund
from tegoed.flows.use_credit import use_credit


def product_and_card_invoice_are_issued(scene: Scene) -> None:
    scene.begins()
    scene.first_order()


def the_client_pays_in_full(scene: Scene) -> None:
    _order, invoice = scene.order()
    scene.begins()
    paid(invoice)


def the_vouchers_are_loaded(scene: Scene) -> None:
    _order, invoice = scene.order()
    paid(invoice)
    scene.begins()
    load_due_orders()


def one_transfer_pays_two_invoices_in_two_lines(scene: Scene) -> None:
    invoices = scene.first_order()
    scene.begins()
    paid(*invoices)


def one_transfer_pays_both_invoices_of_an_order(scene: Scene) -> None:
    product, card = scene.first_order()
    scene.begins()
    received_from_bank([payment_of(product, product.total_cents + card.total_cents)])


def the_client_pays_a_part(scene: Scene) -> None:
    _order, invoice = scene.order()
    scene.begins()
    received_from_bank([payment_of(invoice, 100_00)])


def the_client_pays_the_rest(scene: Scene) -> None:
    _order, invoice = scene.order()
    received_from_bank([payment_of(invoice, 100_00)])
    scene.begins()
    paid(invoice)


def the_client_pays_too_much(scene: Scene) -> None:
    _order, invoice = scene.order()
    scene.begins()
    received_from_bank([payment_of(invoice, 165_00)])


def the_client_pays_twice(scene: Scene) -> None:
    _order, invoice = scene.order()
    payment = payment_of(invoice)
    received_from_bank([payment])
    scene.begins()
    received_from_bank([payment])


def the_client_pays_without_communication(scene: Scene) -> None:
    _order, invoice = scene.order()
    scene.begins()
    received_from_bank([Payment(invoice.total_cents, free="vouchers november", account="BE43068999999501")])


def staff_place_a_payment(scene: Scene) -> None:
    _order, invoice = scene.order()
    line = scene.in_suspense(invoice.total_cents)
    scene.begins()
    scene.placed(line, {invoice.pk: invoice.total_cents})


def staff_place_a_payment_in_two_parts(scene: Scene) -> None:
    _order, invoice = scene.order()
    line = scene.in_suspense(170_00)
    scene.begins()
    scene.placed(line, {invoice.pk: invoice.total_cents}, 170_00 - invoice.total_cents)


def what_was_placed_is_undone_before_loading(scene: Scene) -> None:
    _order, invoice = scene.order()
    scene.placed(scene.in_suspense(invoice.total_cents), {invoice.pk: invoice.total_cents})
    scene.begins()
    scene.undone(invoice.allocations.get())


def what_was_placed_is_undone_after_loading(scene: Scene) -> None:
    has_own_money()
    _order, invoice = scene.order()
    scene.placed(scene.in_suspense(invoice.total_cents), {invoice.pk: invoice.total_cents})
    load_due_orders()
    scene.begins()
    scene.undone(invoice.allocations.get())


def a_few_cents_are_written_off(scene: Scene) -> None:
    _order, invoice = scene.order()
    received_from_bank([payment_of(invoice, invoice.total_cents - 3)])
    scene.begins()
    write_off_difference(line_id=StatementLine.objects.latest("id").pk, invoice_id=invoice.pk, actor=scene.dora)


def what_was_written_off_is_owed_again(scene: Scene) -> None:
    _order, invoice = scene.order()
    received_from_bank([payment_of(invoice, invoice.total_cents - 3)])
    write_off_difference(line_id=StatementLine.objects.latest("id").pk, invoice_id=invoice.pk, actor=scene.dora)
    scene.begins()
    scene.undone(invoice.allocations.get(source="write_off"))


def the_bank_takes_a_payment_back_before_loading(scene: Scene) -> None:
    _order, invoice = scene.order()
    payment = payment_of(invoice)
    received_from_bank([payment])
    scene.begins()
    received_from_bank([returned(payment)])


def the_client_pays_again_before_loading(scene: Scene) -> None:
    _order, invoice = scene.order()
    payment = payment_of(invoice)
    received_from_bank([payment])
    received_from_bank([returned(payment)])
    scene.begins()
    received_from_bank([payment])


def the_bank_takes_a_payment_back_after_loading(scene: Scene) -> None:
    has_own_money()
    _order, invoice = scene.order()
    payment = payment_of(invoice)
    received_from_bank([payment])
    load_due_orders()
    scene.begins()
    received_from_bank([returned(payment)])


def the_client_pays_again_after_loading(scene: Scene) -> None:
    _order, invoice = scene.order()
    payment = payment_of(invoice)
    received_from_bank([payment])
    load_due_orders()
    received_from_bank([returned(payment)])
    scene.begins()
    received_from_bank([payment])


def the_bank_takes_back_a_payment_that_was_not_placed(scene: Scene) -> None:
    payment = Payment(162_24, free="vouchers november", end_to_end="NOVEMBER-1")
    received_from_bank([payment])
    scene.begins()
    received_from_bank([returned(payment)])


def an_order_is_cancelled_before_it_is_paid(scene: Scene) -> None:
    order, _invoice = scene.order()
    scene.begins()
    cancel_order(client=scene.client, order_id=order.pk, actor=None)


def an_order_is_cancelled_after_a_part_was_paid(scene: Scene) -> None:
    order, invoice = scene.order()
    received_from_bank([payment_of(invoice, 100_00)])
    scene.begins()
    cancel_order(client=scene.client, order_id=order.pk, actor=None)


def an_order_is_cancelled_after_cents_were_written_off(scene: Scene) -> None:
    _product, card = scene.first_order()
    received_from_bank([payment_of(card, card.total_cents - 3)])
    write_off_difference(line_id=StatementLine.objects.latest("id").pk, invoice_id=card.pk, actor=scene.dora)
    scene.begins()
    cancel_order(client=scene.client, order_id=card.order_id, actor=None)


def a_payment_comes_for_a_credited_invoice(scene: Scene) -> None:
    order, invoice = scene.order()
    cancel_order(client=scene.client, order_id=order.pk, actor=None)
    scene.begins()
    received_from_bank([payment_of(invoice)])


def credit_on_account_is_used(scene: Scene) -> None:
    scene.credit(200_00)
    _order, (invoice,) = invoiced(scene.client, scene.people)
    scene.begins()
    use_credit(client=scene.client, invoice_id=invoice.pk, actor=scene.owner)


def a_refund_of_credit_is_decided(scene: Scene) -> None:
    asked = scene.asked_back()
    scene.begins()
    scene.decided(asked)


def a_decided_refund_is_given_up(scene: Scene) -> None:
    refund = scene.decided(scene.asked_back())
    scene.begins()
    cancel_refund(refund_id=refund.pk, reason="", actor=scene.dora)


def the_bank_pays_a_refund(scene: Scene) -> None:
    payment = scene.sent(scene.decided(scene.asked_back()))
    scene.begins()
    received_from_bank([payment])


def a_refund_comes_back(scene: Scene) -> None:
    payment = scene.sent(scene.decided(scene.asked_back()))
    received_from_bank([payment])
    scene.begins()
    received_from_bank([returned(payment)])


def a_payment_that_was_not_placed_is_paid_back(scene: Scene) -> None:
    asked = ask_refund_of_line(line_id=scene.in_suspense(162_24).pk, reason="", actor=scene.dora)
    scene.begins()
    received_from_bank([scene.sent(scene.decided(asked))])


def that_refund_comes_back(scene: Scene) -> None:
    asked = ask_refund_of_line(line_id=scene.in_suspense(162_24).pk, reason="", actor=scene.dora)
    payment = scene.sent(scene.decided(asked))
    received_from_bank([payment])
    scene.begins()
    received_from_bank([returned(payment)])


def an_invoice_is_collected(scene: Scene) -> None:
    (collection,) = scene.collections(1)
    scene.begins()
    received_from_bank([collected(collection)])


def a_collection_is_taken_back(scene: Scene) -> None:
    (collection,) = scene.collections(1)
    received_from_bank([collected(collection)])
    scene.begins()
    received_from_bank([returned(collected(collection))])


def two_invoices_are_collected_in_one_sum(scene: Scene) -> None:
    first, second = scene.collections(2)
    scene.begins()
    total_cents = first.amount_cents + second.amount_cents
    received_from_bank([Payment(total_cents, end_to_end=first.group_reference)])


def one_of_them_is_taken_back_in_the_same_statement(scene: Scene) -> None:
    first, second = scene.collections(2)
    scene.begins()
    total_cents = first.amount_cents + second.amount_cents
    received_from_bank([Payment(total_cents, end_to_end=first.group_reference), returned(collected(second))])


def money_leaves_the_bank(scene: Scene) -> None:
    has_own_money()
    scene.begins()
    received_from_bank([Payment(-12_50, free="fees")])


def what_left_the_bank_is_explained(scene: Scene) -> None:
    has_own_money()
    received_from_bank([Payment(-12_50, free="fees")])
    scene.begins()
    scene.explained(StatementLine.objects.latest("id"), Explanation.BANK_CHARGES)


def what_came_in_is_the_issuer_s_own(scene: Scene) -> None:
    line = scene.in_suspense(5_000_00)
    scene.begins()
    scene.explained(line, Explanation.OWN_MONEY)


def the_first_statement_begins_with_an_opening_balance(scene: Scene) -> None:
    scene.begins()
    booked(coda_file([], old_balance_cents=1_000_00))


STORIES: dict[str, Callable[[Scene], None]] = {
    story.__name__: story
    for story in (
        product_and_card_invoice_are_issued,
        the_client_pays_in_full,
        the_vouchers_are_loaded,
        one_transfer_pays_two_invoices_in_two_lines,
        one_transfer_pays_both_invoices_of_an_order,
        the_client_pays_a_part,
        the_client_pays_the_rest,
        the_client_pays_too_much,
        the_client_pays_twice,
        the_client_pays_without_communication,
        staff_place_a_payment,
        staff_place_a_payment_in_two_parts,
        what_was_placed_is_undone_before_loading,
        what_was_placed_is_undone_after_loading,
        a_few_cents_are_written_off,
        what_was_written_off_is_owed_again,
        the_bank_takes_a_payment_back_before_loading,
        the_client_pays_again_before_loading,
        the_bank_takes_a_payment_back_after_loading,
        the_client_pays_again_after_loading,
        the_bank_takes_back_a_payment_that_was_not_placed,
        an_order_is_cancelled_before_it_is_paid,
        an_order_is_cancelled_after_a_part_was_paid,
        an_order_is_cancelled_after_cents_were_written_off,
        a_payment_comes_for_a_credited_invoice,
        credit_on_account_is_used,
        a_refund_of_credit_is_decided,
        a_decided_refund_is_given_up,
        the_bank_pays_a_refund,
        a_refund_comes_back,
        a_payment_that_was_not_placed_is_paid_back,
        that_refund_comes_back,
        an_invoice_is_collected,
        a_collection_is_taken_back,
        two_invoices_are_collected_in_one_sum,
        one_of_them_is_taken_back_in_the_same_statement,
        money_leaves_the_bank,
        what_left_the_bank_is_explained,
        what_came_in_is_the_issuer_s_own,
        the_first_statement_begins_with_an_opening_balance,
    )
}
