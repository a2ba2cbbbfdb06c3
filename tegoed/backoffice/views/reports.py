"""The bookkeeper's reports: what clients owe, whether the bank covers what is owed, how long loading takes, the journal."""

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tegoed.audit.actions import Action, record_event
from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.report_files import amount, as_file, csv_download, dated
from tegoed.backoffice.report_forms import DayForm, JournalForm, LoadingForm
from tegoed.backoffice.report_words import AGED_BUCKETS, LATE_CAUSES, owed_words
from tegoed.backoffice.safeguarding_paper import safeguarding_paper, verdict_of
from tegoed.backoffice.trend import safeguarding_trend
from tegoed.clients.models import ProductChoice
from tegoed.flows.aged_balance import aged_balance
from tegoed.flows.journal_export import JournalFormat, journal_text
from tegoed.flows.loading_delay import PROMISE, late_groups, loading_delays
from tegoed.flows.safeguarding import safeguarding
from tegoed.formats.report_pdf import write_report_pdf
from tegoed.rules.dates import brussels_today

AGED_CLIENTS_PER_PAGE = 50


@for_staff
@require_safe
def aged(request: HttpRequest) -> HttpResponse:
    """Open invoices by client and days past due, as of a day; each page adds up all clients."""
    form = DayForm(request.GET)
    balance = aged_balance(form.day)
    return page(
        request,
        "reports/aged_balance.html",
        section="books",
        part="aged-balance",
        form=form,
        balance=balance,
        buckets=AGED_BUCKETS,
        totals=list(zip(AGED_BUCKETS, balance.bucket_cents, strict=True)),
        clients=Paginator(balance.clients, AGED_CLIENTS_PER_PAGE).get_page(request.GET.get("page")),
    )


@for_staff
@require_safe
def aged_csv(request: HttpRequest) -> HttpResponse:
    """All of it as CSV."""
    balance = aged_balance(DayForm(request.GET).day)
    headings = [_("Client"), _("Enterprise number"), *AGED_BUCKETS, _("Open"), _("On account"), _("In the ledger")]
    return csv_download(
        dated(_("aged-balance"), balance.on, "csv"),
        headings,
        (
            (
                client.name,
                client.enterprise_number,
                *map(amount, client.bucket_cents),
                amount(client.open_cents),
                amount(client.credit_cents),
                amount(client.receivable_cents),
            )
            for client in balance.clients
        ),
    )


@for_staff
@require_safe
def safeguards(request: HttpRequest) -> HttpResponse:
    """What is owed and what covers it as of a day, and how the margin went at the closes of the last 90 days."""
    form = DayForm(request.GET)
    report = safeguarding(form.day)
    return page(
        request,
        "reports/safeguarding.html",
        section="books",
        part="safeguarding",
        form=form,
        report=report,
        verdict=verdict_of(report),
        products=[(ProductChoice(product).label, cents) for product, cents in report.by_product.items()],
        owed=[(owed_words(row), row.cents) for row in report.owed],
        trend=safeguarding_trend(),
    )


@for_staff
@require_safe
def safeguards_csv(request: HttpRequest) -> HttpResponse:
    """The report as CSV: owed, in the bank, margin."""
    report = safeguarding(DayForm(request.GET).day)
    rows = [
        *((_("Owed"), owed_words(row), amount(row.cents)) for row in report.owed),
        *((_("In the bank"), row.iban, amount(row.cents)) for row in report.bank),
        (_("Owed"), _("Together"), amount(report.owed_cents)),
        (_("In the bank"), _("Together"), amount(report.bank_cents)),
        (_("Margin"), "", amount(report.margin_cents)),
    ]
    return csv_download(dated(_("safeguarding"), report.on, "csv"), [_("Side"), _("What"), _("Euro")], rows)


@for_staff
@require_safe
def safeguards_pdf(request: HttpRequest) -> HttpResponse:
    """The report on paper, with a line for signatures."""
    report = safeguarding(DayForm(request.GET).day)
    answer = HttpResponse(write_report_pdf(safeguarding_paper(report)), content_type="application/pdf")
    return as_file(answer, dated(_("safeguarding"), report.on, "pdf"))


@for_staff
@require_safe
def loading(request: HttpRequest) -> HttpResponse:
    """How long loading took, the share that was in time, and what is late now with its remedy."""
    form = LoadingForm(request.GET)
    delays = loading_delays(**form.wishes)
    groups = late_groups()
    return page(
        request,
        "reports/loading.html",
        section="books",
        part="loading",
        form=form,
        wishes=form.wishes,
        whole=delays[0] if delays else None,
        periods=delays[1:],
        promise_hours=int(PROMISE.total_seconds() // 3600),
        groups=[(group, LATE_CAUSES[group.cause]) for group in groups],
        late_count=sum(group.count for group in groups),
    )


@for_staff
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """The form that downloads the journal."""
    return page(request, "reports/journal.html", section="books", part="journal", form=JournalForm())


@for_staff
@require_safe
def journal_download(request: HttpRequest) -> HttpResponse:
    """The journal, line by line as it is read: a million transfers take the memory of a few thousand."""
    form = JournalForm(request.GET)
    if not form.is_valid():
        if not request.GET:
            return redirect("backoffice:journal")
        return page(request, "reports/journal.html", section="books", part="journal", form=form, status=422)
    asked = form.cleaned_data
    chosen = JournalFormat(asked["journal_format"])
    days = {name: asked[name].isoformat() for name in ("from_on", "to_on") if asked[name]}
    record_event(actor=request.user, action=Action.JOURNAL_EXPORTED, format=chosen.value, days=days)
    text = journal_text(journal_format=chosen, from_on=asked["from_on"], to_on=asked["to_on"])
    kind = "text/csv" if chosen is JournalFormat.CSV else "text/plain"
    answer = StreamingHttpResponse(text, content_type=f"{kind}; charset=utf-8")
    return cast("HttpResponse", as_file(answer, dated(_("journal"), asked["to_on"] or brussels_today(), chosen.suffix)))
