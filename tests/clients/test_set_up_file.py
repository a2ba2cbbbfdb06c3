"""The set-up file: applied whole or not at all; whatever is wrong in it is said in words and changes nothing."""

from pathlib import Path

import pytest

from tegoed.audit.models import Event
from tegoed.banking.models import BankAccount
from tegoed.clients.models import Client, Contract, Issuer, Membership, Site, Tariff, User
from tegoed.clients.queries import NoStandardTariff, standard_tariff
from tegoed.errors import Refusal
from tegoed.flows.set_up import set_up
from tegoed.refusals import message_of

GOOD = (Path(__file__).resolve().parents[2] / "tegoed" / "demo" / "demo.toml").read_text(encoding="utf-8")
SECOND_ACCOUNT = """
[[bank_accounts]]
iban = "BE71 0961 2345 6769"
bic = "GKCCBEBB"
holder = "TEGOED DEMO NV"
is_for_invoices = true
"""


def written_down() -> dict[str, list[dict[str, object]]]:
    models = (Issuer, BankAccount, Tariff, User, Client, Site, Contract, Membership)
    return {model.__name__: list(model.objects.order_by("id").values()) for model in models}


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_applied_again_it_changes_nothing(db) -> None:
    set_up(content=GOOD)
    first = written_down()
    for user in User.objects.all():
        assert not user.has_usable_password()
    set_up(content=GOOD)
    assert written_down() == first


def test_prices_issuer_and_roles_follow_the_file(db) -> None:
    set_up(content=GOOD)
    text = changed("service_basis_points = 100", "service_basis_points = 125")
    text = text.replace('street = "Voorbeeldstraat 1"', 'street = "Elders 2"').replace(
        'role = "viewer"', 'role = "owner"'
    )
    set_up(content=text)
    assert (Tariff.objects.get().service_basis_points, Issuer.objects.get().street) == (125, "Elders 2")
    assert set(Membership.objects.values_list("role", flat=True)) == {"owner"}


def test_the_account_on_invoices_can_move_to_another_bank(db) -> None:
    set_up(content=GOOD)
    set_up(content=changed("is_for_invoices = true", "is_for_invoices = false") + SECOND_ACCOUNT)
    assert BankAccount.objects.get(is_for_invoices=True).iban == "BE71096123456769"
    set_up(content=SECOND_ACCOUNT + GOOD.replace("is_for_invoices = true", "", 1))
    set_up(content=GOOD)  # and back, without a word about the second one
    assert BankAccount.objects.get(is_for_invoices=True).iban == "BE68539007547034"


SECOND_TARIFF = '\n[[tariffs]]\nname = "Demo 2027"\nis_standard = true\n'


def test_the_standard_tariff_can_move_to_another_and_back(db) -> None:
    set_up(content=GOOD)
    assert standard_tariff().name == "Demo 2026"
    set_up(content=GOOD.replace("is_standard = true", "") + SECOND_TARIFF)
    assert standard_tariff().name == "Demo 2027"
    set_up(content=GOOD)  # without a word about the second one
    assert standard_tariff().name == "Demo 2026"
    set_up(content=changed("is_standard = true", "is_standard = false"))
    with pytest.raises(NoStandardTariff):
        standard_tariff()


FAULTY = {
    "not toml": "issuer = [",
    "empty": "",
    "no issuer": changed("[issuer]", "[uitgever]"),
    "no accounts": changed("[[bank_accounts]]", "[[accounts]]"),
    "accounts no list": changed("[[bank_accounts]]", "[bank_accounts]"),
    "issuer no table": "issuer = 3\n" + changed("[issuer]", "[issuer_]"),
    "wrong enterprise number": changed("0123.456.749", "0123.456.748"),
    "wrong iban": changed("BE68 5390", "BE69 5390"),
    "wrong bic": changed("KREDBEBB", "KRED"),
    "bic too long": changed("KREDBEBB", "KREDBEBBXXXX"),
    "two accounts on invoices": GOOD + SECOND_ACCOUNT,
    "two standard tariffs": GOOD + SECOND_TARIFF,
    "standard in words": changed("is_standard = true", 'is_standard = "yes"'),
    "unknown price": changed("service_basis_points", "service_percent"),
    "price in words": changed("service_basis_points = 100", 'service_basis_points = "one"'),
    "price below zero": changed("loading_per_beneficiary_cents = 25", "loading_per_beneficiary_cents = -25"),
    "more than all": changed("service_basis_points = 100", "service_basis_points = 10001"),
    "fraction of a cent": changed("loading_per_beneficiary_cents = 25", "loading_per_beneficiary_cents = 2.5"),
    "replacement too dear": changed("card_replacement_cents = 500", "card_replacement_cents = 1001"),
    "mail is no address": changed("dora@demo.example", "dora"),
    "mail is a number": changed('"dora@demo.example"', "3"),
    "billing mail is no address": changed("boekhouding@bakkerij.example", "boekhouding"),
    "unknown language of a client": changed('language = "nl"', 'language = "it"'),
    "unknown language of a user": changed('language = "fr"', 'language = "it"'),
    "unknown role": changed('role = "viewer"', 'role = "boss"'),
    "unknown product": changed('product = "eco"', 'product = "fuel"'),
    "unknown tariff": changed('tariff = "Demo 2026"', 'tariff = "Demo 2027"'),
    "date as text": changed("starts_on = 2026-01-01", 'starts_on = "first of January"'),
    "unknown word at a site": changed('postcode = "9000"', 'postcode = "9000"\n  floor = 3'),
    "site without town": changed('town = "Gent"', ""),
    "postcode too long": changed('postcode = "2000"', 'postcode = "20000000000"'),
    "name empty": changed('name = "Tegoed Demo nv"', 'name = ""'),
    "name with a control character": changed('name = "Bakkerij De Proef bv"', 'name = "Bakkerij\\u0007"'),
    "days to pay below zero": changed("payment_days = 14", "payment_days = -1"),
    "unknown blocking rule": changed("payment_days = 14", 'payment_days = 14\nblocking_rule = "never"'),
    "two reminders": changed("payment_days = 14", "payment_days = 14\nreminder_days = [7, 14]"),
    "reminders that don't rise": changed("payment_days = 14", "payment_days = 14\nreminder_days = [7, 7, 28]"),
    "a reminder before the due date": changed("payment_days = 14", "payment_days = 14\nreminder_days = [0, 7, 14]"),
    "reminders in words": changed("payment_days = 14", 'payment_days = 14\nreminder_days = "weekly"'),
    "half a day": changed("payment_days = 14", "payment_days = 14\nreminder_days = [7, 14.5, 28]"),
    "reasons in one language": changed("payment_days = 14", 'payment_days = 14\nface_value_vat_reasons = { nl = "x" }'),
    "more than cents to write off": changed("payment_days = 14", "payment_days = 14\nwrite_off_cents_max = 101"),
    "a zero byte": changed('name = "Bakkerij De Proef bv"', 'name = "Bakkerij\\u0000"'),
}


@pytest.mark.parametrize("what", FAULTY)
def test_a_faulty_file_is_refused_in_words_and_nothing_is_kept(db, what) -> None:
    with pytest.raises(Refusal) as refused:
        set_up(content=FAULTY[what])
    assert len(message_of(refused.value)) > 20
    assert written_down() == {name: [] for name in written_down()}
    assert not Event.objects.exists()


# Clients, users, sites and contracts that are there already stay as they are, so their words are not read again.
NOT_READ_AGAIN = {
    "unknown language of a client",
    "unknown language of a user",
    "billing mail is no address",
    "unknown word at a site",
    "site without town",
    "postcode too long",
    "name with a control character",
    "a zero byte",
}


@pytest.mark.parametrize("what", sorted(FAULTY.keys() - NOT_READ_AGAIN))
def test_a_faulty_change_of_a_good_installation_changes_nothing(db, what) -> None:
    set_up(content=GOOD)
    before = written_down()
    with pytest.raises(Refusal):
        set_up(content=FAULTY[what])
    assert written_down() == before


def test_the_file_gives_leave_to_go_above_a_legal_maximum_and_takes_it_back(db) -> None:
    set_up(content=GOOD)
    assert not Issuer.objects.get().allows_above_maximum
    set_up(content=changed("[issuer]", "[issuer]\nallows_above_maximum = true"))
    assert Issuer.objects.get().allows_above_maximum
    set_up(content=changed("[issuer]", "[issuer]\nallows_above_maximum = false"))
    assert not Issuer.objects.get().allows_above_maximum


def test_the_file_says_how_payments_without_number_and_cents_are_treated(db) -> None:
    set_up(content=GOOD)
    assert (Issuer.objects.get().places_known_accounts, Issuer.objects.get().write_off_cents_max) == (False, 5)
    set_up(content=changed("[issuer]", "[issuer]\nplaces_known_accounts = true\nwrite_off_cents_max = 2"))
    assert (Issuer.objects.get().places_known_accounts, Issuer.objects.get().write_off_cents_max) == (True, 2)
