"""Where the worked examples of docs/accounting.md are played: one client, the issuer's staff, and the bank."""

from collections.abc import Mapping

from bank import Payment, coda_file, payment_of
from cast import Cast, hire
from colleagues import second_staff_member
from story import booked, invoiced, paid, received_from_bank

from tegoed.banking.models import Allocation, Explanation, StatementLine
from tegoed.billing.models import Invoice
from tegoed.flows.correct_payments import approve_correction, ask_explanation, ask_undo
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.payment_files import make_collection_file, make_refund_file
from tegoed.flows.place_payment import place_payment
from tegoed.flows.refunds import approve_refund, ask_refund_of_credit
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.ledger.models import Account, Transfer
from tegoed.orders.models import Order
from tegoed.treasury.models import Collection, MandateScheme, Refund

IBAN_OF_CLIENT = "BE71096123456769"


class Scene:
    """One client with one person, two people of the issuer's staff, and the journal since the story began."""

    def __init__(self, cast: Cast) -> None:
        self.issuer = cast.issuer
        self.client = cast.bakery
        self.owner = cast.alice
        self.dora, self.eva = cast.staff_member, second_staff_member()
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

    def in_suspense(self, amount_cents: int) -> StatementLine:
        """A payment that says nothing, from an account that nobody knows."""
        received_from_bank([Payment(amount_cents, free="vouchers november", account="BE43068999999501")])
        return StatementLine.objects.latest("id")

    def placed(self, line: StatementLine, cents_by_invoice: Mapping[int, int], on_account_cents: int = 0) -> None:
        """Dora places it."""
        place_payment(
            line_id=line.pk,
            client=self.client,
            cents_by_invoice=cents_by_invoice,
            on_account_cents=on_account_cents,
            actor=self.dora,
        )

    def undone(self, allocation: Allocation) -> None:
        """Dora asks, Eva approves."""
        correction = ask_undo(allocation_id=allocation.pk, note="wrong client", actor=self.dora)
        approve_correction(correction_id=correction.pk, actor=self.eva)

    def explained(self, line: StatementLine, explanation: Explanation) -> None:
        """Dora asks, Eva approves."""
        correction = ask_explanation(line_id=line.pk, explanation=explanation, note="", actor=self.dora)
        approve_correction(correction_id=correction.pk, actor=self.eva)

    def credit(self, cents: int) -> None:
        """The client paid too much of an earlier order."""
        _order, invoice = self.order()
        received_from_bank([payment_of(invoice, invoice.total_cents + cents)])

    def asked_back(self) -> Refund:
        """50.00 of the client's credit, as the client asks for it."""
        self.credit(50_00)
        return ask_refund_of_credit(
            client=self.client, amount_cents=50_00, iban=IBAN_OF_CLIENT, reason="", actor=self.owner
        )

    def decided(self, refund: Refund) -> Refund:
        """Eva approves it."""
        return approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=self.eva)

    def sent(self, refund: Refund) -> Payment:
        """It stands in a file for the bank; how the bank will show it."""
        make_refund_file(actor=self.dora)
        return Payment(-refund.amount_cents, end_to_end=refund.end_to_end)

    def collections(self, order_count: int) -> list[Collection]:
        """So many orders of which the invoices are being collected; not the first of their mandate."""
        self.issuer.creditor_identifier, self.issuer.payment_days = "BE81ZZZ0123456749", 5
        self.issuer.save()
        sign_mandate(
            client=self.client,
            scheme=MandateScheme.CORE,
            iban=IBAN_OF_CLIENT,
            signer_name="Alice Peeters",
            signer_function="Zaakvoerder",
            signed_from="192.0.2.7",
            actor=self.owner,
        )
        self.first_order()
        received_from_bank([collected(one) for one in self._collection_file()])
        load_due_orders()
        for _ in range(order_count):
            invoiced(self.client, self.people)
        return self._collection_file()

    def _collection_file(self) -> list[Collection]:
        return list(make_collection_file(actor=self.dora).collections.order_by("id"))

    def journal(self) -> list[tuple[str, str, int, str]]:
        """Debit, credit, cents and kind of what was booked since the beginning, sorted."""
        kinds = dict(Account.objects.values_list("id", "kind"))
        booked_since = Transfer.objects.exclude(id__in=self._past)
        return sorted((kinds[one.debit_id], kinds[one.credit_id], one.amount_cents, one.kind) for one in booked_since)


def has_own_money() -> None:
    """The issuer had 1,000.00 in the bank before the first statement."""
    booked(coda_file([], old_balance_cents=1_000_00))


def collected(collection: Collection) -> Payment:
    """How the bank shows that a collection came in."""
    return Payment(collection.amount_cents, end_to_end=collection.end_to_end)
