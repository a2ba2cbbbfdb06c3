"""Clients and mails, as the office sees them; a mail that failed can be sent again."""

import pytest
from bank import coda_file
from cast import hire
from django.core import mail
from office_day import booked, office, ordered

from tegoed.clients.models import Client
from tegoed.outbox.actions import retry_message, send_due_messages
from tegoed.outbox.models import Message


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


def names(browser, words: str) -> list[str]:
    return [client.name for client in browser.get(office("clients"), {"words": words}).context["clients"]]


def test_clients_are_found_by_name_number_and_mail(cast, browser) -> None:
    both = [cast.bakery.name, cast.garage.name]
    assert names(browser, "") == both
    assert names(browser, "peeters") == both[:1]
    assert names(browser, "0202.239.951") == both[1:]
    assert names(browser, "BE0403170701") == both[:1]
    assert names(browser, "compta@") == both[1:]
    assert names(browser, "zzz") == []


def test_the_list_says_what_each_client_owes(cast, browser) -> None:
    _order, invoices = ordered(cast.bakery, hire(cast.bakery, 2))
    owed = {client.name: client.open_cents for client in browser.get(office("clients")).context["clients"]}
    assert owed == {cast.bakery.name: sum(invoice.total_cents for invoice in invoices), cast.garage.name: 0}


def test_a_client_page_shows_contracts_workplaces_people_orders_and_invoices(cast, browser) -> None:
    order, invoices = ordered(cast.bakery, hire(cast.bakery, 2))
    page = browser.get(office("client", client_id=cast.bakery.pk)).content.decode()
    for words in ("0403.170.701", "Standaard", "Eco vouchers", "1 %", "Atelier", "Owner", "Viewer", cast.alice.email):
        assert words in page, words
    assert office("order", order_id=order.pk) in page
    assert all(invoice.number in page for invoice in invoices)
    assert cast.charlie.email not in page
    assert cast.garage.name not in page


def failed_message(cast) -> Message:
    ordered(cast.bakery, hire(cast.bakery, 1))
    message = Message.objects.order_by("id")[0]
    Message.objects.filter(pk=message.pk).update(state="failed", attempt_count=8, last_error="mailbox <b>full</b>")
    message.refresh_from_db()
    return message


def test_a_failed_mail_is_sent_again_once_staff_ask(cast, browser) -> None:
    message = failed_message(cast)
    Message.objects.exclude(pk=message.pk).delete()
    page = browser.get(office("message", message_id=message.pk)).content.decode()
    assert "mailbox &lt;b&gt;full&lt;/b&gt;" in page
    assert message.recipient in page
    assert "Gestructureerde mededeling:" in page
    send_due_messages()
    assert mail.outbox == []
    for _twice in range(2):
        answer = browser.post(office("message-retry", message_id=message.pk))
        assert answer["Location"] == office("message", message_id=message.pk)
    send_due_messages()
    message.refresh_from_db()
    assert message.state == "sent"
    assert len(mail.outbox) == 1


def test_a_mail_that_did_not_fail_is_left_as_it_is(cast, browser) -> None:
    ordered(cast.bakery, hire(cast.bakery, 1))
    send_due_messages()
    message = Message.objects.order_by("id")[0]
    assert retry_message(message_id=message.pk, actor=None) is False
    assert "Try again" not in browser.get(office("message", message_id=message.pk)).content.decode()
    assert browser.post(office("message-retry", message_id=message.pk)).status_code == 302
    before = len(mail.outbox)
    send_due_messages()
    assert len(mail.outbox) == before


def test_mails_are_found_by_state_and_words(cast, browser) -> None:
    message = failed_message(cast)
    failed = browser.get(office("messages"), {"state": "failed"}).context["mails"]
    assert [shown.pk for shown in failed] == [message.pk]
    assert len(browser.get(office("messages"), {"words": "boekhouding"}).context["mails"]) == Message.objects.count()
    assert not browser.get(office("messages"), {"words": "nobody@"}).context["mails"].object_list


ROWS = 200
QUERIES_MAX = 20


@pytest.fixture
def much(cast):
    """200 of everything the office lists."""
    from bank import Payment

    from tegoed.orders.models import Order

    order, _invoices = ordered(cast.bakery, hire(cast.bakery, ROWS))
    Client.objects.bulk_create(
        Client(
            name=f"Client {n:03d}",
            enterprise_number=f"{n:010d}",
            street="x",
            postcode="1",
            town="x",
            billing_email="x@x.example",
        )
        for n in range(ROWS)
    )
    Order.objects.bulk_create(
        Order(
            client=cast.bakery,
            contract=order.contract,
            product="meal",
            loading_on=order.loading_on,
            month_on=order.month_on,
        )
        for _n in range(ROWS)
    )
    Message.objects.bulk_create(
        Message(event_key=f"x:{n}", kind="invoice", recipient="x@x.example", language="nl", subject="x", text="x")
        for n in range(ROWS)
    )
    file = booked(coda_file([Payment(n + 1) for n in range(ROWS)]))
    return {"order_id": order.pk, "file_id": file.pk, "client_id": cast.bakery.pk}


def test_no_page_asks_more_of_the_database_when_there_is_more(much, browser, django_assert_max_num_queries) -> None:
    pages = {
        "overview": {},
        "orders": {},
        "order": {"order_id": much["order_id"]},
        "statements": {},
        "statement": {"file_id": much["file_id"]},
        "suspense": {},
        "clients": {},
        "client": {"client_id": much["client_id"]},
        "messages": {},
    }
    for name, arguments in pages.items():
        with django_assert_max_num_queries(QUERIES_MAX):
            answer = browser.get(office(name, **arguments))
        assert answer.status_code == 200
        assert "Page 1 of" in answer.content.decode() or name in {"overview", "statements", "client"}
