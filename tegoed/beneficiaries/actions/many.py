"""Changing several beneficiaries at once, for 2 or 100,000 (SPEC B4, B5). A few statements, whatever their number."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tegoed.audit.actions import Action, record_event, record_events
from tegoed.beneficiaries.actions.groups import keep_group_of_renamed
from tegoed.beneficiaries.actions.registration import locked_open_site
from tegoed.beneficiaries.many import ManyKind, ManyWish, Plan, ids_as_rows, plan_of, standings_by_id
from tegoed.beneficiaries.models import Beneficiary, CardDelivery
from tegoed.beneficiaries.refusals import DeliveryPlaceMissing
from tegoed.clients.models import Client, User

_ACTIONS = {ManyKind.DEACTIVATE: Action.BENEFICIARY_DEACTIVATED, ManyKind.REACTIVATE: Action.BENEFICIARY_REACTIVATED}


@transaction.atomic
def change_many(*, client: Client, beneficiary_ids: Sequence[int], wish: ManyWish, actor: User | None) -> Plan:
    """Do what is asked for those for whom it can be done; what was done and for whom it couldn't.

    Ids of another client are left out. Each person who changes gets an event of their own.
    Raises `DeliveryPlaceMissing` when the site asked for isn't an open one of this client.
    """
    if wish.kind == ManyKind.TO_SITE and not locked_open_site(client, wish.site.pk if wish.site else None):
        raise DeliveryPlaceMissing(delivery=CardDelivery.SITE)
    plan = plan_of(standings_by_id(client, beneficiary_ids, is_locked=True), wish)
    for fields, ids in _grouped(plan):
        Beneficiary.objects.filter(client=client, pk__in=ids_as_rows(ids)).update(**fields)
    record_events(
        actor=actor,
        action=_ACTIONS.get(wish.kind, Action.BENEFICIARY_CHANGED),
        client_id=client.pk,
        facts_by_subject={pk: {"changed": changes} for pk, changes in plan.facts.items()},
    )
    return plan


def _grouped(plan: Plan) -> list[tuple[dict[str, Any], list[int]]]:
    """People who get the same values together: three groups at most."""
    groups: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for pk, fields in plan.fields.items():
        groups[tuple(sorted(fields.items()))].append(pk)
    return [(dict(fields), ids) for fields, ids in groups.items()]


@transaction.atomic
def rename_cost_centre(*, client: Client, old: str, new: str, actor: User | None) -> int:
    """Everybody of cost centre `old` gets `new`, which may exist (then the two become one); how many people.

    `new` may be empty: then they have none. Nobody has `old`: nothing happens.
    """
    joins = Beneficiary.objects.filter(client=client, cost_centre=new).exists()
    people = Beneficiary.objects.filter(client=client, cost_centre=old).values_list("pk", flat=True)
    wish = ManyWish(kind=ManyKind.COST_CENTRE, cost_centre=new)
    count = change_many(client=client, beneficiary_ids=list(people), wish=wish, actor=actor).count
    if count:
        keep_group_of_renamed(client=client, old=old, new=new, joins=joins)
        record_event(
            actor=actor,
            action=Action.COST_CENTRE_RENAMED,
            client_id=client.pk,
            subject_id=client.pk,
            old=old,
            new=new,
            people_count=count,
        )
    return count
