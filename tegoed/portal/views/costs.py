"""Costs by cost centre, month, product or order: a table, a chart drawn from it, CSV and Excel."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tegoed.billing.costs import By, CostSums, costs_by, invoices_not_divided, sum_of
from tegoed.clients.models import Client, Membership, ProductChoice
from tegoed.formats.table_file import TableColumn
from tegoed.orders.models import Order
from tegoed.portal.access import for_bookkeeping, page
from tegoed.public.downloads import Period, csv_answer, period_of, xlsx_answer
from tegoed.rules.dates import add_months, brussels_today

MONTHS_USUAL = 12
ORDERS_SHOWN_MAX = 500
ID_DIGITS_MAX = 18
BYS = {
    "centre": _("Cost centre"),
    "month": _("Month"),
    "product": _("Product"),
    "order": _("Order"),
}


@dataclass(frozen=True, slots=True)
class CostTable:
    """What is asked for, and its rows: each with its label in words."""

    by: By
    product: str
    order: Order | None
    period: Period
    rows: list[tuple[str, CostSums]]
    total: CostSums

    @property
    def query(self) -> str:
        """As it stands in the address of its files."""
        order = f"&order={self.order.pk}" if self.order else ""
        return f"by={self.by}&product={self.product}&{self.period.query}{order}"


@for_bookkeeping
@require_safe
def costs(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The table; `?by=`, `?product=`, `?from=`, `?to=`, `?order=`."""
    table = _table(request, membership.client)
    return page(
        request,
        membership,
        "costs/costs.html",
        section="invoices",
        tab="costs",
        table=table,
        rows=table.rows[:ORDERS_SHOWN_MAX],
        is_cut=len(table.rows) > ORDERS_SHOWN_MAX,
        rows_max=ORDERS_SHOWN_MAX,
        bys=BYS.items(),
        products=ProductChoice.choices,
        not_divided_count=invoices_not_divided(membership.client),
    )


@for_bookkeeping
@require_safe
def csv(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The whole table as CSV."""
    table = _table(request, membership.client)
    return csv_answer(_columns(table), _file_rows(table), name=_name(table))


@for_bookkeeping
@require_safe
def xlsx(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The whole table as an Excel workbook."""
    table = _table(request, membership.client)
    return xlsx_answer(_columns(table), _file_rows(table), name=_name(table), title=gettext("Costs"))


def _table(request: HttpRequest, client: Client) -> CostTable:
    today = brussels_today()
    begin = add_months(today.replace(day=1), 1 - MONTHS_USUAL)
    period = period_of(request.GET, otherwise=Period(begin, today))
    by = cast("By", request.GET.get("by") if request.GET.get("by") in BYS else "centre")
    product = request.GET.get("product", "")
    product = product if product in ProductChoice.values else ""
    order = _order_or_404(client, request.GET.get("order", ""))
    if order is not None:
        period = Period(min(order.created_at.date(), period.from_on), max(today, period.to_on))
    found = costs_by(
        client,
        by,
        from_on=period.from_on,
        to_on=period.to_on,
        product=product,
        order_id=order.pk if order else None,
    )
    return CostTable(
        by, product, order, period, list(zip(_labels(client, by, found), found, strict=True)), sum_of(found)
    )


def _order_or_404(client: Client, digits: str) -> Order | None:
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= ID_DIGITS_MAX):
        raise Http404
    order = Order.objects.filter(client=client, pk=int(digits)).first()
    if order is None:
        raise Http404
    return order


def _labels(client: Client, by: By, found: list[CostSums]) -> list[str]:
    if by == "centre":
        return [str(row.key) or gettext("Without cost centre") for row in found]
    if by == "product":
        return [str(ProductChoice(row.key).label) for row in found]
    if by == "month":
        return [_month(row.key) for row in found]
    orders = Order.objects.filter(client=client, pk__in=[row.key for row in found]).values_list("pk", "reference")
    references = dict(orders)
    return [f"{row.key} · {references[row.key]}" if references.get(row.key) else str(row.key) for row in found]


def _month(on: date) -> str:
    return str(formats.date_format(on, "F Y"))


def _name(table: CostTable) -> str:
    name = gettext("costs")
    return f"{name}-{table.period.from_on}-{table.period.to_on}"


def _columns(table: CostTable) -> list[TableColumn]:
    return [
        TableColumn(str(BYS[table.by])),
        TableColumn(gettext("Face value"), "cents"),
        TableColumn(gettext("Service"), "cents"),
        TableColumn(gettext("Loading"), "cents"),
        TableColumn(gettext("Cards"), "cents"),
        TableColumn(gettext("On paper"), "cents"),
        TableColumn(gettext("VAT"), "cents"),
        TableColumn(gettext("Total"), "cents"),
    ]


def _file_rows(table: CostTable) -> list[list[Any]]:
    rows = [*table.rows, (gettext("Total"), table.total)]
    return [
        [
            label,
            sums.face_value_cents,
            sums.service_cents,
            sums.loading_cents,
            sums.cards_cents,
            sums.paper_cents,
            sums.vat_cents,
            sums.total_cents,
        ]
        for label, sums in rows
    ]
