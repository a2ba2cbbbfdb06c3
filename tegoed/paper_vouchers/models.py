"""Vouchers on paper: numbered, printed in batches, brought to a delivery place (SPEC Q4).

Its one law: a voucher, once made, stays as it is (a trigger): its number is a promise to pay. What all vouchers of an
order line are worth is what the line's lot holds. Where a voucher is, is where its batch is. It spends nothing.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Site
from tegoed.orders.models import Order, OrderLine
from tegoed.rules.paper_vouchers import NUMBER_DIGITS


class PrintBatchState(models.TextChoices):
    """Where the vouchers of a batch are."""

    TO_PRINT = "to_print", _("To be printed")
    PRINTED = "printed", _("Printed")
    DELIVERED = "delivered", _("At the delivery place")


class PrintBatch(models.Model):
    """Vouchers of one order for one delivery place, printed as one file; a large place has several (`part`).

    `site`: the workplace, None for the company's own address. Name and address are those of the day it was made.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="print_batches")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    part = models.PositiveIntegerField()
    place_name = models.CharField(max_length=120)
    contact_name = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=PrintBatchState, default=PrintBatchState.TO_PRINT)
    voucher_count = models.PositiveIntegerField()
    face_value_cents = models.BigIntegerField()
    created_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "site", "part"], name="one_batch_per_place_and_part", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                name="print_batch_on_its_way",
                condition=~models.Q(state=PrintBatchState.DELIVERED),
            )
        ]


class PaperVoucher(models.Model):
    """One voucher. `position`: from 1 within its order line. `number`: see `rules.paper_vouchers`."""

    number = models.CharField(max_length=NUMBER_DIGITS, unique=True)
    batch = models.ForeignKey(PrintBatch, models.PROTECT, related_name="vouchers")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="paper_vouchers", db_index=False)
    position = models.PositiveIntegerField()
    face_value_cents = models.PositiveIntegerField()
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_line", "position"], name="one_voucher_per_line_and_position"),
            models.CheckConstraint(condition=models.Q(face_value_cents__gt=0), name="paper_voucher_is_worth_something"),
        ]
