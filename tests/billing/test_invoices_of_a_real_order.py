"""The invoices that the main job makes, as the client's software and bank app would read them."""

from io import BytesIO

import pytest
import zxingcpp
from cast import BIC, IBAN, hire
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from lxml import etree
from PIL import Image
from story import invoiced
from ubl_judge import Judge, found, one

from tegoed.billing.documents import document_of, snapshot_of
from tegoed.billing.models import Invoice, InvoiceRow
from tegoed.flows.invoice_order import send_invoices
from tegoed.formats.invoice_pdf import write_invoice_png
from tegoed.outbox.models import Message
from tegoed.rules.structured_communication import pretty, read_structured_communication

LANGUAGES = ("nl", "fr", "en", "de")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.fixture
def invoices(cast) -> list[Invoice]:
    order, made = invoiced(cast.bakery, hire(cast.bakery, 3))
    send_invoices(order_id=order.pk)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_invoices_are_valid_e_invoices(judge, invoices, language) -> None:
    for invoice in invoices:
        assert judge.faults(bytes(document_of(invoice, "ubl", language).content)) == []


def test_face_value_is_exempt_and_fees_bear_21_percent(invoices) -> None:
    product, card = (bytes(document_of(invoice, "ubl").content) for invoice in invoices)
    lines = "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory"
    assert found(product, f"{lines}/cbc:ID") == ["E", "S", "S"]
    assert [float(rate) for rate in found(product, f"{lines}/cbc:Percent")] == [0, 21, 21]
    assert set(found(card, f"{lines}/cbc:ID")) == {"S"}
    assert one(product, "cac:PaymentMeans/cbc:PaymentID") == pretty(invoices[0].structured_communication)
    pdf = etree.fromstring(product).findtext(".//{*}EmbeddedDocumentBinaryObject")
    assert pdf is not None
    assert pdf.startswith("JVBERi")  # %PDF in base64


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_on_the_page_pays_us_the_right_amount(invoices, language) -> None:
    for invoice in invoices:
        (page,) = write_invoice_png(snapshot_of(invoice, language=language), language=language)
        (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(page)))
        lines = read.text.split("\n")
        assert lines[4] == BIC
        assert lines[6] == IBAN
        assert lines[7] == f"EUR{invoice.total_cents // 100}.{invoice.total_cents % 100:02d}"
        assert read_structured_communication(lines[9]) == invoice.structured_communication


def test_the_mail_carries_both_files_in_the_language_of_the_client(invoices) -> None:
    for invoice in invoices:
        message = Message.objects.get(event_key=f"invoice:{invoice.pk}")
        assert (message.language, message.recipient) == ("nl", invoice.client.billing_email)
        assert pretty(invoice.structured_communication) in message.text
        assert IBAN in message.text
        assert "Gestructureerde mededeling" in message.text
        assert [document.file_name for document in message.documents.order_by("id")] == [
            f"{invoice.number}.pdf",
            f"{invoice.number}.xml",
        ]


def test_what_was_sent_stays_as_it_was_whatever_changes(cast, invoices) -> None:
    sent = [bytes(document_of(invoice, "pdf").content) for invoice in invoices]
    cast.bakery.name, cast.bakery.street = "Een andere naam", "Elders 9"
    cast.bakery.save()
    cast.issuer.street = "Verhuisd 1"
    cast.issuer.face_value_vat_reasons = dict.fromkeys(LANGUAGES, "andere reden")
    cast.issuer.save()
    cast.tariff.loading_per_beneficiary_cents = 9_999
    cast.tariff.save()
    again = [Invoice.objects.get(pk=invoice.pk) for invoice in invoices]
    assert [bytes(document_of(invoice, "pdf").content) for invoice in again] == sent
    snapshot = snapshot_of(again[0], language="nl")
    assert (snapshot.buyer.name, snapshot.buyer.street) == ("Bakkerij Peeters bv", "Grote Markt 1")
    assert snapshot.seller.street == "Wetstraat 1"
    assert "andere reden" not in str(snapshot.rows)


@pytest.mark.parametrize(
    "change",
    [
        lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(total_cents=1, exempt_cents=1),
        lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(buyer={}),
        lambda invoice: Invoice.objects.filter(pk=invoice.pk).delete(),
        lambda invoice: InvoiceRow.objects.filter(invoice=invoice).update(net_cents=1),
        lambda invoice: InvoiceRow.objects.filter(invoice=invoice).delete(),
        lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(paid_cents=invoice.total_cents + 1),
    ],
)
def test_the_database_refuses_to_change_an_issued_invoice(invoices, change) -> None:
    with pytest.raises((DatabaseError, ProtectedError), match=r"refused|violates|protected"), transaction.atomic():
        change(invoices[0])
    assert Invoice.objects.get(pk=invoices[0].pk).total_cents == invoices[0].total_cents
