"""A camt.053 that is wrong anywhere is refused as a whole: for its reason, at its element, and quickly."""

import copy
import time
import tracemalloc
from io import BytesIO

import pytest
from camt_examples import BATCH, EMPTY, FILE, FULL, SIMPLE, bytes_of, edited, entry, movement, read, statement, tree_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tegoed.formats import camt053
from tegoed.formats.bank_file import BankFileUnknown, read_bank_file
from tegoed.formats.bank_statement import BankStatement
from tegoed.formats.camt053 import CamtRefused, read_camt053, write_camt053, xml_stream

SECONDS_MAX = 2  # of the processor: machines of tests are busy
NAMED_REASONS = {reason for reason in CamtRefused.__subclasses__() if reason is not camt053.CamtNotWritable}
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def refusal(data: bytes) -> CamtRefused:
    started = time.process_time()
    with pytest.raises(CamtRefused) as refused:
        read(data)
    assert time.process_time() - started < SECONDS_MAX
    assert type(refused.value) in NAMED_REASONS
    return refused.value


def told(data: bytes) -> tuple[str, str]:
    """Code and element of the refusal."""
    refused = refusal(data)
    return refused.code, refused.params.get("path", "")


def sums_hold(statements: list[BankStatement]) -> bool:
    return all(
        one.old_balance_cents + sum(part.amount_cents for part in one.movements) == one.new_balance_cents
        for one in statements
    )


def assert_refused_or_sums_hold(data: bytes) -> type[Exception] | None:
    started = time.process_time()
    outcome: type[Exception] | None = None
    try:
        _, statements = read_bank_file(BytesIO(data), is_one_of_several_files=False)
        assert sums_hold(statements)
    except CamtRefused as refused:
        outcome = type(refused)
        assert outcome in NAMED_REASONS
    except BankFileUnknown as refused:
        outcome = type(refused)
    assert time.process_time() - started < SECONDS_MAX
    return outcome


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_no_changed_byte_ends_elsewhere(index, byte):
    assert_refused_or_sums_hold(FILE[:index] + bytes([byte]) + FILE[index + 1 :])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(FILE)), st.integers(0, 300), st.binary(max_size=20))
def test_no_bytes_lost_or_put_in_end_elsewhere(index, lost, put_in):
    assert_refused_or_sums_hold(FILE[:index] + put_in + FILE[index + lost :])


def test_no_single_digit_of_any_amount_goes_unnoticed():
    """Each digit of each booked amount, balance or sum, replaced by its neighbour."""
    noticed = 0
    data = write_camt053([statement(*(entry(movement(cents), has_details=False) for cents in (1_000, -250)))])
    start = 0
    while (start := data.find(b'Ccy="EUR">', start) + 10) >= 10:
        for index in range(start, data.index(b"<", start)):
            if chr(data[index]).isdigit():
                digit = str((data[index] - ord("0") + 1) % 10).encode()
                refusal(data[:index] + digit + data[index + 1 :])
                noticed += 1
    assert noticed == 19


def test_a_file_cut_anywhere_is_refused():
    whole = FILE.rstrip()
    for length in range(200, len(whole), 37):
        assert refusal(whole[:length]).code == "camt-cut-short"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_element_lost_doubled_or_moved_ends_elsewhere(data):
    root = tree_of(FILE)
    elements = list(root.iter())[1:]
    chosen = data.draw(st.sampled_from(elements))
    parent = chosen.getparent()
    action = data.draw(st.sampled_from(["lost", "doubled", "moved"]))
    if action == "lost":
        parent.remove(chosen)
    elif action == "doubled":
        parent.insert(parent.index(chosen), copy.deepcopy(chosen))
    else:
        target = data.draw(st.sampled_from(elements))
        if any(ancestor is chosen for ancestor in [target, *target.iterancestors()]):
            return
        target.append(chosen)
    assert_refused_or_sums_hold(bytes_of(root))


def test_an_entry_lost_or_doubled_is_always_noticed():
    root = tree_of(FILE)
    for index in range(len(root.findall(".//{*}Ntry"))):
        for action in ("lost", "doubled"):
            changed = copy.deepcopy(root)
            chosen = changed.findall(".//{*}Ntry")[index]
            if chosen.findtext("{*}Sts/{*}Cd") == "PDNG":
                continue
            if action == "lost":
                chosen.getparent().remove(chosen)
            else:
                chosen.addnext(copy.deepcopy(chosen))
            refusal(bytes_of(changed))


BAD = {
    "amount missing": ('<Ntry><Amt Ccy="EUR">10.00</Amt>', "<Ntry>", "camt-element-missing", "Stmt[1]/Ntry[1]/Amt"),
    "amount empty": (
        'EUR">10.00</Amt><CdtDbtInd>',
        'EUR"></Amt><CdtDbtInd>',
        "camt-element-missing",
        "Stmt[1]/Ntry[1]/Amt",
    ),
    "amount no number": ('EUR">10.00', 'EUR">1O.00', "camt-element-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "amount with comma": ('EUR">10.00', 'EUR">10,00', "camt-element-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "amount below zero": ('EUR">10.00', 'EUR">-10.00', "camt-element-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "exponent": ('EUR">10.00', 'EUR">1e1', "camt-element-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "other digits": ('EUR">10.00', 'EUR">１０.00', "camt-element-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "five decimals": ('EUR">10.00', 'EUR">10.00001', "camt-fraction-of-cent", "Stmt[1]/Ntry[1]/Amt"),
    "foreign line": ('<Ntry><Amt Ccy="EUR">', '<Ntry><Amt Ccy="USD">', "camt-currency-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "no currency": ('<Ntry><Amt Ccy="EUR">', "<Ntry><Amt>", "camt-currency-wrong", "Stmt[1]/Ntry[1]/Amt"),
    "account in dollars": ("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>", "camt-currency-wrong", "Stmt[1]/Bal/Amt"),
    "no account": ("<Acct><Id><IBAN>BE68539007547034</IBAN></Id>", "<Acct>", "camt-element-missing", "Stmt[1]/Acct/Id"),
    "no direction": (
        'EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>',
        'EUR">10.00</Amt><Sts>',
        "camt-element-missing",
        "Stmt[1]/Ntry[1]/CdtDbtInd",
    ),
    "unknown direction": (
        "<CdtDbtInd>CRDT</CdtDbtInd><Sts>",
        "<CdtDbtInd>BOTH</CdtDbtInd><Sts>",
        "camt-element-wrong",
        "Stmt[1]/Ntry[1]/CdtDbtInd",
    ),
    "direction twice": (
        "<CdtDbtInd>CRDT</CdtDbtInd><Sts>",
        "<CdtDbtInd>CRDT</CdtDbtInd><CdtDbtInd>DBIT</CdtDbtInd><Sts>",
        "camt-element-twice",
        "Stmt[1]/Ntry[1]/CdtDbtInd",
    ),
    "no status": ("<Sts><Cd>BOOK</Cd></Sts>", "", "camt-element-missing", "Stmt[1]/Ntry[1]/Sts"),
    "unknown status": ("<Cd>BOOK</Cd>", "<Cd>SOON</Cd>", "camt-element-wrong", "Stmt[1]/Ntry[1]/Sts"),
    "reversal unclear": (
        "<Sts><Cd>BOOK",
        "<RvslInd>maybe</RvslInd><Sts><Cd>BOOK",
        "camt-element-wrong",
        "Stmt[1]/Ntry[1]/RvslInd",
    ),
    "no such day": (
        "<BookgDt><Dt>2026-03-02",
        "<BookgDt><Dt>2026-02-30",
        "camt-element-wrong",
        "Stmt[1]/Ntry[1]/BookgDt",
    ),
    "opening missing": ("<Cd>OPBD</Cd>", "<Cd>OPAV</Cd>", "camt-balance-missing", "Stmt[1]/Bal"),
    "closing missing": ("<Cd>CLBD</Cd>", "<Cd>ITBD</Cd>", "camt-balance-missing", "Stmt[1]/Bal"),
    "closing twice": ("<Cd>OPBD</Cd>", "<Cd>CLBD</Cd>", "camt-balance-twice", "Stmt[1]/Bal"),
    "balance wrong": ('EUR">1007.50', 'EUR">1007.51', "camt-balance-wrong", "Stmt[1]/Bal"),
    "summary counts": (
        "<NbOfNtries>2<",
        "<NbOfNtries>3<",
        "camt-count-wrong",
        "Stmt[1]/TxsSummry/TtlNtries/NbOfNtries",
    ),
    "summary sums": ("<Sum>12.50<", "<Sum>12.51<", "camt-totals-wrong", "Stmt[1]/TxsSummry/TtlNtries/Sum"),
    "number of words": ("<ElctrncSeqNb>41<", "<ElctrncSeqNb>forty<", "camt-element-wrong", "Stmt[1]/ElctrncSeqNb"),
    "no statement": (f'"{NAMESPACE}"', f'"{NAMESPACE}" x="1"', "", ""),
}


@pytest.mark.parametrize("kind", [kind for kind in BAD if BAD[kind][2]])
def test_each_fault_is_named_with_its_element(kind):
    old, new, code, path = BAD[kind]
    assert told(edited(SIMPLE, old, new)) == (code, path)


def test_two_pairs_of_balances_are_refused():
    root = tree_of(SIMPLE)
    for balance in root.findall(".//{*}Bal"):
        balance.addnext(copy.deepcopy(balance))
    assert told(bytes_of(root)) == ("camt-balance-twice", "Stmt[1]/Bal")


def test_details_that_do_not_make_the_entry_are_refused():
    data = write_camt053([statement(BATCH)])
    wrong = edited(data, '<Amt Ccy="EUR">100.00', '<Amt Ccy="EUR">100.01')
    refused = refusal(wrong)
    assert (refused.code, refused.params["path"]) == ("camt-details-wrong", "Stmt[1]/Ntry[1]/NtryDtls")
    assert (refused.params["expected"], refused.params["found"]) == (60_000, 60_001)
    assert told(edited(data, "<NbOfTxs>2", "<NbOfTxs>3")) == (
        "camt-count-wrong",
        "Stmt[1]/Ntry[1]/NtryDtls/Btch/NbOfTxs",
    )


def test_the_line_of_the_fault_is_named():
    data = edited(SIMPLE, "<Sts><Cd>BOOK</Cd></Sts>", "").replace(b"<Ntry>", b"\n\n<Ntry>", 1)
    before = data[: data.index(b"<Ntry>")].count(b"\n") + 1
    assert refusal(data).params["line"] == before


@pytest.mark.parametrize(
    ("message", "reason"),
    [("BkToCstmrAcctRpt", "camt.052"), ("BkToCstmrDbtCdtNtfctn", "camt.054"), ("CstmrCdtTrfInitn", "")],
)
def test_another_message_is_recognised(message, reason):
    refused = refusal(FILE.replace(b"BkToCstmrStmt", message.encode()))
    assert (refused.code, refused.params["reason"]) == ("camt-wrong-message", reason)


def test_a_payment_order_and_any_other_xml_are_recognised():
    order = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>'
    assert refusal(order).params["reason"] == "pain"
    for other in (b"<Invoice/>", b"<Document/>", b"<a><b/></a>", b"<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>"):
        assert refusal(other).code == "camt-wrong-message"


def test_a_message_without_statement_is_refused():
    empty = f'<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>'
    assert refusal(empty.encode()).code == "camt-statement-missing"


LAUGHS = (
    '<!DOCTYPE Document [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "definitions",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
        LAUGHS,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_definitions_are_refused_before_they_do_anything(definitions, encoding):
    text = FILE.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    text = text.replace("<Document", f"{definitions}<Document", 1).replace("first", "&i;&x;", 1)
    assert refusal(text.encode(encoding)).code == "camt-definitions"


def test_definitions_far_from_the_begin_are_refused_too():
    padding = "<!--" + "x" * 300_000 + "-->"
    data = edited(FILE, "<Document", f"{padding}<!DOCTYPE Document><Document")
    assert refusal(data).code == "camt-definitions"


def test_an_entity_without_definition_is_refused():
    assert refusal(edited(FILE, "order 17", "&what;")).code == "camt-not-well-formed"


@pytest.mark.parametrize("levels", [50, 200])
def test_fifty_levels_are_refused(levels):
    for place in ("</Ntry>", "</TxDtls>", "</Stmt>"):
        deep = "<x>" * levels + "</x>" * levels + place
        assert refusal(edited(FILE, place, deep)).code == "camt-too-deep"


def test_thousands_of_levels_are_refused():
    for place in ("<GrpHdr>", "</Ntry>"):
        assert refusal(edited(FILE, place, "<x>" * 100_000 + place)).code in {"camt-not-well-formed", "camt-too-deep"}


@pytest.mark.parametrize(
    "junk",
    [b"<x/>", b"<x>some text</x>", b"<!-- nothing -->", b"          ", b"<x a='1' b='2'/>"],
)
def test_a_part_without_end_is_refused_before_it_fills_the_memory(junk):
    head, tail = FILE.split(b"<Stmt>", 1)
    data = head + b"<Stmt>" + junk * (20_000_000 // len(junk)) + tail
    tracemalloc.start()
    try:
        assert refusal(data).code == "camt-too-large"
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


class Endless:
    """A source of so many bytes of entries, that are made while they are read."""

    def __init__(self, byte_count: int) -> None:
        self.head, rest = SIMPLE.split(b"<Ntry>", 1)
        self.entry = b"<Ntry>" + rest.split(b"</Ntry>", 1)[0] + b"</Ntry>"
        self.left = byte_count

    def read(self, _size: int) -> bytes:
        if self.head:
            head, self.head = self.head, b""
            return head
        piece = self.entry * 80 if self.left > 0 else b""
        self.left -= len(piece)
        return piece


def test_two_hundred_megabytes_are_refused_once_they_are_seen(monkeypatch):
    monkeypatch.setattr(xml_stream, "FILE_BYTES_MAX", 2_000_000)
    with pytest.raises(CamtRefused) as refused:
        read_camt053(Endless(4_000_000))
    assert (refused.value.code, refused.value.params["limit"]) == ("camt-too-large", "FILE_BYTES_MAX")
    assert camt053.FILE_BYTES_MAX < 200_000_000


def test_a_statement_in_a_statement_and_an_entry_beside_one_are_refused():
    root = tree_of(FILE)
    first, second = root.findall(".//{*}Stmt")
    first.append(copy.deepcopy(second))
    assert refusal(bytes_of(root)).code == "camt-element-wrong"
    root = tree_of(FILE)
    statement_element = root.find(".//{*}Stmt")
    statement_element.addnext(copy.deepcopy(statement_element.find("{*}Ntry")))
    assert refusal(bytes_of(root)).code == "camt-element-wrong"


def test_an_announced_entry_is_no_money_and_its_booking_is():
    """The negative control: the same entry booked breaks the balance."""
    waiting = write_camt053([statement(entry(movement(700)), entry(movement(500), status="PDNG"))], has_summary=False)
    assert [part.amount_cents for part in read(waiting)[0].movements] == [700]
    assert refusal(edited(waiting, "<Cd>PDNG</Cd>", "<Cd>BOOK</Cd>")).code == "camt-balance-wrong"


def test_every_reason_is_met_somewhere_in_these_tests():
    met = {code for _, _, code, _ in BAD.values() if code} | {
        "camt-balance-twice", "camt-balance-wrong", "camt-count-wrong", "camt-cut-short", "camt-definitions",
        "camt-details-wrong", "camt-not-well-formed", "camt-statement-missing", "camt-too-deep", "camt-too-large",
        "camt-wrong-message",
    }  # fmt: skip
    assert {reason.code for reason in NAMED_REASONS} == met


def test_the_examples_are_right():
    assert read(FILE) == [FULL[0], EMPTY[0]]
