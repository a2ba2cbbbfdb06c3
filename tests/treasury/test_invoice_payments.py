"""What a client reads of one invoice's payments: how, when, taken back; what is collected asks for no transfer."""

import pytest
from bank import Payment, payment_of, returned
from cast import PASSWORD, hire
from django.urls import reverse
from django.utils.translation import override
from story import invoiced, received_from_bank

from tegoed.banking.statement_of_account import statement_of_account
from tegoed.billing.models import Invoice
from tegoed.clients.models import User
from tegoed.flows import statement_papers
from tegoed.flows.payment_files import make_collection_file
from tegoed.flows.sign_mandate import revoke_mandate, sign_mandate
from tegoed.flows.use_credit import use_credit
from tegoed.portal.invoice_payments import payments_of
from tegoed.rules.dates import add_months, brussels_today
from tegoed.treasury.models import Mandate, MandateScheme

KNOWN = "BE71096123456769"


@pytest.fixture
def eva(cast) -> User:
    return User.objects.create_user("eva@uitgever.example", PASSWORD, full_name="Eva", language="en", is_staff=True)


def an_invoice(cast, first: int = 0) -> Invoice:
    return invoiced(cast.bakery, hire(cast.bakery, 2, first=first), loading_on=add_months(brussels_today(), 1))[1][0]


def sign(cast) -> Mandate:
    cast.issuer.creditor_identifier, cast.issuer.payment_days = "BE81ZZZ0123456749", 5
    cast.issuer.save()
    return sign_mandate(
        client=cast.bakery,
        scheme=MandateScheme.CORE,
        iban=KNOWN,
        signer_name="Alice Peeters",
        signer_function="Zaakvoerder",
        signed_from="192.0.2.7",
        actor=cast.alice,
    )


def told(invoice: Invoice) -> list[tuple[str, int, bool]]:
    with override("en"):
        return [(one.how, one.amount_cents, one.counts) for one in payments_of(invoice)]


def page_of(cast, browser_of, name: str, **things: int) -> str:
    address = reverse(f"portal:{name}", kwargs={"client_id": cast.bakery.pk, **things})
    return browser_of(cast.alice).get(address).content.decode()


def test_each_payment_is_told_and_those_that_count_add_up(cast) -> None:
    first = an_invoice(cast)
    received_from_bank([payment_of(first, first.total_cents + 1_000)])
    second = an_invoice(cast, first=2)
    use_credit(client=cast.bakery, invoice_id=second.pk, actor=cast.alice)
    part = payment_of(second, 2_000)
    received_from_bank([part, payment_of(second, 3_000)])
    received_from_bank([returned(part)])
    second.refresh_from_db()
    assert sorted(told(second)) == [
        ("Credit on account used", 1_000, True),
        ("Transfer", 2_000, False),
        ("Transfer", 3_000, True),
    ]
    assert sum(one.amount_cents for one in payments_of(second) if one.counts) == second.paid_cents
    with override("en"):
        (gone,) = [one for one in payments_of(second) if not one.counts]
    assert gone.note.startswith("Taken back on ")


def test_a_direct_debit_that_came_back_says_why_on_the_page(cast, eva, browser_of) -> None:
    sign(cast)
    invoice = an_invoice(cast)
    collection = make_collection_file(actor=eva).collections.get(invoice=invoice)
    received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
    assert told(invoice) == [("Direct debit", invoice.total_cents, True)]
    back = Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="2", reason="AM04")
    received_from_bank([back])
    assert told(invoice) == [("Direct debit", invoice.total_cents, False)]
    page = page_of(cast, browser_of, "invoice", invoice_id=invoice.pk)
    assert "there was not enough money on the account (AM04)" in page
    assert "How to pay" in page


def test_what_the_bank_has_is_collected_from_the_account_of_then(cast, eva, browser_of) -> None:
    mandate = sign(cast)
    invoice = an_invoice(cast)
    make_collection_file(actor=eva)
    revoke_mandate(client=cast.bakery, mandate_id=mandate.pk, actor=cast.alice)
    page = page_of(cast, browser_of, "invoice", invoice_id=invoice.pk)
    assert "make no transfer" in page
    assert "from your account BE71 0961 2345 6769" in page


def test_what_is_collected_asks_for_no_transfer_in_list_overview_and_statement(cast, browser_of, monkeypatch) -> None:
    to_pay = an_invoice(cast)
    sign(cast)
    collected = an_invoice(cast, first=2)  # and the invoice of its cards
    assert collected.due_on < to_pay.due_on
    overview = page_of(cast, browser_of, "overview")
    for page in (page_of(cast, browser_of, "invoices"), overview):
        assert page.count("We collect it: make no transfer") == 2
    assert f"Pay invoice {to_pay.number}" in overview
    assert f"Pay invoice {collected.number}" not in overview

    documents = []
    monkeypatch.setattr(statement_papers, "write_account_pdf", lambda document, **_language: documents.append(document))
    statement = statement_of_account(cast.bakery, from_on=brussels_today(), to_on=brussels_today())
    statement_papers.statement_pdf(statement, language="nl", today=brussels_today())
    by_number = {invoice.number: invoice.is_collected for invoice in documents[0].open_invoices}
    assert by_number[collected.number]
    assert not by_number[to_pay.number]


def test_the_overview_promises_loading_no_earlier_than_the_loading_date(cast, browser_of) -> None:
    an_invoice(cast)
    overview = page_of(cast, browser_of, "overview")
    assert "Once it is paid, the vouchers are loaded on" in overview
    assert "within minutes" not in overview
