"""The statement of account of a client: on a page, as PDF, CSV and Excel."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tegoed.banking.statement_of_account import StatementOfAccount, name_entries, rows_in_words, statement_of_account
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.flows.statement_papers import statement_pdf
from tegoed.formats.table_file import TableColumn
from tegoed.portal.access import for_bookkeeping, page
from tegoed.public.downloads import Period, as_download, csv_answer, period_of, reader_language, xlsx_answer
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today


@for_bookkeeping
@require_safe
def account(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What was charged, paid and used between two days, with running balances; this year unless asked otherwise."""
    period, statement = _asked(request, membership, is_named=False)
    entries = Paginator(statement.entries, settings.PAGE_ROWS_MAX).get_page(request.GET.get("page"))
    name_entries(membership.client, list(entries.object_list))
    return page(
        request,
        membership,
        "account/account.html",
        section="invoices",
        tab="account",
        period=period,
        statement=statement,
        entries=entries,
    )


@for_bookkeeping
@require_safe
def pdf(request: HttpRequest, membership: Membership) -> HttpResponse:
    """As PDF, in the reader's language; too many entries for paper: back to the page, with why."""
    period, statement = _asked(request, membership)
    try:
        content = statement_pdf(statement, language=reader_language(), today=brussels_today())
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect(f"{reverse('portal:account', kwargs={'client_id': membership.client_id})}?{period.query}")
    return as_download(HttpResponse(content, content_type="application/pdf"), f"{_name(period)}.pdf")


@for_bookkeeping
@require_safe
def csv(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All entries as CSV, opening and closing balance included."""
    period, statement = _asked(request, membership)
    return csv_answer(statement_columns(), statement_rows(statement), name=_name(period))


@for_bookkeeping
@require_safe
def xlsx(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All entries as an Excel workbook, opening and closing balance included."""
    period, statement = _asked(request, membership)
    title = gettext("Statement of account")
    return xlsx_answer(statement_columns(), statement_rows(statement), name=_name(period), title=title)


def _asked(request: HttpRequest, membership: Membership, *, is_named: bool = True) -> tuple[Period, StatementOfAccount]:
    today = brussels_today()
    period = period_of(request.GET, otherwise=Period(today.replace(month=1, day=1), today))
    client = membership.client
    return period, statement_of_account(client, from_on=period.from_on, to_on=period.to_on, is_named=is_named)


def _name(period: Period) -> str:
    name = gettext("statement-of-account")
    return f"{name}-{period.from_on}-{period.to_on}"


def statement_columns() -> list[TableColumn]:
    """The headings of the statement as a file."""
    return [
        TableColumn(gettext("Date"), "day"),
        TableColumn(gettext("What")),
        TableColumn(gettext("Documents")),
        TableColumn(gettext("To pay"), "cents"),
        TableColumn(gettext("On account"), "cents"),
        TableColumn(gettext("Balance"), "cents"),
    ]


def statement_rows(statement: StatementOfAccount) -> Iterator[list[Any]]:
    """Opening balance, entries, closing balance."""
    opening = [statement.opening_to_pay_cents, statement.opening_on_account_cents, statement.opening_cents]
    yield [statement.from_on, gettext("Opening balance"), "", *opening]
    yield from rows_in_words(statement)
    closing = [statement.closing_to_pay_cents, statement.closing_on_account_cents, statement.closing_cents]
    yield [statement.to_on, gettext("Closing balance"), "", *closing]
