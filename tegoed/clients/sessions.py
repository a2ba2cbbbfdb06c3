"""Where people are signed in: kept, listed, ended (docs/adr/0030).

Its one law: a row tells of one session of Django's and goes with it; ending one deletes Django's own, so its browser is signed
out at the next request. Who calls this has the key of the own session; nobody gets the key of another.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from tegoed.clients.models import User, UserSession


def keep_session(*, session_key: str, user: User, user_agent: str, network: str, at: datetime) -> None:
    """Note that a session was seen. A session that was ended meanwhile stays so. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO clients_usersession (session_id, user_id, user_agent, network, started_at, seen_at)
            SELECT session_key, %(user)s, %(user_agent)s, %(network)s, %(at)s, %(at)s
            FROM django_session WHERE session_key = %(key)s FOR KEY SHARE
            ON CONFLICT (session_id) DO UPDATE SET user_id = excluded.user_id, user_agent = excluded.user_agent,
                network = excluded.network, seen_at = greatest(clients_usersession.seen_at, excluded.seen_at)
            """,
            {"key": session_key, "user": user.pk, "user_agent": user_agent, "network": network, "at": at},
        )


def sessions_of(user: User, *, at: datetime) -> list[UserSession]:
    """Where the user is signed in at that time, the one seen last first. One query.

    One from before a new password is left out: it opens nothing any more, though its row stays until its browser comes back.
    """
    rows = UserSession.objects.select_related("session").filter(user=user, session__expire_date__gt=at)
    return [row for row in rows.order_by("-seen_at", "-id") if _is_open(row.session, user)]


def end_session(*, user: User, session_id: int) -> bool:
    """Sign this session of the user out; False when there is none such."""
    return _end(user, pk=session_id) > 0


def end_other_sessions(*, user: User, session_key: str) -> int:
    """Sign all sessions of the user out but the one with this key; how many."""
    return _end(user, except_key=session_key)


def clear_expired_sessions(*, at: datetime) -> int:
    """Delete Django's sessions that ended by themselves, and what was noted of them; how many."""
    count, _by_model = Session.objects.filter(expire_date__lte=at).delete()
    return count


def _end(user: User, *, except_key: str = "", **which: Any) -> int:
    ended = UserSession.objects.filter(user=user, **which).exclude(session_id=except_key)
    count, _by_model = Session.objects.filter(pk__in=ended.values("session_id")).delete()
    return count


def _is_open(session: Session, user: User) -> bool:
    kept = session.get_decoded().get(HASH_SESSION_KEY, "")
    return constant_time_compare(kept, user.get_session_auth_hash())
