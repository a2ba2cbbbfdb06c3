"""A client closes a workplace: its people get another one first (SPEC B5).

Its one law: nobody's card ever goes to a place that is closed. Those who are not active keep it, and choose another
before they come back.
"""

from django.db import transaction

from tegoed.beneficiaries.actions import change_many
from tegoed.beneficiaries.many import ManyKind, ManyWish
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.actions import set_site_open
from tegoed.clients.models import Client, Site, User
from tegoed.errors import Refusal


class SiteStillUsed(Refusal):
    """Active people's cards go there. Params: `site`, `people_count`."""

    code = "site-still-used"


@transaction.atomic
def close_site(*, client: Client, site_id: int, move_to: Site | None, actor: User | None) -> Site:
    """Close the workplace; active people whose cards go there are moved to `move_to` in the same transaction.

    Site rows are locked first, and adding a person to a site locks it too, so nobody slips in.
    Raises `Site.DoesNotExist`, `SiteStillUsed` (people, and nowhere to move them), `DeliveryPlaceMissing` (`move_to` is closed).
    """
    wanted = {site_id} | ({move_to.pk} if move_to else set())
    list(Site.objects.select_for_update().filter(client=client, pk__in=wanted).order_by("pk"))
    site = Site.objects.get(client=client, pk=site_id)
    people = Beneficiary.objects.filter(client=client, site=site, is_active=True).values_list("pk", flat=True)
    ids = list(people)
    if ids and (move_to is None or move_to.pk == site_id):
        raise SiteStillUsed(site=site.name, people_count=len(ids))
    if ids:
        wish = ManyWish(kind=ManyKind.TO_SITE, site=move_to)
        change_many(client=client, beneficiary_ids=ids, wish=wish, actor=actor)
    return set_site_open(client=client, site_id=site_id, is_open=False, actor=actor)
