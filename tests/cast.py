"""The fixed cast: Alice owns the bakery's account, Bob may look, Charlie is of another company, Dora is issuer staff."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tegoed.banking.models import BankAccount
from tegoed.beneficiaries.actions import BeneficiaryParticulars, UsualAmount, add_beneficiary
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.actions import add_member, add_site, open_client, sign_contract
from tegoed.clients.models import Client, Issuer, Role, Site, Tariff, User
from tegoed.orders.actions import LineWish, set_order_lines, start_order
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import make_niss, read_identifier
from tegoed.rules.products import Form, Product

PASSWORD = "correct horse battery staple"
IBAN = "BE68539007547034"
BIC = "KREDBEBB"


@dataclass
class Cast:
    issuer: Issuer
    tariff: Tariff
    bank_account: BankAccount
    bakery: Client
    garage: Client
    sites: list[Site]
    alice: User
    bob: User
    charlie: User
    staff_member: User


def play() -> Cast:
    """Write the cast down. Companies: the bakery (contracts for meal and eco) and the garage (meal)."""
    issuer = Issuer.objects.create(
        name="Voorbeeld Uitgever nv",
        enterprise_number="0123456749",
        vat_number="BE0123456749",
        street="Wetstraat 1",
        postcode="1000",
        town="Brussel",
        email="facturen@uitgever.example",
    )
    tariff = Tariff.objects.create(
        name="Standaard",
        service_basis_points=100,
        loading_per_beneficiary_cents=25,
        card_production_cents=450,
        card_replacement_cents=500,
        card_delivery_per_site_cents=950,
        card_delivery_home_cents=325,
        is_standard=True,
    )
    bank_account = BankAccount.objects.create(iban=IBAN, bic=BIC, holder=issuer.name, is_for_invoices=True)
    bakery = _company("Bakkerij Peeters bv", "0403170701", "nl", "boekhouding@bakkerij.example")
    garage = _company("Garage Lambert srl", "0202239951", "fr", "compta@garage.example")
    start = date(2024, 1, 1)
    for company, products in ((bakery, [Product.MEAL, Product.ECO]), (garage, [Product.MEAL])):
        for product in products:
            sign_contract(
                client=company, product=product, form=Form.ELECTRONIC, tariff=tariff, starts_on=start, actor=None
            )
    sites = [
        add_site(client=bakery, name="Winkel", street="Grote Markt 2", postcode="2000", town="Antwerpen"),
        add_site(client=bakery, name="Atelier", street="Kaai 14", postcode="9000", town="Gent"),
    ]
    add_site(client=garage, name="Garage", street="Rue Haute 5", postcode="4000", town="Liège")
    people = {
        name: User.objects.create_user(f"{name}@{domain}.example", PASSWORD, full_name=name.title(), language="en")
        for name, domain in (("alice", "bakkerij"), ("bob", "bakkerij"), ("charlie", "garage"), ("dora", "uitgever"))
    }
    people["dora"].is_staff = True
    people["dora"].save()
    add_member(client=bakery, user=people["alice"], role=Role.OWNER, actor=None)
    add_member(client=bakery, user=people["bob"], role=Role.VIEWER, actor=None)
    add_member(client=garage, user=people["charlie"], role=Role.OWNER, actor=None)
    return Cast(
        issuer=issuer,
        tariff=tariff,
        bank_account=bank_account,
        bakery=bakery,
        garage=garage,
        sites=sites,
        alice=people["alice"],
        bob=people["bob"],
        charlie=people["charlie"],
        staff_member=people["dora"],
    )


def _company(name: str, enterprise_number: str, language: str, billing_email: str) -> Client:
    return open_client(
        name=name,
        enterprise_number=enterprise_number,
        language=language,
        street="Grote Markt 1",
        postcode="2000",
        town="Antwerpen",
        billing_email=billing_email,
        actor=None,
    )


def niss(number: int) -> str:
    """The national number of the `number`th invented person; the same number, the same person."""
    birth_on = date(1960 + number % 45, 1 + number % 12, 1 + number % 28)
    return make_niss(birth_on=birth_on, serial=1 + number // 3 % 997)


def hire(client: Client, count: int, *, first: int = 0) -> list[Beneficiary]:
    """Register people with a client, spread over its sites; usual amount 20 meal vouchers of 8 euro."""
    sites = list(client.sites.order_by("id"))
    hired = []
    for number in range(first, first + count):
        identifier = read_identifier(niss(number))
        hired.append(
            add_beneficiary(
                client=client,
                identifier=identifier,
                particulars=BeneficiaryParticulars(
                    last_name=f"Janssens {number:03d}",
                    first_name=f"Noor {number}",
                    birth_on=identifier.birth_on or date(1990, 1, 1),
                    language="nl",
                    site=sites[number % len(sites)],
                ),
                usual_amounts=[UsualAmount(product="meal", voucher_count=20, face_value_cents=800)],
                actor=None,
            )
        )
    return hired


def hire_temporary(client: Client, *, number: str = "TMP-1", **particulars: Any) -> Beneficiary:
    """Register somebody who has only a number of the social secretariat, at the client's first site."""
    told: dict[str, Any] = {
        "last_name": "Yılmaz",
        "first_name": "Deniz",
        "birth_on": date(1960 + 90 % 45, 1 + 90 % 12, 1 + 90 % 28),  # as in niss(90)
        "language": "nl",
        "site": client.sites.order_by("id").first(),
    }
    return add_beneficiary(
        client=client,
        identifier=read_identifier(number, temporary=True),
        particulars=BeneficiaryParticulars(**(told | particulars)),
        actor=None,
    )


def draft_of(
    client: Client,
    people: list[Beneficiary],
    *,
    count: int = 20,
    face_value_cents: int = 800,
    loading_on: date | None = None,
) -> Order:
    """A meal order ready to confirm."""
    order = start_order(
        client=client,
        product=Product.MEAL,
        reference="November",
        loading_on=loading_on or brussels_today(),
        actor=None,
    )
    wishes = [
        LineWish(beneficiary_id=person.pk, voucher_count=count, face_value_cents=face_value_cents) for person in people
    ]
    return set_order_lines(client=client, order_id=order.pk, wishes=wishes, actor=None)
