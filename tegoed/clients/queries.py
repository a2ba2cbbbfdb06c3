"""Reads on clients."""

from datetime import date

from django.db.models import Q, QuerySet

from tegoed.clients.models import Client, Contract, Issuer, Membership, Role, Site, Tariff, User
from tegoed.errors import Refusal


class ContractMissing(Refusal):
    """The client has no running contract for the product in that form (SPEC Q4)."""

    code = "contract-missing"


class IssuerNotSetUp(Refusal):
    """The installation has no issuer yet."""

    code = "issuer-not-set-up"


class NoStandardTariff(Refusal):
    """The installation has no tariff for who has negotiated nothing (`is_standard` in the set-up file)."""

    code = "no-standard-tariff"


def the_issuer() -> Issuer:
    """The issuer of this installation. Raises `IssuerNotSetUp`."""
    issuer = Issuer.objects.first()
    if issuer is None:
        raise IssuerNotSetUp
    return issuer


def standard_tariff() -> Tariff:
    """What is asked of who has negotiated nothing (SPEC Q1, Q4). Raises `NoStandardTariff`."""
    tariff = Tariff.objects.filter(is_standard=True).first()
    if tariff is None:
        raise NoStandardTariff
    return tariff


def membership_of(user: User, client_id: int) -> Membership | None:
    """How this user may act for this client, with the client and any mandate loaded; None: not at all."""
    return Membership.objects.select_related("client", "mandate").filter(user=user, client_id=client_id).first()


def memberships_of(user: User) -> QuerySet[Membership]:
    """The clients this user acts for in the own right, by name; those of a secretariat are on its own page."""
    memberships = Membership.objects.select_related("client").filter(user=user, mandate=None)
    return memberships.order_by("client__name", "client_id")


def running_contracts(client: Client, on: date) -> QuerySet[Contract]:
    """The contracts in force on a day, tariffs loaded."""
    return (
        client.contracts.select_related("tariff")
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)
        .order_by("product", "form", "id")
    )


def running_contract(client: Client, *, product: str, form: str, on: date) -> Contract:
    """The contract for one product and form. Raises `ContractMissing`."""
    contract = running_contracts(client, on).filter(product=product, form=form).first()
    if contract is None:
        raise ContractMissing(product=product, form=form)
    return contract


def sites_of(client: Client) -> QuerySet[Site]:
    """The client's delivery places by name, closed ones too."""
    return client.sites.order_by("name", "id")


def open_sites_of(client: Client) -> QuerySet[Site]:
    """Where cards can be delivered now, by name."""
    return sites_of(client).filter(is_active=True)


def owners_of(client: Client) -> QuerySet[User]:
    """The owners of the client who can sign in, by id."""
    return User.objects.filter(memberships__client=client, memberships__role=Role.OWNER, is_active=True).order_by("id")


def approvers_of(client: Client, *, except_id: int | None = None) -> QuerySet[User]:
    """Who may approve an order of the client: owners and approvers who can sign in, by name, but not who confirmed it."""
    roles = [Role.OWNER, Role.APPROVER]
    members = User.objects.filter(memberships__client=client, memberships__role__in=roles, is_active=True)
    if except_id is not None:
        members = members.exclude(pk=except_id)
    return members.order_by("full_name", "id")
