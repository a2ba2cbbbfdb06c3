"""Alice sees what to pay and fetches the documents."""

import io
import re

import pytest
from cast import draft_of, hire
from django.urls import reverse
from lxml import etree

from tegoed.billing.models import Invoice, InvoiceState
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.orders.queries import preview_of
from tegoed.rules.structured_communication import pretty


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


@pytest.fixture
def invoice(cast) -> Invoice:
    """The product invoice of an order for two."""
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    total_cents = preview_of(order).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=order.pk, actor=cast.alice, confirmed_total_cents=total_cents)
    return invoice_order(order_id=order.pk)[0]


def address(cast, name: str, invoice: Invoice) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, invoice.pk])


def test_an_open_invoice_says_how_to_pay_it(cast, invoice, alice_browser):
    page = alice_browser.get(address(cast, "invoice", invoice)).content.decode()
    assert pretty(invoice.structured_communication) in page
    assert "BE68 5390 0754 7034" in page
    assert f"€{invoice.open_cents / 100:,.2f}" in page
    assert "<svg" in page.partition('class="pay-qr"')[2]


def test_a_paid_invoice_asks_for_nothing(cast, invoice, alice_browser):
    Invoice.objects.filter(pk=invoice.pk).update(paid_cents=invoice.total_cents, state=InvoiceState.PAID)
    page = alice_browser.get(address(cast, "invoice", invoice)).content.decode()
    assert "This invoice is paid" in page
    assert "pay-qr" not in page


def test_the_pdf_comes_as_a_file_to_keep(cast, invoice, alice_browser):
    answer = alice_browser.get(address(cast, "invoice-pdf", invoice))
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_the_xml_is_the_invoice(cast, invoice, alice_browser):
    answer = alice_browser.get(address(cast, "invoice-xml", invoice))
    tree = etree.parse(io.BytesIO(answer.content))
    assert answer["Content-Type"] == "application/xml"
    assert answer["Content-Disposition"] == f'attachment; filename="{invoice.number}.xml"'
    assert tree.findtext("{*}ID") == invoice.number


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_the_pdf_comes_in_each_language(language, cast, invoice, alice_browser):
    answer = alice_browser.get(address(cast, "invoice-pdf", invoice), {"language": language})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["", "xx", "../nl", "nl\r\nSet-Cookie: x"])
def test_another_language_is_not_there(language, cast, invoice, alice_browser):
    assert alice_browser.get(address(cast, "invoice-pdf", invoice), {"language": language}).status_code == 404


def test_the_overview_shows_all_facts_and_both_documents(cast, invoice, alice_browser):
    page = alice_browser.get(reverse("portal:invoices", args=[cast.bakery.pk])).content.decode()
    for expected in (
        invoice.number,
        "Product invoice",
        "Card invoice",
        address(cast, "invoice-pdf", invoice),
        address(cast, "invoice-xml", invoice),
    ):
        assert expected in page
    assert len(re.findall(r">To pay<", page)) >= 2


def test_200_invoices_take_few_queries(cast, invoice, alice_browser, django_assert_max_num_queries):
    order = invoice.order
    facts = {
        name: getattr(invoice, name)
        for name in ("client", "kind", "series", "year", "language", "issued_on", "due_on", "seller", "buyer")
    }
    sums = {name: getattr(invoice, name) for name in ("exempt_cents", "taxable_cents", "vat_cents", "total_cents")}
    orders = [draft_of(cast.bakery, []) for _number in range(50)]
    Invoice.objects.bulk_create(
        Invoice(
            order=other,
            number=f"P2026-9{number:05d}",
            number_in_year=900_000 + number,
            structured_communication=f"{number:012d}",
            **facts,
            **sums,
        )
        for number, other in enumerate(orders)
        if other != order
    )
    alice_browser.get(reverse("sessions"))  # the first page of a session notes where somebody is signed in
    with django_assert_max_num_queries(14):
        alice_browser.get(reverse("portal:invoices", args=[cast.bakery.pk]))
