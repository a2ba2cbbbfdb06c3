"""What cost centres bear adds up to the invoices, to the cent, on pages and in files."""

import csv
import io
import random
import zipfile

import pytest
from cast import draft_of, hire
from django.db.models import Sum
from django.urls import reverse
from python_calamine import CalamineWorkbook
from story import confirmed, invoiced

from tegoed.beneficiaries.models import Beneficiary
from tegoed.billing.cost_shares import divide_invoice
from tegoed.billing.costs import costs_by, sum_of
from tegoed.billing.models import CostShare, CreditNote, Invoice
from tegoed.clients.models import Tariff
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.catch_up import catch_up
from tegoed.flows.invoice_order import invoice_order
from tegoed.orders.actions import LineWish, set_order_lines
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today

CENTRES = ["", "Verkoop", "=HYPERLINK(1)", "Atelier Ä"]


def in_centres(people: list[Beneficiary], chance: random.Random) -> list[Beneficiary]:
    for person in people:
        person.cost_centre = chance.choice(CENTRES)
        person.save(update_fields=["cost_centre"])
    return people


def uneven_order(cast, people, chance: random.Random) -> Order:
    order = draft_of(cast.bakery, people)
    wishes = [
        LineWish(
            beneficiary_id=person.pk, voucher_count=chance.randint(1, 22), face_value_cents=chance.randint(109, 800)
        )
        for person in people
    ]
    set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)
    return order


@pytest.mark.parametrize("seed", range(6))
def test_the_shares_of_an_invoice_are_its_rows_and_its_vat(cast, seed) -> None:
    chance = random.Random(seed)
    Tariff.objects.update(service_basis_points=chance.randint(0, 333), service_per_voucher_cents=chance.randint(0, 3))
    people = in_centres(hire(cast.bakery, 17), chance)
    order = confirmed(uneven_order(cast, people, chance))
    for invoice in invoice_order(order_id=order.pk):
        shares = CostShare.objects.filter(invoice=invoice)
        sums = shares.values_list("reason").annotate(cents=Sum("net_cents"))
        assert dict(sums) == {row.reason: row.net_cents for row in invoice.rows.all()}
        assert shares.aggregate(cents=Sum("vat_cents"))["cents"] == invoice.vat_cents
        assert invoice.shares_at is not None
    for centre in CENTRES:
        face_value = sum(line.amount_cents for line in order.lines.filter(beneficiary__cost_centre=centre))
        borne = CostShare.objects.filter(invoice__order=order, cost_centre=centre, reason="face_value")
        assert (borne.aggregate(cents=Sum("net_cents"))["cents"] or 0) == face_value


def test_costs_are_the_invoices_less_the_credit_notes_however_they_are_cut(cast) -> None:
    people = in_centres(hire(cast.bakery, 9), random.Random(7))
    order, _invoices = invoiced(cast.bakery, people)
    cancelled, _theirs = invoiced(cast.bakery, people[:4])
    cancel_order(client=cast.bakery, order_id=cancelled.pk, actor=cast.alice)
    invoiced(cast.garage, hire(cast.garage, 2, first=50))
    charged = Invoice.objects.filter(client=cast.bakery).aggregate(cents=Sum("total_cents"))["cents"]
    credited = CreditNote.objects.aggregate(cents=Sum("total_cents"))["cents"]
    today = brussels_today()
    for by in ("centre", "month", "product", "order"):
        rows = costs_by(cast.bakery, by, from_on=today, to_on=today)
        assert sum_of(rows).total_cents == charged - credited, by
    of_order = costs_by(cast.bakery, "centre", from_on=today, to_on=today, order_id=order.pk)
    assert sum_of(of_order).total_cents == order.total_cents
    assert sum_of(costs_by(cast.bakery, "centre", from_on=today, to_on=today, product="eco")).total_cents == 0


def test_an_invoice_of_before_is_divided_once_by_the_worker(cast) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 3))
    CostShare.objects.all().delete()
    Invoice.objects.update(shares_at=None)
    catch_up()
    assert CostShare.objects.filter(invoice=invoices[0]).exists()
    count = CostShare.objects.count()
    assert not divide_invoice(invoice_id=invoices[0].pk)
    assert CostShare.objects.count() == count


def test_page_and_files_say_the_same_and_no_name_is_a_formula(cast, browser_of) -> None:
    people = in_centres(hire(cast.bakery, 9), random.Random(3))
    order, invoices = invoiced(cast.bakery, people)
    browser = browser_of(cast.alice)
    page = browser.get(reverse("portal:costs", args=[cast.bakery.pk])).content.decode()
    total = sum(invoice.total_cents for invoice in invoices)
    assert f"€{total / 100:,.2f}" in page
    assert "Without cost centre" in page
    text = browser.get(reverse("portal:costs-csv", args=[cast.bakery.pk])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[-1][0] == "Total"
    assert round(float(rows[-1][-1]) * 100) == total
    assert sum(round(float(row[-1]) * 100) for row in rows[1:-1]) == total
    assert "'=HYPERLINK(1)" in [row[0] for row in rows]
    content = io.BytesIO(browser.get(reverse("portal:costs-xlsx", args=[cast.bakery.pk])).content)
    cells = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert "=HYPERLINK(1)" in [row[0] for row in cells]
    assert round(cells[-1][-1] * 100) == total
    with zipfile.ZipFile(content) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    one = browser.get(reverse("portal:costs", args=[cast.bakery.pk]), {"order": order.pk})
    assert one.status_code == 200


@pytest.mark.parametrize("asked", ["0", "x", "9" * 40, "-1"])
def test_an_order_that_is_not_there(asked, cast, browser_of) -> None:
    assert (
        browser_of(cast.alice).get(reverse("portal:costs", args=[cast.bakery.pk]), {"order": asked}).status_code == 404
    )
