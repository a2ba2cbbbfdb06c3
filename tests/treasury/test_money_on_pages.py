"""Credit, refunds, mandates and direct debits through the pages, as client and staff use them."""

import pytest
from bank import Payment, payment_of
from cast import PASSWORD, hire
from django.urls import reverse
from story import invoiced, received_from_bank

from tegoed.audit.models import Event
from tegoed.banking.models import StatementLine
from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import Client, User
from tegoed.rules.dates import add_months, brussels_today
from tegoed.treasury.models import Collection, Mandate, PaymentBatch, Refund

KNOWN = "BE71096123456769"


@pytest.fixture
def eva(cast) -> User:
    return User.objects.create_user("eva@uitgever.example", PASSWORD, full_name="Eva", language="en", is_staff=True)


@pytest.fixture
def invoice(cast):
    """An open invoice of the bakery, and 50 euro of credit."""
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product, product.total_cents + 5_000)])
    _order, (second,) = invoiced(
        cast.bakery, list(cast.bakery.beneficiaries.all()), loading_on=add_months(brussels_today(), 1)
    )
    return second


def portal(name: str, client, **things: int) -> str:
    return reverse(f"portal:{name}", kwargs={"client_id": client.pk, **things})


def office(name: str, **things: int) -> str:
    return reverse(f"backoffice:{name}", kwargs=things)


def test_credit_is_used_with_one_click(cast, invoice, browser_of) -> None:
    browser = browser_of(cast.alice)
    page = browser.get(portal("credit", cast.bakery)).content.decode()
    assert portal("credit-use", cast.bakery, invoice_id=invoice.pk) in page
    answer = browser.post(portal("credit-use", cast.bakery, invoice_id=invoice.pk))
    assert answer["Location"] == portal("invoice", cast.bakery, invoice_id=invoice.pk)
    invoice.refresh_from_db()
    assert (invoice.paid_cents, on_account_cents(cast.bakery)) == (5_000, 0)
    assert Event.objects.get(action="credit:use").actor_id == cast.alice.pk


def test_credit_pays_by_itself_once_the_owner_chose_so(cast, invoice, browser_of) -> None:
    browser = browser_of(cast.alice)
    browser.post(portal("credit-automatic", cast.bakery), {"automatic": "on"})
    assert Client.objects.get(pk=cast.bakery.pk).pays_from_credit
    browser.post(portal("credit-automatic", cast.bakery), {"automatic": "off"})
    assert not Client.objects.get(pk=cast.bakery.pk).pays_from_credit


def test_from_asked_to_downloaded_file(cast, invoice, browser_of, eva) -> None:
    wish = {"amount": "50.00", "account": KNOWN, "reason": "Thank you"}
    assert browser_of(cast.alice).post(portal("credit-ask-back", cast.bakery), wish).status_code == 302
    refund = Refund.objects.get()
    staff = browser_of(eva)
    assert refund.end_to_end in staff.get(office("refunds")).content.decode()
    staff.post(office("refund-approve", refund_id=refund.pk))
    made = staff.post(office("refunds-file"))
    batch = PaymentBatch.objects.get()
    assert made["Location"] == office("payment-file", batch_id=batch.pk)
    fingerprint = " ".join(batch.sha256[start : start + 4] for start in range(0, 64, 4))
    assert fingerprint in staff.get(made["Location"]).content.decode()
    first, second = (staff.get(office("payment-file-download", batch_id=batch.pk)) for _ in range(2))
    assert first.content == second.content == bytes(batch.content)
    assert first["Content-Disposition"] == f'attachment; filename="{batch.file_name}"'
    assert Event.objects.filter(action="payment-file:download").count() == 2


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"amount": "50.01"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"account": "other"}, "other_iban"),
        ({"account": "other", "other_iban": "BE71096123456768"}, "other_iban"),
        ({"account": "other", "other_iban": "BE68 5390 0754 7034"}, "other_iban"),
        ({"account": "BE00"}, "account"),
        ({"reason": "x" * 141}, "reason"),
    ],
)
def test_a_wish_that_makes_no_sense_is_said_at_its_field(cast, invoice, browser_of, wish, field) -> None:
    answer = browser_of(cast.alice).post(
        portal("credit-ask-back", cast.bakery), {"amount": "1,00", "account": KNOWN} | wish
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Refund.objects.exists()


def test_who_entered_a_refund_is_told_that_another_decides(cast, invoice, browser_of, eva) -> None:
    browser = browser_of(eva)
    browser.post(office("refund-of-client", client_id=cast.bakery.pk), {"amount": "10", "account": KNOWN})
    refund = Refund.objects.get()
    assert (
        office("refund-approve", refund_id=refund.pk)
        not in browser.get(office("refund", refund_id=refund.pk)).content.decode()
    )
    browser.post(office("refund-approve", refund_id=refund.pk))
    refund.refresh_from_db()
    assert refund.state == "asked"
    browser_of(cast.staff_member).post(office("refund-refuse", refund_id=refund.pk), {"reason": "Set it off"})
    refund.refresh_from_db()
    assert (refund.state, refund.decided_by) == ("refused", cast.staff_member)


def test_a_payment_in_suspense_is_entered_to_go_back(cast, browser_of) -> None:
    received_from_bank([Payment(100, free="?")])
    line = StatementLine.objects.get()
    browser = browser_of(cast.staff_member)
    assert office("refund-of-line", line_id=line.pk) in browser.get(office("line", line_id=line.pk)).content.decode()
    browser.post(office("refund-of-line", line_id=line.pk), {"reason": ""})
    assert Refund.objects.get().line == line


@pytest.fixture
def collects(cast) -> None:
    cast.issuer.creditor_identifier, cast.issuer.payment_days = "BE81ZZZ0123456749", 5
    cast.issuer.save()


SIGNED = {"iban": "be71 0961 2345 6769", "scheme": "core", "signer_name": "Alice", "signer_function": "Owner"}


def test_a_mandate_is_signed_with_who_when_and_from_where(cast, collects, browser_of) -> None:
    browser = browser_of(cast.alice)
    unsigned = browser.post(portal("direct-debit-sign", cast.bakery), SIGNED)
    assert (unsigned.status_code, Mandate.objects.count()) == (422, 0)
    browser.post(portal("direct-debit-sign", cast.bakery), SIGNED | {"agreed": "on"}, REMOTE_ADDR="192.0.2.9")
    mandate = Mandate.objects.get()
    assert (mandate.iban, mandate.signed_by, mandate.signed_from) == (KNOWN, cast.alice, "192.0.2.9")
    for language in ("nl", "fr", "en", "de"):
        pdf = browser.get(portal("direct-debit-pdf", cast.bakery, mandate_id=mandate.pk), {"language": language})
        assert pdf.content.startswith(b"%PDF-")
    browser.post(portal("direct-debit-revoke", cast.bakery, mandate_id=mandate.pk))
    mandate.refresh_from_db()
    assert (mandate.state, mandate.ended_by) == ("revoked", cast.alice)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"iban": "BE71096123456768"}, "iban"),
        ({"scheme": "other"}, "scheme"),
        ({"signer_name": "A\u0007"}, "signer_name"),
        ({"signer_function": ""}, "signer_function"),
    ],
)
def test_a_mandate_with_something_wrong_is_not_signed(cast, collects, browser_of, wrong, field) -> None:
    answer = browser_of(cast.alice).post(portal("direct-debit-sign", cast.bakery), SIGNED | {"agreed": "on"} | wrong)
    assert (answer.status_code, Mandate.objects.count()) == (422, 0)
    assert field in answer.context["form"].errors


def test_an_invoice_that_is_collected_shows_no_code_to_pay_it_twice(cast, collects, browser_of) -> None:
    browser = browser_of(cast.alice)
    browser.post(portal("direct-debit-sign", cast.bakery), SIGNED | {"agreed": "on"})
    _order, (invoice, _card) = invoiced(cast.bakery, hire(cast.bakery, 1), loading_on=add_months(brussels_today(), 1))
    page = browser.get(portal("invoice", cast.bakery, invoice_id=invoice.pk)).content.decode()
    assert "make no transfer" in page
    assert "pay-qr" not in page
    browser.post(portal("direct-debit-revoke", cast.bakery, mandate_id=Mandate.objects.get().pk))
    assert "pay-qr" in browser.get(portal("invoice", cast.bakery, invoice_id=invoice.pk)).content.decode()


def test_direct_debits_from_plan_to_file_and_what_the_bank_says_by_telephone(cast, collects, browser_of) -> None:
    browser_of(cast.alice).post(portal("direct-debit-sign", cast.bakery), SIGNED | {"agreed": "on"})
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1), loading_on=add_months(brussels_today(), 1))
    staff = browser_of(cast.staff_member)
    assert all(invoice.number in staff.get(office("collections")).content.decode() for invoice in invoices)
    staff.post(office("collections-file"))
    one, other = Collection.objects.order_by("id")
    staff.post(office("collection-refuse", collection_id=one.pk), {"reason": "AM04"})
    staff.post(office("collection-repeat", collection_id=one.pk))
    staff.post(office("collection-cancel", collection_id=other.pk))
    staff.post(office("collection-cancel", collection_id=other.pk))
    states = list(Collection.objects.order_by("id").values_list("state", "may_repeat"))
    assert states == [("refused", True), ("cancelled", False)]
    staff.post(office("collections-file"))
    assert Collection.objects.filter(state="in_file").count() == 2


def test_the_same_refund_asked_twice_is_one(cast, invoice, browser_of) -> None:
    browser = browser_of(cast.alice)
    wish = {"amount": "20.00", "account": KNOWN, "reason": ""}
    assert browser.post(portal("credit-ask-back", cast.bakery), wish).status_code == 302
    again = browser.post(portal("credit-ask-back", cast.bakery), wish)
    assert again.status_code == 422
    assert "is asked back already and waits for a decision" in again.content.decode()
    assert Refund.objects.count() == 1
    assert browser.post(portal("credit-ask-back", cast.bakery), wish | {"amount": "20.01"}).status_code == 302


def test_who_only_looks_is_offered_nothing_to_do_with_credit(cast, invoice, browser_of) -> None:
    page = browser_of(cast.bob).get(portal("credit", cast.bakery)).content.decode()
    assert portal("credit-use", cast.bakery, invoice_id=invoice.pk) not in page
    assert portal("credit-ask-back", cast.bakery) not in page
    assert "Use it for an invoice" not in page


def test_without_credit_there_is_nothing_to_ask_back(cast, browser_of) -> None:
    answer = browser_of(cast.charlie).get(portal("credit-ask-back", cast.garage))
    assert answer["Location"] == portal("credit", cast.garage)
