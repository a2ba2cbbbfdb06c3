"""The worked examples of docs/accounting.md, played through the real flows: a function for each heading, of the same name.

What a story does before `scene.begins()` is its past; what it does afterwards must be what the document's table says.
"""

from collections.abc import Callable

from bank import Payment, coda_file, payment_of
from cast import Cast, hire
from story import booked, invoiced, paid, received_from_bank

from tegoed.billing.models import Invoice
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.ledger.models import Account, Transfer
from tegoed.orders.models import Order


class Scene:
    """One client with one person, and the journal since the story began."""

    def __init__(self, cast: Cast) -> None:
        self.client = cast.bakery
        self.people = hire(cast.bakery, 1)
        self._past: set[int] = set()

    def begins(self) -> None:
        """From here on transfers belong to the example."""
        self._past = set(Transfer.objects.values_list("id", flat=True))

    def first_order(self) -> list[Invoice]:
        """Product and card invoice, unpaid."""
        return invoiced(self.client, self.people)[1]

    def order(self) -> tuple[Order, Invoice]:
        """An order of somebody who has a card: one product invoice of 162.24, unpaid."""
        paid(*self.first_order())
        load_due_orders()
        order, (invoice,) = invoiced(self.client, self.people)
        return order, invoice

    def journal(self) -> list[tuple[str, str, int, str]]:
        """Debit, credit, cents and kind of what was booked since the beginning, sorted."""
        kinds = dict(Account.objects.values_list("id", "kind"))
        booked_since = Transfer.objects.exclude(id__in=self._past)
        return sorted((kinds[one.debit_id], kinds[one.credit_id], one.amount_cents, one.kind) for one in booked_since)


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


def an_order_is_cancelled_before_it_is_paid(scene: Scene) -> None:
    order, _invoice = scene.order()
    scene.begins()
    cancel_order(client=scene.client, order_id=order.pk, actor=None)


def an_order_is_cancelled_after_a_part_was_paid(scene: Scene) -> None:
    order, invoice = scene.order()
    received_from_bank([payment_of(invoice, 100_00)])
    scene.begins()
    cancel_order(client=scene.client, order_id=order.pk, actor=None)


def a_payment_comes_for_a_credited_invoice(scene: Scene) -> None:
    order, invoice = scene.order()
    cancel_order(client=scene.client, order_id=order.pk, actor=None)
    scene.begins()
    received_from_bank([payment_of(invoice)])


def money_leaves_the_bank(scene: Scene) -> None:
    booked(coda_file([], old_balance_cents=1_000_00))
    scene.begins()
    received_from_bank([Payment(-12_50, free="fees")])


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
        the_client_pays_a_part,
        the_client_pays_the_rest,
        the_client_pays_too_much,
        the_client_pays_twice,
        the_client_pays_without_communication,
        an_order_is_cancelled_before_it_is_paid,
        an_order_is_cancelled_after_a_part_was_paid,
        a_payment_comes_for_a_credited_invoice,
        money_leaves_the_bank,
        the_first_statement_begins_with_an_opening_balance,
    )
}
