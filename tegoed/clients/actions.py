"""Writes on clients. Each is one transaction; the caller has checked who may."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import BillingContact, Client, Contract, Membership, Role, Site, Tariff, User
from tegoed.errors import Refusal
from tegoed.rules.enterprise import read_enterprise_number
from tegoed.rules.products import Form, Product


class SiteNameTaken(Refusal):
    """The client has a workplace of that name, perhaps a closed one. Param: `name`."""

    code = "site-name-taken"


@transaction.atomic
def open_client(
    *,
    name: str,
    enterprise_number: str,
    language: str,
    street: str,
    postcode: str,
    town: str,
    billing_email: str,
    vat_number: str | None = None,
    actor: User | None,
) -> Client:
    """A new client; `billing_email` is its first billing contact.

    `vat_number`: without one it is `BE` and the enterprise number; empty for who isn't liable for VAT.
    Raises `EnterpriseNumberInvalid`.
    """
    number = read_enterprise_number(enterprise_number)
    client = Client.objects.create(
        name=name,
        enterprise_number=number,
        vat_number=f"BE{number}" if vat_number is None else vat_number,
        language=language,
        street=street,
        postcode=postcode,
        town=town,
        billing_email=billing_email,
    )
    BillingContact.objects.create(client=client, email=billing_email, language=language)
    record_event(actor=actor, action=Action.CLIENT_OPENED, client_id=client.pk, subject_id=client.pk)
    return client


@transaction.atomic
def sign_contract(
    *, client: Client, product: Product, form: Form, tariff: Tariff, starts_on: date, actor: User | None
) -> Contract:
    """A contract for one product in one form; a running one for the same is refused by the database."""
    contract = Contract.objects.create(client=client, product=product, form=form, tariff=tariff, starts_on=starts_on)
    record_event(
        actor=actor,
        action=Action.CONTRACT_SIGNED,
        client_id=client.pk,
        subject_id=contract.pk,
        product=product,
        form=form,
    )
    return contract


@transaction.atomic
def add_site(
    *,
    client: Client,
    name: str,
    street: str,
    postcode: str,
    town: str,
    contact_name: str = "",
    actor: User | None = None,
) -> Site:
    """A place of work where cards can be delivered. Raises `SiteNameTaken`."""
    _check_site_name(client, name, except_id=None)
    site = Site.objects.create(
        client=client, name=name, street=street, postcode=postcode, town=town, contact_name=contact_name
    )
    record_event(actor=actor, action=Action.SITE_ADDED, client_id=client.pk, subject_id=site.pk, name=name)
    return site


@transaction.atomic
def change_site(*, client: Client, site_id: int, particulars: Mapping[str, str], actor: User | None) -> Site:
    """Correct a workplace; cards already on their way keep the address they were sent to (SPEC B5).

    `particulars`: new values of name, street, postcode, town, contact_name. Nothing changed: nothing written.
    Raises `Site.DoesNotExist`, `SiteNameTaken`.
    """
    site = Site.objects.select_for_update().get(client=client, pk=site_id)
    changes = {name: [getattr(site, name), value] for name, value in particulars.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if "name" in changes:
        _check_site_name(client, particulars["name"], except_id=site.pk)
    for name, (_old, new) in changes.items():
        setattr(site, name, new)
    if changes:
        site.save(update_fields=list(changes))
        record_event(actor=actor, action=Action.SITE_CHANGED, client_id=client.pk, subject_id=site.pk, changed=changes)
    return site


@transaction.atomic
def set_site_open(*, client: Client, site_id: int, is_open: bool, actor: User | None) -> Site:
    """Close a workplace, or open it again. Who closes one has moved its people first (`flows.close_site`).

    It is so already: nothing happens. Raises `Site.DoesNotExist`.
    """
    site = Site.objects.select_for_update().get(client=client, pk=site_id)
    if site.is_active == is_open:
        return site
    site.is_active = is_open
    site.save(update_fields=["is_active"])
    action = Action.SITE_CHANGED if is_open else Action.SITE_CLOSED
    facts = {"changed": {"is_active": [False, True]}} if is_open else {"name": site.name}
    record_event(actor=actor, action=action, client_id=client.pk, subject_id=site.pk, **facts)
    return site


def _check_site_name(client: Client, name: str, *, except_id: int | None) -> None:
    """Raises `SiteNameTaken` when another workplace, open or closed, is called so. The client's row makes two wait."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if any(pk != except_id for pk in client.sites.filter(name=name).values_list("pk", flat=True)):
        raise SiteNameTaken(name=name)


@transaction.atomic
def add_member(*, client: Client, user: User, role: Role, actor: User | None) -> Membership:
    """Let a user act for the client in the user's own right; an existing membership takes the new role.

    A mandate of a social secretariat that gave the user access before has no longer to do with it.
    """
    membership, _ = Membership.objects.update_or_create(
        client=client, user=user, defaults={"role": role, "mandate": None}
    )
    record_event(
        actor=actor, action=Action.MEMBER_ADDED, client_id=client.pk, subject_id=user.pk, role=role, email=user.email
    )
    return membership
