"""The bookkeeper's pages: each figure is that of the books, each download is what the page shows, every step is walled."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from bank import Payment, coda_file, payment_of
from cast import hire
from django.db import connection
from django.utils import timezone
from office_day import booked, office, ordered
from pypdf import PdfReader

from tegoed.audit.models import Event
from tegoed.backoffice import report_words
from tegoed.backoffice.trend import safeguarding_trend
from tegoed.banking.day_closes import DayClose
from tegoed.banking.models import Statement
from tegoed.clients.models import BlockingRule, Client, Issuer
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.loading_delay import LateCause
from tegoed.flows.safeguarding import OWED_KINDS
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today

TODAY = brussels_today()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def busy(cast):
    """An order loaded, one unpaid, money nobody knows, something taken from the bank; all of it on yesterday's statement."""
    people = hire(cast.bakery, 2)
    order, invoices = ordered(cast.bakery, people)
    booked(coda_file([*map(payment_of, invoices), Payment(777, free="?"), Payment(-300)], on=YESTERDAY))
    load_due_orders()
    _second, (still_open,) = ordered(cast.bakery, people)
    return order, still_open


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_aged_balance_shows_what_is_open_and_its_csv_the_same(busy, cast, browser) -> None:
    _order, still_open = busy
    answer = browser.get(office("aged-balance"))
    assert answer.context["balance"].open_cents == still_open.total_cents
    assert "do not agree" not in answer.content.decode()
    answer = browser.get(office("aged-balance"), {"on": (still_open.due_on - timedelta(days=20)).isoformat()})
    assert "Nothing is open" in answer.content.decode()
    rows = rows_of(browser.get(office("aged-balance-csv")))
    amount = f"{still_open.total_cents / 100:.2f}"
    assert rows[1:] == [
        [
            cast.bakery.name,
            cast.bakery.enterprise_number,
            amount,
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            amount,
            "0.00",
            amount,
        ]
    ]


def test_a_day_of_the_future_is_refused_and_today_is_shown(busy, browser) -> None:
    answer = browser.get(office("aged-balance"), {"on": (TODAY + timedelta(days=1)).isoformat()})
    assert "Choose today or an earlier day." in answer.content.decode()
    assert answer.context["balance"].on == TODAY
    assert "Choose a day." in browser.get(office("safeguarding"), {"on": "yesterday"}).content.decode()


def test_a_name_that_looks_like_a_formula_stays_text_in_the_csv(busy, cast, browser) -> None:
    Client.objects.filter(pk=cast.bakery.pk).update(name="=1+1")
    assert rows_of(browser.get(office("aged-balance-csv")))[1][0] == "'=1+1"


def test_the_safeguarding_report_says_whether_the_bank_covers_on_page_paper_and_in_csv(busy, browser) -> None:
    answer = browser.get(office("safeguarding"))
    report = answer.context["report"]
    assert report.owed_cents == 32_000 + 777
    assert "The bank covers all that is owed, with €" in answer.content.decode()
    rows = rows_of(browser.get(office("safeguarding-csv")))
    assert ["Margin", "", f"{report.margin_cents / 100:.2f}"] in rows
    assert ["Owed", "Vouchers on cards and on paper, not spent: Meal vouchers", "320.00"] in rows
    pdf = browser.get(office("safeguarding-pdf"))
    assert pdf["Content-Disposition"] == f'attachment; filename="safeguarding-{TODAY.isoformat()}.pdf"'
    text = PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert f"€{report.margin_cents / 100:,.2f}" in text
    assert "Name and signature" in text
    assert pdf.content == browser.get(office("safeguarding-pdf")).content


def test_money_that_is_not_covered_is_said_loudly(busy, browser) -> None:
    last = Statement.objects.get().new_balance_cents
    booked(coda_file([Payment(-(last - 100))], sequence=2, old_balance_cents=last), name="tuesday.cod")
    page = browser.get(office("safeguarding")).content.decode()
    assert "The bank does NOT cover what is owed" in page
    text = PdfReader(io.BytesIO(browser.get(office("safeguarding-pdf")).content)).pages[0].extract_text()
    assert "does NOT cover" in text


def test_a_day_is_signed_on_its_page_as_it_was_shown(busy, cast, browser) -> None:
    assert "not yet" in browser.get(office("day-closes")).content.decode()
    asked = {"account": cast.bank_account.pk, "on": YESTERDAY.isoformat()}
    page = browser.get(office("day-close"), asked)
    assert page.context["may_sign"]
    digest = page.context["figures"].digest
    refused = browser.post(office("day-close-sign"), asked | {"digest": "0" * 64}, follow=True)
    assert "changed since you opened this page" in refused.content.decode()
    assert DayClose.objects.count() == 0
    signed = browser.post(office("day-close-sign"), asked | {"digest": digest}, follow=True)
    assert "The day is closed and signed by you." in signed.content.decode()
    close = DayClose.objects.get()
    assert (close.closed_by, close.day_on) == (cast.staff_member, YESTERDAY)
    assert Event.objects.get(action="day:close").facts["digest"] == close.digest
    assert close.digest in signed.content.decode()
    again = browser.post(office("day-close-sign"), asked | {"digest": digest}, follow=True)
    assert "closed already" in again.content.decode()
    assert [one.pk for one in safeguarding_trend().closes] == [close.pk]


def test_a_late_posting_is_flagged_in_the_list_and_on_the_day(busy, cast, browser) -> None:
    asked = {"account": cast.bank_account.pk, "on": YESTERDAY.isoformat()}
    digest = browser.get(office("day-close"), asked).context["figures"].digest
    browser.post(office("day-close-sign"), asked | {"digest": digest})
    last = Statement.objects.get().new_balance_cents
    booked(coda_file([Payment(55)], sequence=2, old_balance_cents=last, on=YESTERDAY), name="late.cod")
    assert "1 posting, €0.55" in browser.get(office("day-closes")).content.decode()
    page = browser.get(office("day-close"), asked)
    assert page.context["is_changed"]
    assert page.context["may_sign"]


def test_a_changed_record_of_a_close_is_seen(busy, cast, browser) -> None:
    asked = {"account": cast.bank_account.pk, "on": YESTERDAY.isoformat()}
    digest = browser.get(office("day-close"), asked).context["figures"].digest
    browser.post(office("day-close-sign"), asked | {"digest": digest})
    assert "record of this close was changed" not in browser.get(office("day-close"), asked).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE banking_dayclose DISABLE TRIGGER day_close_append_only")
        cursor.execute("""UPDATE banking_dayclose SET figures = figures || '{"book_cents": 1}'""")
    assert "record of this close was changed" in browser.get(office("day-close"), asked).content.decode()


@pytest.mark.parametrize("asked", [{}, {"account": "0", "on": "2026-01-01"}, {"account": "x", "on": "x"}])
def test_a_day_that_is_not_there_leads_to_the_list(busy, browser, asked) -> None:
    for answer in (browser.get(office("day-close"), asked), browser.post(office("day-close-sign"), asked)):
        assert (answer.status_code, answer["Location"]) == (302, office("day-closes"))


def test_a_day_without_a_statement_says_so(busy, cast, browser) -> None:
    asked = {"account": cast.bank_account.pk, "on": "2020-01-01"}
    assert "there is nothing to close" in browser.get(office("day-close"), asked, follow=True).content.decode()


def test_the_loading_page_measures_and_names_what_is_late_with_its_remedy(busy, cast, browser, browser_of) -> None:
    order, _still_open = busy
    page = browser.get(office("loading"))
    assert page.context["whole"].order_count == 1
    assert "Loaded within 48 hours" in page.content.decode()
    Order.objects.filter(pk=order.pk).update(
        state="paid", paid_at=timezone.now() - timedelta(hours=50), loading_on=TODAY - timedelta(days=3)
    )
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    held, _none = ordered(cast.bakery, list(cast.bakery.beneficiaries.all()))
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        text = browser_of(cast.staff_member).get(office("loading")).content.decode()
    assert f"Order {order.pk}" in text
    assert "longer than 48 hours" in text
    assert f"Order {held.pk}" in text
    assert "BAKKERIJ PEETERS" in text
    for cause in LateCause:
        words, remedy = report_words.LATE_CAUSES[cause]
        assert (str(words) in text) is (cause is not LateCause.FILE_NOT_BOOKED)
        assert remedy


def test_weeks_and_wrong_days_are_taken(busy, browser) -> None:
    weeks = browser.get(office("loading"), {"period": "week"})
    assert [row.order_count for row in weeks.context["periods"]] == [1]
    wrong = browser.get(office("loading"), {"from_on": "2026-02-01", "to_on": "2026-01-01"})
    assert "not after the last" in wrong.content.decode()


def test_the_journal_is_downloaded_in_both_formats_and_that_is_in_the_trail(busy, browser) -> None:
    answer = browser.get(office("journal-download"), {"journal_format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 1 + Transfer.objects.count()
    answer = browser.get(office("journal-download"), {"journal_format": "hledger", "to_on": YESTERDAY.isoformat()})
    assert answer["Content-Disposition"] == f'attachment; filename="journal-{YESTERDAY.isoformat()}.journal"'
    facts = [event.facts for event in Event.objects.filter(action="journal:export").order_by("id")]
    assert [fact["format"] for fact in facts] == ["csv", "hledger"]
    assert browser.get(office("journal-download"), {"journal_format": "xml"}).status_code == 422
    assert browser.get(office("journal-download"))["Location"] == office("journal")


def test_every_code_of_the_reports_has_words() -> None:
    assert set(report_words.OWED) == set(OWED_KINDS)
    assert set(report_words.LATE_CAUSES) == set(LateCause)
    assert set(report_words.DAY_DIFFERENCES) == {"balance", "line", "transfer", "chain", "sum"}
