"""Alice looks where her orders stand."""

import ast
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bank import coda_file, payment_of
from cast import draft_of, hire
from django.urls import reverse
from django.utils import timezone

from tegoed.billing.models import Invoice
from tegoed.clients.models import BlockingRule, Issuer
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.orders.models import Order, OrderState, OrderTransition
from tegoed.orders.queries import preview_of
from tegoed.portal.order_story import REASONS
from tegoed.rules.dates import brussels_today
from tegoed.rules.lots import expires_on

REASONS_WRITTEN_IN = Path(__file__).parents[2] / "tegoed"


class Tables(HTMLParser):
    """The tables of a page: for each its head and its rows as texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag, _attrs) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._cell = []

    def handle_endtag(self, tag) -> None:
        if tag in {"td", "th"} and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def with_column(self, name: str) -> list[list[str]]:
        return next(table for table in self.tables if name in table[0])


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def confirmed(cast, people, **changes) -> Order:
    order = draft_of(cast.bakery, people, **changes)
    total_cents = preview_of(order).pricing.total_cents
    return confirm_order(client=cast.bakery, order_id=order.pk, actor=cast.alice, confirmed_total_cents=total_cents)


def paid(cast, order) -> None:
    content = coda_file([payment_of(invoice) for invoice in invoice_order(order_id=order.pk)])
    file = receive_statement_file(file_name="bank.cod", content=content, actor=cast.staff_member)
    book_statement_file(file_id=file.pk)


def order_page(cast, browser, order, **query):
    return browser.get(reverse("portal:order", args=[cast.bakery.pk, order.pk]), query)


def test_status_is_the_fifth_column(cast, alice_browser):
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    page = alice_browser.get(reverse("portal:orders", args=[cast.bakery.pk])).content.decode()
    head, row = Tables(page).tables[0][:2]
    assert head[4] == "Status"
    assert len(head) == len(row) == 8
    assert row[0].startswith(str(order.pk))
    assert row[4].startswith("Not finished since ")
    assert row[3] == "€320.00"


def test_start_of_validity_is_the_last_column_and_a_dash_until_loaded(cast, alice_browser):
    order = confirmed(cast, hire(cast.bakery, 2))
    before = Tables(order_page(cast, alice_browser, order).content.decode()).with_column("Start of validity")
    assert before[0][-2:] == ["Valid until", "Start of validity"]
    assert before[1][-2:] == ["–", "–"]
    paid(cast, order)
    load_due_orders()
    after = Tables(order_page(cast, alice_browser, order).content.decode()).with_column("Start of validity")
    today = brussels_today()
    assert after[1][-2:] == [expires_on("meal", today).strftime("%d/%m/%Y"), today.strftime("%d/%m/%Y")]


def test_the_page_tells_the_whole_story_in_words(cast, alice_browser):
    order = confirmed(cast, hire(cast.bakery, 2))
    paid(cast, order)
    load_due_orders()
    page = order_page(cast, alice_browser, order).content.decode()
    for words in (
        "Order started",
        "Confirmed; cards detected",
        "Invoices made and sent",
        "Payment received",
        "Vouchers loaded",
    ):
        assert words in page
    assert "First order" in page
    assert [invoice.number in page for invoice in order.invoices.all()] == [True, True]
    for code in OrderTransition.objects.values_list("reason", flat=True):
        assert f">{code}<" not in page


def test_every_reason_written_by_the_stories_has_words(cast, alice_browser):
    people = hire(cast.bakery, 2)
    first = confirmed(cast, people)
    invoice_order(order_id=first.pk)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    held = confirmed(cast, people)
    invoice_order(order_id=held.pk)
    content = coda_file([payment_of(invoice) for invoice in Invoice.objects.filter(order=first)])
    file = receive_statement_file(file_name="bank.cod", content=content, actor=None)
    book_statement_file(file_id=file.pk)
    load_due_orders()
    alice_browser.post(reverse("portal:order-discard", args=[cast.bakery.pk, draft_of(cast.bakery, people).pk]))
    assert set(OrderTransition.objects.values_list("reason", flat=True)) <= set(REASONS)


def test_every_reason_that_the_code_writes_has_words():
    written = set()
    for source in Path(REASONS_WRITTEN_IN).rglob("*.py"):
        for call in ast.walk(ast.parse(source.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "advance_order":
                (reason,) = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
                written |= {node.value for node in ast.walk(reason) if isinstance(node, ast.Constant)}
    assert written <= set(REASONS) | {""}
    assert {"invoices_made", "credited", "cancelled", "sent_back"} <= written


def test_an_order_on_hold_lists_what_blocks_it(cast, alice_browser):
    people = hire(cast.bakery, 2)
    older = confirmed(cast, people)
    blocking = invoice_order(order_id=older.pk)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    order = confirmed(cast, people)
    invoice_order(order_id=order.pk)
    answer = order_page(cast, alice_browser, order)
    assert {invoice.pk for invoice in answer.context["blocking"]} == {invoice.pk for invoice in blocking}
    assert "Pay these first" in answer.content.decode()


@pytest.mark.parametrize("state", OrderState.values)
def test_every_state_says_what_it_means_and_what_to_do(state, cast, alice_browser):
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=order.pk).update(state=state)
    page = order_page(cast, alice_browser, order).content.decode()
    words = page.partition('class="state-words">')[2].partition("</div>")[0]
    assert "<p>" in words
    assert state not in {"processing", "on_hold", "invoiced", "paid"} or "hx-get" in page
    assert state not in {"draft", "loaded", "cancelled"} or "hx-get" not in page


def test_a_page_that_looks_again_gets_nothing_until_something_changed(cast, alice_browser):
    order = confirmed(cast, hire(cast.bakery, 1))
    url = reverse("portal:order-progress", args=[cast.bakery.pk, order.pk])
    assert alice_browser.get(url, {"seen": "processing"}).status_code == 204
    invoice_order(order_id=order.pk)
    changed = alice_browser.get(url, {"seen": "processing"})
    page = changed.content.decode()
    assert changed.status_code == 200
    assert "<html" not in page
    assert 'id="order-progress"' in page
    assert "seen=invoiced" in page


def test_orders_are_shown_by_state_and_page_by_page(cast, alice_browser, django_assert_max_num_queries):
    people = hire(cast.bakery, 1)
    contract = cast.bakery.contracts.get(product="meal")
    Order.objects.bulk_create(
        Order(
            client=cast.bakery,
            contract=contract,
            product="meal",
            loading_on=brussels_today(),
            month_on=brussels_today().replace(day=1),
            state=state,
        )
        for state in ["draft", "loaded"] * 100
    )
    OrderTransition.objects.bulk_create(
        OrderTransition(order=order, to_state=order.state, reason="started", at=timezone.now())
        for order in Order.objects.all()
    )
    draft_of(cast.bakery, people)
    url = reverse("portal:orders", args=[cast.bakery.pk])
    with django_assert_max_num_queries(9):
        answer = alice_browser.get(url, {"state": "draft"})
    assert {order.state for order in answer.context["orders"].object_list} == {"draft"}
    assert len(answer.context["orders"].object_list) == 25
    assert "state=draft&amp;page=2" in answer.content.decode() or "page=2&amp;state=draft" in answer.content.decode()
    assert alice_browser.get(url, {"state": "nonsense"}).context["orders"].paginator.count == 201


def test_an_order_with_200_lines_takes_few_queries(cast, alice_browser, django_assert_max_num_queries):
    order = confirmed(cast, hire(cast.bakery, 200))
    paid(cast, order)
    load_due_orders()
    with django_assert_max_num_queries(16):
        answer = order_page(cast, alice_browser, order, page=4)
    assert len(answer.context["lines"].object_list) == 25


def test_the_overview_says_what_to_pay_and_what_to_do(cast, alice_browser, django_assert_max_num_queries):
    people = hire(cast.bakery, 60)
    for _number in range(6):
        invoice_order(order_id=confirmed(cast, people).pk)
    draft_of(cast.bakery, people)
    with django_assert_max_num_queries(20):
        answer = alice_browser.get(reverse("portal:overview", args=[cast.bakery.pk]))
    open_cents = sum(invoice.open_cents for invoice in Invoice.objects.all())
    assert answer.context["to_pay"].open_cents == open_cents
    page = answer.content.decode()
    assert f"€{open_cents / 100:,.2f}" in page
    assert "Finish your order" in page


def test_a_new_client_is_told_to_add_people_first(cast, alice_browser):
    page = alice_browser.get(reverse("portal:overview", args=[cast.bakery.pk])).content.decode()
    assert "Add your beneficiaries" in page
