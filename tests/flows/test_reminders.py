"""Reminders: each level once, on its day, in one mail; none of what is paid, paused or being booked."""

from datetime import date, timedelta

import pytest
from bank import coda_file, payment_of
from cast import hire
from django.db import IntegrityError, transaction
from django.urls import reverse
from story import invoiced, paid

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.billing.models import Invoice, Reminder
from tegoed.billing.reminders import overdue_invoices, record_reminders
from tegoed.clients.billing_contacts import add_billing_contact
from tegoed.flows import send_reminders as story
from tegoed.flows.receive_statement import receive_statement_file
from tegoed.flows.send_reminders import remind_client, send_due_reminders
from tegoed.outbox.models import Message
from tegoed.rules.dates import brussels_today

MONDAY = date(2027, 3, 1)


@pytest.fixture
def invoices(cast) -> list[Invoice]:
    """Two open invoices of the bakery and two of the garage, not due yet."""
    _order, made = invoiced(cast.bakery, hire(cast.bakery, 2))
    invoiced(cast.garage, hire(cast.garage, 1, first=30))
    return made


@pytest.fixture
def on(monkeypatch, invoices):
    """Let the reminders run so many days after the invoices were due, on a working day."""

    def run(days: int) -> int:
        day = invoices[0].due_on + timedelta(days=days)
        monkeypatch.setattr(story, "brussels_today", lambda: day)
        monkeypatch.setattr(story, "is_working_day", lambda _day: True)
        return send_due_reminders()

    return run


def levels(invoice: Invoice) -> list[int]:
    return list(invoice.reminders.order_by("level").values_list("level", flat=True))


def mails_to(client) -> list[Message]:
    return list(Message.objects.filter(kind="reminder", client_id=client.pk).order_by("id"))


def test_three_levels_on_their_days_and_no_more(cast, invoices, on) -> None:
    told = {days: on(days) for days in (0, 6, 7, 8, 13, 14, 20, 28, 40, 90)}
    assert [days for days, clients in told.items() if clients] == [7, 14, 28]
    assert [levels(invoice) for invoice in invoices] == [[1, 2, 3]] * 2
    first, second, third = mails_to(cast.bakery)
    assert "escaped" not in first.text
    assert "Misschien is het je ontgaan" in first.text
    assert "eerste herinnering" in second.text
    assert "laatste herinnering" in third.text
    assert "nieuwe bestellingen" in third.text
    assert mails_to(cast.garage)[0].language == "fr"


def test_one_mail_lists_all_that_is_past_due_with_amounts_and_communications(cast, invoices, on) -> None:
    from tegoed.rules.structured_communication import pretty

    on(7)
    (mail,) = mails_to(cast.bakery)
    for invoice in invoices:
        assert invoice.number in mail.text
        assert pretty(invoice.structured_communication) in mail.text
    assert bytes(mail.documents.get().content).startswith(b"%PDF-")
    assert Event.objects.filter(action=Action.REMINDERS_SENT, client_id=cast.bakery.pk).count() == 1


def test_asked_twice_on_a_day_it_goes_once(cast, invoices, on) -> None:
    assert on(7) == 2
    assert on(7) == 0
    Reminder.objects.filter(invoice=invoices[1]).update(level=3)  # as if the day were not over for the other
    assert on(7) == 0
    assert len(mails_to(cast.bakery)) == 1


def test_the_database_refuses_a_level_twice(cast, invoices) -> None:
    day = invoices[0].due_on + timedelta(days=7)
    overdue = overdue_invoices(on=day, client=cast.bakery)
    record_reminders(overdue, on=day)
    with pytest.raises(IntegrityError), transaction.atomic():
        record_reminders(overdue, on=day)


def test_what_is_paid_is_not_reminded_of(cast, invoices, on) -> None:
    paid(invoices[0])
    on(7)
    (mail,) = mails_to(cast.bakery)
    assert invoices[0].number not in mail.text
    assert levels(invoices[0]) == []
    paid(invoices[1])
    assert not remind_client(client_id=cast.bakery.pk, on=invoices[0].due_on + timedelta(days=14))


def test_nothing_goes_while_a_bank_file_waits_to_be_booked(cast, invoices, on) -> None:
    receive_statement_file(file_name="x.cod", content=coda_file([payment_of(invoices[0])]), actor=None)
    assert on(7) == 0


def test_not_on_a_sunday_or_holiday(cast, invoices, monkeypatch) -> None:
    for day in (date(2027, 3, 28), date(2027, 3, 29)):  # Easter and the day after
        monkeypatch.setattr(story, "brussels_today", lambda day=day: day)
        assert send_due_reminders() == 0


@pytest.mark.parametrize("of_one", [True, False])
def test_staff_pause_and_resume(of_one, cast, invoices, on, browser_of) -> None:
    browser = browser_of(cast.staff_member)
    until = brussels_today() + timedelta(days=40)
    asked = {"invoice": invoices[0].pk if of_one else "", "until_on": until.isoformat(), "reason": "Promised by phone"}
    browser.post(reverse("backoffice:reminders-pause", args=[cast.bakery.pk]), asked)
    assert "Promised by phone" in browser.get(reverse("backoffice:reminders")).content.decode()
    on(7)
    assert [levels(invoice) for invoice in invoices] == ([[], [1]] if of_one else [[], []])
    pause = cast.bakery.reminder_pauses.get()
    event = Event.objects.get(action=Action.REMINDERS_PAUSED)
    assert (event.facts["reason"], event.actor_id) == ("Promised by phone", cast.staff_member.pk)
    browser.post(reverse("backoffice:reminder-pause-end", args=[pause.pk]))
    browser.post(reverse("backoffice:reminder-pause-end", args=[pause.pk]))
    assert Event.objects.filter(action=Action.REMINDERS_RESUMED).count() == 1
    on(9)
    assert levels(invoices[0]) == [1]


@pytest.mark.parametrize(
    "typed", [{"until_on": "2000-01-01"}, {"until_on": "2999-01-01"}, {"reason": ""}, {"invoice": "0"}]
)
def test_a_pause_that_makes_no_sense(typed, cast, invoices, browser_of) -> None:
    asked = {"invoice": "", "until_on": brussels_today().isoformat(), "reason": "x"} | typed
    address = reverse("backoffice:reminders-pause", args=[cast.bakery.pk])
    assert browser_of(cast.staff_member).post(address, asked, follow=True).status_code == 200
    assert not cast.bakery.reminder_pauses.exists()


def test_the_invoice_of_another_client_is_not_paused(cast, invoices, browser_of) -> None:
    theirs = Invoice.objects.filter(client=cast.garage).first()
    asked = {"invoice": theirs.pk, "until_on": brussels_today().isoformat(), "reason": "x"}
    browser_of(cast.staff_member).post(reverse("backoffice:reminders-pause", args=[cast.bakery.pk]), asked)
    assert not theirs.reminder_pauses.exists()


def test_the_portal_shows_the_level(cast, invoices, on, browser_of) -> None:
    on(7)
    browser = browser_of(cast.alice)
    assert "Reminder 1 of 3" in browser.get(reverse("portal:invoices", args=[cast.bakery.pk])).content.decode()
    page = browser.get(reverse("portal:invoice", args=[cast.bakery.pk, invoices[0].pk])).content.decode()
    assert "Reminder 1 of 3, sent on" in page


def test_staff_see_what_goes_next_and_what_went(cast, invoices, on, browser_of, monkeypatch) -> None:
    from tegoed.backoffice.views import reminders as page_of_reminders

    day = invoices[0].due_on + timedelta(days=7)
    monkeypatch.setattr(page_of_reminders, "brussels_today", lambda: day)
    browser = browser_of(cast.staff_member)
    before = browser.get(reverse("backoffice:reminders")).content.decode()
    assert "4 invoices to be reminded of now" in before
    on(7)
    after = browser.get(reverse("backoffice:reminders")).content.decode()
    assert "0 invoices to be reminded of now" in after
    assert after.count(invoices[0].number) == 1


def test_reminders_go_to_who_receives_reminders(cast, invoices, on) -> None:
    facts = {"email": "only@reminders.example", "language": "de", "receives_invoices": False}
    add_billing_contact(client=cast.bakery, particulars=facts, actor=cast.alice)
    on(7)
    assert [(mail.recipient, mail.language) for mail in mails_to(cast.bakery)] == [
        ("boekhouding@bakkerij.example", "nl"),
        ("only@reminders.example", "de"),
    ]


def test_the_issuer_sets_the_days(cast, invoices, on) -> None:
    cast.issuer.reminder_days = [1, 2, 3]
    cast.issuer.save()
    assert [on(days) for days in (1, 2, 3, 4)] == [2, 2, 2, 0]
