"""Alice finds her invoices and credit notes, and takes many home at once."""

import csv
import io
import zipfile

import pytest
from bank import Payment
from cast import hire
from django.urls import reverse
from story import invoiced, paid, received_from_bank

from tegoed.billing import paper_archive
from tegoed.billing.models import CreditNote, Invoice
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.invoice_order import send_invoices
from tegoed.flows.send_credit_notes import send_credit_notes
from tegoed.outbox.models import Document


@pytest.fixture
def papers(cast) -> dict[str, Invoice | CreditNote]:
    """Paid, paid in part, open and credited invoices of the bakery, and one of the garage."""
    people = hire(cast.bakery, 2)
    order, (first, cards) = invoiced(cast.bakery, people)
    paid(first)
    received_from_bank([Payment(100, structured=cards.structured_communication)])
    cancelled, (taken_back,) = invoiced(cast.bakery, people, count=3)
    cancel_order(client=cast.bakery, order_id=cancelled.pk, actor=cast.alice)
    _open, (still_open,) = invoiced(cast.bakery, people, count=5)
    garage, (theirs, *_cards) = invoiced(cast.garage, hire(cast.garage, 1, first=30))
    for made in (order, cancelled, _open, garage):
        send_invoices(order_id=made.pk)
        send_credit_notes(order_id=made.pk)
    found = {"paid": first, "part": cards, "credited": taken_back, "open": still_open, "theirs": theirs}
    for invoice in found.values():
        invoice.refresh_from_db()
    return {**found, "note": CreditNote.objects.get()}


@pytest.fixture
def look(cast, browser_of):
    browser = browser_of(cast.alice)
    return lambda **query: browser.get(reverse("portal:invoices", args=[cast.bakery.pk]), query).content.decode()


def numbers_in(page: str, papers) -> set[str]:
    return {name for name, paper in papers.items() if f'aria-label="Tick {paper.number}"' in page}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"paid", "part", "credited", "open", "note"}),
        ({"state": "open"}, {"part", "open"}),
        ({"state": "part"}, {"part"}),
        ({"state": "paid"}, {"paid"}),
        ({"state": "credited"}, {"credited"}),
        ({"state": "overdue"}, set()),
        ({"kind": "credit"}, {"note"}),
        ({"kind": "card"}, {"part"}),
        ({"kind": "product"}, {"paid", "credited", "open"}),
        ({"since": "2999-01-01"}, set()),
        ({"until": "2000-01-01"}, set()),
        ({"q": "November"}, {"paid", "part", "credited", "open", "note"}),
        (
            {"state": "nonsense", "kind": "?", "sort": "x", "since": "31-31", "page": "z"},
            {"paid", "part", "credited", "open", "note"},
        ),
        ({"q": "\x00%_"}, set()),
    ],
)
def test_what_is_asked_is_found(asked, found, papers, look) -> None:
    assert numbers_in(look(**asked), papers) == found


def test_search_by_number_communication_and_amount(papers, look) -> None:
    from tegoed.rules.structured_communication import pretty

    one = papers["open"]
    for words in (one.number, one.structured_communication, pretty(one.structured_communication)):
        assert numbers_in(look(q=words), papers) == {"open"}, words
    assert numbers_in(look(q=f"{one.total_cents / 100:.2f}".replace(".", ",")), papers) == {"open"}
    assert numbers_in(look(q=papers["credited"].number), papers) == {"credited", "note"}
    assert numbers_in(look(q=papers["theirs"].number), papers) == set()


def test_totals_count_what_is_shown(papers, look) -> None:
    shown = [papers["paid"], papers["part"], papers["open"]]
    assert f"€{sum(one.total_cents for one in shown) / 100:,.2f}" in look()  # credited and credit note: nothing
    assert f"€{papers['part'].total_cents / 100 - 1:,.2f}" in look(state="part")


@pytest.mark.parametrize("sort", ["issued", "-issued", "due", "-due", "amount", "-amount", "-open", "number"])
def test_each_way_of_sorting_shows_all(sort, papers, look) -> None:
    page = look(sort=sort)
    assert len(numbers_in(page, papers)) == 5
    if sort == "-amount":
        places = [page.index(f">{papers[name].number}</a>") for name in ("paid", "open", "note")]
        assert places == sorted(places)


def unzipped(answer) -> dict[str, bytes]:
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_found_come_as_they_were_sent(cast, papers, browser_of) -> None:
    answer = browser_of(cast.alice).get(reverse("portal:invoices-download", args=[cast.bakery.pk]))
    files = unzipped(answer)
    own = {name: paper for name, paper in papers.items() if name != "theirs"}
    assert set(files) == {f"{paper.number}.{end}" for paper in own.values() for end in ("pdf", "xml")} | {"index.csv"}
    for document in Document.objects.exclude(file_name__startswith=papers["theirs"].number):
        if document.file_name in files:
            assert files[document.file_name] == bytes(document.content)
    rows = list(csv.DictReader(io.StringIO(files["index.csv"].decode("utf-8-sig")), delimiter=";"))
    assert {row["Number"] for row in rows} == {paper.number for paper in own.values()}
    note = next(row for row in rows if row["Kind"] == "Credit note")
    assert note["Total"] == f"-{papers['note'].total_cents / 100:.2f}"


def test_only_those_ticked_and_never_another_company_s(cast, papers, browser_of) -> None:
    ticks = [f"i{papers['open'].pk}", f"c{papers['note'].pk}", f"i{papers['theirs'].pk}", "i", "x9", f"i{10**30}"]
    answer = browser_of(cast.alice).get(
        reverse("portal:invoices-download", args=[cast.bakery.pk]), {"what": "ticked", "paper": ticks, "language": "de"}
    )
    files = unzipped(answer)
    assert set(files) == {f"{papers[name].number}.{end}" for name in ("open", "note") for end in ("pdf", "xml")} | {
        "index.csv"
    }
    sent = Document.objects.get(file_name=f"{papers['open'].number}.pdf")
    assert files[f"{papers['open'].number}.pdf"] != bytes(sent.content)  # German, made for her


def test_nothing_ticked_or_too_many_goes_back_to_the_list(cast, papers, browser_of, monkeypatch) -> None:
    browser = browser_of(cast.alice)
    address = reverse("portal:invoices-download", args=[cast.bakery.pk])
    assert "Tick at least one" in browser.get(address, {"what": "ticked"}, follow=True).content.decode()
    monkeypatch.setattr(paper_archive, "PAPERS_MAX", 2)
    answer = browser.get(address, {"kind": "product"}, follow=True)
    assert "more than 2" in answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("?kind=product")
    assert browser.get(address, {"language": "xx"}).status_code == 404
