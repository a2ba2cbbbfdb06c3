"""Who did what for a client: its whole trail, in words, for its owners (SPEC Q5).

Its one law: numbers stay masked and notes of staff stay theirs: only a reason that the client gave or was told is shown. People
of the issuer are named by their office. It is never a client's way to what was done for another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.models import Client, ProductChoice, Role, Site, User
from tegoed.portal import contact_trail, people_trail, site_trail
from tegoed.portal.people_trail import NOTHING, Change, TrailEntry, value_in_words, who_did
from tegoed.public.deeds import ACTIONS, facts_in_words

Words = str | Promise

KINDS: Mapping[str, tuple[Words, frozenset[str]]] = {
    "people": (
        _("Beneficiaries"),
        frozenset({"beneficiary", "beneficiaries", "identifier", "identifier-change"}),
    ),
    "orders": (_("Orders"), frozenset({"order", "order-form", "order-template", "print-batch", "upload"})),
    "cards": (_("Cards"), frozenset({"card", "card-renewal"})),
    "money": (
        _("Invoices and payments"),
        frozenset(
            {"billing-contact", "collection", "credit", "mandate", "message", "payment", "payment-file", "refund"}
            | {"reminders", "statement-of-account", "transmission"}
        ),
    ),
    "users": (_("Users"), frozenset({"invitation", "member", "secretariat-mandate"})),
    "company": (_("Company"), frozenset()),
}
"""By code: its name, and the subjects of its deeds. `REST` has all that stand nowhere else."""
REST = "company"

REASONS_SHOWN = frozenset(
    {
        Action.IDENTIFIER_CHANGE_REFUSED,
        Action.ORDER_CANCELLED,
        Action.ORDER_EXCEEDED_MAXIMUM,
        Action.ORDER_SENT_BACK,
    }
)
OFFICE, SYSTEM = "office", "system"

_COMPANY_FIELDS: Mapping[str, Words] = {
    "billing_email": _("E-mail on invoices"),
    "is_on_peppol": _("E-invoices over Peppol"),
    "peppol_id": _("Peppol address"),
    "needs_approval": _("A second person approves each order"),
    "pays_from_credit": _("Credit pays invoices by itself"),
    "role": _("Role"),
}
_FIELDS: Mapping[str, Words] = {
    **contact_trail.FIELDS,
    **site_trail.SITE_FIELDS,
    **people_trail.FIELDS,
    **_COMPANY_FIELDS,
}


@dataclass(frozen=True, slots=True)
class TrailWish:
    """What to show: `person` is the id of a user, `office`, `system` or empty; `kind` one of `KINDS` or empty."""

    person: str = ""
    kind: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str], people: Iterable[tuple[str, str]]) -> "TrailWish":
        """What the address asks for; what makes no sense there is left out."""
        person, kind = query.get("person", ""), query.get("kind", "")
        known = {code for code, _name in people}
        return cls(person=person if person in known else "", kind=kind if kind in KINDS else "")


def people_in_trail(client: Client) -> list[tuple[str, str]]:
    """Who did anything for the client: (what the address calls them, name), by name. Two queries."""
    ids = set(Event.objects.filter(client_id=client.pk).order_by().values_list("actor_id", flat=True).distinct())
    actors = list(User.objects.filter(pk__in=[pk for pk in ids if pk is not None]).order_by("full_name", "id"))
    people = [(str(actor.pk), who_did(actor)) for actor in actors if not actor.is_staff]
    if any(actor.is_staff for actor in actors):
        people.append((OFFICE, gettext("customer service")))
    if None in ids:
        people.append((SYSTEM, gettext("the system")))
    return people


def events_of(client: Client, wish: TrailWish) -> QuerySet[Event]:
    """The client's events as asked for, newest first."""
    events = Event.objects.filter(client_id=client.pk).order_by("-at", "-id")
    if wish.kind:
        events = events.filter(action__in=[tag for tag in ACTIONS if kind_of(tag) == wish.kind])
    if wish.person == OFFICE:
        return events.filter(actor_id__in=User.objects.filter(is_staff=True).values("pk"))
    if wish.person == SYSTEM:
        return events.filter(actor_id=None)
    return events.filter(actor_id=int(wish.person)) if wish.person else events


def trail_entries(client: Client, events: Iterable[Event]) -> list[TrailEntry]:
    """These events in words. Three queries, however many they are."""
    rows = list(events)
    actors = {user.pk: user for user in User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id})}
    names = _names(client, rows)
    return [
        TrailEntry(
            at=row.at,
            who=who_did(actors.get(row.actor_id) if row.actor_id else None),
            what=_what(row, names),
            changes=_changes(row.facts),
            reason=_more(row),
        )
        for row in rows
    ]


def kind_of(tag: str) -> str:
    """Under which kind a deed is listed."""
    return next((kind for kind, (_label, subjects) in KINDS.items() if subject_of(tag) in subjects), REST)


def subject_of(tag: str) -> str:
    """What a deed is about: the first part of its tag."""
    return tag.partition(":")[0]


def _names(client: Client, rows: list[Event]) -> dict[tuple[str, int], str]:
    """How the client's own beneficiaries and workplaces among the subjects are called. Two queries."""
    subjects: dict[str, set[int]] = {}
    for row in rows:
        subjects.setdefault(subject_of(row.action), set()).add(row.subject_id or 0)
    people = subjects.get("beneficiary", set()) | subjects.get("identifier", set())
    people |= subjects.get("identifier-change", set())
    found = Beneficiary.objects.filter(client=client, pk__in=people)
    names = {("beneficiary", person.pk): str(person) for person in found}
    sites = Site.objects.filter(client=client, pk__in=subjects.get("site", set()))
    return names | {("site", site.pk): site.name for site in sites}


def _what(event: Event, names: Mapping[tuple[str, int], str]) -> str:
    """The deed, and whom or what it is about."""
    subject, facts, pk = subject_of(event.action), event.facts, event.subject_id or 0
    about = ""
    if subject in {"beneficiary", "identifier", "identifier-change"}:
        about = names.get(("beneficiary", pk), "")
    elif subject == "site":
        about = names.get(("site", pk), "") or str(facts.get("name", ""))
    elif subject == "order":
        about = gettext("order %(number)s") % {"number": pk}
    elif subject == "contract":
        product = facts.get("product", "")
        about = str(ProductChoice(product).label) if product in ProductChoice.values else ""
    elif subject == "secretariat-mandate":
        about = str(facts.get("secretariat", ""))
    elif subject in {"member", "invitation", "billing-contact"}:
        about = str(facts.get("email") or facts.get("contact", {}).get("email", ""))
    deed = str(ACTIONS.get(event.action, ""))
    return f"{deed}: {about}" if about else deed


def _changes(facts: Mapping[str, Any]) -> list[Change]:
    """What was changed, before and after; a field without a name for readers is left out."""
    changed = facts.get("changed")
    changes = [
        Change(str(_FIELDS[name]), _value(name, old), _value(name, new))
        for name, (old, new) in (changed.items() if isinstance(changed, dict) else ())
        if name in _FIELDS
    ]
    if {"old", "new"} <= facts.keys():
        changes.append(Change(gettext("From … to"), str(facts["old"]) or NOTHING, str(facts["new"]) or NOTHING))
    return changes


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "role" and value in Role.values:
        return str(Role(value).label)
    return value_in_words(name, value)


def _more(event: Event) -> str:
    """What else there is to say: the role, figures, the reason where the client gave it or was told."""
    facts = event.facts
    parts = []
    if facts.get("role") in Role.values:
        parts.append(str(Role(facts["role"]).label))
    if subject_of(event.action) == "member" and facts.get("secretariat"):
        parts.append(gettext("through %(secretariat)s") % {"secretariat": facts["secretariat"]})
    parts.append(facts_in_words({name: value for name, value in facts.items() if name != "reason"}))
    if event.action in REASONS_SHOWN:
        parts.append(str(facts.get("reason") or ""))
    return " · ".join(filter(None, parts))
