"""axe finds nothing on the bookkeeper's pages, full or empty; they fit a phone in every language; a day is signed by hand."""

from datetime import timedelta

import pytest
from bank import Payment, coda_file, payment_of
from cast import hire
from django.utils import timezone
from looks import barriers, faults_of
from steps import DORA
from story import booked, invoiced

from tegoed.banking.day_closes import DayClose
from tegoed.banking.models import Statement, StatementFile
from tegoed.clients.models import BlockingRule
from tegoed.flows.catch_up import catch_up
from tegoed.flows.day_close import close_day, day_figures
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today

pytestmark = pytest.mark.browser

BOOKS = "/office/books/"
REPORTS = ("", "aged-balance/", "day-close/", "safeguarding/", "loading/", "loading/?period=week", "journal/")


def next_statement(payments, *, days_ago: int) -> None:
    last = Statement.objects.order_by("id").last()
    booked(
        coda_file(
            payments,
            sequence=last.sequence + 1 if last else 1,
            old_balance_cents=last.new_balance_cents if last else 0,
            on=brussels_today() - timedelta(days=days_ago),
        )
    )


@pytest.fixture
def paths(site) -> list[str]:
    """Orders loaded, late and on hold; old suspense; two days signed, one with a late posting, one still to sign."""
    cast, account = site.cast, site.cast.bank_account
    people = hire(cast.bakery, 2)
    _loaded, invoices = invoiced(cast.bakery, people)
    days = [brussels_today() - timedelta(days=back) for back in (9, 8, 7, 0)]
    next_statement(
        [*map(payment_of, invoices), Payment(777, free="?", name="ONBEKENDE BETALER MET LANGE NAAM")], days_ago=9
    )
    catch_up()
    next_statement([Payment(-1_250)], days_ago=8)
    for day_on in days[:2]:
        digest = day_figures(account, day_on).digest
        close_day(account_id=account.pk, day_on=day_on, actor=cast.staff_member, shown_digest=digest)
    next_statement([Payment(123_456, free="?")], days_ago=8)
    next_statement([Payment(9_900_000, free="?")], days_ago=7)
    late, (product,) = invoiced(cast.bakery, people)
    next_statement([payment_of(product)], days_ago=7)
    Order.objects.filter(pk=late.pk).update(
        paid_at=timezone.now() - timedelta(hours=60), loading_on=brussels_today() - timedelta(days=4)
    )
    StatementFile.objects.update(booked_at=timezone.now() - timedelta(days=2))
    cast.issuer.blocking_rule = BlockingRule.ANY_OPEN
    cast.issuer.save()
    invoiced(cast.bakery, people)
    invoiced(cast.bakery, people)
    assert set(Order.objects.values_list("state", flat=True)) == {"loaded", "paid", "invoiced", "on_hold"}
    pages = [f"day-close/day/?account={account.pk}&on={day_on}" for day_on in days[:3]]
    return [f"{BOOKS}{path}" for path in (*REPORTS, *pages)]


def test_no_page_of_the_books_keeps_anybody_out_in_any_language(site, paths, axe: str) -> None:
    assert faults_of(site, {DORA: paths}, axe=axe) == {}


def test_empty_books_keep_nobody_out_either(site, axe: str) -> None:
    page = site.open_page(reduced_motion="reduce")
    site.sign_in(page, DORA)
    assert barriers(page, [f"{BOOKS}{path}" for path in REPORTS], axe=axe) == {}


def test_dora_signs_the_day_that_is_open(site, paths) -> None:
    page = site.open_page()
    site.sign_in(page, DORA)
    page.goto(paths[-1])
    page.get_by_role("button", name="Close and sign this day").click()
    page.get_by_text("The day is closed and signed by you.").wait_for()
    assert DayClose.objects.filter(day_on=brussels_today() - timedelta(days=7)).count() == 1
    assert page.get_by_role("button", name="Close and sign this day").count() == 0
