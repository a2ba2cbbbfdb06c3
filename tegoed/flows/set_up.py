"""An installation is described in one TOML file: issuer, bank accounts, tariffs, staff, clients (docs/operator.md).

Its one law: applied whole or not at all, and applying it again changes what differs and doubles nothing. It is how an
operator starts; clients that come by themselves need no file. Passwords are never in it: people choose theirs by the
reset link on the sign-in page.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.banking.models import BankAccount
from tegoed.clients.actions import add_member, add_site, open_client, sign_contract
from tegoed.clients.models import Client, Issuer, Role, Tariff, User
from tegoed.clients.queries import running_contracts
from tegoed.errors import Refusal
from tegoed.rules.dates import brussels_today
from tegoed.rules.enterprise import read_enterprise_number, read_iban
from tegoed.rules.pricing import check_replacement_fee
from tegoed.rules.products import Form, Product
from tegoed.rules.statutory import statutory_cents


class SetUpFileFaulty(Refusal):
    """The file can't be read as a set-up. Params: `where`, `what`."""

    code = "set-up-file-faulty"


@transaction.atomic
def set_up(*, content: str) -> None:
    """Apply a set-up file. Raises `SetUpFileFaulty`, `EnterpriseNumberInvalid`, `IbanInvalid`, `ReplacementFeeAboveMaximum`."""
    try:
        described = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise SetUpFileFaulty(where="file", what=str(error)) from error
    try:
        _apply(described)
    except KeyError as error:
        raise SetUpFileFaulty(where="file", what=f"{error.args[0]} is missing") from error
    except (TypeError, ValueError) as error:
        raise SetUpFileFaulty(where="file", what=str(error)) from error


def _apply(described: Mapping[str, Any]) -> None:
    _set_issuer(described["issuer"])
    for account in described["bank_accounts"]:
        BankAccount.objects.update_or_create(
            iban=read_iban(account["iban"]),
            defaults={
                "bic": account["bic"],
                "holder": account["holder"],
                "is_for_invoices": account.get("is_for_invoices", False),
            },
        )
    for tariff in described["tariffs"]:
        _set_tariff(tariff)
    for person in described.get("staff", []):
        user = _user(person)
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
    for client in described.get("clients", []):
        _set_client(client)


def _check_names(where: str, described: Mapping[str, Any], model: type[Issuer | Tariff]) -> None:
    """A misspelt name must not be passed over in silence."""
    known = {field.name for field in model._meta.fields}  # noqa: SLF001 - the documented way to list fields
    unknown = sorted(set(described) - known)
    if unknown:
        raise SetUpFileFaulty(where=where, what=f"{', '.join(unknown)}?")


def _set_issuer(described: Mapping[str, Any]) -> None:
    _check_names("issuer", described, Issuer)
    number = read_enterprise_number(described["enterprise_number"])
    Issuer.objects.update_or_create(
        is_only_row=True, defaults=dict(described) | {"enterprise_number": number, "vat_number": f"BE{number}"}
    )


def _set_tariff(described: Mapping[str, Any]) -> None:
    _check_names(f"tariff {described['name']}", described, Tariff)
    tariff, _ = Tariff.objects.update_or_create(
        name=described["name"], defaults={name: value for name, value in described.items() if name != "name"}
    )
    check_replacement_fee(tariff.terms(), statutory_cents(Product.MEAL, "face_value_max_exempt", brussels_today()) or 0)


def _user(described: Mapping[str, Any]) -> User:
    email = described["email"].strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(
            email, None, full_name=described["name"], language=described.get("language", "nl")
        )
    return user


def _set_client(described: Mapping[str, Any]) -> None:
    number = read_enterprise_number(described["enterprise_number"])
    client = Client.objects.filter(enterprise_number=number).first()
    if client is None:
        client = open_client(
            name=described["name"],
            enterprise_number=number,
            language=described["language"],
            street=described["street"],
            postcode=described["postcode"],
            town=described["town"],
            billing_email=described["billing_email"],
            actor=None,
        )
    for site in described.get("sites", []):
        if not client.sites.filter(name=site["name"]).exists():
            add_site(client=client, **site)
    for contract in described.get("contracts", []):
        product, form = Product(contract["product"]), Form(contract.get("form", Form.ELECTRONIC))
        if not running_contracts(client, contract["starts_on"]).filter(product=product, form=form).exists():
            sign_contract(
                client=client,
                product=product,
                form=form,
                tariff=Tariff.objects.get(name=contract["tariff"]),
                starts_on=contract["starts_on"],
                actor=None,
            )
    for person in described.get("users", []):
        add_member(client=client, user=_user(person), role=Role(person["role"]), actor=None)
    record_event(actor=None, action=Action.CLIENT_SET_UP, client_id=client.pk, subject_id=client.pk)
