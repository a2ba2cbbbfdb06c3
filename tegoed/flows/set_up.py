"""An installation is described in one TOML file: issuer, bank accounts, tariffs, staff, clients (docs/operator.md).

Its one law: applied whole or not at all, and applying it again changes what differs and doubles nothing. It is how an
operator starts; clients that come by themselves need no file. Passwords are never in it: people choose theirs by the
reset link on the sign-in page.
"""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q

from tegoed.audit.actions import Action, record_event
from tegoed.banking.models import BankAccount
from tegoed.clients.actions import add_member, add_site, open_client, sign_contract
from tegoed.clients.models import REMINDER_DAYS, Client, Contract, Issuer, Language, Role, Site, Tariff, User
from tegoed.errors import Refusal
from tegoed.formats.invoice import is_bic
from tegoed.rules.dates import brussels_today
from tegoed.rules.direct_debit import read_creditor_identifier
from tegoed.rules.enterprise import read_enterprise_number, read_iban
from tegoed.rules.pricing import check_replacement_fee
from tegoed.rules.products import Form, Product
from tegoed.rules.statutory import statutory_cents


class SetUpFileFaulty(Refusal):
    """The file can't be read as a set-up. Params: `where`, `what`."""

    code = "set-up-file-faulty"


@transaction.atomic
def set_up(*, content: str) -> None:
    """Apply a set-up file.

    Raises `SetUpFileFaulty`, `EnterpriseNumberInvalid`, `IbanInvalid`, `CreditorIdentifierInvalid`,
    `ReplacementFeeAboveMaximum`.
    """
    try:
        described = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise SetUpFileFaulty(where="file", what=str(error)) from error
    try:
        _apply(described)
    except KeyError as error:
        raise SetUpFileFaulty(where="file", what=f"{error.args[0]} is missing") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise SetUpFileFaulty(where="file", what=str(error)) from error


def _apply(described: Mapping[str, Any]) -> None:
    _set_issuer(described["issuer"])
    _set_bank_accounts(described["bank_accounts"])
    _set_tariffs(described["tariffs"])
    for person in described.get("staff", []):
        user = _user(person)
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
    for client in described.get("clients", []):
        _set_client(client)


def _checked(where: str, row: Model, **values: Any) -> Model:
    """The row with these values, all of which fit it and can stand on a page and on a document; not saved yet.

    Taken in unread, a wrong word would only be found when the first invoice can't be made.
    """
    known = {field.name for field in row._meta.fields}  # noqa: SLF001 - the documented way to list fields
    unknown = sorted(set(values) - known)
    if unknown:
        raise SetUpFileFaulty(where=where, what=f"{', '.join(unknown)}?")
    for name, value in values.items():
        if isinstance(value, float) or (isinstance(value, str) and not value.isprintable()):
            raise SetUpFileFaulty(where=where, what=f"{name}: {value!r}")
        setattr(row, name, value)
    try:
        row.clean_fields()
    except ValidationError as error:
        what = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        raise SetUpFileFaulty(where=where, what=what) from error
    return row


def _set_issuer(described: Mapping[str, Any]) -> None:
    number = read_enterprise_number(described["enterprise_number"])
    values = dict(described) | {"enterprise_number": number, "vat_number": f"BE{number}"}
    languages = set(described.get("face_value_vat_reasons", Language.values))
    if languages != set(Language.values):
        raise SetUpFileFaulty(where="issuer", what=f"face_value_vat_reasons: {', '.join(Language.values)}?")
    days = list(described.get("reminder_days", REMINDER_DAYS))
    if (
        len(days) != len(REMINDER_DAYS)
        or not all(type(day) is int for day in days)
        or not 0 < days[0] < days[1] < days[2]
    ):
        raise SetUpFileFaulty(where="issuer", what="reminder_days: three whole numbers, each above the one before?")
    if described.get("creditor_identifier"):
        values["creditor_identifier"] = read_creditor_identifier(described["creditor_identifier"])
    _checked("issuer", Issuer.objects.first() or Issuer(), **values).save()


def _set_bank_accounts(described: Sequence[Mapping[str, Any]]) -> None:
    if sum(account.get("is_for_invoices", False) for account in described) != 1:
        raise SetUpFileFaulty(where="bank_accounts", what="is_for_invoices = true on exactly one")
    BankAccount.objects.update(is_for_invoices=False)  # it may move from one to another
    for account in described:
        iban = read_iban(account["iban"])
        if not is_bic(account["bic"]):
            raise SetUpFileFaulty(where=f"account {iban}", what=f"bic: {account['bic']}")
        known = BankAccount.objects.filter(iban=iban).first() or BankAccount()
        _checked(f"account {iban}", known, **(dict(account) | {"iban": iban})).save()


def _set_tariffs(described: Sequence[Mapping[str, Any]]) -> None:
    standard_count = sum(tariff.get("is_standard", False) for tariff in described)
    if standard_count > 1:
        raise SetUpFileFaulty(where="tariffs", what="is_standard = true on one at most")
    if standard_count:
        Tariff.objects.filter(is_standard=True).update(is_standard=False)  # it may move from one to another
    for tariff in described:
        _set_tariff(tariff)


def _set_tariff(described: Mapping[str, Any]) -> None:
    where = f"tariff {described['name']}"
    tariff = Tariff.objects.filter(name=described["name"]).first() or Tariff()
    _checked(where, tariff, **described).save()
    check_replacement_fee(tariff.terms(), statutory_cents(Product.MEAL, "face_value_max_exempt", brussels_today()) or 0)


def _user(described: Mapping[str, Any]) -> User:
    email = str(described["email"]).strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        values = {"full_name": described["name"], "language": described.get("language", "nl")}
        _checked(f"user {email}", User(), email=email, password="-", **values)  # noqa: S106 - any, to be looked at only
        user = User.objects.create_user(email, None, **values)
    return user


def _set_client(described: Mapping[str, Any]) -> None:
    number = read_enterprise_number(described["enterprise_number"])
    client = Client.objects.filter(enterprise_number=number).first()
    if client is None:
        names = ("name", "language", "street", "postcode", "town", "billing_email")
        values = {name: described[name] for name in names}
        _checked(f"client {number}", Client(), enterprise_number=number, **values)
        client = open_client(enterprise_number=number, actor=None, **values)
    for site in described.get("sites", []):
        if not client.sites.filter(name=site["name"]).exists():
            _checked(f"site {site['name']}", Site(), client=client, **site)
            add_site(client=client, **site)
    for contract in described.get("contracts", []):
        _sign(client, contract)
    for person in described.get("users", []):
        add_member(client=client, user=_user(person), role=Role(person["role"]), actor=None)
    record_event(actor=None, action=Action.CLIENT_SET_UP, client_id=client.pk, subject_id=client.pk)


def _sign(client: Client, described: Mapping[str, Any]) -> None:
    """The contract, unless one for the same product and form runs from that day on or later."""
    product, form = Product(described["product"]), Form(described.get("form", Form.ELECTRONIC))
    starts_on = described["starts_on"]
    where = f"contract {product} {form}"
    tariff = Tariff.objects.filter(name=described["tariff"]).first()
    if tariff is None:
        raise SetUpFileFaulty(where=where, what=f"tariff: {described['tariff']}?")
    _checked(where, Contract(), client=client, product=product, form=form, tariff=tariff, starts_on=starts_on)
    same = client.contracts.filter(product=product, form=form)
    if not same.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)).exists():
        sign_contract(client=client, product=product, form=form, tariff=tariff, starts_on=starts_on, actor=None)
