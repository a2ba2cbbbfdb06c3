"""Mails about money go to the billing contacts, each in its own language, and somebody always gets the invoices."""

import pytest
from cast import hire
from django.urls import reverse
from story import invoiced, paid

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.clients.actions import add_member
from tegoed.clients.billing_contacts import CONTACTS_MAX, add_billing_contact
from tegoed.clients.models import BillingContact, Role, User
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.invoice_order import send_invoices
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.send_credit_notes import send_credit_notes
from tegoed.outbox.models import Message

FIELDS = {"email": "compta@bakkerij.example", "name": "Claire", "language": "fr", "receives_invoices": "on"}


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.alice)


def address(cast, name: str, *ids: int) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])


def test_a_client_begins_with_its_billing_address(cast) -> None:
    contact = cast.bakery.billing_contacts.get()
    assert (contact.email, contact.language) == (cast.bakery.billing_email, "nl")


def test_each_contact_gets_its_own_words_and_the_same_document(cast, browser) -> None:
    browser.post(address(cast, "billing-contact-add"), FIELDS)
    people = hire(cast.bakery, 1)
    order, invoices = invoiced(cast.bakery, people)
    send_invoices(order_id=order.pk)
    mails = Message.objects.filter(kind="invoice", documents__file_name=f"{invoices[0].number}.pdf").order_by("id")
    assert [(mail.recipient, mail.language) for mail in mails] == [
        ("boekhouding@bakkerij.example", "nl"),
        ("compta@bakkerij.example", "fr"),
    ]
    assert mails[0].subject.startswith("Productfactuur")
    assert mails[1].subject.startswith("Facture")
    assert set(mails[0].documents.values_list("pk")) == set(mails[1].documents.values_list("pk"))
    paid(*invoices)
    load_due_orders()
    assert (
        Message.objects.get(kind="order_loaded").recipient == "boekhouding@bakkerij.example"
    )  # she wants invoices only
    cancelled, _invoices = invoiced(cast.bakery, people)
    cancel_order(client=cast.bakery, order_id=cancelled.pk, actor=cast.alice)
    send_credit_notes(order_id=cancelled.pk)
    assert Message.objects.filter(kind="credit_note").count() == 2


def test_the_trail_says_who_added_changed_and_removed(cast, browser) -> None:
    browser.post(address(cast, "billing-contact-add"), FIELDS)
    contact = BillingContact.objects.get(email=FIELDS["email"])
    browser.post(address(cast, "billing-contact", contact.pk), FIELDS | {"language": "de"})
    browser.post(address(cast, "billing-contact-remove", contact.pk))
    page = browser.get(address(cast, "billing-contacts")).content.decode()
    for words in ("Billing contact added", "Billing contact changed", "Billing contact removed", "Français", "Deutsch"):
        assert words in page
    events = Event.objects.filter(action__startswith="billing-contact:").order_by("id")
    assert [event.action for event in events] == [
        Action.BILLING_CONTACT_ADDED,
        Action.BILLING_CONTACT_CHANGED,
        Action.BILLING_CONTACT_REMOVED,
    ]
    assert {event.actor_id for event in events} == {cast.alice.pk}
    assert events[1].facts["changed"] == {"language": ["fr", "de"]}


def test_the_last_reader_of_invoices_or_reminders_stays(cast, browser) -> None:
    contact = cast.bakery.billing_contacts.get()
    for left_out in ("receives_invoices", "receives_reminders"):
        kept = {"email": contact.email, "language": "nl", "receives_invoices": "on", "receives_reminders": "on"}
        del kept[left_out]
        page = browser.post(address(cast, "billing-contact", contact.pk), kept).content.decode()
        assert "Nobody would receive" in page
    page = browser.post(address(cast, "billing-contact-remove", contact.pk), follow=True).content.decode()
    assert "Nobody would receive the invoices" in page
    contact.refresh_from_db()
    assert contact.receives_invoices
    assert contact.receives_reminders


@pytest.mark.parametrize(
    "typed", [{"email": "BOEKHOUDING@bakkerij.example"}, {"email": "nobody"}, {"language": "xx"}, {"name": "a\x07b"}]
)
def test_what_can_not_be_is_refused_and_nothing_kept(typed, cast, browser) -> None:
    answer = browser.post(address(cast, "billing-contact-add"), FIELDS | typed)
    assert answer.status_code == 200
    assert cast.bakery.billing_contacts.count() == 1


def test_there_is_an_end_to_contacts(cast, browser) -> None:
    for number in range(1, CONTACTS_MAX):
        add_billing_contact(
            client=cast.bakery, particulars={"email": f"{number}@x.example", "language": "nl"}, actor=cast.alice
        )
    assert f"at most {CONTACTS_MAX}" in browser.post(address(cast, "billing-contact-add"), FIELDS).content.decode()


def test_an_accountant_manages_contacts(cast, browser_of) -> None:
    accountant = User.objects.create_user("frank@kantoor.example", full_name="Frank", language="en")
    add_member(client=cast.bakery, user=accountant, role=Role.ACCOUNTANT, actor=None)
    browser_of(accountant).post(address(cast, "billing-contact-add"), FIELDS)
    assert cast.bakery.billing_contacts.count() == 2
