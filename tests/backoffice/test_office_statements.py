"""The bank's file at the counter: taken in, booked by the worker, shown line by line; or refused in words and not kept."""

from datetime import timedelta

import pytest
from bank import Payment, coda_file, payment_of, statement_of
from cast import hire
from django.utils import translation
from office_day import booked, office, ordered, upload

from tegoed.audit.models import Event
from tegoed.banking.actions import mark_file_refused
from tegoed.banking.models import Statement, StatementFile, StatementLine
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.formats.coda import write_coda
from tegoed.ledger.models import Transfer
from tegoed.rules.dates import brussels_today
from tegoed.rules.structured_communication import make_structured_communication, pretty


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def invoices(cast):
    """The product and the card invoice of one order of three people."""
    return ordered(cast.bakery, hire(cast.bakery, 3))[1]


def shown(browser, file: StatementFile, query: str = "") -> str:
    return browser.get(office("statement", file_id=file.pk) + query).content.decode()


def test_a_file_is_taken_in_booked_by_the_worker_and_shown_line_by_line(cast, browser, invoices) -> None:
    product, card = invoices
    unknown = make_structured_communication(4242424242)
    content = coda_file(
        [
            payment_of(product),
            Payment(card.total_cents + 500, free=f"kaarten {pretty(card.structured_communication)}"),
            Payment(12_345, free="graag opladen", name="CAFE DE ZWAAN"),
            Payment(20_000, structured=unknown),
            Payment(-1_250, free="KOSTEN"),
        ],
        old_balance_cents=10_000_000,
    )
    answer = upload(browser, content)
    file = StatementFile.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == office("statement", file_id=file.pk)
    assert file.received_by == cast.staff_member
    assert Event.objects.get(action="statement:receive").actor_id == cast.staff_member.pk

    waiting = browser.get(answer["Location"]).content.decode()
    assert "The file is being booked" in waiting
    assert office("statement-progress", file_id=file.pk) in waiting
    assert "BAKKERIJ PEETERS" not in waiting

    book_statement_file(file_id=file.pk)
    page = shown(browser, file)
    assert "The file is being booked" not in page
    assert f"Statement 1 of {brussels_today().year}" in page
    for invoice in invoices:
        assert invoice.number in page
        assert office("order", order_id=invoice.order_id) in page
    assert office("client", client_id=cast.bakery.pk) in page
    assert pretty(unknown) in page
    for words in (
        "Structured communication · Pays an open invoice",
        "Number found in the text · Pays an open invoice; the rest is kept on account for the client",
        "No structured communication, and none in the text",
        "The communication is valid, but no invoice of ours has that number",
        "Money that left the account; nobody has said yet what for",
        "€123.45",
        "-€12.50",
        "CAFE DE ZWAAN",
        "graag opladen",
    ):
        assert words in page, words


def test_lines_are_filtered_by_where_they_went(browser, invoices) -> None:
    file = booked(
        coda_file(
            [payment_of(invoices[0]), Payment(777, free="IN"), Payment(-888, free="OUT")], old_balance_cents=10**8
        )
    )
    amounts = {"matched": invoices[0].structured_communication, "suspense": "IN", "outgoing": "OUT"}
    for state, own in amounts.items():
        page = shown(browser, file, f"?state={state}")
        text = {name: (pretty(value) if name == "matched" else f">{value}<") for name, value in amounts.items()}
        assert text[state] in page, own
        assert [name for name, value in text.items() if value in page] == [state]
    assert all(text in shown(browser, file, "?state=nonsense") for text in (">IN<", ">OUT<"))


def test_the_list_counts_what_became_of_the_lines(browser, invoices) -> None:
    booked(coda_file([*map(payment_of, invoices), Payment(777), Payment(-1)], old_balance_cents=10**8))
    page = browser.get(office("statements"))
    (file,) = page.context["files"]
    assert (file.matched_count, file.suspense_count, file.outgoing_count) == (2, 1, 1)


def test_money_nobody_could_place_is_listed_with_its_sum(browser, invoices) -> None:
    booked(coda_file([payment_of(invoices[0]), Payment(777, free="voor wie?")]))
    page = browser.get(office("suspense"))
    text = page.content.decode()
    assert page.context["cents"] == 777
    assert "voor wie?" in text
    assert "No structured communication, and none in the text" in text


def test_progress_answers_nothing_new_then_has_the_page_load_again(browser, invoices) -> None:
    file = receive_statement_file(file_name="x.cod", content=coda_file([payment_of(invoices[0])]), actor=None)
    address = office("statement-progress", file_id=file.pk)
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 204
    book_statement_file(file_id=file.pk)
    assert browser.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert browser.get(address)["Location"] == office("statement", file_id=file.pk)


# ---- refused ----


def with_bytes(content: bytes, record_type: bytes, first: int, new: bytes) -> bytes:
    """Other bytes in the first record of that type, from position `first` (from 1)."""
    records = content.split(b"\r\n")
    index = next(index for index, record in enumerate(records) if record.startswith(record_type))
    record = records[index]
    records[index] = record[: first - 1] + new + record[first - 1 + len(new) :]
    return b"\r\n".join(records)


GOOD = [Payment(12_345, free="one"), Payment(655, free="two")]
BAD_FILES = {
    "nothing in it": (lambda _good: b"", "This file is empty. Fetch it from the bank again."),
    "a picture": (lambda _good: b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "This is neither CODA nor camt.053."),
    "a page with a script": (lambda _good: b"<script>alert(1)</script>", "This XML is no bank statement (script)."),
    "cut in a record": (
        lambda good: good[:-40],
        "The file stops too early, at record 8: a whole record of 128 characters",
    ),
    "cut between records": (
        lambda good: b"\r\n".join(good.split(b"\r\n")[:-3]) + b"\r\n",
        "The file stops too early, at record 7: type 8, new balance should be there",
    ),
    "wrong totals": (
        lambda good: with_bytes(good, b"9", 38, b"000000000013990"),
        "Record 8 (type 9, trailer): the total of credits (positions 38-52) is €13.99, and the movements add up to €130.00",
    ),
    "wrong balance": (
        lambda good: with_bytes(good, b"8", 43, b"000000000100000"),
        "Record 7 (type 8, new balance): the new balance is €100.00, and the old balance with all movements makes €130.00",
    ),
    "a record too few by its own count": (
        lambda good: with_bytes(good, b"9", 17, b"000007"),
        "Record 8 (type 9, trailer) counts 7 records, and the statement has 6",
    ),
    "an unknown record": (
        lambda good: with_bytes(good, b"8", 1, b"7"),
        "Record 7 is of a type that CODA doesn&#x27;t have: “7”",
    ),
    "a record of 129 characters": (
        lambda good: good.replace(b"VOORBEELD", b"VOORBEELDE", 1),
        "Record 2 has 129 characters; each record of a CODA file has 128",
    ),
    "a record with a script": (
        lambda good: with_bytes(good, b"8", 1, b"<b"),
        "Record 7 is of a type that CODA doesn&#x27;t have: “&lt;”",
    ),
    "letters in an amount": (
        lambda good: with_bytes(good, b"21", 33, b"12<script>45678"),
        "“12&lt;script&gt;45678” is not possible for the amount (positions 33-47)",
    ),
    "another bank account": (
        lambda _good: coda_file(GOOD, iban="BE71096123456769"),
        "The file is of account BE71 0961 2345 6769, which is not an account of the issuer",
    ),
    "tomorrow": (
        lambda _good: coda_file(GOOD, on=brussels_today() + timedelta(days=1)),
        "later than today",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_faulty_file_is_refused_in_words_and_nothing_is_kept(kind, cast, browser) -> None:
    spoil, words = BAD_FILES[kind]
    answer = upload(browser, spoil(coda_file(GOOD)), name="<b>bad</b>.cod")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<script>alert" not in page
    assert "…" not in page
    assert not StatementFile.objects.exists()
    assert not Event.objects.filter(action__startswith="statement:").exists()
    assert not Transfer.objects.exists()


def state_of_the_books() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (StatementFile, Statement, StatementLine, Transfer))


def test_the_same_file_twice_is_refused_and_names_the_first(browser, invoices) -> None:
    content = coda_file([payment_of(invoices[0])])
    booked(content, name="monday.cod")
    before = state_of_the_books()
    answer = upload(browser, content, name="again.cod")
    assert answer.status_code == 422
    assert "This file was received before, as “monday.cod”" in answer.content.decode()
    assert state_of_the_books() == before


def test_the_same_statement_in_another_file_is_refused(browser, invoices) -> None:
    booked(coda_file([payment_of(invoices[0])]))
    before = state_of_the_books()
    page = upload(browser, coda_file([payment_of(invoices[1])])).content.decode()
    assert "of account BE68 5390 0754 7034 is booked already, and this file tells it differently" in page
    assert state_of_the_books() == before


def test_a_missing_day_is_named_with_both_balances(browser, invoices) -> None:
    booked(coda_file([Payment(10_000)]))
    before = state_of_the_books()
    page = upload(browser, coda_file([Payment(100)], sequence=3, old_balance_cents=12_500)).content.decode()
    assert "begins with €125.00, and the last one that was booked ended with €100.00" in page
    assert "upload the missing day first" in page
    assert state_of_the_books() == before


def test_one_bad_statement_among_good_ones_refuses_the_whole_file(browser, invoices) -> None:
    good = statement_of([payment_of(invoices[0])])
    other = statement_of([Payment(1)], iban="BE71096123456769")
    assert upload(browser, write_coda([good, other])).status_code == 422
    assert state_of_the_books()[:3] == (0, 0, 0)


def test_a_file_above_the_limit_is_refused_before_it_is_read(browser, settings) -> None:
    settings.STATEMENT_FILE_BYTES_MAX = 1_000
    page = upload(browser, b"0" * 1_001)
    assert page.status_code == 422
    assert "The file is too large" in page.content.decode()
    assert not StatementFile.objects.exists()


def test_a_form_without_a_file_says_so(browser) -> None:
    answer = browser.post(office("statements"), {})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a" * 300 + ".cod", "<img src=x onerror=alert(1)>.cod", "été 💶.cod"]
)
def test_the_name_of_a_file_is_only_text(name, browser, invoices) -> None:
    answer = upload(browser, coda_file([payment_of(invoices[0])]), name=name)
    assert answer.status_code == 302
    kept = StatementFile.objects.get()
    assert "/" not in kept.file_name
    assert len(kept.file_name) <= 120
    for address in (answer["Location"], office("statements")):
        assert "<img src=x" not in browser.get(address).content.decode()


def test_what_was_refused_later_says_why_in_the_reader_s_language(cast, browser, invoices) -> None:
    """Another file of the same account came between taking in and booking."""
    first = receive_statement_file(file_name="a.cod", content=coda_file([Payment(100)]), actor=None)
    second = receive_statement_file(file_name="b.cod", content=coda_file([Payment(200)]), actor=None)
    book_statement_file(file_id=first.pk)
    book_statement_file(file_id=second.pk)
    page = shown(browser, second)
    assert "This file was refused; nothing of it is in the books" in page
    assert "of account BE68 5390 0754 7034 is booked already, and this file tells it differently" in page
    cast.staff_member.language = "fr"
    cast.staff_member.save()
    mark_file_refused(
        file=second,
        code="coda-balance-wrong",
        params={"record": 14, "record_type": "8", "field": "new_balance", "expected": 123_456, "found": 123_450},
    )
    with translation.override("fr"):
        assert "1\N{NARROW NO-BREAK SPACE}234,56\N{NO-BREAK SPACE}€" in shown(browser, second)
