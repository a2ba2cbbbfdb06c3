"""The trail: written with its cause or not at all, and never changed, not even with raw SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.audit.models import Event

CHANGE_BY_INSERT = """
    INSERT INTO audit_event (id, at, actor_label, action, facts) OVERRIDING SYSTEM VALUE
    SELECT id, at, 'nobody', action, facts FROM audit_event ON CONFLICT (id) DO UPDATE SET actor_label = 'nobody'
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_label = 'nobody'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        CHANGE_BY_INSERT,
    ],
)
def test_an_event_can_be_neither_changed_nor_removed(cast, statement) -> None:
    before = list(Event.objects.order_by("id").values())
    with (
        pytest.raises(DatabaseError, match="the trail only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Event.objects.order_by("id").values()) == before


def test_an_event_says_who_and_the_system_when_it_was_nobody(cast) -> None:
    record_event(actor=cast.alice, action=Action.ORDER_STARTED, client_id=1, subject_id=2, count=3)
    record_event(actor=None, action=Action.ORDER_LOADED)
    by_system, by_alice = Event.objects.order_by("-id")[:2]
    assert (by_alice.actor_id, by_alice.actor_label, by_alice.facts) == (cast.alice.pk, cast.alice.email, {"count": 3})
    assert (by_system.actor_id, by_system.actor_label) == (None, "system")


def test_what_did_not_happen_leaves_no_trace(cast) -> None:
    before = Event.objects.count()
    with transaction.atomic():
        record_event(actor=None, action=Action.ORDER_LOADED)
        transaction.set_rollback(True)
    assert Event.objects.count() == before
