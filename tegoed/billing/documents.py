"""The files of an invoice or credit note: PDF and Peppol UBL, made from the snapshot that it is.

Its one law: what was sent is kept and given again byte for byte; another language is made on demand from the same
snapshot and not kept. It decides nothing about amounts: `formats.invoice` refuses a snapshot that does not add up.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal, cast

from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from tegoed.billing.models import CreditNote, Invoice, InvoiceRow
from tegoed.billing.wording import credit_terms, fee_exemption_reason, row_description
from tegoed.formats import invoice as invoice_format
from tegoed.formats.epc_qr import epc_qr_svg
from tegoed.formats.invoice_pdf import write_invoice_pdf
from tegoed.formats.ubl import write_ubl
from tegoed.outbox.actions import NewFile, keep_document, keep_documents
from tegoed.outbox.models import Document
from tegoed.rules.pricing import CostReason

Paper = Invoice | CreditNote
Format = Literal["pdf", "ubl"]
MEDIA_TYPES = {"pdf": "application/pdf", "ubl": "application/xml"}
SUFFIXES = {"pdf": "pdf", "ubl": "xml"}


def snapshot_of(paper: Paper, *, language: str) -> invoice_format.InvoiceDocument:
    """The invoice or credit note as the formats take it, its words in `language`."""
    invoice = paper if isinstance(paper, Invoice) else paper.invoice
    seller = dict(paper.seller)
    iban, bic = seller.pop("iban"), seller.pop("bic")
    reasons = seller.pop("vat_reasons")
    is_credit = isinstance(paper, CreditNote)
    return invoice_format.InvoiceDocument(
        number=paper.number,
        kind=cast("Literal['product', 'card']", invoice.kind),
        issued_on=paper.issued_on,
        due_on=None if is_credit else invoice.due_on,
        language=cast("invoice_format.Language", language),
        seller=invoice_format.Party(**seller),
        buyer=invoice_format.Party(**paper.buyer),
        seller_iban=iban,
        seller_bic=bic,
        structured_communication=None if is_credit else invoice.structured_communication,
        order_reference=str(invoice.order_id),
        buyer_reference=invoice.order.reference or None,
        accounting_cost=_accounting_cost(invoice, language),
        credits=_credited(invoice, language) if is_credit else None,
        rows=tuple(_row(row, invoice, language, face_value_reason=reasons[language]) for row in invoice.rows.all()),
        exempt_cents=paper.exempt_cents,
        taxable_cents=paper.taxable_cents,
        vat_cents=paper.vat_cents,
        total_cents=paper.total_cents,
        prepaid_cents=0 if is_credit else invoice.prepaid_cents,
        direct_debit=None if is_credit else _direct_debit(invoice),
    )


def _direct_debit(invoice: Invoice) -> invoice_format.DirectDebit | None:
    told = invoice.direct_debit
    if told is None:
        return None
    return invoice_format.DirectDebit(**(told | {"collect_on": date.fromisoformat(told["collect_on"])}))


def _accounting_cost(invoice: Invoice, language: str) -> str | None:
    """The billing group that the invoice is for (EN 16931, BT-19)."""
    with override(language):
        return invoice.order.billing_group_in_words or None


def _credited(invoice: Invoice, language: str) -> invoice_format.CreditedInvoice:
    return invoice_format.CreditedInvoice(
        number=invoice.number, issued_on=invoice.issued_on, terms=credit_terms(invoice.number, language)
    )


def _row(row: InvoiceRow, invoice: Invoice, language: str, *, face_value_reason: str) -> invoice_format.InvoiceRow:
    is_sent_language = language == invoice.language
    why_exempt = face_value_reason if row.reason == CostReason.FACE_VALUE else fee_exemption_reason(language)
    return invoice_format.InvoiceRow(
        description=row.description
        if is_sent_language
        else row_description(row.reason, invoice.order.product, language),
        quantity=row.quantity,
        unit_price_cents=row.unit_cents,
        net_cents=row.net_cents,
        vat_category=cast("invoice_format.VatCategory", row.vat_category),
        vat_basis_points=row.vat_basis_points,
        exemption_reason=why_exempt if row.vat_category == "E" else None,
    )


def file_name(paper: Paper, document_format: Format) -> str:
    """A name without spaces or secrets."""
    return f"{paper.number}.{SUFFIXES[document_format]}"


def make_documents(*, paper: Paper) -> list[Document]:
    """Make and keep the PDF and the UBL (with the PDF inside) in the paper's language; those kept if already made.

    The caller holds the invoice or credit note locked, in its transaction. What is refused is refused before anything is
    written.
    """
    if paper.documents_at is not None:
        return [link.document for link in paper.documents.select_related("document").order_by("document_id")]
    snapshot = snapshot_of(paper, language=paper.language)
    pdf = write_invoice_pdf(snapshot, language=paper.language)
    contents: dict[Format, bytes] = {
        "pdf": pdf,
        "ubl": write_ubl(snapshot, pdf=pdf, pdf_name=file_name(paper, "pdf")),
    }
    kept = keep_documents(
        [
            NewFile(file_name(paper, document_format), MEDIA_TYPES[document_format], content)
            for document_format, content in contents.items()
        ]
    )
    paper.documents_at = timezone.now()
    _keep_links(paper, dict(zip(contents, kept, strict=True)))
    return kept


def readdressed_ubl(*, paper: Paper, peppol_id: str) -> Document:
    """The XML of the paper for another address in the network than on the day of issue, with the PDF that was sent.

    Kept for the transmission that sends it; the XML that was mailed stays that of the paper. Raises the refusals of
    `check_invoice`.
    """
    snapshot = snapshot_of(paper, language=paper.language)
    snapshot = replace(snapshot, buyer=replace(snapshot.buyer, peppol_id=peppol_id))
    pdf = paper.documents.select_related("document").get(format="pdf", language=paper.language).document
    content = write_ubl(snapshot, pdf=bytes(pdf.content), pdf_name=pdf.file_name)
    return keep_document(file_name=file_name(paper, "ubl"), media_type=MEDIA_TYPES["ubl"], content=content)


def _keep_links(paper: Paper, documents: Mapping[Format, Document]) -> None:
    """The paper has these files from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_LINKS[type(paper)],
            {
                "paper": paper.pk,
                "language": paper.language,
                "formats": list(documents),
                "documents": [document.pk for document in documents.values()],
                "at": paper.documents_at,
            },
        )


_KEEP_LINKS: dict[type[Paper], str] = {
    Invoice: """
        WITH kept AS (
            INSERT INTO billing_invoicedocument (invoice_id, language, format, document_id)
            SELECT %(paper)s, %(language)s, unnest(%(formats)s::text[]), unnest(%(documents)s::bigint[])
        )
        UPDATE billing_invoice SET documents_at = %(at)s WHERE id = %(paper)s
    """,
    CreditNote: """
        WITH kept AS (
            INSERT INTO billing_creditnotedocument (credit_note_id, language, format, document_id)
            SELECT %(paper)s, %(language)s, unnest(%(formats)s::text[]), unnest(%(documents)s::bigint[])
        )
        UPDATE billing_creditnote SET documents_at = %(at)s WHERE id = %(paper)s
    """,
}


def document_of(paper: Paper, document_format: Format, language: str | None = None) -> Document:
    """The kept document, or (another language, or not made yet) one made for this reader and not kept."""
    wanted = language or paper.language
    found = paper.documents.select_related("document").filter(format=document_format, language=wanted).first()
    if found is not None:
        return found.document
    snapshot = snapshot_of(paper, language=wanted)
    content = write_invoice_pdf(snapshot, language=wanted)
    if document_format == "ubl":
        content = write_ubl(snapshot, pdf=content, pdf_name=file_name(paper, "pdf"))
    return Document(
        file_name=file_name(paper, document_format), media_type=MEDIA_TYPES[document_format], content=content
    )


def payment_qr_svg(invoice: Invoice) -> str:
    """The EPC QR to pay what is open. Raises `EpcQrImpossible` when nothing is."""
    return epc_qr_svg(
        name=invoice.seller["name"],
        iban=invoice.seller["iban"],
        bic=invoice.seller["bic"],
        amount_cents=invoice.open_cents,
        communication=invoice.structured_communication,
    )
