"""What is said of a refused camt.053 names the element, what should be there and what is, in four languages."""

import json
from io import BytesIO

import pytest
from bank import Payment, camt_file
from django.utils import translation
from lxml import etree

from tegoed.banking import refusals
from tegoed.banking.models import StatementFile
from tegoed.errors import Refusal
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.formats import camt053
from tegoed.formats.bank_file import read_bank_file
from tegoed.refusals import message_of
from tegoed.refusals.banking import told, told_again
from tegoed.rules.dates import brussels_today

GOOD = camt_file([Payment(12_345, free="one"), Payment(655, free="two")])
AT = {"path": "Stmt[1]/Ntry[1234]/Amt", "line": 12_345}

FACTS = [
    (camt053.CamtNotWellFormed(line=1_234, column=17), "damaged at line 1234, column 17"),
    (camt053.CamtCutShort(line=1_234), "at line 1234"),
    (camt053.CamtTooLarge(limit="FILE_BYTES_MAX", found=160 << 20, maximum=150 << 20), "160.0\N{NO-BREAK SPACE}MB"),
    (camt053.CamtTooDeep(**AT, maximum=32), "more than 32 deep"),
    (camt053.CamtWrongMessage(reason="camt.052", found="Document/X"), "This is a camt.052"),
    (camt053.CamtWrongMessage(reason="", found="Invoice/ID"), "(Invoice/ID)"),
    (camt053.CamtElementWrong(**AT, found="1,00"), "Element Stmt[1]/Ntry[1234]/Amt (line 12345): “1,00”"),
    (camt053.CamtCurrencyWrong(**AT, expected="EUR", found="USD"), "is in USD, and the account is in EUR"),
    (camt053.CamtBalanceMissing(**AT, reason="closing", found="OPBD"), "(CLBD; it has: OPBD)"),
    (camt053.CamtBalanceWrong(**AT, expected=1_000, found=-900), "is -€9.00, and the opening balance"),
    (camt053.CamtDetailsWrong(**AT, expected=1_000, found=900), "add up to €9.00, and the entry is of €10.00"),
    (camt053.CamtCountWrong(**AT, reason="entries", expected=2, found=3), "counts 3 entries, and the statement has 2"),
    (camt053.CamtTotalsWrong(**AT, expected=1_000, found=900), "is €9.00, and what it sums up makes €10.00"),
    (refusals.StatementKnown(iban="BE68539007547034", on=brussels_today()), "in another format"),
    (refusals.StatementChanged(iban="BE68539007547034", on=brussels_today()), "tells it differently"),
    (refusals.StatementTooEarly(iban="BE68539007547034", reason="day", on=brussels_today()), "booked already (of "),
]


@pytest.mark.parametrize(("refusal", "words"), FACTS, ids=lambda value: getattr(value, "code", ""))
def test_facts_are_told_in_words_at_once_and_later(refusal, words) -> None:
    kept = json.loads(
        json.dumps({name: value if isinstance(value, int) else str(value) for name, value in refusal.params.items()})
    )
    with translation.override("en"):
        for message in (message_of(told(refusal)), message_of(told_again(refusal.code, kept))):
            assert words in message
            assert "…" not in message


def refused(content: bytes) -> Refusal | None:
    try:
        read_bank_file(BytesIO(content), is_one_of_several_files=False)
    except Refusal as refusal:
        return refusal
    return None


def spoilt_files():
    """Each element lost, each text spoilt, and bytes lost here and there."""
    root = etree.fromstring(GOOD)
    count = len(list(root.iter()))
    for index in range(1, count):
        for spoil in ("lost", "text"):
            changed = etree.fromstring(GOOD)
            element = list(changed.iter())[index]
            if spoil == "lost":
                element.getparent().remove(element)
            else:
                element.text = "?"
            yield etree.tostring(changed)
    for index in range(0, len(GOOD), 29):
        yield GOOD[:index] + GOOD[index + 3 :]


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_whatever_is_refused_has_a_whole_sentence(language) -> None:
    met = set()
    with translation.override(language):
        for content in spoilt_files():
            refusal = refused(content)
            if refusal is not None:
                met.add(refusal.code)
                message = message_of(told(refusal))
                assert "…" not in message, refusal
                assert "%" not in message, refusal
    assert len(met) >= 8, met


def test_the_page_takes_both_formats_and_says_so(cast, browser_of) -> None:
    browser = browser_of(cast.staff_member)
    page = browser.get("/office/statements/").content.decode()
    assert "camt.053" in page
    assert 'accept=".cod' in page
    answer = browser.post("/office/statements/", {"file": BytesIO(GOOD)})
    assert answer.status_code == 302
    book_statement_file(file_id=StatementFile.objects.get().pk)
    again = browser.post("/office/statements/", {"file": BytesIO(GOOD.replace(b">one<", b">One<"))})
    assert again.status_code == 422
    assert "in another format" in again.content.decode()
    other = browser.post("/office/statements/", {"file": BytesIO(GOOD.replace(b"<Cd>CLBD</Cd>", b"<Cd>CLAV</Cd>"))})
    assert "CLBD" in other.content.decode()


def test_a_statement_without_number_is_shown_by_its_day(cast, browser_of) -> None:
    file = receive_statement_file(file_name="day.xml", content=camt_file([Payment(5)], sequence=None), actor=None)
    book_statement_file(file_id=file.pk)
    browser = browser_of(cast.staff_member)
    page = browser.get(f"/office/statements/{file.pk}/").content.decode()
    assert "None" not in page
    assert "camt.053" in page
    overview = browser.get("/office/").content.decode()
    assert "None" not in overview
    assert StatementFile.objects.get().state == "booked"
