"""Reminders and payments at the same moment: real commits, real threads."""

import threading
from datetime import timedelta

import pytest
from at_once import at_once
from cast import hire, play
from django.db import connection
from story import invoiced

from tegoed.billing.models import Invoice, Reminder
from tegoed.flows.send_reminders import remind_client
from tegoed.outbox.models import Message

POLLS_MAX = 5_000


def overdue() -> tuple[int, list[Invoice]]:
    cast = play()
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    return cast.bakery.pk, invoices


def test_two_workers_remind_once(committed_database) -> None:
    client_id, invoices = overdue()
    on = invoices[0].due_on + timedelta(days=7)
    results = at_once(*[lambda: remind_client(client_id=client_id, on=on)] * 4)
    assert sorted(map(bool, results)) == [False, False, False, True]
    assert Message.objects.filter(kind="reminder").count() == 1
    assert Reminder.objects.count() == len(invoices)


@pytest.mark.parametrize("is_booked", [True, False])
def test_a_reminder_waits_for_the_payment_that_is_being_booked(committed_database, is_booked) -> None:
    """The payment counts when it is booked, and only then (the control: it is not)."""
    client_id, invoices = overdue()
    on = invoices[0].due_on + timedelta(days=7)
    results: list[object] = []

    def remind() -> None:
        try:
            results.append(remind_client(client_id=client_id, on=on))
        finally:
            connection.close()

    with committed_database.connect() as booking:
        booking.execute(
            "UPDATE billing_invoice SET paid_cents = total_cents, state = 'paid', paid_at = now() WHERE id = %s",
            [invoices[0].pk],
        )
        worker = threading.Thread(target=remind)
        worker.start()
        with committed_database.connect(autocommit=True) as onlooker:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            assert any(onlooker.execute(waiting).fetchone()[0] for _poll in range(POLLS_MAX))
        if is_booked:
            booking.commit()
        else:
            booking.rollback()
    worker.join(timeout=60)
    assert results == [True]  # the card invoice is past due all the same
    told = Message.objects.get(kind="reminder").text
    assert (invoices[0].number in told) == (not is_booked)
    assert Reminder.objects.filter(invoice=invoices[0]).exists() == (not is_booked)
