"""The client's pages on money with 10,000 invoices, over HTTP from a running server, and a ZIP of many of them.

5,000 orders of two invoices, one in ten credited, most paid, each divided over six cost centres. The reference is the sign-in
page of the same server.
"""

import os
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from datetime import time as day_time

from bench.portal import _p95, _row, _sign_in_path, _times
from bench.scratch import row, scratch_database, set_up_client
from bench.serving import free_port, serving, signed_in_owner

ORDERS = int(os.environ.get("TEGOED_BENCH_ROWS", "10000")) // 2
CENTRES = 6
PAPERS_IN_ZIP = 200
ZIP_MEMORY_MB_MOST = 64


def run() -> list[dict]:
    with scratch_database("billing"):
        client = set_up_client()
        _fill(client)
        cookie = signed_in_owner(client)
        port = free_port()
        with serving(port):
            bare_p95 = _p95(_times(port, _sign_in_path(), cookie=""))
            measured = [(name, _times(port, path, cookie=cookie)) for name, path in _pages(client)]
        rows = [_row(name, times, bare_p95=bare_p95) for name, times in measured]
        return [row("reference: the sign-in page, p95", bare_p95, "ms"), *rows, *_archive(client)]


def _pages(client) -> list[tuple[str, str]]:
    from django.conf import settings
    from django.urls import reverse

    from tegoed.billing.models import Invoice

    def of_client(name: str, query: str = "") -> str:
        return reverse(f"portal:{name}", kwargs={"client_id": client.pk}) + (f"?{query}" if query else "")

    one = Invoice.objects.filter(client=client).order_by("id")[ORDERS // 2]
    last_page = 2 * ORDERS // settings.PAGE_ROWS_MAX
    return [
        ("invoices: overview", of_client("invoices")),
        ("invoices: last page", of_client("invoices", f"page={last_page}")),
        ("invoices: overdue, most to pay first", of_client("invoices", "state=overdue&sort=-open")),
        ("invoices: search by number", of_client("invoices", f"q={one.number}")),
        ("invoices: search by communication", of_client("invoices", f"q={one.structured_communication}")),
        ("invoices: search, many found", of_client("invoices", "q=Bestelling")),
        ("invoices: by amount, a year", of_client("invoices", "sort=-amount&since=2026-01-01&until=2026-12-31")),
        ("statement of account: this year", of_client("account")),
        ("costs by cost centre: a year", of_client("costs")),
        ("costs by month: all", of_client("costs", "by=month&from=2000-01-01")),
    ]


def _archive(client) -> list[dict]:
    """Papers without kept documents: each PDF and UBL is made on the way, the dearest there is."""
    from tegoed.billing.paper_archive import archive_of
    from tegoed.billing.paper_list import PaperWish, papers_matching
    from tegoed.formats.table_file import TableColumn
    from tegoed.rules.dates import brussels_today

    found = papers_matching(client, PaperWish(kind="product"), today=brussels_today())[:PAPERS_IN_ZIP]
    keys = [(paper["what"], paper["pk"]) for paper in found]
    columns = [TableColumn(str(number)) for number in range(9)]
    tracemalloc.start()
    began, byte_count = time.perf_counter(), 0
    for piece in archive_of(
        client,
        keys,
        columns=columns,
        kind_words={"product": "p", "card": "c", "credit": "n"},
        language=None,
        reader_language="nl",
        made_at=datetime.now(UTC),
    ):
        byte_count += len(piece)
    seconds = time.perf_counter() - began
    peak_mb = tracemalloc.get_traced_memory()[1] / 1_000_000
    tracemalloc.stop()
    return [
        row(f"ZIP of {len(keys)} invoices made on the way, {byte_count / 1e6:.0f} MB", len(keys) / seconds, "papers/s"),
        row(
            "ZIP: memory of Python at its highest",
            peak_mb,
            "MB",
            target=f"≤ {ZIP_MEMORY_MB_MOST}",
            is_met=peak_mb <= ZIP_MEMORY_MB_MOST,
        ),
    ]


def _fill(client) -> None:
    """Straight into the tables, and into the ledger through its door."""
    from dataclasses import asdict

    from django.db import connection

    from tegoed.billing.actions import _communication, buyer_party, seller_party
    from tegoed.billing.models import CostShare, Invoice, InvoiceRow
    from tegoed.clients.queries import the_issuer
    from tegoed.orders.models import Order
    from tegoed.rules.dates import BRUSSELS, brussels_today

    today, issuer = brussels_today(), the_issuer()
    contract = client.contracts.get(product="meal")
    seller = asdict(seller_party(issuer))
    seller |= {"iban": "BE68539007547034", "bic": "KREDBEBB", "vat_reasons": issuer.face_value_vat_reasons}
    buyer = asdict(buyer_party(client))
    orders = Order.objects.bulk_create(
        Order(
            client=client,
            contract=contract,
            product="meal",
            reference=f"Bestelling {number}",
            loading_on=today,
            month_on=today.replace(day=1),
            state="loaded",
        )
        for number in range(ORDERS)
    )
    invoices = []
    for number, order in enumerate(orders):
        issued_on = today - timedelta(days=(ORDERS - number) * 700 // ORDERS)
        for kind, series, exempt, taxable, vat in (
            ("product", "P", 160_000 + number, 1_600, 336),
            ("card", "C", 0, 4_500, 945),
        ):
            total = exempt + taxable + vat
            state = "credited" if number % 10 == 0 else "open" if number % 10 == 1 or number > ORDERS - 300 else "paid"
            invoices.append(
                Invoice(
                    client=client,
                    order=order,
                    kind=kind,
                    series=series,
                    year=issued_on.year,
                    number_in_year=number + 1,
                    number=f"{series}{issued_on.year}-{number + 1:06d}",
                    structured_communication=_communication(kind, issued_on.year, number + 1),
                    language="nl",
                    issued_on=issued_on,
                    due_on=issued_on + timedelta(days=14),
                    seller=seller,
                    buyer=buyer,
                    exempt_cents=exempt,
                    taxable_cents=taxable,
                    vat_cents=vat,
                    total_cents=total,
                    paid_cents=total if state == "paid" else 0,
                    paid_at=datetime.now(UTC) if state == "paid" else None,
                    state=state,
                    shares_at=datetime.now(UTC),
                    documents_at=datetime.now(UTC),
                )
            )
    invoices = Invoice.objects.bulk_create(invoices, batch_size=1_000)
    InvoiceRow.objects.bulk_create(_rows(invoices), batch_size=2_000)
    CostShare.objects.bulk_create(
        (
            CostShare(
                client=client,
                invoice=invoice,
                product="meal",
                cost_centre=f"KP {centre}",
                reason=reason,
                net_cents=1_000,
                vat_cents=10,
            )
            for invoice in invoices
            for centre in range(CENTRES)
            for reason in (("face_value", "service", "loading") if invoice.kind == "product" else ("card_production",))
        ),
        batch_size=5_000,
    )
    _credit(client, invoices, seller, buyer)
    _post(client, invoices, lambda on: datetime.combine(on, day_time(12), tzinfo=BRUSSELS))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _rows(invoices):
    from tegoed.billing.models import InvoiceRow

    for invoice in invoices:
        parts = (
            [("face_value", invoice.exempt_cents, "E", 0), ("service", invoice.taxable_cents, "S", 2100)]
            if invoice.kind == "product"
            else [("card_production", invoice.taxable_cents, "S", 2100)]
        )
        for position, (reason, cents, category, rate) in enumerate(parts, start=1):
            yield InvoiceRow(
                invoice=invoice,
                position=position,
                reason=reason,
                description=reason,
                quantity=10,
                unit_cents=None,
                net_cents=cents,
                vat_category=category,
                vat_basis_points=rate,
            )


def _credit(client, invoices, seller, buyer) -> None:
    from tegoed.billing.models import CreditNote

    CreditNote.objects.bulk_create(
        (
            CreditNote(
                client=client,
                invoice=invoice,
                series="N",
                year=invoice.year,
                number_in_year=place,
                number=f"N{invoice.year}-{place:06d}",
                language="nl",
                issued_on=invoice.issued_on,
                seller=seller,
                buyer=buyer,
                exempt_cents=invoice.exempt_cents,
                taxable_cents=invoice.taxable_cents,
                vat_cents=invoice.vat_cents,
                total_cents=invoice.total_cents,
                freed_cents=0,
                documents_at=datetime.now(UTC),
            )
            for place, invoice in enumerate((one for one in invoices if one.state == "credited"), start=1)
        ),
        batch_size=1_000,
    )


def _post(client, invoices, noon) -> None:
    """Each invoice as issued; a paid one paid the same day, from an account that stands for the bank."""
    from django.db import transaction

    from tegoed.billing.actions import REVENUE_SPEC, client_account_specs
    from tegoed.ledger.door import AccountSpec, Posting, open_accounts, post
    from tegoed.ledger.models import AccountKind, TransferKind

    specs = client_account_specs(client.pk)
    bank = AccountSpec(account_key="bank:bench", kind=AccountKind.BANK)
    with transaction.atomic():
        ids = open_accounts([*specs.values(), REVENUE_SPEC, bank])
    receivable = ids[specs[AccountKind.RECEIVABLE].account_key]
    postings = []
    for invoice in invoices:
        facts = {"amount_cents": invoice.total_cents, "event_at": noon(invoice.issued_on)}
        key = f"invoice_fees:invoice:{invoice.pk}"
        postings.append(
            Posting(
                event_key=key, kind=TransferKind.INVOICE_FEES, debit_id=receivable, credit_id=ids["revenue"], **facts
            )
        )
        if invoice.state != "open":
            postings.append(
                Posting(
                    event_key=f"payment:statement-line:{invoice.pk}",
                    kind=TransferKind.PAYMENT,
                    debit_id=ids["bank:bench"],
                    credit_id=receivable,
                    **facts,
                )
            )
    with transaction.atomic():
        post(postings)
