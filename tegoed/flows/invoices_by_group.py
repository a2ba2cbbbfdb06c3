"""The client says whether each billing group gets invoices of its own, and which cost centres are in which group."""

from collections.abc import Mapping

from django.db import transaction

from tegoed.beneficiaries.actions import set_billing_groups
from tegoed.clients.company import set_invoices_by_group
from tegoed.clients.models import Client, User


@transaction.atomic
def set_invoice_groups(*, client: Client, is_on: bool, name_by_centre: Mapping[str, str], actor: User | None) -> Client:
    """Both at once, for orders taken on from now on; those before, and their invoices, stay as they are.

    `name_by_centre`: as `set_billing_groups` takes it.
    """
    set_billing_groups(client=client, name_by_centre=name_by_centre, actor=actor)
    return set_invoices_by_group(client=client, is_on=is_on, actor=actor)
