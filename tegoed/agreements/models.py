"""Which agreement a voucher rests on (of the sector, the company, each employee), and what the client attests (SPEC Q6).

Its one law: what a joint committee grants is what staff noted, with its reference; nothing is guessed from its number. What a
client attested stays as it was: a correction is a new attestation, and the newest that holds on a day counts.
It refuses no order: `tegoed.orders.agreed_amounts` warns.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, Evidence, ProductChoice, User
from tegoed.rules.agreements import COMMITTEE_LENGTH_MAX, AgreementKind


class AgreementKindChoice(models.TextChoices):
    """The names a reader sees for `tegoed.rules.agreements.AgreementKind`."""

    SECTOR = AgreementKind.SECTOR.value, _("Collective agreement of the sector")
    COMPANY = AgreementKind.COMPANY.value, _("Collective agreement of the company")
    INDIVIDUAL = AgreementKind.INDIVIDUAL.value, _("Individual agreements with the employees")


class SectorAgreement(models.Model):
    """A joint committee's agreement that grants a voucher, as staff noted it.

    `amount_cents`: the highest it grants, of a meal voucher each, else a person a year; None where it leaves that open.
    `ends_on`: its last day; None while it goes on.
    """

    joint_committee = models.CharField(max_length=COMMITTEE_LENGTH_MAX)
    product = models.CharField(max_length=20, choices=ProductChoice)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    amount_cents = models.PositiveIntegerField(null=True)
    reference = models.CharField(max_length=160)
    url = models.URLField(max_length=300, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["joint_committee", "product", "starts_on"], name="sector_agreement_once_per_start"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="sector_agreement_ends_after_it_starts",
            ),
        ]


class ClientJointCommittee(models.Model):
    """The joint committee of a client, and whether there is a union delegation in the company (None: not told)."""

    client = models.OneToOneField(Client, models.PROTECT, related_name="joint_committee")
    joint_committee = models.CharField(max_length=COMMITTEE_LENGTH_MAX)
    has_union_delegation = models.BooleanField(null=True)
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    told_at = models.DateTimeField(auto_now=True)


class Attestation(Evidence):
    """An owner of the client says which agreement there is, and the highest amount in it. Never changed (trigger).

    `amount_cents`: of a meal voucher its face value, else what one person gets in a year. `legal_maximum_cents`: the maximum
    of the law that it goes above, and that the owner was told; None where it doesn't.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="attestations")
    product = models.CharField(max_length=20, choices=ProductChoice)
    kind = models.CharField(max_length=12, choices=AgreementKindChoice)
    joint_committee = models.CharField(max_length=COMMITTEE_LENGTH_MAX)
    agreed_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    amount_cents = models.PositiveIntegerField()
    legal_maximum_cents = models.PositiveIntegerField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["client", "product", "-id"], name="attestation_by_client")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="attested_amount_above_zero"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="attestation_ends_after_it_starts",
            ),
        ]
