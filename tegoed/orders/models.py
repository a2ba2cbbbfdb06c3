"""Orders: from a draft to vouchers loaded.

Its one law: an order moves only along `states.TRANSITIONS`, each step written down with its reason; what the client
confirmed (lines, costs) is a snapshot that nothing changes afterwards. It makes no invoices and loads nothing:
`tegoed.flows` tells those stories.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.models import CardRequest
from tegoed.clients.models import Client, Contract, ProductChoice, User
from tegoed.rules.pricing import CostReason


class OrderState(models.TextChoices):
    """SPEC O3; the labels are the field's own words in each language."""

    DRAFT = "draft", _("Not finished")
    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for approval")
    PROCESSING = "processing", _("Being processed")
    ON_HOLD = "on_hold", _("Waiting for payment of older invoices")
    INVOICED = "invoiced", _("Invoiced")
    PAID = "paid", _("Paid")
    LOADED = "loaded", _("Loaded")
    CANCELLED = "cancelled", _("Cancelled")


class Order(models.Model):
    """One product for many beneficiaries, loaded on one day. Sums are filled at confirmation, in cents."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="orders")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="orders")
    product = models.CharField(max_length=20, choices=ProductChoice)
    reference = models.CharField(max_length=60, blank=True)
    loading_on = models.DateField()
    state = models.CharField(max_length=20, choices=OrderState, default=OrderState.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField(null=True)
    beneficiary_count = models.PositiveIntegerField(default=0)
    voucher_count = models.PositiveIntegerField(default=0)
    face_value_cents = models.BigIntegerField(default=0)
    total_cents = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["client", "-created_at"], name="order_by_client"),
            models.Index(fields=["loading_on"], name="order_to_load", condition=models.Q(state=OrderState.PAID)),
            models.Index(fields=["id"], name="order_to_invoice", condition=models.Q(state=OrderState.PROCESSING)),
            models.Index(fields=["client"], name="order_held_back", condition=models.Q(state=OrderState.ON_HOLD)),
        ]


class OrderLine(models.Model):
    """What one beneficiary gets. Meal: `voucher_count` × `face_value_cents` = `amount_cents`; else only the amount."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="order_lines")
    voucher_count = models.PositiveSmallIntegerField(default=0)
    face_value_cents = models.PositiveIntegerField(default=0)
    amount_cents = models.BigIntegerField()
    card_request = models.ForeignKey(CardRequest, models.PROTECT, null=True, related_name="order_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "beneficiary"], name="one_line_per_order_and_beneficiary"),
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="order_line_amount_above_zero"),
            models.CheckConstraint(
                condition=models.Q(face_value_cents=0)
                | models.Q(amount_cents=models.F("voucher_count") * models.F("face_value_cents")),
                name="order_line_count_times_face_value",
            ),
        ]


class InvoiceKind(models.TextChoices):
    """The two documents of an order (SPEC I1)."""

    PRODUCT = "product", _("Product invoice")
    CARD = "card", _("Card invoice")


class CostReasonChoice(models.TextChoices):
    """Why something is charged; the same words on pages and documents."""

    FACE_VALUE = CostReason.FACE_VALUE.value, _("Face value of the vouchers")
    SERVICE = CostReason.SERVICE.value, _("Service")
    LOADING = CostReason.LOADING.value, _("Loading per beneficiary")
    CARD_PRODUCTION = CostReason.CARD_PRODUCTION.value, _("Card production")
    CARD_REPLACEMENT = CostReason.CARD_REPLACEMENT.value, _("Card replacement")
    CARD_DELIVERY_SITE = CostReason.CARD_DELIVERY_SITE.value, _("Card delivery per workplace")
    CARD_DELIVERY_HOME = CostReason.CARD_DELIVERY_HOME.value, _("Card delivery at home")


class OrderCost(models.Model):
    """A cost as it was confirmed: on which invoice, why, how many, how much (cents without VAT)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="costs")
    position = models.PositiveSmallIntegerField()
    invoice_kind = models.CharField(max_length=10, choices=InvoiceKind)
    reason = models.CharField(max_length=20, choices=CostReasonChoice)
    quantity = models.BigIntegerField()
    unit_cents = models.BigIntegerField(null=True)
    net_cents = models.BigIntegerField()
    vat_category = models.CharField(max_length=1)
    vat_basis_points = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="order_cost_position_once")]
        ordering = ["position"]


class OrderTransition(models.Model):
    """One step of an order: why, when, by whom (nobody: the system)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="transitions")
    from_state = models.CharField(max_length=20, choices=OrderState, blank=True)
    to_state = models.CharField(max_length=20, choices=OrderState)
    reason = models.CharField(max_length=40)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="transition_by_order")]
