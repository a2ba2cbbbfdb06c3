"""Who changed what about workplaces, cost centres and their groups, in words."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.clients.models import Client, Site, User
from tegoed.portal.people_trail import NOTHING, Change, TrailEntry, value_in_words, who_did

EVENTS_SHOWN_MAX = 20

ACTIONS: dict[str, str | Promise] = {
    Action.SITE_ADDED: gettext_lazy("Workplace added"),
    Action.SITE_CHANGED: gettext_lazy("Workplace changed"),
    Action.SITE_CLOSED: gettext_lazy("Workplace closed"),
    Action.COST_CENTRE_RENAMED: gettext_lazy("Cost centre renamed"),
    Action.BILLING_GROUPS_CHANGED: gettext_lazy("Groups of cost centres changed"),
    Action.CLIENT_CHANGED: gettext_lazy("Invoices for each cost centre"),
}
SITE_FIELDS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "street": gettext_lazy("Street and number"),
    "postcode": gettext_lazy("Postcode"),
    "town": gettext_lazy("Town"),
    "contact_name": gettext_lazy("For the attention of"),
    "is_active": gettext_lazy("Open"),
    "invoices_by_group": gettext_lazy("One invoice for each cost centre"),
}


def trail_of_sites(client: Client) -> list[tuple[str, TrailEntry]]:
    """The last things done with workplaces, newest first, each with the name of its workplace now."""
    names = dict(Site.objects.filter(client=client).values_list("pk", "name"))
    actions = [Action.SITE_ADDED, Action.SITE_CHANGED, Action.SITE_CLOSED]
    events = _events(client, actions, subject_ids=list(names))
    return [(names.get(event.subject_id or 0, ""), entry) for event, entry in _entries(events)]


def trail_of_cost_centres(client: Client) -> list[TrailEntry]:
    """The last renames, newest first."""
    return [entry for _event, entry in _entries(_events(client, [Action.COST_CENTRE_RENAMED], [client.pk]))]


def trail_of_invoice_groups(client: Client) -> list[TrailEntry]:
    """When invoices were divided by cost centre or no longer, and which went together, newest first."""
    events = Event.objects.filter(client_id=client.pk, subject_id=client.pk).filter(
        Q(action=Action.BILLING_GROUPS_CHANGED)
        | Q(action=Action.CLIENT_CHANGED, facts__changed__has_key="invoices_by_group")
    )
    return [entry for _event, entry in _entries(events.order_by("-at", "-id")[:EVENTS_SHOWN_MAX])]


def _events(client: Client, actions: Sequence[Action], subject_ids: Sequence[int]) -> QuerySet[Event]:
    """By what they are about: a client may have far more other events than these."""
    wanted = [str(action) for action in actions]
    events = Event.objects.filter(action__in=wanted, subject_id__in=subject_ids, client_id=client.pk)
    return events.order_by("-at", "-id")[:EVENTS_SHOWN_MAX]


def _entries(events: QuerySet[Event]) -> list[tuple[Event, TrailEntry]]:
    rows = list(events)
    actors = {user.pk: user for user in User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id})}
    return [
        (
            row,
            TrailEntry(
                at=row.at,
                who=who_did(actors.get(row.actor_id) if row.actor_id else None),
                what=str(ACTIONS[row.action]),
                changes=_changes(row),
                reason="",
            ),
        )
        for row in rows
    ]


def _changes(event: Event) -> list[Change]:
    facts = event.facts
    if event.action == Action.COST_CENTRE_RENAMED:
        return [Change(_("Cost centre"), facts["old"] or NOTHING, facts["new"] or NOTHING)]
    if event.action == Action.BILLING_GROUPS_CHANGED:
        return [Change(centre, old, new) for centre, (old, new) in facts["changed"].items()]
    return [
        Change(str(SITE_FIELDS[name]), value_in_words(name, old), value_in_words(name, new))
        for name, (old, new) in facts.get("changed", {}).items()
        if name in SITE_FIELDS
    ]
