"""Billing groups: which cost centres share their invoices.

Its one law: a cost centre is in exactly one group, by default its own. Orders already confirmed keep the group they had.
"""

from collections.abc import Mapping

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.models import CostCentreGroup
from tegoed.clients.models import Client, User


@transaction.atomic
def set_billing_groups(*, client: Client, name_by_centre: Mapping[str, str], actor: User | None) -> int:
    """Put these cost centres in the groups named; an empty name, or its own, makes one a group of its own. How many changed.

    Cost centres not named stay where they are.
    """
    Client.objects.select_for_update().get(pk=client.pk)
    known = dict(CostCentreGroup.objects.filter(client=client).values_list("cost_centre", "name"))
    changed = {
        centre: [known.get(centre, centre), name or centre]
        for centre, name in sorted(name_by_centre.items())
        if centre and known.get(centre, centre) != (name or centre)
    }
    if changed:
        CostCentreGroup.objects.filter(client=client, cost_centre__in=list(changed)).delete()
        CostCentreGroup.objects.bulk_create(
            CostCentreGroup(client=client, cost_centre=centre, name=new)
            for centre, (_old, new) in changed.items()
            if new != centre
        )
        record_event(
            actor=actor,
            action=Action.BILLING_GROUPS_CHANGED,
            client_id=client.pk,
            subject_id=client.pk,
            changed=changed,
        )
    return len(changed)


def keep_group_of_renamed(*, client: Client, old: str, new: str, joins: bool) -> None:
    """A renamed cost centre stays in its group; one that `joins` another goes where that one is."""
    moved = CostCentreGroup.objects.filter(client=client, cost_centre=old).first()
    if moved is None:
        return
    moved.delete()
    if new and new != moved.name and not joins:
        CostCentreGroup.objects.get_or_create(client=client, cost_centre=new, defaults={"name": moved.name})
