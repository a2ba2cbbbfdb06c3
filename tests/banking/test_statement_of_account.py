"""The statement of account proves itself: its balances are the ledger's, whatever happened and however it is cut."""

import csv
import io
import random
from datetime import timedelta

import pytest
from bank import Payment, payment_of
from cast import hire
from django.urls import reverse
from python_calamine import CalamineWorkbook
from story import invoiced, received_from_bank

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.banking.statement_of_account import (
    Entry,
    _kind_and_subject,
    ledger_balances,
    statement_of_account,
)
from tegoed.billing.models import Invoice
from tegoed.clients.billing_contacts import add_billing_contact
from tegoed.clients.models import BillingContact
from tegoed.flows import statement_papers
from tegoed.flows.cancel_order import cancel_order
from tegoed.outbox.models import Message
from tegoed.rules.dates import brussels_today


def year_of(client):
    today = brussels_today()
    return statement_of_account(client, from_on=today - timedelta(days=300), to_on=today)


def check(client) -> None:
    """Balances are the ledger's; each entry leads to the next; the documents give the same sum."""
    statement = year_of(client)
    to_pay, on_account = ledger_balances(client)
    assert (statement.closing_to_pay_cents, statement.closing_on_account_cents) == (to_pay, on_account)
    balance = statement.opening_cents
    for entry in statement.entries:
        balance += entry.change_cents
        assert entry.balance_cents == balance
    assert balance == statement.closing_cents == to_pay - on_account
    owed = sum(invoice.open_cents for invoice in Invoice.objects.filter(client=client))
    assert to_pay == owed


@pytest.mark.parametrize("seed", range(4))
def test_after_any_story_it_is_what_the_ledger_says(cast, seed) -> None:
    chance = random.Random(seed)
    people = hire(cast.bakery, 3)
    invoiced(cast.garage, hire(cast.garage, 1, first=30))
    for _round in range(5):
        order, invoices = invoiced(cast.bakery, people, count=chance.randint(1, 20))
        for invoice in invoices:
            invoice.refresh_from_db()
            cents = chance.choice([invoice.open_cents, invoice.open_cents // 3, invoice.open_cents + 77])
            received_from_bank([payment_of(invoice, cents), Payment(chance.randint(1, 500), free="?")])
        order.refresh_from_db()
        if order.state == "invoiced":
            cancel_order(client=cast.bakery, order_id=order.pk, actor=cast.alice)
        check(cast.bakery)
        check(cast.garage)


def test_the_ledger_told_something_else_is_seen(cast) -> None:
    """The negative control: a statement that forgets an entry is not the ledger's any more."""
    invoiced(cast.bakery, hire(cast.bakery, 1))
    statement = year_of(cast.bakery)
    assert sum(entry.to_pay_cents for entry in statement.entries[1:]) != ledger_balances(cast.bakery)[0]


def test_each_entry_names_its_documents(cast) -> None:
    people = hire(cast.bakery, 1)
    _order, (product, cards) = invoiced(cast.bakery, people)
    received_from_bank([payment_of(product, product.total_cents + 500)])
    cancelled, (third,) = invoiced(cast.bakery, people)
    cancel_order(client=cast.bakery, order_id=cancelled.pk, actor=cast.alice)
    told = [
        (entry.kind, entry.numbers, entry.to_pay_cents, entry.on_account_cents)
        for entry in year_of(cast.bakery).entries
    ]
    note = third.credit_note if hasattr(third, "credit_note") else Invoice.objects.get(pk=third.pk).credit_note
    assert told == [
        ("invoice", [product.number], product.total_cents, 0),
        ("invoice", [cards.number], cards.total_cents, 0),
        ("payment", [product.number], -product.total_cents, 500),
        ("invoice", [third.number], third.total_cents, 0),
        ("credit_note", [note.number, third.number], -third.total_cents, 0),
    ]


def test_what_was_before_the_period_is_the_opening_balance(cast) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    tomorrow = brussels_today() + timedelta(days=1)
    later = statement_of_account(cast.bakery, from_on=tomorrow, to_on=tomorrow)
    owed = sum(invoice.total_cents for invoice in invoices)
    assert (later.opening_cents, later.closing_cents, list(later.entries)) == (owed, owed, [])
    yesterday = brussels_today() - timedelta(days=1)
    assert statement_of_account(cast.bakery, from_on=yesterday, to_on=yesterday).closing_cents == 0


def test_page_and_files_say_the_same(cast, browser_of) -> None:
    _order, (product, cards) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product)])
    browser = browser_of(cast.alice)

    def address(name: str) -> str:
        return reverse(f"portal:{name}", args=[cast.bakery.pk])

    page = browser.get(address("account")).content.decode()
    assert product.number in page
    assert f"€{cards.total_cents / 100:,.2f}" in page
    text = browser.get(address("account-csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["Opening balance", "Invoice", "Invoice", "Payment", "Closing balance"]
    assert round(float(rows[-1][-1]) * 100) == cards.total_cents
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(address("account-xlsx")).content))
    assert round(book.get_sheet_by_index(0).to_python()[-1][-1] * 100) == cards.total_cents
    pdf = browser.get(address("account-pdf"))
    assert pdf.content.startswith(b"%PDF-")
    assert browser.get(address("account"), {"from": "x", "to": "9999-99-99", "page": "-1"}).status_code == 200


def test_too_long_for_paper_is_told(cast, browser_of, monkeypatch) -> None:
    invoiced(cast.bakery, hire(cast.bakery, 1))
    monkeypatch.setattr(statement_papers, "ENTRIES_ON_PAPER_MAX", 1)
    answer = browser_of(cast.alice).get(reverse("portal:account-pdf", args=[cast.bakery.pk]), follow=True)
    assert "a PDF holds at most 1" in answer.content.decode()


def test_staff_send_it_to_each_contact_in_its_language(cast, browser_of) -> None:
    invoiced(cast.bakery, hire(cast.bakery, 1))
    add_billing_contact(
        client=cast.bakery, particulars={"email": "compta@bakkerij.example", "language": "fr"}, actor=cast.alice
    )
    browser = browser_of(cast.staff_member)
    browser.post(reverse("backoffice:client-account-send", args=[cast.bakery.pk]))
    mails = Message.objects.filter(kind="statement_of_account").order_by("id")
    assert [(mail.recipient, mail.language) for mail in mails] == [
        ("boekhouding@bakkerij.example", "nl"),
        ("compta@bakkerij.example", "fr"),
    ]
    assert mails[0].subject.startswith("Rekeningoverzicht")
    assert mails[1].subject.startswith("Relevé de compte")
    assert [bytes(mail.documents.get().content[:5]) for mail in mails] == [b"%PDF-"] * 2
    event = Event.objects.get(action=Action.STATEMENT_OF_ACCOUNT_SENT)
    assert (event.actor_id, event.facts["mail_count"]) == (cast.staff_member.pk, 2)
    BillingContact.objects.update(receives_statements=False)
    answer = browser.post(reverse("backoffice:client-account-send", args=[cast.bakery.pk]), follow=True)
    assert "Nothing was sent" in answer.content.decode()


@pytest.mark.parametrize(
    ("event_key", "transfer_kind", "kind", "subject"),
    [
        ("invoice_vat:invoice:7", "invoice_vat", "invoice", ("invoice", 7)),
        ("reversal:invoice_fees:invoice:7", "reversal", "credit_note", ("invoice", 7)),
        ("reversal:credit_used:allocation:3", "reversal", "credit_use_undone", ("allocation", 3)),
        ("over_payment:statement-line:9", "over_payment", "payment", ("statement-line", 9)),
        ("payment_freed:credit-note:2", "payment_freed", "payment_freed", ("credit-note", 2)),
        ("placement:allocation:3", "placement", "placement", ("allocation", 3)),
        ("placement_undone:allocation:3", "placement_undone", "placement_undone", ("allocation", 3)),
        ("write_off:allocation:3", "write_off", "write_off", ("allocation", 3)),
        ("credit_used:allocation:3", "credit_used", "credit_used", ("allocation", 3)),
        ("refund:refund:4", "refund", "refund", ("refund", 4)),
        ("refund_returned:refund:4:2", "refund_returned", "refund_returned", ("refund", 4)),
        ("something-new", "opening_balance", "opening_balance", ("something-new", 0)),
    ],
)
def test_each_way_money_moves_has_its_place_and_its_words(event_key, transfer_kind, kind, subject) -> None:
    found, about = _kind_and_subject(event_key, transfer_kind)
    assert (str(found), about) == (kind, subject)
    entry = Entry(on=brussels_today(), kind=found, subject=about)
    assert entry.label not in {"", kind}
