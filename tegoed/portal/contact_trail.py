"""Who changed what about the billing contacts, in words."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.clients.models import Client, Language, User
from tegoed.portal.people_trail import NOTHING, Change, TrailEntry, who_did

EVENTS_SHOWN_MAX = 20
ACTIONS: dict[str, str | Promise] = {
    Action.BILLING_CONTACT_ADDED: gettext_lazy("Billing contact added"),
    Action.BILLING_CONTACT_CHANGED: gettext_lazy("Billing contact changed"),
    Action.BILLING_CONTACT_REMOVED: gettext_lazy("Billing contact removed"),
}
FIELDS: dict[str, str | Promise] = {
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language of the mails"),
    "receives_invoices": gettext_lazy("Invoices and credit notes"),
    "receives_reminders": gettext_lazy("Reminders"),
    "receives_payment_notices": gettext_lazy("Notices of payments, loads and monthly orders"),
    "receives_statements": gettext_lazy("Statements of account"),
}


def trail_of_contacts(client: Client) -> list[TrailEntry]:
    """The last things done with the client's contacts, newest first. Two queries."""
    events = list(_events(client))
    actors = {user.pk: user for user in User.objects.filter(pk__in={row.actor_id for row in events if row.actor_id})}
    return [
        TrailEntry(
            at=event.at,
            who=who_did(actors.get(event.actor_id) if event.actor_id else None),
            what=f"{ACTIONS[event.action]}: {_address(event)}",
            changes=_changes(event),
            reason="",
        )
        for event in events
    ]


def _events(client: Client) -> QuerySet[Event]:
    events = Event.objects.filter(client_id=client.pk, action__in=[str(action) for action in ACTIONS])
    return events.order_by("-at", "-id")[:EVENTS_SHOWN_MAX]


def _address(event: Event) -> str:
    return str(event.facts.get("email") or event.facts.get("contact", {}).get("email", NOTHING))


def _changes(event: Event) -> list[Change]:
    return [
        Change(str(FIELDS[name]), _in_words(name, old), _in_words(name, new))
        for name, (old, new) in event.facts.get("changed", {}).items()
        if name in FIELDS
    ]


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "language":
        return str(Language(value).label)
    return str(value) or NOTHING
