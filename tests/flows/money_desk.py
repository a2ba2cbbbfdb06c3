"""Where the machine of `test_money_state_machine.py` stands: two clients, staff, the bank, and what each could act on now.

It reads what there is to choose from in the database; what follows from a choice is the model's to say.
"""

from collections import Counter
from contextlib import AbstractContextManager, nullcontext

from bank import Payment
from cast import Cast, hire
from colleagues import second_staff_member
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine
from money_model import MoneyModel

from tegoed.banking.models import Allocation, Explanation, StatementLine
from tegoed.billing.models import Invoice
from tegoed.clients.models import Client
from tegoed.flows.check_books import check_books
from tegoed.flows.correct_payments import approve_correction, ask_explanation
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.ledger.models import Account
from tegoed.ledger.queries import balances_cents
from tegoed.treasury.models import Collection, MandateScheme, Refund
from tegoed.treasury.queries import collectable_invoices

IBANS = ("BE71096123456769", "BE43068999999501")
OF_CLIENT = {"receivable", "client_credit", "funds_due", "client_funds"}


class MoneyDesk(RuleBasedStateMachine):
    """A transaction of its own for each run, rolled back at the end."""

    tolerance_cents = 5

    @classmethod
    def set_the_stage(cls, cast: Cast) -> None:
        """The companies, their people and the mandate are the same in every run."""
        cls.clients = [cast.bakery, cast.garage]
        cls.people = {client.pk: hire(client, 2, first=40 * place) for place, client in enumerate(cls.clients)}
        cls.dora, cls.eva = cast.staff_member, second_staff_member()
        cast.issuer.creditor_identifier, cast.issuer.payment_days = "BE81ZZZ0123456749", 5
        cast.issuer.save()
        sign_mandate(
            client=cast.bakery,
            scheme=MandateScheme.CORE,
            iban=IBANS[0],
            signer_name="Alice Peeters",
            signer_function="Zaakvoerder",
            signed_from="192.0.2.7",
            actor=cast.alice,
        )

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around._from_testcase = True  # as pytest-django's own: durable blocks may run inside
        self.around.__enter__()
        self.model = MoneyModel([client.pk for client in self.clients])
        self.payment_count = 0
        self.look()

    def teardown(self) -> None:
        try:
            codes = {finding.code: finding.facts for finding in check_books().findings}
            is_short = codes.pop("bank-does-not-cover", None) is not None
            assert not codes, codes
            assert is_short == (not self.model.is_covered)
            assert self.model.was_shaken or not is_short
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def look(self) -> None:
        """What there is to choose from now."""
        lines = list(StatementLine.objects.order_by("id"))
        self.in_suspense = [line for line in lines if line.state == "suspense"]
        self.came_in = [line for line in lines if line.customer_reference.startswith("E2E")]
        self.came_in = [line for line in self.came_in if line.amount_cents > 0]
        self.left = [line for line in lines if line.state in {"outgoing", "explained"} and line.amount_cents < 0]
        self.live = list(Allocation.objects.filter(undone_at=None).order_by("id"))
        self.refunds = list(Refund.objects.order_by("id"))
        self.collections = list(Collection.objects.order_by("id"))
        self.collectable = collectable_invoices().exists()
        self.open_bills = [pk for pk, bill in self.model.bills.items() if bill.open]
        self.nearly_paid = [
            (one.line_id, one.invoice_id)
            for one in self.live
            if one.line_id and one.invoice_id in self.open_bills
            if self.model.bills[one.invoice_id].open <= self.tolerance_cents
        ]

    @staticmethod
    def one(some: list, number: int):
        """One of these; None where there is none."""
        return some[number % len(some)] if some else None

    @staticmethod
    def agreed() -> AbstractContextManager[None]:
        """Nothing is refused."""
        return nullcontext()

    def client_of(self, client_id: int) -> Client:
        return next(client for client in self.clients if client.pk == client_id)

    def available(self, client_id: int) -> int:
        """Credit of which nothing was asked back."""
        asked = sum(refund.amount_cents for refund in self.refunds_in("asked") if refund.client_id == client_id)
        return max(self.model.purses[client_id].on_account - asked, 0)

    def refunds_in(self, *states: str) -> list[Refund]:
        return [refund for refund in self.refunds if refund.state in states]

    def collections_in(self, *states: str) -> list[Collection]:
        return [collection for collection in self.collections if collection.state in states]

    def paid_by(self, line: StatementLine) -> set[int | None]:
        """The invoices that a line pays now."""
        return {one.invoice_id for one in self.live if one.line_id == line.pk}

    # The bank

    def payment(self, invoices: list[int], cents: int, *, client: int = 0, is_structured: bool = False) -> Payment:
        """With a reference of its own, from the client's account, naming these invoices."""
        self.payment_count += 1
        numbers = [Invoice.objects.get(pk=pk).structured_communication for pk in invoices]
        owner = self.model.bills[invoices[0]].client if invoices else client
        place = [one.pk for one in self.clients].index(owner)
        return Payment(
            cents,
            structured=numbers[0] if is_structured else "",
            free="" if is_structured else " / ".join(numbers) or "vouchers",
            account=IBANS[place],
            end_to_end=f"E2E-{self.payment_count}",
        )

    def taken_back(self, line: StatementLine, cents: int) -> Payment:
        return Payment(
            -cents,
            structured=line.structured_communication,
            account=line.counterparty_account,
            end_to_end=line.customer_reference,
            r_type="2",
        )

    def standing(self, line: StatementLine) -> tuple[int, list[tuple[int | None, int, int]]]:
        """What of a line is in suspense, and where the rest is placed, the newest first."""
        placed = [
            (one.invoice_id, one.client_id, one.amount_cents) for one in reversed(self.live) if one.line_id == line.pk
        ]
        return line.unplaced_cents if line.state == "suspense" else 0, placed

    def standing_of(self, collection: Collection) -> tuple[list[tuple[int | None, int, int]], bool]:
        """Where the money of a collection is placed, and whether that is just its amount."""
        of_line = [
            one for one in self.live if (one.line_id, one.client_id) == (collection.line_id, collection.client_id)
        ]
        placed = [one for one in of_line if one.invoice_id == collection.invoice_id]
        over_cents = collection.amount_cents - sum(one.amount_cents for one in placed)
        on_account = [one for one in of_line if one.invoice_id is None and one.amount_cents == over_cents]
        is_whole = over_cents == 0 or bool(on_account)
        placed += on_account[:1] if over_cents else []
        return [(one.invoice_id, one.client_id, one.amount_cents) for one in placed], is_whole

    @staticmethod
    def last_line() -> StatementLine:
        return StatementLine.objects.latest("id")

    # Staff

    def explain(self, line: StatementLine, explanation: Explanation) -> None:
        correction = ask_explanation(line_id=line.pk, explanation=explanation, note="", actor=self.dora)
        approve_correction(correction_id=correction.pk, actor=self.eva)

    def move_refund(self, refund: Refund, cents: int) -> None:
        """So much comes back to where a refund's money came from (negative: leaves it)."""
        if refund.client_id is None:
            self.model.suspense += cents
        else:
            self.model.purses[refund.client_id].on_account += cents

    # The books

    def balances(self) -> Counter[tuple[str, int | None]]:
        """What the ledger says, as the model says it: lots by client, revenue and VAT together."""
        accounts = list(Account.objects.values_list("id", "kind", "client_id", "order_id"))
        cents = balances_cents([account[0] for account in accounts])
        client_of_order = {bill.order: bill.client for bill in self.model.bills.values()}
        told: Counter[tuple[str, int | None]] = Counter()
        for account_id, kind, client_id, order_id in accounts:
            if kind == "lot":
                told[kind, client_of_order[order_id]] += cents[account_id]
            elif kind in {"revenue", "vat"}:
                told["earned", None] += cents[account_id]
            else:
                told[kind, client_id if kind in OF_CLIENT else None] += cents[account_id]
        return Counter({key: value for key, value in told.items() if value})
