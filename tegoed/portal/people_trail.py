"""Who changed what about a beneficiary, in words: the trail as the client reads it on the profile.

Its one law: old and new stand side by side, numbers only masked. People of the issuer are named by their office, not by
their own name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary, CardDelivery, Gender
from tegoed.clients.models import Client, Language, ProductChoice, User
from tegoed.rules.money import format_euro

Words = str | Promise
EVENTS_SHOWN_MAX = 50
NOTHING = "–"

ACTIONS: dict[str, Words] = {
    Action.BENEFICIARY_ADDED: _("Added"),
    Action.BENEFICIARY_CHANGED: _("Changed"),
    Action.BENEFICIARY_DEACTIVATED: _("Deactivated"),
    Action.BENEFICIARY_REACTIVATED: _("Reactivated"),
    Action.IDENTIFIER_CHANGE_ASKED: _("Another number asked for"),
    Action.IDENTIFIER_CHANGE_REFUSED: _("The other number was refused"),
    Action.IDENTIFIER_CHANGED: _("Number replaced"),
    Action.IDENTIFIER_SHOWN: _("Full number shown"),
}

FIELDS: dict[str, Words] = {
    "last_name": _("Last name"),
    "first_name": _("First name"),
    "birth_on": _("Birth date"),
    "language": _("Language"),
    "gender": _("Gender"),
    "email": _("E-mail"),
    "staff_number": _("Staff number"),
    "cost_centre": _("Cost centre"),
    "card_delivery": _("Where does the card go?"),
    "site": _("Workplace"),
    "home_street": _("Street and number"),
    "home_postcode": _("Postcode"),
    "home_town": _("Town"),
    "is_active": _("Active"),
}
_CHOICES = {"language": Language, "gender": Gender, "card_delivery": CardDelivery}
_USUAL = "usual_"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, before and after, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One thing somebody did."""

    at: datetime
    who: str
    what: str
    changes: list[Change]
    reason: str


def trail_of(client: Client, beneficiary: Beneficiary) -> list[TrailEntry]:
    """What was done with this beneficiary of the client, newest first; the last fifty. Two queries."""
    events = Event.objects.filter(
        client_id=client.pk, subject_id=beneficiary.pk, action__in=[str(action) for action in ACTIONS]
    ).order_by("-at", "-id")[:EVENTS_SHOWN_MAX]
    rows = list(events)
    actors = {user.pk: user for user in User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id})}
    return [_entry(row, actors.get(row.actor_id) if row.actor_id else None) for row in rows]


def _entry(event: Event, actor: User | None) -> TrailEntry:
    facts = event.facts
    changes = changes_in_words(facts.get("changed", {}))
    if "new" in facts:
        changes.append(Change(gettext("Number"), facts.get("old", NOTHING), facts["new"]))
    return TrailEntry(event.at, who_did(actor), str(ACTIONS[event.action]), changes, facts.get("reason", ""))


def who_did(actor: User | None) -> str:
    """The name to show: of a colleague, of the office, or of no person."""
    if actor is None:
        return gettext("the system")
    return gettext("customer service") if actor.is_staff else actor.full_name or actor.email


def changes_in_words(changed: Mapping[str, list[Any]]) -> list[Change]:
    """The facts `changed` of an event, field by field; a field without a name for readers is left out."""
    changes = []
    for name, (old, new) in changed.items():
        label = _label(name)
        if label:
            changes.append(Change(label, value_in_words(name, old), value_in_words(name, new)))
    return changes


def _label(name: str) -> str:
    product = name.removeprefix(_USUAL)
    if name.startswith(_USUAL) and product in ProductChoice.values:
        return gettext("Usually gets: %(product)s") % {"product": ProductChoice(product).label}
    return str(FIELDS.get(name, ""))


def value_in_words(name: str, value: Any) -> str:
    """One value as it is read; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    if name.startswith(_USUAL):
        return _usual_in_words(value)
    if name in _CHOICES and value in _CHOICES[name].values:
        return str(_CHOICES[name](value).label)
    if name == "is_active":
        return gettext("yes") if value else gettext("no")
    return f"{date.fromisoformat(value):%d/%m/%Y}" if name == "birth_on" else str(value)


def _usual_in_words(figures: list[int]) -> str:
    count, face_value_cents, amount_cents = figures
    language = (get_language() or "en")[:2]
    if count:
        return f"{count} × {format_euro(face_value_cents, language)}"
    return format_euro(amount_cents, language)
