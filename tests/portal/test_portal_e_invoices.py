"""Alice sees where the e-invoice of each invoice stands; Charlie sees nothing of it."""

import pytest
from cast import draft_of, hire
from django.urls import reverse
from story import confirmed, invoiced

from tegoed.billing.models import CreditNote
from tegoed.billing.particulars import ClientParticularsFaulty
from tegoed.clients.company import set_peppol
from tegoed.clients.models import Client
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import send_invoices
from tegoed.flows.send_credit_notes import send_credit_notes
from tegoed.orders.queries import preview_of
from tegoed.outbox.models import Transmission, TransmissionState
from tegoed.outbox.transmissions import send_due_transmissions

WORDS = {
    "queued": "Being sent",
    "refused_by_rules": "Not sent yet",
    "sent": "Sent",
    "delivered": "Delivered",
    "failed": "Not delivered",
    "cancelled": "By mail only",
}


@pytest.fixture
def invoices(cast):
    order, made = invoiced(cast.bakery, hire(cast.bakery, 1))
    send_invoices(order_id=order.pk)
    return made


def read(browser, cast, name: str, *ids: int) -> str:
    return browser.get(reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])).content.decode()


@pytest.mark.parametrize("state", TransmissionState.values)
def test_list_and_page_say_where_it_stands(cast, invoices, browser_of, state) -> None:
    fault = {"code": "peppol-fault", "params": {"reason": "buyer-number", "where": "x", "found": "y"}}
    Transmission.objects.update(state=state, last_error="secret of the access point", refusals=[fault])
    browser = browser_of(cast.alice)
    for page in (read(browser, cast, "invoices"), read(browser, cast, "invoice", invoices[0].pk)):
        assert WORDS[state] in page
        assert "secret of the access point" not in page
        assert "buyer-number" not in page


def test_once_sent_it_says_since_when_and_to_which_address(cast, invoices, browser_of) -> None:
    send_due_transmissions()
    page = read(browser_of(cast.alice), cast, "invoice", invoices[0].pk)
    assert "It is on its way over Peppol" in page
    assert "0208:0403170701" in page
    assert "since" in page


def test_before_the_worker_came_it_is_being_made(cast, browser_of) -> None:
    _order, (product, *_card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    assert "Being made" in read(browser_of(cast.alice), cast, "invoice", product.pk)


def test_by_mail_only_it_says_so(cast, browser_of) -> None:
    set_peppol(client=cast.bakery, is_on_peppol=False, peppol_id="", actor=None)
    bakery = Client.objects.get(pk=cast.bakery.pk)
    order, (product, *_card) = invoiced(bakery, hire(bakery, 1))
    send_invoices(order_id=order.pk)
    browser = browser_of(cast.alice)
    assert "PDF and XML went to your billing address" in read(browser, cast, "invoice", product.pk)
    assert "by mail only" in read(browser, cast, "company")


def test_a_credit_note_has_its_own(cast, invoices, browser_of) -> None:
    order_id = invoices[0].order_id
    cancel_order(client=cast.bakery, order_id=order_id, actor=cast.alice)
    send_credit_notes(order_id=order_id)
    note = CreditNote.objects.order_by("id")[0]
    Transmission.objects.filter(number=note.number).update(state="delivered")
    assert "It has arrived over Peppol" in read(browser_of(cast.alice), cast, "credit-note", note.pk)


def test_the_list_asks_once_whatever_its_length(cast, invoices, browser_of, django_assert_num_queries) -> None:
    from tegoed.portal.e_invoices import e_invoices_of

    with django_assert_num_queries(1):
        told = e_invoices_of(cast.bakery, invoices)
    assert {one.receiver for one in told.values()} == {"0208:0403170701"}
    with django_assert_num_queries(1):
        elsewhere = e_invoices_of(cast.garage, invoices)
    assert {one.receiver for one in elsewhere.values()} == {""}  # another client's transmissions are not found


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("street", " ", "address"),
        ("town", "", "address"),
        ("postcode", "\x07", "address"),
        ("name", "", "identity"),
        ("enterprise_number", "0403170702", "identity"),
        ("vat_number", "0403170701", "identity"),
    ],
)
def test_an_order_is_not_confirmed_when_no_invoice_could_be_made(cast, field, value, reason) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    Client.objects.filter(pk=cast.bakery.pk).update(**{field: value})
    with pytest.raises(ClientParticularsFaulty) as refused:
        confirm_order(
            client=Client.objects.get(pk=cast.bakery.pk),
            order_id=order.pk,
            actor=cast.alice,
            confirmed_total_cents=preview_of(order).pricing.total_cents,
        )
    assert refused.value.params["reason"] == reason
    order.refresh_from_db()
    assert order.state == "draft"
    Client.objects.filter(pk=cast.bakery.pk).update(**{field: getattr(cast.bakery, field)})
    assert confirmed(order).state == "processing"
