"""Contracts as the portal shows and signs them: one for each product and form (SPEC Q4).

Its one law: what is signed here takes the standard tariff, and only where the law allows that product in that form today;
who signed, when and with which words is kept for good (a trigger). Who may sign is decided by the caller.
"""

from dataclasses import dataclass

from django.db import transaction

from tegoed.clients.actions import sign_contract
from tegoed.clients.models import Client, Contract, Tariff, User
from tegoed.clients.queries import NoStandardTariff, running_contracts, standard_tariff
from tegoed.clients.signatures import Signer, keep_signature
from tegoed.errors import Refusal
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product, check_form


class ContractRunning(Refusal):
    """The client has a running contract for that already. Params: `product`, `form`."""

    code = "contract-running"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChoice:
    """A product in a form: the contract that runs, or `tariff`, at which one can be signed, or why not (`refusal`)."""

    product: Product
    form: Form
    contract: Contract | None = None
    tariff: Tariff | None = None
    refusal: Refusal | None = None


def contract_choices(client: Client) -> list[ContractChoice]:
    """Every product in every form, the most usual first. Two queries."""
    today = brussels_today()
    running = {
        (contract.product, contract.form): contract
        for contract in running_contracts(client, today).select_related("signature")
    }
    tariff, no_tariff = _standard()
    choices = []
    for product in Product:
        for form in Form:
            contract = running.get((product, form))
            refusal = None if contract else _law_against(product, form) or no_tariff
            can_sign = contract is None and refusal is None
            choices.append(
                ContractChoice(
                    product=product, form=form, contract=contract, tariff=tariff if can_sign else None, refusal=refusal
                )
            )
    return choices


def _standard() -> tuple[Tariff | None, Refusal | None]:
    try:
        return standard_tariff(), None
    except NoStandardTariff as refusal:
        return None, refusal


def _law_against(product: Product, form: Form) -> Refusal | None:
    try:
        check_form(product, form, brussels_today())
    except Refusal as refusal:
        return refusal
    return None


@transaction.atomic
def sign_missing_contract(
    *,
    client: Client,
    product: Product,
    form: Form,
    signer: Signer,
    actor: User,
) -> Contract:
    """A contract from today at the standard tariff, with the evidence of who signed it. Two at once: the second is refused.

    Raises `ContractRunning`, `ProductClosed`, `FormNotAllowed`, `NoStandardTariff`.
    """
    today = brussels_today()
    check_form(product, form, today)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if client.contracts.filter(product=product, form=form, ends_on__isnull=True).exists():
        raise ContractRunning(product=product.value, form=form.value)
    contract = sign_contract(
        client=client, product=product, form=form, tariff=standard_tariff(), starts_on=today, actor=actor
    )
    keep_signature(contract=contract, signer=signer, signed_by=actor)
    return contract
