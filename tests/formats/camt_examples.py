"""Statements for the camt.053 tests: one fixed example of every shape, Hypothesis strategies, and edits of a file."""

from dataclasses import replace
from datetime import date
from io import BytesIO

from hypothesis import strategies as st
from lxml import etree

from tegoed.formats.bank_statement import BankMovement, BankStatement
from tegoed.formats.camt053 import WrittenEntry, read_camt053, write_camt053
from tegoed.rules.structured_communication import make_structured_communication

DAY = date(2026, 3, 2)
IBAN = "BE68539007547034"
OTHER_IBAN = "BE71096123456769"
REFERENCE = make_structured_communication(3_124_013_980)


def movement(amount_cents: int, **values: object) -> BankMovement:
    common = {"entry_on": DAY, "value_on": DAY, "transaction_code": "PMNT-RCDT-ESCT", "bank_reference": "REF 1"}
    return BankMovement(amount_cents=amount_cents, **{**common, **values})


def entry(*movements: BankMovement, **values: object) -> WrittenEntry:
    return WrittenEntry(movements=movements, **values)


def statement(*entries: WrittenEntry, **values: object) -> tuple[BankStatement, tuple[WrittenEntry, ...]]:
    """A statement with these entries, whose closing balance follows from the booked ones."""
    old_balance_cents = values.pop("old_balance_cents", 100_000)
    movements = tuple(one for booked in entries if booked.status == "BOOK" for one in booked.movements)
    common = {
        "account_number": IBAN,
        "account_iban": IBAN,
        "currency": "EUR",
        "created_on": DAY,
        "sequence": 41,
        "old_balance_on": DAY,
        "new_balance_on": DAY,
    }
    made = BankStatement(
        old_balance_cents=old_balance_cents,
        new_balance_cents=old_balance_cents + sum(one.amount_cents for one in movements),
        movements=movements,
        **{**common, **values},
    )
    return made, entries


TRANSFER = movement(
    406_215,
    structured=REFERENCE,
    communication=REFERENCE,
    counterparty_account=OTHER_IBAN,
    counterparty_bic="GEBABEBB",
    counterparty_name="Zorgbedrijf Café Œuvre & zonen <vzw>",
    end_to_end_reference="E2E 1",
)
BATCH = entry(
    movement(10_000, communication="order 17", bank_reference="A1", batch_reference="FILE-1", mandate_reference="M1"),
    movement(50_000, structured=REFERENCE, communication=REFERENCE, bank_reference="A2", batch_reference="FILE-1"),
)
REVERSED = entry(
    movement(
        -406_215,
        structured=REFERENCE,
        communication=REFERENCE,
        counterparty_account=OTHER_IBAN,
        is_return=True,
        return_reason="AC04",
    ),
    is_reversal=True,
)
ANNOUNCED = entry(movement(99_999, communication="tomorrow"), status="PDNG")
CHARGES = entry(movement(-1_240, communication="Account fees", transaction_code="ACMT-MDOP-CHRG"), has_details=False)

FULL = statement(
    entry(TRANSFER),
    BATCH,
    REVERSED,
    ANNOUNCED,
    CHARGES,
    entry(movement(100, value_on=None, communication="x" * 70 + " " + "y" * 69 + " z")),
)
EMPTY = statement(sequence=None, old_balance_cents=-5_000)
FILE = write_camt053([FULL, EMPTY])
SIMPLE = write_camt053([statement(entry(movement(1_000, communication="first")), entry(movement(-250)))])


def read(data: bytes) -> list[BankStatement]:
    return read_camt053(BytesIO(data))


def edited(data: bytes, old: str, new: str, *, count: int = 1) -> bytes:
    """The file with other text in place of the first that reads so."""
    assert old.encode() in data, old
    return data.replace(old.encode(), new.encode(), count)


def tree_of(data: bytes) -> etree._Element:
    return etree.fromstring(data)


def bytes_of(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


# Any character that XML may hold; no spaces at the ends, nor two together: a reader joins texts with one.
_letters = st.characters(
    exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co"], exclude_characters="\ufffe\uffff"
)
words = st.text(_letters, min_size=1, max_size=12)


def texts(max_size: int) -> st.SearchStrategy[str]:
    return st.lists(words, max_size=6).map(lambda found: " ".join(found)[:max_size].strip())


days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
amounts = st.integers(-(10**9), 10**9).filter(bool)
references = st.integers(0, 10**10 - 1).map(make_structured_communication)
communications = st.one_of(
    texts(140).map(lambda text: {"communication": text}),
    references.map(lambda digits: {"structured": digits, "communication": digits}),
    st.tuples(references, texts(140).filter(bool)).map(lambda both: {"structured": both[0], "communication": both[1]}),
)
codes = st.sampled_from(["PMNT-RCDT-ESCT", "PMNT-ICDT-ESCT", "PMNT-RDDT-ESDD", "0150"])
accounts = st.one_of(st.just(""), st.just(OTHER_IBAN), st.just("LU589990000000000404"), st.just("999999992 0000123456"))


@st.composite
def movements(draw: st.DrawFn, **fixed: object) -> BankMovement:
    is_return = draw(st.booleans())
    found = {
        "amount_cents": draw(amounts),
        "entry_on": draw(days),
        "value_on": draw(st.none() | days),
        "counterparty_account": draw(accounts),
        "counterparty_bic": draw(st.sampled_from(["", "GEBABEBB", "KREDBEBBXXX"])),
        "counterparty_name": draw(texts(70)),
        "transaction_code": draw(codes),
        "bank_reference": draw(texts(35)),
        "end_to_end_reference": draw(texts(35)),
        "batch_reference": draw(texts(35)),
        "mandate_reference": draw(texts(35)),
        "is_return": is_return,
        "return_reason": draw(st.sampled_from(["", "AC04", "MD06"])) if is_return else "",
        **draw(communications),
    }
    return BankMovement(**{**found, **fixed})


@st.composite
def entries(draw: st.DrawFn) -> WrittenEntry:
    """A single movement, a reversal, a batch, an announcement, or an entry without details."""
    kind = draw(st.sampled_from(["single", "single", "reversal", "batch", "announced", "bare"]))
    if kind == "batch":
        sign = draw(st.sampled_from([1, -1]))
        shared = {"entry_on": draw(days), "value_on": draw(st.none() | days), "transaction_code": draw(codes)}
        parts = draw(st.lists(movements(**shared), min_size=2, max_size=4))
        return entry(*(replace(part, amount_cents=sign * abs(part.amount_cents)) for part in parts))
    one = draw(movements())
    if kind == "bare":
        return entry(
            movement(one.amount_cents, entry_on=one.entry_on, value_on=one.value_on, communication="interest"),
            has_details=False,
        )
    if kind == "reversal":
        return entry(replace(one, is_return=True), is_reversal=True)
    return entry(one, status=draw(st.sampled_from(["PDNG", "INFO"])) if kind == "announced" else "BOOK")


@st.composite
def statements(draw: st.DrawFn) -> tuple[BankStatement, tuple[WrittenEntry, ...]]:
    return statement(
        *draw(st.lists(entries(), max_size=5)),
        old_balance_cents=draw(st.integers(-(10**12), 10**12)),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        created_on=draw(days),
        sequence=draw(st.none() | st.integers(0, 99_999)),
        old_balance_on=draw(days),
        new_balance_on=draw(days),
    )
