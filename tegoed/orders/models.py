"""Orders: from a draft to vouchers loaded.

Its one law: an order moves only along `states.TRANSITIONS`, each step written down with its reason; what the client
confirmed (lines, costs) is a snapshot that nothing changes afterwards. It makes no invoices and loads nothing:
`tegoed.flows` tells those stories.
"""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.models import CardRequest
from tegoed.clients.models import Client, Contract, FormChoice, ProductChoice, User
from tegoed.rules.order_lines import GiftOccasion
from tegoed.rules.pricing import CostReason
from tegoed.uploads.models import Upload


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


class GiftOccasionChoice(models.TextChoices):
    """What a gift voucher is given for; the occasion decides the maximum (SPEC O7)."""

    END_OF_YEAR = GiftOccasion.END_OF_YEAR.value, _("End of the year (Saint Nicholas, Christmas, New Year)")
    HONOUR = GiftOccasion.HONOUR.value, _("Honorary distinction")
    MARRIAGE = GiftOccasion.MARRIAGE.value, _("Marriage or legal cohabitation")
    RETIREMENT = GiftOccasion.RETIREMENT.value, _("Retirement")


def group_in_words(billing_group: str | None) -> str:
    """As `Order.billing_group` is shown, in the language that is active now."""
    return "" if billing_group is None else billing_group or gettext("without cost centre")


class Order(models.Model):
    """One product for many beneficiaries, loaded on one day. Sums are filled at confirmation, in cents.

    `month_on`: first day of the month of performance, which decides the legal figures (SPEC O7). `occasion`: gifts only.
    `worker_share_cents`: meal only, of each voucher, where the client told it. `replaces`: the cancelled order that this
    one corrects (SPEC O6). `upload`: the Excel form it came from. `template` and `template_month_on`: the monthly template that
    made it, and for which month. `lines_are_set`: somebody said who gets how much, even if nobody gets anything.
    `billing_group`: the only group of cost centres that it is for, empty for people without one; None where the client's
    orders aren't divided, and before it is taken on. `split_from`: the first of the orders that one order was divided in.
    `form`: on cards, or on paper; then each voucher is worth `paper_value_cents`, and a line says how many there are.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="orders", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="orders")
    product = models.CharField(max_length=20, choices=ProductChoice)
    form = models.CharField(
        max_length=12, choices=FormChoice, default=FormChoice.ELECTRONIC, db_default=FormChoice.ELECTRONIC
    )
    paper_value_cents = models.PositiveIntegerField(default=0, db_default=0)
    reference = models.CharField(max_length=60, blank=True)
    loading_on = models.DateField()
    month_on = models.DateField()
    occasion = models.CharField(max_length=20, choices=GiftOccasionChoice, blank=True)
    worker_share_cents = models.PositiveIntegerField(null=True)
    above_maximum_reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=OrderState, default=OrderState.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="orders")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    template = models.ForeignKey("OrderTemplate", models.PROTECT, null=True, related_name="orders", db_index=False)
    template_month_on = models.DateField(null=True)
    lines_are_set = models.BooleanField(default=False)
    billing_group = models.CharField(max_length=40, null=True)
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="split_into")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
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
            models.Index(fields=["loaded_at"], name="order_by_load", condition=models.Q(loaded_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(month_on__day=1), name="order_month_is_a_first_day"),
            models.CheckConstraint(
                condition=models.Q(form=FormChoice.ELECTRONIC, paper_value_cents=0)
                | models.Q(form=FormChoice.PAPER, paper_value_cents__gt=0),
                name="order_on_paper_has_a_value",
            ),
            models.UniqueConstraint(fields=["template", "template_month_on"], name="one_order_per_template_and_month"),
        ]

    @property
    def is_on_paper(self) -> bool:
        """Whether its vouchers are printed."""
        return self.form == FormChoice.PAPER

    @property
    def billing_group_in_words(self) -> str:
        """The group named on its invoices; empty where orders aren't divided."""
        return group_in_words(self.billing_group)


class OrderLine(models.Model):
    """What one beneficiary gets. Meal, or on paper: `voucher_count` × `face_value_cents` = `amount_cents`; else only that.

    A trigger checks order and beneficiary of all rows of a statement at once (`migrations/0006_references`).
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_index=False, db_constraint=False)
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="order_lines", db_constraint=False)
    voucher_count = models.PositiveSmallIntegerField(default=0)
    face_value_cents = models.PositiveIntegerField(default=0)
    amount_cents = models.BigIntegerField()
    worker_share_cents = models.PositiveIntegerField(null=True)
    child_count = models.PositiveSmallIntegerField(default=0)
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
    PAPER_PRINTING = CostReason.PAPER_PRINTING.value, _("Printing on paper")
    PAPER_DELIVERY = CostReason.PAPER_DELIVERY.value, _("Delivery of vouchers on paper")
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
    """One step of an order: why, when, by whom (nobody: the system). A trigger checks the order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="transitions", db_index=False, db_constraint=False)
    from_state = models.CharField(max_length=20, choices=OrderState, blank=True)
    to_state = models.CharField(max_length=20, choices=OrderState)
    reason = models.CharField(max_length=40)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="transition_by_order")]


class OrderTemplate(models.Model):
    """A monthly order that makes its own draft, still to be confirmed (SPEC O6).

    Each month, `draft_days_before` days before the loading day, a draft is made with the lines of `source` for those who
    are active then. `loading_day` past the end of a month means its last day. `next_month_on`: the month still to make.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="order_templates")
    source = models.ForeignKey(Order, models.PROTECT, related_name="templates")
    name = models.CharField(max_length=60)
    loading_day = models.PositiveSmallIntegerField()
    draft_days_before = models.PositiveSmallIntegerField(default=7)
    next_month_on = models.DateField()
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(loading_day__range=(1, 31)), name="template_day_of_month"),
            models.CheckConstraint(condition=models.Q(next_month_on__day=1), name="template_month_is_a_first_day"),
        ]
        indexes = [
            models.Index(fields=["next_month_on"], name="template_running", condition=models.Q(is_active=True)),
        ]
