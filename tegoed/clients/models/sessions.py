"""Where a person is signed in: what the list of sessions shows (docs/adr/0030)."""

from django.contrib.sessions.models import Session
from django.db import models

from tegoed.clients.models.people import User


class UserSession(models.Model):
    """One session of a user: with which browser, from where about, and when it was last seen.

    It goes with Django's own row, by the database itself (migration 0011). `network`: the visitor's address without its
    end, `192.0.2.0/24`. The key of the session opens it, so pages and trail name a row by its id.
    """

    session = models.OneToOneField(Session, models.DO_NOTHING, db_constraint=False, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    user_agent = models.CharField(max_length=200, blank=True)
    network = models.CharField(max_length=50, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
