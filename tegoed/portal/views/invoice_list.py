"""The list of invoices and credit notes, and many of them as one ZIP."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from tegoed.banking.queries import unexplained_count
from tegoed.billing.models import CreditNote, Invoice
from tegoed.billing.paper_archive import PAPERS_MAX, archive_of, check_paper_count
from tegoed.billing.paper_list import (
    CREDIT,
    KINDS,
    SORTS,
    STATES,
    PaperWish,
    paper_totals,
    papers_by_key,
    papers_matching,
)
from tegoed.billing.queries import on_account_cents, open_sums
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.formats.table_file import TableColumn
from tegoed.orders.models import InvoiceKind
from tegoed.portal.access import for_bookkeeping, page
from tegoed.portal.e_invoices import e_invoices_of
from tegoed.public.downloads import as_download
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today
from tegoed.treasury.queries import to_be_collected

TICK_LENGTH_MAX = 20
_TICKS = {"i": "invoice", "c": CREDIT}


@for_bookkeeping
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Invoices and credit notes as asked for in the address, a page at a time, with what they come to."""
    client, today = membership.client, brussels_today()
    wish = PaperWish.from_query(request.GET)
    totals = paper_totals(client, wish, today=today)
    papers: Any = Paginator(papers_matching(client, wish, today=today), settings.PAGE_ROWS_MAX)
    papers.count = totals.count  # known already
    shown = papers.get_page(request.GET.get("page"))
    shown.object_list = papers_by_key(client, [(row["what"], row["pk"]) for row in shown.object_list])
    return page(
        request,
        membership,
        "invoices/overview.html",
        section="invoices",
        tab="invoices",
        papers=shown,
        e_invoices=e_invoices_of(client, [paper for paper in shown if isinstance(paper, Invoice)]),
        e_credit_notes=e_invoices_of(client, [paper for paper in shown if isinstance(paper, CreditNote)]),
        wish=wish,
        kinds=KINDS.items(),
        states=STATES.items(),
        sorts=SORTS.items(),
        totals=totals,
        papers_max=PAPERS_MAX,
        languages=settings.LANGUAGES,
        to_pay=open_sums(client),
        on_account_cents=on_account_cents(client),
        unplaced_count=unexplained_count(client),
        collected=to_be_collected(paper.pk for paper in shown if isinstance(paper, Invoice)),
        today=today,
    )


@for_bookkeeping
@require_safe
def download(request: HttpRequest, membership: Membership) -> HttpResponse | StreamingHttpResponse:
    """The papers ticked (`?paper=i12`, `c3`), or all that are asked for, as one ZIP; `?language=` of the PDFs."""
    client = membership.client
    language = request.GET.get("language", "")
    if language and language not in dict(settings.LANGUAGES):
        raise Http404
    wish = PaperWish.from_query(request.GET)
    if request.GET.get("what") == "ticked":
        keys = _ticked(request.GET.getlist("paper"))
    else:
        found = papers_matching(client, wish, today=brussels_today())[: PAPERS_MAX + 1]
        keys = [(row["what"], row["pk"]) for row in found]
    back = f"{reverse('portal:invoices', kwargs={'client_id': client.pk})}?{wish.as_query()}"
    if not keys:
        messages.info(request, gettext("Tick at least one invoice or credit note, or download all that are found."))
        return redirect(back)
    try:
        check_paper_count(len(keys))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect(back)
    now = timezone.localtime()
    reader_language = (get_language() or settings.LANGUAGE_CODE)[:2]
    pieces = archive_of(
        client,
        keys,
        columns=_index_columns(),
        kind_words={kind.value: str(kind.label) for kind in InvoiceKind} | {CREDIT: gettext("Credit note")},
        language=language or None,
        reader_language=reader_language,
        made_at=now,
    )
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = gettext("invoices")
    return as_download(answer, f"{name}-{now:%Y-%m-%d}.zip")


def _ticked(ticks: list[str]) -> list[tuple[str, int]]:
    """What makes no sense is not there; each once."""
    keys = []
    for tick in ticks[: PAPERS_MAX + 1]:
        letter, digits = tick[:1], tick[1:]
        if letter in _TICKS and digits.isascii() and digits.isdecimal() and len(digits) < TICK_LENGTH_MAX - 1:
            keys.append((_TICKS[letter], int(digits)))
    return list(dict.fromkeys(keys))


def _index_columns() -> list[TableColumn]:
    return [
        TableColumn(gettext("Number")),
        TableColumn(gettext("Kind")),
        TableColumn(gettext("Date"), "day"),
        TableColumn(gettext("Due"), "day"),
        TableColumn(gettext("Total"), "cents"),
        TableColumn(gettext("Open"), "cents"),
        TableColumn(gettext("Structured communication")),
        TableColumn("PDF"),
        TableColumn("XML"),
    ]
