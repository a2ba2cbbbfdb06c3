"""Reads on leads, for issuer staff. Each function says what it costs."""

import re

from django.db.models import Q, QuerySet

from tegoed.audit.models import Event
from tegoed.quotes.lead_states import WAITING
from tegoed.quotes.models import Lead, LeadState, Quote

WAITING_STATES = "waiting"
"""The filter for those neither won nor lost."""
MINE = "mine"
NOBODYS = "nobody"


def leads_found(*, words: str = "", state: str = "", whose: str = "", user_id: int = 0) -> QuerySet[Lead]:
    """Leads, newest first, with their owner. `words`: part of company, name, address, or enterprise number."""
    leads = Lead.objects.select_related("owner").order_by("-created_at", "-id")
    if state == WAITING_STATES:
        leads = leads.filter(state__in=WAITING)
    elif state:
        leads = leads.filter(state=state)
    if whose == MINE:
        leads = leads.filter(owner_id=user_id)
    elif whose == NOBODYS:
        leads = leads.filter(owner__isnull=True)
    words = words.strip()
    if not words:
        return leads
    found = Q(company_name__icontains=words) | Q(contact_name__icontains=words) | Q(email__icontains=words)
    digits = re.sub(r"[.\s]", "", words).upper().removeprefix("BE")
    if digits.isascii() and digits.isdigit():
        found |= Q(enterprise_number__contains=digits)
    return leads.filter(found)


def new_lead_count() -> int:
    """How many leads nobody of sales has spoken to. One query."""
    return Lead.objects.filter(state=LeadState.NEW).count()


def quotes_of_lead(lead: Lead) -> QuerySet[Quote]:
    """Its quotes and offers, the newest first, each with who made it and who accepted it."""
    return lead.quotes.select_related("made_by", "acceptance__client").order_by("-created_at", "-id")


def trail_of_lead(lead: Lead) -> QuerySet[Event]:
    """What was done with a lead and with its quotes, newest first. Two queries in one."""
    quotes = lead.quotes.values("pk")
    about = Q(action__startswith="lead:", subject_id=lead.pk)
    about |= Q(action__startswith="quote:", subject_id__in=quotes) | Q(
        action__startswith="offer:", subject_id__in=quotes
    )
    return Event.objects.filter(about).order_by("-at", "-id")
