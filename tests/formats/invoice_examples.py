"""Invoices for the tests of the UBL writer, the PDF and the QR: one real example, and any valid one."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tegoed.formats.invoice import InvoiceDocument, InvoiceRow, Party, vat_subtotals
from tegoed.rules.structured_communication import make_structured_communication

REASON = "Nominale waarde van cheques: geen vergoeding voor een levering of dienst"

SELLER = Party(
    name="Demo Vouchers NV",
    enterprise_number="0403170701",
    vat_number="BE0403170701",
    street="Kunstlaan 27",
    postcode="1000",
    town="Brussel",
    country_code="BE",
    email="facturen@vouchers.example",
)
BUYER = Party(
    name="Bakkerij De Gouden Aar BV",
    enterprise_number="0867686774",
    vat_number="BE0867686774",
    street="Veldstraat 112 bus 3",
    postcode="9000",
    town="Gent",
    country_code="BE",
    email=None,
)
FACE_VALUE = InvoiceRow(
    description="Maaltijdcheques, nominale waarde",
    detail="24 begunstigden × 20 cheques",
    quantity=480,
    unit_price_cents=800,
    net_cents=384_000,
    vat_category="E",
    vat_basis_points=0,
    exemption_reason=REASON,
)
SERVICE = InvoiceRow(
    description="Dienstverlening",
    detail="1,25 % van de nominale waarde",
    quantity=3,
    unit_price_cents=None,
    net_cents=4_801,
    vat_category="S",
    vat_basis_points=2_100,
)
LOADING = InvoiceRow(
    description="Laden op de kaart",
    quantity=25,
    unit_price_cents=35,
    net_cents=875,
    vat_category="S",
    vat_basis_points=2_100,
)


def invoice(*rows: InvoiceRow, **changes: object) -> InvoiceDocument:
    """An invoice with these rows (or the three of the example) and totals that fit them."""
    rows = rows or (FACE_VALUE, SERVICE, LOADING)
    subtotals = vat_subtotals(rows)
    exempt_cents = sum(part.taxable_cents for part in subtotals if part.category == "E")
    taxable_cents = sum(part.taxable_cents for part in subtotals if part.category == "S")
    vat_cents = sum(part.vat_cents for part in subtotals)
    document = InvoiceDocument(
        number="2026-P-000042",
        kind="product",
        issued_on=date(2026, 11, 23),
        due_on=date(2026, 12, 7),
        language="nl",
        seller=SELLER,
        buyer=BUYER,
        seller_iban="BE68539007547034",
        seller_bic="KREDBEBB",
        structured_communication="312401398067",
        order_reference="B-2026-0117",
        buyer_reference="PO 4711",
        rows=rows,
        exempt_cents=exempt_cents,
        taxable_cents=taxable_cents,
        vat_cents=vat_cents,
        total_cents=exempt_cents + taxable_cents + vat_cents,
    )
    return replace(document, **changes)


def texts(max_size: int = 24) -> st.SearchStrategy[str]:
    """Anything a person may type in one line, markup of XML and typst included."""
    characters = st.characters(exclude_categories=["Cc", "Cs", "Cn"], include_characters="<>&\"'#$*_`@[]")
    return st.text(characters, min_size=1, max_size=max_size).filter(str.strip)


@st.composite
def parties(draw: st.DrawFn, *, liable: bool) -> Party:
    base = draw(st.integers(1, 19_999_999))
    number = f"{base:08d}{97 - base % 97:02d}"
    vat_number = f"BE{number}" if liable or draw(st.booleans()) else None
    return Party(
        name=draw(texts(150)),
        enterprise_number=number,
        vat_number=vat_number,
        street=draw(texts()),
        postcode=draw(st.from_regex(r"[1-9][0-9]{3}", fullmatch=True)),
        town=draw(texts()),
        country_code=draw(st.sampled_from(["BE", "NL", "LU"])),
        email=draw(st.none() | st.just("a@b.example")),
    )


@st.composite
def invoice_rows(draw: st.DrawFn) -> InvoiceRow:
    quantity = draw(st.integers(1, 5_000))
    unit_price_cents = draw(st.none() | st.integers(0, 10_000))
    net_cents = draw(st.integers(0, 10**9)) if unit_price_cents is None else unit_price_cents * quantity
    rate = draw(st.sampled_from([0, 600, 2_100]))
    return InvoiceRow(
        description=draw(texts()),
        detail=draw(st.none() | texts()),
        quantity=quantity,
        unit_price_cents=unit_price_cents,
        net_cents=net_cents,
        vat_category="S" if rate else "E",
        vat_basis_points=rate,
        exemption_reason=None if rate else draw(texts()),
    )


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceDocument:
    """Any valid invoice: only exempt, only taxed or mixed, fees of zero, hostile names."""
    issued_on = draw(st.dates(date(2026, 1, 1), date(2040, 1, 1)))
    return invoice(
        *draw(st.lists(invoice_rows(), min_size=1, max_size=3)),
        number=draw(texts(20)),
        kind=draw(st.sampled_from(["product", "card"])),
        issued_on=issued_on,
        due_on=draw(st.dates(issued_on, date(2040, 3, 1))),
        seller=draw(parties(liable=True)),
        buyer=draw(parties(liable=False)),
        structured_communication=make_structured_communication(draw(st.integers(0, 10**10 - 1))),
        order_reference=draw(texts(20)),
        buyer_reference=draw(st.none() | texts(20)),
        accounting_cost=draw(st.none() | texts(40)),
    )
