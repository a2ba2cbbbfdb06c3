"""Cards: one plastic card per person carries all products; who needs one, why, where it goes, where it is.

Its one law: a person has at most one card in use or on its way that is good until the next usual order; whoever detects
needs does so with the person locked, and a card moves only along `states.TRANSITIONS`. It holds no balance: vouchers
live in wallets, and survive the card.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.models import Beneficiary, CardDelivery, Person
from tegoed.clients.models import Client, User
from tegoed.rules.card_need import CardReason, CardState


class CardStateChoice(models.TextChoices):
    AWAITING_PAYMENT = CardState.AWAITING_PAYMENT.value, _("Waits for payment of the card invoice")
    REQUESTED = CardState.REQUESTED.value, _("Requested")
    IN_PRODUCTION = CardState.IN_PRODUCTION.value, _("In production")
    SHIPPED = CardState.SHIPPED.value, _("Shipped")
    DELIVERED = CardState.DELIVERED.value, _("Delivered")
    ACTIVE = CardState.ACTIVE.value, _("Active")
    BLOCKED = CardState.BLOCKED.value, _("Blocked")
    EXPIRED = CardState.EXPIRED.value, _("Expired")
    REPLACED = CardState.REPLACED.value, _("Replaced")
    CANCELLED = CardState.CANCELLED.value, _("Cancelled")


class CardReasonChoice(models.TextChoices):
    """Why a card is made (SPEC C1)."""

    FIRST_ORDER = CardReason.FIRST_ORDER.value, _("First order")
    NEW_BENEFICIARY = CardReason.NEW_BENEFICIARY.value, _("New beneficiary")
    EXPIRED = CardReason.EXPIRED.value, _("Card expired or about to expire")
    LOST = CardReason.LOST.value, _("Card lost")
    STOLEN = CardReason.STOLEN.value, _("Card stolen")
    DAMAGED = CardReason.DAMAGED.value, _("Card damaged")


class Card(models.Model):
    """A card of a person, from request to end. `expires_on` is known once it is made."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="cards", db_index=False)
    state = models.CharField(max_length=20, choices=CardStateChoice)
    blocked_reason = models.CharField(max_length=20, blank=True)
    expires_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "state"], name="card_by_person"),
            models.Index(
                fields=["state"],
                name="card_to_make",
                condition=models.Q(
                    state__in=["awaiting_payment", "requested", "in_production", "shipped", "delivered"]
                ),
            ),
            models.Index(
                fields=["expires_on"],
                name="card_that_expires",
                condition=models.Q(state__in=["shipped", "delivered", "active"]),
            ),
        ]


class CardRequest(models.Model):
    """A card asked for by an order: the reason, the place and the address as they were then."""

    card = models.OneToOneField(Card, models.PROTECT, related_name="request")
    client = models.ForeignKey(Client, models.PROTECT, related_name="card_requests", db_index=False)
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="card_requests")
    reason = models.CharField(max_length=20, choices=CardReasonChoice)
    delivery = models.CharField(max_length=4, choices=CardDelivery)
    site_id_then = models.BigIntegerField(null=True)
    address = models.JSONField()
    expected_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["client", "-created_at"], name="card_request_by_client")]


class CardStep(models.Model):
    """One move of a card after it was asked for: from where to where, when, by whom (nobody: the system)."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="steps", db_index=False)
    from_state = models.CharField(max_length=20, choices=CardStateChoice)
    to_state = models.CharField(max_length=20, choices=CardStateChoice)
    reason = models.CharField(max_length=20, choices=CardReasonChoice, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["card", "at"], name="step_by_card")]


class RenewalRefusal(models.Model):
    """A client ticked that this card, about to expire, must not be renewed (SPEC C5)."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="renewal_refusals")
    card = models.ForeignKey(Card, models.CASCADE, related_name="renewal_refusals")
    refused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "card"], name="one_renewal_refusal_per_card")]
