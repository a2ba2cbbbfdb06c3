"""What the issuer asks, and what a client signed."""

from django.db import models

from tegoed.clients.models.companies import Client
from tegoed.clients.models.evidence import Evidence
from tegoed.clients.models.people import User
from tegoed.clients.models.products import FormChoice, ProductChoice
from tegoed.rules.pricing import Tariff as TariffTerms


class Tariff(models.Model):
    """What the issuer asks, in cents without VAT and in basis points (1/100 %). A contract names its tariff.

    `is_standard`: what is asked of who has negotiated nothing; quotes and contracts signed in the portal take it (SPEC Q1,
    Q4). `is_negotiated`: made for one offer (Q2). `paper_…`: printing and bringing vouchers on paper.
    """

    name = models.CharField(max_length=80, unique=True)
    service_basis_points = models.PositiveIntegerField(default=0)
    service_per_voucher_cents = models.PositiveIntegerField(default=0)
    loading_per_beneficiary_cents = models.PositiveIntegerField(default=0)
    card_production_cents = models.PositiveIntegerField(default=0)
    card_replacement_cents = models.PositiveIntegerField(default=0)
    card_delivery_per_site_cents = models.PositiveIntegerField(default=0)
    card_delivery_home_cents = models.PositiveIntegerField(default=0)
    paper_printing_per_voucher_cents = models.PositiveIntegerField(default=0, db_default=0)
    paper_delivery_per_site_cents = models.PositiveIntegerField(default=0, db_default=0)
    vat_basis_points = models.PositiveIntegerField(default=2100)
    is_standard = models.BooleanField(default=False, db_default=False)
    is_negotiated = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_standard"], condition=models.Q(is_standard=True), name="one_standard_tariff"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def terms(self) -> TariffTerms:
        """This tariff as the pricing rules take it."""
        return TariffTerms(
            service_basis_points=self.service_basis_points,
            service_per_voucher_cents=self.service_per_voucher_cents,
            loading_per_beneficiary_cents=self.loading_per_beneficiary_cents,
            card_production_cents=self.card_production_cents,
            card_replacement_cents=self.card_replacement_cents,
            card_delivery_per_site_cents=self.card_delivery_per_site_cents,
            card_delivery_home_cents=self.card_delivery_home_cents,
            paper_printing_per_voucher_cents=self.paper_printing_per_voucher_cents,
            paper_delivery_per_site_cents=self.paper_delivery_per_site_cents,
            vat_basis_points=self.vat_basis_points,
        )


class Contract(models.Model):
    """What a client signed: one product in one form, at a tariff (SPEC Q4)."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="contracts")
    product = models.CharField(max_length=20, choices=ProductChoice)
    form = models.CharField(max_length=12, choices=FormChoice, default=FormChoice.ELECTRONIC)
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="contracts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "product", "form"],
                condition=models.Q(ends_on__isnull=True),
                name="one_running_contract_per_product_and_form",
            )
        ]


class ContractSignature(Evidence):
    """Who signed a contract, when and with which words on the page; absent for what came from the set-up file.

    `quote_id`: the quote or offer whose acceptance signed it; absent for one signed in the portal. Never changed (trigger).
    """

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="signature")
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    quote_id = models.BigIntegerField(null=True)
