"""Reads on transmissions. Those of one client take the client."""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from tegoed.outbox.models import Transmission, TransmissionKind
from tegoed.outbox.states import WAITING_FOR_STAFF

ATTENTION = "attention"
"""In place of a state: those that wait for somebody."""


def transmissions_of(client_id: int, kind: TransmissionKind, subject_ids: Collection[int]) -> dict[int, Transmission]:
    """How these papers of a client go over the network, by paper; nothing for what goes by mail only. One query."""
    found = Transmission.objects.filter(client_id=client_id, kind=kind, subject_id__in=list(subject_ids))
    return {transmission.subject_id: transmission for transmission in found}


def transmissions_found(*, words: str = "", state: str = "") -> QuerySet[Transmission]:
    """Transmissions of all clients, newest first. `words`: part of a number or of an address; `state` also `ATTENTION`."""
    found = Transmission.objects.order_by("-created_at", "-id")
    if state:
        found = found.filter(state__in=WAITING_FOR_STAFF if state == ATTENTION else [state])
    words = words.strip()
    return found.filter(Q(number__icontains=words) | Q(receiver__contains=words)) if words else found


def waiting_counts() -> dict[str, int]:
    """How many wait for somebody, by state. One query, by an index of those alone."""
    waiting = Transmission.objects.filter(state__in=WAITING_FOR_STAFF).order_by().values_list("state")
    return dict(waiting.annotate(count=Count("pk")))
