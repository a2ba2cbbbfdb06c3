"""Alice cancels and changes orders on the pages; each page says before what happens, and afterwards what happened."""

import pytest
from bank import payment_of
from cast import draft_of, hire
from django.urls import reverse
from story import confirmed, invoiced, paid, received_from_bank

from tegoed.billing.models import CreditNote, Invoice
from tegoed.cards.models import Card
from tegoed.clients.models import BlockingRule, Issuer
from tegoed.flows.catch_up import catch_up
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import preview_of
from tegoed.outbox.models import Message


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def url(name: str, cast, order: Order) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, order.pk])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_page_before_says_what_is_credited_freed_and_not_made(cast, alice_browser):
    order, (product, card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product, 5_000)])
    page = text_of(alice_browser.get(url("order-cancel", cast, order)))
    for words in (product.number, card.number, "€50.00", "2 cards of this order are not made"):
        assert words in page
    order.refresh_from_db()
    assert order.state == OrderState.INVOICED


def test_alice_cancels_and_reads_what_was_credited(cast, alice_browser):
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    answer = alice_browser.post(url("order-cancel", cast, order), {"reason": "Wrong month"}, follow=True)
    page = text_of(answer)
    assert "After it was invoiced; its invoices were credited" in page
    assert "“Wrong month”" in page
    for note in CreditNote.objects.all():
        assert note.number in page
        shown = text_of(alice_browser.get(reverse("portal:credit-note", args=[cast.bakery.pk, note.pk])))
        assert note.invoice.number in shown
        for file in ("pdf", "xml"):
            kept = alice_browser.get(reverse(f"portal:credit-note-{file}", args=[cast.bakery.pk, note.pk]))
            assert note.number in kept["Content-Disposition"]
    invoice_page = text_of(alice_browser.get(reverse("portal:invoice", args=[cast.bakery.pk, invoices[0].pk])))
    assert "This invoice was credited: there is nothing to pay" in invoice_page
    assert "How to pay" not in invoice_page


def test_what_was_paid_shows_on_account(cast, alice_browser):
    order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    received_from_bank([payment_of(product, 5_000)])
    alice_browser.post(url("order-cancel", cast, order))
    page = text_of(alice_browser.get(reverse("portal:invoices", args=[cast.bakery.pk])))
    assert "Your credit" in page
    assert "€50.00" in page


@pytest.mark.parametrize("name", ["order-cancel", "order-change"])
def test_a_paid_order_is_refused_with_the_remedy(name, cast, alice_browser):
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    paid(*invoices)
    for answer in (
        alice_browser.get(url(name, cast, order), follow=True),
        alice_browser.post(url(name, cast, order), follow=True),
    ):
        assert "Contact customer service" in text_of(answer)
    assert CreditNote.objects.count() == 0


def test_alice_changes_an_invoiced_order_into_a_new_draft_and_confirms_it(cast, alice_browser):
    people = hire(cast.bakery, 2)
    old, _invoices = invoiced(cast.bakery, people)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    assert "takes its place" in text_of(alice_browser.get(url("order-change", cast, old)))
    answer = alice_browser.post(url("order-change", cast, old))
    draft = Order.objects.get(replaces=old)
    assert answer.url == url("order-start", cast, draft)
    assert draft.lines.count() == old.lines.count()
    old_page = text_of(alice_browser.get(url("order", cast, old)))
    assert f"Order {draft.pk} takes its place" in old_page
    overview = text_of(alice_browser.get(reverse("portal:orders", args=[cast.bakery.pk])))
    assert f"replaces order {old.pk}" in overview
    assert f"replaced by order {draft.pk}" in overview
    total = preview_of(draft).pricing.total_cents
    alice_browser.post(url("order-check", cast, draft), {"confirmed_total_cents": total})
    invoices = invoice_order(order_id=draft.pk)
    assert [invoice.kind for invoice in invoices] == ["product", "card"]  # nothing credited blocks it
    paid(*invoices)
    draft.refresh_from_db()
    assert draft.state == OrderState.PAID
    assert check_books().findings == []


def test_a_viewer_and_another_company_can_neither_cancel_nor_change(cast, browser_of):
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    for name in ("order-cancel", "order-change"):
        for method in ("get", "post"):
            assert getattr(browser_of(cast.bob), method)(url(name, cast, order)).status_code == 403
            assert getattr(browser_of(cast.charlie), method)(url(name, cast, order)).status_code == 404
    assert CreditNote.objects.count() == 0


def test_another_company_does_not_see_a_credit_note(cast, alice_browser, browser_of):
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    alice_browser.post(url("order-cancel", cast, order))
    note = CreditNote.objects.first()
    for name in ("credit-note", "credit-note-pdf", "credit-note-xml"):
        for client in (cast.bakery, cast.garage):
            assert browser_of(cast.charlie).get(reverse(f"portal:{name}", args=[client.pk, note.pk])).status_code == 404


def test_a_released_order_sends_its_invoices_then(cast, alice_browser):
    people = hire(cast.bakery, 1)
    _older, older_invoices = invoiced(cast.bakery, people)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    held = confirmed(draft_of(cast.bakery, people))
    catch_up()
    page = text_of(alice_browser.get(url("order", cast, held)))
    for invoice in older_invoices:
        assert invoice.number in page
    assert "BE68 5390 0754 7034" in page
    assert not Invoice.objects.filter(order=held).exists()
    paid(*older_invoices)
    catch_up()
    held.refresh_from_db()
    assert held.state == OrderState.INVOICED
    (invoice,) = held.invoices.all()
    assert Message.objects.get(event_key=f"invoice:{invoice.pk}").subject.startswith("Productfactuur")
    assert "Older invoices paid; the order goes on" in text_of(alice_browser.get(url("order", cast, held)))


def test_a_milder_rule_is_told_as_such(cast, alice_browser):
    people = hire(cast.bakery, 1)
    invoiced(cast.bakery, people)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    held = confirmed(draft_of(cast.bakery, people))
    catch_up()
    Issuer.objects.update(blocking_rule=BlockingRule.OVERDUE)
    catch_up()
    assert "no longer hold it back" in text_of(alice_browser.get(url("order", cast, held)))


def test_orders_are_found_by_number_and_reference(cast, alice_browser):
    people = hire(cast.bakery, 1)
    first, second = draft_of(cast.bakery, people), draft_of(cast.bakery, people)
    Order.objects.filter(pk=first.pk).update(reference="Kerst 2026")
    overview = reverse("portal:orders", args=[cast.bakery.pk])

    def found(words: str) -> set[int]:
        return {order.pk for order in alice_browser.get(overview, {"words": words}).context["orders"].object_list}

    assert found("kerst") == {first.pk}
    assert found(f"#{second.pk}") == {second.pk}
    assert found("nothing like it") == set()
    assert found("9" * 40) == set()
    assert alice_browser.get(overview, {"words": "\x00"}).status_code == 200


@pytest.mark.parametrize("name", ["order-cancel", "order-change"])
def test_what_cancelling_does_is_asked_again_when_it_changed_meanwhile(name, cast, alice_browser):
    """The page said both invoices are taken back; meanwhile the cards went into production."""
    order, (product, card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    shown = alice_browser.get(url(name, cast, order)).context["plan"].credited_cents
    assert shown == product.total_cents + card.total_cents
    Card.objects.update(state="in_production")
    answer = alice_browser.post(url(name, cast, order), {"credited_cents": shown})
    assert "Things changed since you opened this page" in text_of(answer)
    assert f'name="credited_cents" value="{product.total_cents}"' in text_of(answer)
    assert CreditNote.objects.count() == 0
    assert Order.objects.get().state == OrderState.INVOICED
    alice_browser.post(url(name, cast, order), {"credited_cents": product.total_cents})
    assert CreditNote.objects.get().invoice == product
