"""How many invoices one core draws as PDF, writes as UBL and makes ready to go, beside the least that typst and lxml could do.

Processor time of the whole process (all threads) is counted, not the clock, so that the figures are per core; every
invoice differs in number, so that nothing is found in a cache. Best of three rounds.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import typst
from lxml import etree

from bench import invoices_sent
from bench.scratch import row
from tegoed.formats.invoice import InvoiceDocument, InvoiceRow, Party, vat_subtotals
from tegoed.formats.invoice_pdf import write_invoice_pdf
from tegoed.formats.ubl import ubl_tree, write_ubl

ROUNDS = 3
PDF_COUNT = 150
UBL_COUNT = 1_000
EMBEDDED_PDF = b"%PDF-1.7\n" + bytes(40_000)

PDF_TARGET_PER_SECOND = 60
UBL_TARGET_PER_SECOND = 1_000


def run() -> list[dict]:
    """Measures, and gives its rows."""
    document = _invoice()
    numbered = [replace(document, number=f"2026-P-{index:06d}") for index in range(UBL_COUNT)]
    tree = ubl_tree(document)
    compiler = typst.Compiler(ignore_system_fonts=True)
    one_line_per_second = _per_second(lambda index: compiler.compile(input=b"One line, %d." % index), PDF_COUNT)
    serialised_per_second = _per_second(lambda _: etree.tostring(tree, encoding="UTF-8"), UBL_COUNT)
    pdf_per_second = _per_second(lambda index: write_invoice_pdf(numbered[index], language="nl"), PDF_COUNT)
    return [
        *invoices_sent.rows(floor_per_second=pdf_per_second),
        _row(
            "invoice PDF",
            pdf_per_second,
            reference_name="typst, one line of text",
            reference_value=one_line_per_second,
            target=PDF_TARGET_PER_SECOND,
        ),
        _row(
            "invoice UBL",
            _per_second(lambda index: write_ubl(numbered[index]), UBL_COUNT),
            reference_name="lxml, same tree serialised",
            reference_value=serialised_per_second,
            target=UBL_TARGET_PER_SECOND,
        ),
        _row(
            "invoice UBL, PDF of 40 kB inside",
            _per_second(lambda index: write_ubl(numbered[index], pdf=EMBEDDED_PDF, pdf_name="a.pdf"), UBL_COUNT),
            reference_name="lxml, same tree without PDF serialised",
            reference_value=serialised_per_second,
            target=UBL_TARGET_PER_SECOND,
        ),
    ]


def _per_second(act: Callable[[int], object], count: int) -> float:
    """Acts per second of processor time, warmed up, best of the rounds."""
    act(0)
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for index in range(count):
            act(index)
        best = min(best, time.process_time() - started)
    return count / best


def _row(name: str, value: float, *, reference_name: str, reference_value: float, target: int) -> dict:
    return row(
        name,
        value,
        "per second and core",
        reference_name=reference_name,
        reference_value=round(reference_value),
        ratio=value / reference_value,
        target=f"≥ {target:,}",
        is_met=value >= target,
    )


def _invoice() -> InvoiceDocument:
    """A product invoice of four rows, as the demo's."""
    rows = (
        _face_value(quantity=480, unit_price_cents=800),
        _face_value(quantity=20, unit_price_cents=756),
        _fee("Dienstverlening", quantity=1, unit_price_cents=None, net_cents=4_989),
        _fee("Laden op de kaart", quantity=25, unit_price_cents=35, net_cents=875),
    )
    exempt, taxed = vat_subtotals(rows)
    return InvoiceDocument(
        number="2026-P-000001",
        kind="product",
        issued_on=date(2026, 11, 23),
        due_on=date(2026, 12, 7),
        language="nl",
        seller=_party("Demo Vouchers NV", "0403170701", town="Brussel"),
        buyer=_party("Bakkerij De Gouden Aar BV", "0867686774", town="Gent"),
        seller_iban="BE68539007547034",
        seller_bic="KREDBEBB",
        structured_communication="312401398067",
        order_reference="B-2026-0117",
        buyer_reference="PO 4711",
        rows=rows,
        exempt_cents=exempt.taxable_cents,
        taxable_cents=taxed.taxable_cents,
        vat_cents=taxed.vat_cents,
        total_cents=exempt.taxable_cents + taxed.taxable_cents + taxed.vat_cents,
    )


def _party(name: str, number: str, *, town: str) -> Party:
    return Party(
        name=name,
        enterprise_number=number,
        vat_number=f"BE{number}",
        street="Kerkstraat 1",
        postcode="9000",
        town=town,
        country_code="BE",
    )


def _face_value(*, quantity: int, unit_price_cents: int) -> InvoiceRow:
    return InvoiceRow(
        description="Maaltijdcheques, nominale waarde",
        detail=f"{quantity // 20} begunstigden x 20 cheques",
        quantity=quantity,
        unit_price_cents=unit_price_cents,
        net_cents=quantity * unit_price_cents,
        vat_category="E",
        vat_basis_points=0,
        exemption_reason="Nominale waarde van cheques: geen vergoeding voor een levering of dienst",
    )


def _fee(description: str, *, quantity: int, unit_price_cents: int | None, net_cents: int) -> InvoiceRow:
    return InvoiceRow(
        description=description,
        quantity=quantity,
        unit_price_cents=unit_price_cents,
        net_cents=net_cents,
        vat_category="S",
        vat_basis_points=2_100,
    )
