"""Statements for the CODA tests: one fixed example of every shape, Hypothesis strategies, and edits of a file."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tegoed.formats.coda import Information, Movement, Statement, numbered, write_coda
from tegoed.rules.structured_communication import make_structured_communication

DAY = date(2026, 3, 2)
REFERENCE = make_structured_communication(3_124_013_980)

# Every printable character of windows-1252.
ALPHABET = "".join(
    bytes([byte]).decode("windows-1252")
    for byte in range(0x20, 0x100)
    if byte not in {0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D}
)


def movement(amount_cents: int, transaction_type: str = "0", **values: object) -> Movement:
    common = {"sequence": 0, "detail": 0, "value_on": DAY, "entry_on": DAY, "bank_reference": "REF 1"}
    codes = {"family": "01", "transaction": "50", "category": "000"}
    return Movement(amount_cents=amount_cents, transaction_type=transaction_type, **{**common, **codes, **values})


def statement(*movements: Movement, **values: object) -> Statement:
    """A numbered statement whose new balance follows from its movements."""
    old_balance_cents = values.pop("old_balance_cents", 100_000)
    common = {
        "account_number": "BE68539007547034",
        "account_structure": "2",
        "currency": "EUR",
        "created_on": DAY,
        "sequence": 41,
        "old_balance_on": DAY,
        "new_balance_on": DAY,
        "holder": "DEMO VOUCHERS NV",
    }
    return numbered(
        Statement(
            old_balance_cents=old_balance_cents,
            new_balance_cents=old_balance_cents + sum(one.amount_cents for one in movements),
            movements=movements,
            **{**common, **values},
        )
    )


PAYER = Information(
    "REF 1", "01500000", "001", "Zorgbedrijf Café Œuvre".ljust(70) + "Kerkstraat 1".ljust(35) + "9000 Gent"
)
TRANSFER = movement(
    406_215,
    structured_type="101",
    structured_content=REFERENCE,
    counterparty_account="BE68539007547034",
    counterparty_currency="EUR",
    counterparty_bic="GEBABEBB",
    counterparty_name="Zorgbedrijf Café Œuvre",
    customer_reference="NOTPROVIDED",
    information=(PAYER,),
)
GLOBALISED_BY_BANK = movement(
    60_000,
    "2",
    details=(
        movement(10_000, "6", communication="order 17"),
        movement(50_000, "7", details=(movement(50_500, "9"), movement(-500, "9"))),
    ),
    globalisation=1,
)
GLOBALISED_BY_CUSTOMER = movement(
    -3_000, "1", details=(movement(-1_000, "5"), movement(-2_000, "5", information=(PAYER,)))
)
WITH_CHARGES = movement(9_750, "3", details=(movement(10_000, "8"), movement(-250, "8")))
RETURNED = movement(-406_215, structured_type="102", structured_content=REFERENCE, r_type="2", reason_code="AC04")

FULL = statement(
    TRANSFER,
    GLOBALISED_BY_BANK,
    GLOBALISED_BY_CUSTOMER,
    WITH_CHARGES,
    RETURNED,
    movement(100, value_on=None, communication="x" * 53 + "y" * 53 + "  z"),
    messages=("A message of the bank. " * 6 + "End.", "Another"),
)
EMPTY = statement(new_balance_on=None, account_number="BE47435000000080", old_balance_cents=-5_000)
OTHER = statement(movement(5), account_structure="0", account_number="435000000080", is_duplicate=True)


def edited(data: bytes, record: int, first: int, text: str) -> bytes:
    """The file with other characters in one record (line from 1) from one position (from 1) on."""
    lines = data.split(b"\r\n")
    line = lines[record - 1]
    new = text.encode("windows-1252")
    lines[record - 1] = line[: first - 1] + new + line[first - 1 + len(new) :]
    return b"\r\n".join(lines)


def record_number(data: bytes, prefix: str, *, nth: int = 1) -> int:
    """The line (from 1) of the nth record that begins so."""
    found = [number for number, line in enumerate(data.split(b"\r\n"), start=1) if line.startswith(prefix.encode())]
    return found[nth - 1]


def file_of(*movements: Movement, **values: object) -> bytes:
    return write_coda([statement(*movements, **values)])


def texts(max_size: int, *, min_size: int = 0) -> st.SearchStrategy[str]:
    text = st.text(ALPHABET, min_size=min_size, max_size=max_size)
    return text.map(lambda value: value.rstrip(" ")).filter(lambda value: len(value) >= min_size)


def digits(width: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=width, max_size=width)


dates = st.dates(date(2000, 1, 1), date(2099, 12, 31))
amounts = st.integers(-(10**9), 10**9).filter(bool)
references = st.integers(0, 10**10 - 1).map(make_structured_communication)
communications = st.one_of(
    st.builds(lambda text: {"communication": text}, texts(149)),
    st.builds(
        lambda kind, text: {"structured_type": kind, "structured_content": text},
        st.sampled_from(["101", "102"]),
        references,
    ),
    st.builds(
        lambda amount, text: {"structured_type": "105", "structured_content": f"{amount * 3}EUR{text}BE"},
        digits(14),
        references,
    ),
    st.builds(
        lambda kind, text: {"structured_type": kind, "structured_content": text},
        st.sampled_from(["127", "113"]),
        texts(146),
    ),
)
informations = st.lists(
    st.builds(
        Information,
        bank_reference=texts(21),
        transaction_code=digits(8),
        structured_type=st.none() | digits(3),
        content=texts(265),
    ),
    max_size=2,
).map(tuple)


@st.composite
def payments(draw: st.DrawFn, transaction_type: str) -> Movement:
    """One movement without details."""
    return movement(
        draw(amounts),
        transaction_type,
        value_on=draw(st.none() | dates),
        entry_on=draw(dates),
        family=draw(digits(2)),
        transaction=draw(digits(2)),
        category=draw(digits(3)),
        bank_reference=draw(texts(21)),
        customer_reference=draw(texts(35)),
        counterparty_account=draw(texts(34)),
        counterparty_currency=draw(st.sampled_from(["", "EUR", "USD"])),
        counterparty_bic=draw(texts(11)),
        counterparty_name=draw(texts(35)),
        r_type=draw(st.sampled_from(["", "1", "2", "3", "4", "5"])),
        reason_code=draw(texts(4)),
        category_purpose=draw(st.sampled_from(["", "SALA"])),
        purpose=draw(texts(4)),
        globalisation=draw(st.integers(0, 9)),
        information=draw(informations),
        **draw(communications),
    )


def explained(payment: st.SearchStrategy[Movement], detail_type: str) -> st.SearchStrategy[Movement]:
    """Types 3 and 7: the details say something about the amount, and need not add up to it."""
    details = st.lists(payments(detail_type), max_size=2).map(tuple)
    return st.builds(lambda one, parts: replace(one, details=parts), payment, details)


def globalised(
    payment: st.SearchStrategy[Movement], detail: st.SearchStrategy[Movement]
) -> st.SearchStrategy[Movement]:
    """Types 1 and 2: the amount is the sum of the details, where there are any."""

    def total(one: Movement, parts: list[Movement]) -> Movement:
        amount_cents = sum(part.amount_cents for part in parts) if parts else one.amount_cents
        return replace(one, amount_cents=amount_cents, details=tuple(parts))

    return st.builds(total, payment, st.lists(detail, max_size=3))


movements = st.one_of(
    payments("0"),
    globalised(payments("1"), payments("5")),
    globalised(payments("2"), payments("6") | explained(payments("7"), "9")),
    explained(payments("3"), "8"),
)
accounts = st.one_of(
    st.tuples(st.just("0"), digits(12)),
    st.tuples(st.just("1"), st.text("ABC012/-", min_size=1, max_size=34)),
    st.tuples(st.just("2"), digits(14).map(lambda number: f"BE{number}")),
    st.tuples(
        st.just("3"),
        st.builds(lambda check, rest: f"LU{check}{rest}", digits(2), st.text("ABC012", min_size=1, max_size=30)),
    ),
)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    structure, account_number = draw(accounts)
    booked = draw(st.lists(movements, max_size=3))
    messages = tuple(draw(st.lists(texts(170), max_size=2)))
    return statement(
        *booked,
        old_balance_cents=draw(st.integers(-(10**12), 10**12)),
        account_structure=structure,
        account_number=account_number,
        currency=draw(st.sampled_from(["EUR", "USD"])),
        created_on=draw(dates),
        sequence=draw(st.integers(0, 999)),
        old_balance_on=draw(st.none() | dates),
        new_balance_on=draw(dates if booked or messages else st.none() | dates),
        messages=messages,
        holder=draw(texts(26)),
        description=draw(texts(35)),
        addressee=draw(texts(26)),
        company_number=draw(st.just("") | digits(10).filter(lambda number: number.strip("0") != "")),
        bank_code=draw(digits(3)),
        bic=draw(texts(11)),
        file_reference=draw(texts(10)),
        paper_sequence=draw(digits(3)),
        is_duplicate=draw(st.booleans()),
    )
