"""Whatever clients, bank and staff do to money, in any order, the books say what a few sums in plain Python say (SPEC P3, L7).

`TEGOED_MONEY_EXAMPLES=500 make test T=tests/flows/test_money_state_machine.py` looks further than a test run has time for.
"""

import os

import hypothesis.strategies as st
import pytest
from bank import Payment
from hypothesis import Phase, settings
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test
from money_desk import IBANS, MoneyDesk
from money_model import Bill
from story import invoiced, received_from_bank

from tegoed.banking.models import Explanation
from tegoed.banking.refusals import (
    AllocationNotUndoable,
    CreditUsedAlready,
    DifferenceTooLarge,
    LineNotExplainable,
    LinePaysInvoiceAlready,
)
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.correct_payments import approve_correction, ask_explanation, ask_undo
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.payment_files import make_collection_file, make_refund_file, refuse_collection, repeat_collection
from tegoed.flows.place_payment import place_payment, write_off_difference
from tegoed.flows.refunds import approve_refund, ask_refund_of_credit, ask_refund_of_line, cancel_refund, refuse_refund
from tegoed.flows.settle_payments import account_of
from tegoed.flows.use_credit import use_credit
from tegoed.ledger.models import AccountKind
from tegoed.orders.models import Order
from tegoed.treasury.refusals import CreditShort, LinePlacedMeanwhile

EXAMPLES_MAX = int(os.environ.get("TEGOED_MONEY_EXAMPLES", "5"))
STEPS_MAX = 15

pick = st.integers(0, 30)
"""Which of those there are."""
amount = st.sampled_from(["all", "all", "short", "part", "over"])
"""How much of what is open: three cents short can be written off."""


def cents_of(amount: str, whole_cents: int) -> int:
    return {"all": whole_cents, "short": whole_cents - 3, "part": whole_cents // 2, "over": whole_cents + 700}[
        amount
    ] or 1


class Money(MoneyDesk):
    """What may happen to money; each step tells the model what it means."""

    # Orders and invoices

    @initialize()
    def first_orders(self):
        for client in self.clients:
            self.ordered(client, 20, 1)

    @rule(client=pick, count=st.sampled_from([1, 20]), people=st.integers(1, 2))
    def order(self, client, count, people):
        self.ordered(self.one(self.clients, client), count, people)

    def ordered(self, client, count, people):
        order, invoices = invoiced(client, self.people[client.pk][:people], count=count)
        for invoice in invoices:
            face = count * 800 * people if invoice.kind == "product" else 0
            self.model.issue(invoice.pk, Bill(client.pk, order.pk, invoice.total_cents, face))

    @precondition(lambda self: "invoiced" in self.model.orders.values())
    @rule(order=pick)
    def cancel(self, order):
        waiting = [pk for pk, state in self.model.orders.items() if state == "invoiced"]
        order = Order.objects.select_related("client").get(pk=self.one(waiting, order))
        cancel_order(client=order.client, order_id=order.pk, actor=None)
        credited = order.invoices.filter(state="credited").values_list("pk", flat=True)
        assert order.invoices.get(kind="product").pk in credited
        for invoice in credited:
            self.model.credit(invoice)

    @precondition(lambda self: "paid" in self.model.orders.values())
    @rule()
    def load(self):
        load_due_orders()
        self.model.load()

    # Payments

    @precondition(lambda self: self.model.bills)
    @rule(bills=st.lists(st.tuples(pick, amount), min_size=1, max_size=2))
    def pay(self, bills):
        """One line for each, on one statement. Of an invoice that asks nothing any more: once again."""
        payments = []
        for number, how in bills:
            bill = self.one(list(self.model.bills), number)
            cents = cents_of(how, self.model.bills[bill].open or self.model.bills[bill].total)
            payments.append((bill, self.payment([bill], cents, is_structured=True)))
        received_from_bank([payment for _, payment in payments])
        for bill, payment in payments:
            self.model.receive([bill], payment.amount_cents)

    @precondition(lambda self: self.model.bills)
    @rule(bill=pick, other=pick, how=amount, is_structured=st.booleans())
    def pay_two_together(self, bill, other, how, is_structured):
        """One transfer with the amount of two invoices; the text names one of them or both."""
        named = list(dict.fromkeys(self.one(list(self.model.bills), number) for number in (bill, other)))
        cents = cents_of(how, max(sum(self.model.bills[pk].open for pk in named), 4))
        named = named[:1] if is_structured else named
        received_from_bank([self.payment(named, cents, is_structured=is_structured)])
        self.model.receive(named, cents)

    @rule(client=pick, bill=pick, how=amount)
    def pay_without_a_word(self, client, bill, how):
        owed = [one.open for one in self.model.bills.values() if one.open] or [1_000]
        cents = max(cents_of(how, self.one(owed, bill)), 1)
        received_from_bank([self.payment([], cents, client=self.one(self.clients, client).pk)])
        self.model.receive([], cents)

    # Staff

    @precondition(lambda self: self.in_suspense and self.open_bills)
    @rule(line=pick, bill=pick, how=st.sampled_from(["all", "part"]), has_rest=st.booleans(), writes_off=st.booleans())
    def place(self, line, bill, how, has_rest, writes_off):
        line, invoice = self.one(self.in_suspense, line), self.one(self.open_bills, bill)
        bill = self.model.bills[invoice]
        cents = max(cents_of(how, min(line.unplaced_cents, bill.open)), 1)
        rest_cents = line.unplaced_cents - cents if has_rest else 0
        refusals = (LinePaysInvoiceAlready, DifferenceTooLarge)
        is_refused = invoice in self.paid_by(line) or (writes_off and bill.open - cents > self.tolerance_cents)
        with pytest.raises(refusals) if is_refused else self.agreed():
            place_payment(
                line_id=line.pk,
                client=self.client_of(bill.client),
                cents_by_invoice={invoice: cents},
                on_account_cents=rest_cents,
                writes_off=writes_off,
                actor=self.dora,
            )
        if is_refused:
            return
        self.model.suspense -= cents + rest_cents
        self.model.purses[bill.client].on_account += rest_cents
        self.model.pay(invoice, cents)
        if writes_off and bill.open:
            self.model.write_off(invoice)

    @precondition(lambda self: self.nearly_paid)
    @rule(number=pick)
    def write_off(self, number):
        line, invoice = self.one(self.nearly_paid, number)
        write_off_difference(line_id=line, invoice_id=invoice, actor=self.dora)
        self.model.write_off(invoice)

    @precondition(lambda self: self.live)
    @rule(number=pick)
    def undo(self, number):
        allocation = self.one(self.live, number)
        invoice, cents = allocation.invoice_id, allocation.amount_cents
        if allocation.source == "credit" or (invoice and self.model.bills[invoice].is_credited):
            with pytest.raises(AllocationNotUndoable):
                ask_undo(allocation_id=allocation.pk, note="", actor=self.dora)
            return
        correction = ask_undo(allocation_id=allocation.pk, note="", actor=self.dora)
        purse = self.model.purses[allocation.client_id]
        is_used = invoice is None and purse.on_account < cents
        with pytest.raises(CreditUsedAlready) if is_used else self.agreed():
            approve_correction(correction_id=correction.pk, actor=self.eva)
        if is_used:
            return
        if allocation.source == "write_off":
            self.model.unpay(invoice, 0)
            return
        self.model.suspense += cents
        if invoice is None:
            purse.on_account -= cents
        else:
            self.model.unpay(invoice, cents)

    @precondition(lambda self: self.model.bank > 0 and len(self.left) < 2)
    @rule(cents=st.integers(1, 5_000), is_explained=st.booleans())
    def money_leaves(self, cents, is_explained):
        received_from_bank([Payment(-cents, free="kosten", account="BE62510007547061")])
        self.model.bank -= cents
        self.model.outgoing += cents
        self.model.was_shaken = True
        if is_explained:
            self.explain(self.last_line(), Explanation.BANK_CHARGES)
            self.model.outgoing -= cents
            self.model.own -= cents

    @precondition(lambda self: self.in_suspense)
    @rule(line=pick)
    def own_money(self, line):
        line = self.one(self.in_suspense, line)
        if line.explained_cents:
            with pytest.raises(LineNotExplainable):
                ask_explanation(line_id=line.pk, explanation=Explanation.OWN_MONEY, note="", actor=self.dora)
            return
        self.explain(line, Explanation.OWN_MONEY)
        self.model.suspense -= line.unplaced_cents
        self.model.own += line.unplaced_cents

    @precondition(lambda self: self.came_in)
    @rule(line=pick, how=st.sampled_from(["all", "all", "part"]))
    def the_bank_takes_back(self, line, how):
        line = self.one(self.came_in, line)
        cents = cents_of(how, line.amount_cents)
        in_suspense, placed = self.standing(line)
        received_from_bank([self.taken_back(line, cents)])
        self.model.take_back(cents=cents, in_suspense=in_suspense, placed=placed)

    # Credit and refunds

    @precondition(lambda self: self.open_bills and any(p.on_account for p in self.model.purses.values()))
    @rule(bill=pick)
    def use_credit(self, bill):
        invoice = self.one([pk for pk in self.open_bills if self.available(self.model.bills[pk].client)], bill)
        if invoice is None or invoice in {one.invoice_id for one in self.collections_in("in_file")}:
            return
        bill = self.model.bills[invoice]
        cents = min(bill.open, self.available(bill.client))
        used = use_credit(client=self.client_of(bill.client), invoice_id=invoice, actor=self.dora)
        assert used == cents
        self.model.purses[bill.client].on_account -= cents
        self.model.pay(invoice, cents)

    @precondition(lambda self: any(self.available(client.pk) for client in self.clients))
    @rule(client=pick, how=st.sampled_from(["all", "part"]))
    def ask_credit_back(self, client, how):
        client = self.one([one for one in self.clients if self.available(one.pk)], client)
        cents = max(cents_of(how, self.available(client.pk)), 1)
        ask_refund_of_credit(client=client, amount_cents=cents, iban=IBANS[0], reason="", actor=self.dora)

    @precondition(lambda self: self.in_suspense)
    @rule(line=pick)
    def ask_payment_back(self, line):
        line = self.one(self.in_suspense, line)
        if line.pk not in {refund.line_id for refund in self.refunds_in("asked")}:
            ask_refund_of_line(line_id=line.pk, reason="", actor=self.dora)

    @precondition(lambda self: self.refunds_in("asked"))
    @rule(refund=pick, is_approved=st.sampled_from([True, True, False]))
    def decide_refund(self, refund, is_approved):
        refund = self.one(self.refunds_in("asked"), refund)
        if not is_approved:
            refuse_refund(refund_id=refund.pk, reason="", actor=self.eva)
            return
        purse = self.model.purses.get(refund.client_id)
        if purse is None:
            line = next((line for line in self.in_suspense if line.pk == refund.line_id), None)
            is_gone = line is None or line.unplaced_cents != refund.amount_cents
        else:
            is_gone = purse.on_account < refund.amount_cents
        with pytest.raises((CreditShort, LinePlacedMeanwhile)) if is_gone else self.agreed():
            approve_refund(refund_id=refund.pk, is_iban_checked=True, actor=self.eva)
        if not is_gone:
            self.move_refund(refund, -refund.amount_cents)
            self.model.refund_due += refund.amount_cents

    @precondition(lambda self: self.refunds_in("approved", "in_file"))
    @rule(refund=pick)
    def give_refund_up(self, refund):
        refund = self.one(self.refunds_in("approved", "in_file"), refund)
        cancel_refund(refund_id=refund.pk, reason="", actor=self.dora)
        self.model.refund_due -= refund.amount_cents
        self.move_refund(refund, refund.amount_cents)

    @precondition(lambda self: self.refunds_in("approved", "in_file"))
    @rule(comes_back=st.booleans())
    def the_bank_pays_refunds(self, comes_back):
        if self.refunds_in("approved"):
            make_refund_file(actor=self.dora)
        sent = self.refunds_in("approved", "in_file")
        out = [Payment(-one.amount_cents, end_to_end=one.end_to_end) for one in sent]
        back = [Payment(-one.amount_cents, end_to_end=one.end_to_end, r_type="2") for one in out if comes_back]
        received_from_bank([*out, *back])
        for refund in sent:
            self.model.refund_due -= refund.amount_cents
            if comes_back:
                self.move_refund(refund, refund.amount_cents)
            else:
                self.model.bank -= refund.amount_cents

    @precondition(lambda self: self.refunds_in("paid"))
    @rule(refund=pick)
    def a_refund_comes_back(self, refund):
        refund = self.one(self.refunds_in("paid"), refund)
        received_from_bank([Payment(refund.amount_cents, end_to_end=refund.end_to_end, r_type="2", reason="AC04")])
        self.model.bank += refund.amount_cents
        self.move_refund(refund, refund.amount_cents)

    # Direct debit: the first client signed a mandate

    @precondition(lambda self: self.collectable)
    @rule()
    def collect(self):
        make_collection_file(actor=self.dora)

    @precondition(lambda self: self.collections_in("in_file"))
    @rule(collection=pick, is_refused=st.sampled_from([True, False, False]))
    def a_collection_is_answered(self, collection, is_refused):
        collection = self.one(self.collections_in("in_file"), collection)
        if is_refused:
            refuse_collection(collection_id=collection.pk, reason="AM04", actor=self.dora)
            repeat_collection(collection_id=collection.pk, actor=self.dora)
            return
        received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
        self.model.receive([collection.invoice_id], collection.amount_cents)

    @precondition(lambda self: self.collections_in("in_file"))
    @rule(collection=pick, bounces=st.booleans())
    def the_total_of_a_group_comes(self, collection, bounces):
        group = self.one(self.collections_in("in_file"), collection).group_reference
        of_group = [one for one in self.collections_in("in_file") if one.group_reference == group]
        payments = [Payment(sum(one.amount_cents for one in of_group), end_to_end=group)]
        if bounces:
            bad = of_group.pop()
            payments.append(Payment(-bad.amount_cents, end_to_end=bad.end_to_end, r_type="2", reason="AM04"))
        received_from_bank(payments)
        for one in of_group:
            to_invoice = min(one.amount_cents, self.model.bills[one.invoice_id].open)
            self.model.bank += one.amount_cents
            if to_invoice:
                self.model.pay(one.invoice_id, to_invoice)
            self.model.purses[one.client_id].on_account += one.amount_cents - to_invoice

    @precondition(lambda self: self.collections_in("paid"))
    @rule(collection=pick, is_repeated=st.booleans())
    def a_collection_is_taken_back(self, collection, is_repeated):
        collection = self.one(self.collections_in("paid"), collection)
        placed, is_whole = self.standing_of(collection)
        payment = Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="2", reason="AM04")
        received_from_bank([payment])
        self.model.take_back(cents=collection.amount_cents, in_suspense=0, placed=placed, may_split=is_whole)
        if is_repeated:
            repeat_collection(collection_id=collection.pk, actor=self.dora)

    @invariant()
    def the_books_say_what_the_model_says(self):
        self.look()
        assert self.balances() == self.model.balances()


def run(examples_max: int, **particulars) -> None:
    told = settings(max_examples=examples_max, stateful_step_count=STEPS_MAX, deadline=None, **particulars)
    run_state_machine_as_test(Money, settings=told)


def test_the_books_follow_the_model_through_any_story(cast) -> None:
    Money.set_the_stage(cast)
    run(EXAMPLES_MAX)


def test_the_machine_notices_a_rule_that_is_broken(cast, monkeypatch) -> None:
    """Too much paid is booked as if the client owed less, in place of being owed to it."""
    name = "tegoed.flows.receive_statement.account_of"
    monkeypatch.setattr(name, lambda client_id, _kind: account_of(client_id, AccountKind.RECEIVABLE))
    Money.set_the_stage(cast)
    with pytest.raises(AssertionError):
        run(20, phases=[Phase.generate])
