"""Writes on clients. Each is one transaction; the caller has checked who may."""

from datetime import date

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, Contract, Membership, Role, Site, Tariff, User
from tegoed.rules.enterprise import read_enterprise_number
from tegoed.rules.products import Form, Product


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
    actor: User | None,
) -> Client:
    """A new client; its VAT number is `BE` and the enterprise number. Raises `EnterpriseNumberInvalid`."""
    number = read_enterprise_number(enterprise_number)
    client = Client.objects.create(
        name=name,
        enterprise_number=number,
        vat_number=f"BE{number}",
        language=language,
        street=street,
        postcode=postcode,
        town=town,
        billing_email=billing_email,
    )
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
def add_site(*, client: Client, name: str, street: str, postcode: str, town: str, contact_name: str = "") -> Site:
    """A place of work where cards can be delivered."""
    return Site.objects.create(
        client=client, name=name, street=street, postcode=postcode, town=town, contact_name=contact_name
    )


@transaction.atomic
def add_member(*, client: Client, user: User, role: Role, actor: User | None) -> Membership:
    """Let a user act for the client; an existing membership takes the new role."""
    membership, _ = Membership.objects.update_or_create(client=client, user=user, defaults={"role": role})
    record_event(actor=actor, action=Action.MEMBER_ADDED, client_id=client.pk, subject_id=user.pk, role=role)
    return membership
