"""What is written as camt.053 is read back the very same, in both versions; the two formats of one day give the same lines."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from camt_examples import (
    DAY,
    EMPTY,
    FILE,
    FULL,
    IBAN,
    OTHER_IBAN,
    REFERENCE,
    REVERSED,
    SIMPLE,
    bytes_of,
    edited,
    entry,
    movement,
    read,
    statement,
    statements,
    tree_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from shared_testdata import shared_testdata

from tegoed.formats.bank_file import BankFileFormat, read_bank_file
from tegoed.formats.bank_statement import BankMovement
from tegoed.formats.camt053 import CamtNotWritable, CamtRefused, write_camt053
from tegoed.formats.coda import Movement, Statement, numbered, write_coda

VERSIONS = ("02", "08")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(statements(), min_size=1, max_size=3), st.sampled_from(VERSIONS), st.booleans())
def test_any_statements_written_are_read_back_the_same(written, version, has_summary):
    data = write_camt053(written, version=version, has_summary=has_summary)
    found = read(data)
    assert found == [one for one, _ in written]
    for one in found:
        assert sum(part.amount_cents for part in one.movements) == one.new_balance_cents - one.old_balance_cents


@pytest.mark.parametrize("version", VERSIONS)
def test_every_shape_is_valid_by_the_schema_of_its_version(version):
    schema = etree.XMLSchema(etree.parse(shared_testdata(f"camt053/xsd/camt.053.001.{version}.xsd")))
    data = write_camt053([FULL, EMPTY], version=version)
    schema.assertValid(etree.fromstring(data))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(statements(), st.sampled_from(VERSIONS))
def test_whatever_is_written_is_valid_by_the_schema(written, version):
    schema = etree.XMLSchema(etree.parse(shared_testdata(f"camt053/xsd/camt.053.001.{version}.xsd")))
    schema.assertValid(etree.fromstring(write_camt053([written], version=version)))


@pytest.mark.parametrize("version", ["02", "08"])
def test_the_published_samples_are_read(version):
    (one,) = read(shared_testdata(f"camt053/golden.camt.053.001.{version}.xml").read_bytes())
    assert (one.account_iban, one.sequence, one.new_balance_on) == ("BE96999000000101", 3, date(2026, 3, 31))
    amounts = [part.amount_cents for part in one.movements]
    assert amounts == [121_000, -45_050, 45_050, -1_240, -92_000, 10_000, 12_000, 8_000, -7_525, 1, 6_000]
    assert one.old_balance_cents + sum(amounts) == one.new_balance_cents == 156_236
    by_reference = {part.bank_reference: part for part in one.movements}
    returned = by_reference["ZZ26030600003"]
    assert (returned.is_return, returned.return_reason, returned.counterparty_name) == (
        True,
        "AC04",
        "Fournisseur Fictif",
    )
    assert by_reference["ZZ26032000007"].mandate_reference == "MANDATE-0009"
    assert by_reference["ZZ26033100010"].structured == "202600004236"


@pytest.mark.parametrize("name", ["camt053.v2.minimal.xml", "camt053.v4.xml"])
def test_samples_with_balances_in_several_currencies_are_refused(name):
    with pytest.raises(CamtRefused) as refused:
        read(shared_testdata(f"camt053/{name}").read_bytes())
    assert refused.value.code == "camt-currency-wrong"
    assert (refused.value.params["expected"], refused.value.params["found"]) == ("EUR", "SEK")


@pytest.mark.parametrize("number", ["001.02", "001.04", "001.08", "001.13", "002.01"])
def test_the_version_in_the_namespace_does_not_matter(number):
    assert read(edited(FILE, "camt.053.001.08", f"camt.053.{number}")) == [FULL[0], EMPTY[0]]


def test_a_file_without_namespace_and_one_with_prefixes_are_read():
    bare = edited(FILE, ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', "")
    assert read(bare) == [FULL[0], EMPTY[0]]
    prefixed = FILE.replace(b"</", b"</c:").replace(b"<", b"<c:").replace(b"<c:/c:", b"</c:").replace(b"<c:?", b"<?")
    assert read(edited(prefixed, "xmlns=", "xmlns:c=")) == [FULL[0], EMPTY[0]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-15", "windows-1252"])
def test_encodings_do_not_matter(encoding):
    text = FILE.decode()
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(encoding, encoding)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    data = mark + text.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding)
    kind, found = read_bank_file(BytesIO(data), is_one_of_several_files=False)
    assert (kind, found) == (BankFileFormat.CAMT053, [FULL[0], EMPTY[0]])


def test_white_space_comments_and_instructions_do_not_matter():
    root = tree_of(FILE)
    etree.indent(root, space="\t")
    pretty = edited(bytes_of(root), "<Stmt", "<!-- made by hand --><?page 1?><Stmt")
    assert read(pretty) == [FULL[0], EMPTY[0]]


def test_two_equal_entries_are_two_payments():
    same = entry(movement(500, communication="coffee"))
    (one,) = read(write_camt053([statement(same, same)]))
    assert [part.amount_cents for part in one.movements] == [500, 500]


def test_the_sign_of_a_reversal_is_the_one_that_the_balances_prove():
    """By the standard `CdtDbtInd` is the direction now; some banks leave that of the entry taken back."""
    old_way = replace(REVERSED, has_old_sign=True)
    for way in (REVERSED, old_way):
        (one,) = read(write_camt053([statement(way, entry(movement(5)))]))
        assert [part.amount_cents for part in one.movements] == [-406_215, 5]
        assert one.movements[0].counterparty_account == OTHER_IBAN


def structured(kind: str, issuer: str, reference: str) -> BankMovement:
    data = write_camt053([statement(entry(movement(500, structured=REFERENCE, communication=REFERENCE)))])
    data = edited(data, "<Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr>", f"{kind}{issuer}")
    ((one,),) = (found.movements for found in read(edited(data, f"<Ref>{REFERENCE}", f"<Ref>{reference}")))
    return one


@pytest.mark.parametrize("issuer", ["<Issr>BBA</Issr>", "<Issr>ISO</Issr>", "<Issr>Bank</Issr>", ""])
def test_twelve_digits_count_with_any_issuer_when_their_check_digits_are_right(issuer):
    kind = "<Cd>SCOR</Cd></CdOrPrtry>"
    assert structured(kind, issuer, REFERENCE).structured == REFERENCE
    spelled = f"+++{REFERENCE[:3]}/{REFERENCE[3:7]}/{REFERENCE[7:]}+++"
    assert structured(kind, issuer, spelled).structured == REFERENCE
    wrong = REFERENCE[:10] + f"{int(REFERENCE[10:]) % 97 + 1:02d}"
    assert (structured(kind, issuer, wrong).structured, structured(kind, issuer, wrong).communication) == (None, wrong)
    rf = structured(kind, issuer, "RF18539007547034")
    assert (rf.structured, rf.communication) == (None, "RF18539007547034")


def test_a_reference_of_another_kind_is_no_structured_communication():
    assert structured("<Cd>RADM</Cd></CdOrPrtry>", "", REFERENCE).structured is None
    assert structured("<Prtry>OGM</Prtry></CdOrPrtry>", "", REFERENCE).structured == REFERENCE


def test_two_references_in_one_payment_are_left_to_the_matching():
    other = "<Strd><CdtrRefInf><Ref>202600004236</Ref></CdtrRefInf></Strd></RmtInf>"
    data = write_camt053([statement(entry(movement(500, structured=REFERENCE, communication=REFERENCE)))])
    ((one,),) = (found.movements for found in read(edited(data, "</RmtInf>", other)))
    assert (one.structured, one.communication) == (None, f"{REFERENCE} 202600004236")


def test_a_batch_whose_details_have_no_amounts_is_one_payment_without_their_words():
    """Else the whole amount could be matched by the words of a part."""
    data = write_camt053([statement(entry(movement(10_000, communication=REFERENCE), movement(50_000)))], version="02")
    root = tree_of(data)
    for amounts in root.findall(".//{*}AmtDtls"):
        amounts.getparent().remove(amounts)
    ((one,),) = (found.movements for found in read(bytes_of(root)))
    assert (one.amount_cents, one.communication, one.structured) == (60_000, "", None)


def test_details_in_another_currency_leave_the_entry_as_it_is():
    root = tree_of(write_camt053([statement(entry(movement(10_000), movement(50_000)))]))
    for amount in root.findall(".//{*}TxDtls/{*}Amt"):
        amount.set("Ccy", "USD")
    ((one,),) = (found.movements for found in read(bytes_of(root)))
    assert one.amount_cents == 60_000


def test_details_may_go_both_ways_in_version_8():
    made = statement(entry(movement(10_000, communication="in"), movement(-250, communication="fee")))
    assert read(write_camt053([made]))[0].movements == made[0].movements
    with pytest.raises(CamtNotWritable):
        write_camt053([made], version="02")


def test_an_opening_balance_may_be_the_last_closing_one():
    assert read(edited(SIMPLE, "<Cd>OPBD</Cd>", "<Cd>PRCD</Cd>")) == read(SIMPLE)


def test_a_moment_is_a_day_in_brussels():
    late = edited(SIMPLE, f"<BookgDt><Dt>{DAY}</Dt>", "<BookgDt><DtTm>2026-03-02T23:30:00Z</DtTm>")
    assert read(late)[0].movements[0].entry_on == date(2026, 3, 3)
    local = edited(SIMPLE, f"<BookgDt><Dt>{DAY}</Dt>", "<BookgDt><DtTm>2026-03-02T23:30:00.000+01:00</DtTm>")
    assert read(local)[0].movements[0].entry_on == DAY


def test_an_entry_without_a_booking_date_is_of_the_closing_day():
    root = tree_of(SIMPLE)
    entry_element = root.find(".//{*}Ntry")
    entry_element.remove(entry_element.find("{*}BookgDt"))
    assert read(bytes_of(root))[0].movements[0].entry_on == DAY


def test_a_long_batch_is_read_detail_by_detail():
    parts = [movement(index + 1, communication=f"part {index}") for index in range(3_000)]
    (one,) = read(write_camt053([statement(entry(*parts))]))
    assert one.movements == tuple(parts)


def test_what_the_format_can_not_hold_is_refused_by_name():
    for bad in (
        movement(5, communication=" x"),
        movement(5, end_to_end_reference="x "),
        movement(5, transaction_code=""),
    ):
        with pytest.raises(CamtNotWritable) as refused:
            write_camt053([statement(entry(bad))])
        assert refused.value.params["field"] == "movements"
    with pytest.raises(CamtNotWritable):
        write_camt053([])
    with pytest.raises(CamtNotWritable):
        write_camt053([EMPTY], version="99")


same_in_both = st.builds(
    lambda cents, digits, text, name, reference: BankMovement(
        amount_cents=cents,
        entry_on=DAY,
        value_on=DAY,
        structured=digits,
        communication=digits or text,
        counterparty_account=OTHER_IBAN,
        counterparty_bic="GEBABEBB",
        counterparty_name=name,
        transaction_code="PMNT-RCDT-ESCT",
        bank_reference=reference,
        end_to_end_reference=reference,
    ),
    st.integers(-(10**9), 10**9).filter(bool),
    st.none() | st.just(REFERENCE),
    st.sampled_from(["", "factuur 12", "order 7 of the works council, meal vouchers of February"]),
    st.sampled_from(["", "Zorgbedrijf Café"]),
    st.sampled_from(["", "REF1", "A B C"]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(same_in_both, max_size=6), st.integers(-(10**9), 10**9))
def test_the_two_formats_of_one_day_give_the_same_lines(movements, old_balance_cents):
    made = statement(*(entry(one) for one in movements), old_balance_cents=old_balance_cents)
    coda = Statement(
        account_number=IBAN,
        account_structure="2",
        currency="EUR",
        created_on=DAY,
        sequence=41,
        old_balance_cents=old_balance_cents,
        old_balance_on=DAY,
        new_balance_cents=made[0].new_balance_cents,
        new_balance_on=DAY,
        movements=tuple(
            Movement(
                sequence=0,
                detail=0,
                amount_cents=one.amount_cents,
                value_on=DAY,
                entry_on=DAY,
                transaction_type="0",
                family="01",
                transaction="50",
                category="000",
                bank_reference=one.bank_reference,
                customer_reference=one.end_to_end_reference,
                communication="" if one.structured else one.communication,
                structured_type="101" if one.structured else None,
                structured_content=one.structured or "",
                counterparty_account=OTHER_IBAN,
                counterparty_currency="EUR",
                counterparty_bic=one.counterparty_bic,
                counterparty_name=one.counterparty_name,
            )
            for one in movements
        ),
    )
    kinds, found = zip(
        *(
            read_bank_file(BytesIO(data), is_one_of_several_files=False)
            for data in (write_coda([numbered(coda)]), write_camt053([made]))
        ),
        strict=True,
    )
    assert kinds == (BankFileFormat.CODA, BankFileFormat.CAMT053)
    of_coda, of_camt = found[0][0], found[1][0]
    plain = [replace(one, transaction_code="") for one in of_coda.movements]
    assert plain == [replace(one, transaction_code="") for one in of_camt.movements]
    assert replace(of_coda, movements=()) == replace(of_camt, movements=())
