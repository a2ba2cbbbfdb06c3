"""Bank statements: what the bank says came in and went out, and whose it was.

Its one law: a statement file is booked whole or not at all, and once; every cent of every line is either allocated to an
invoice, kept on account for a client, or in suspense where staff see it (SPEC P1–P3). It never decides from a number
with wrong check digits.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.billing.models import Invoice
from tegoed.clients.models import User


class BankAccount(models.Model):
    """An account of the issuer. Its statements are read; its IBAN stands on invoices."""

    iban = models.CharField(max_length=34, unique=True)
    bic = models.CharField(max_length=11)
    holder = models.CharField(max_length=70)
    is_for_invoices = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_for_invoices"], condition=models.Q(is_for_invoices=True), name="one_account_on_invoices"
            )
        ]


class StatementFileState(models.TextChoices):
    RECEIVED = "received", _("Received, being booked")
    BOOKED = "booked", _("Booked")
    REFUSED = "refused", _("Refused")


class StatementFile(models.Model):
    """A file of the bank as it came in, and what became of it."""

    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=StatementFileState, default=StatementFileState.RECEIVED)
    refusal_code = models.CharField(max_length=60, blank=True)
    refusal_params = models.JSONField(default=dict)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    booked_at = models.DateTimeField(null=True)
    line_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=~models.Q(state="refused"), name="statement_file_once")
        ]
        indexes = [
            models.Index(fields=["id"], name="statement_file_to_book", condition=models.Q(state="received")),
        ]


class Statement(models.Model):
    """One statement of one account; balances in cents, credit positive. `year` and `sequence` number it."""

    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    old_balance_cents = models.BigIntegerField()
    old_balance_on = models.DateField(null=True)
    new_balance_cents = models.BigIntegerField()
    new_balance_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "year", "sequence"], name="statement_sequence_once_a_year")
        ]


class LineState(models.TextChoices):
    MATCHED = "matched", _("Matched")
    SUSPENSE = "suspense", _("Not placed yet")
    OUTGOING = "outgoing", _("Outgoing, not explained yet")


class StatementLine(models.Model):
    """One movement that is money once (never a total of others). `amount_cents` is positive for money in."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    amount_cents = models.BigIntegerField()
    value_on = models.DateField(null=True)
    entry_on = models.DateField()
    counterparty_account = models.CharField(max_length=37, blank=True)
    counterparty_name = models.CharField(max_length=70, blank=True)
    communication = models.TextField(blank=True)
    structured_communication = models.CharField(max_length=12, blank=True)
    transaction_code = models.CharField(max_length=8, blank=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    customer_reference = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=LineState)
    rung = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40)
    unplaced_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="statement_line_position_once"),
        ]
        indexes = [models.Index(fields=["-id"], name="line_in_suspense", condition=models.Q(state="suspense"))]


class Allocation(models.Model):
    """So many cents of a line are for an invoice."""

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations")
    amount_cents = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "invoice"], name="one_allocation_per_line_and_invoice"),
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="allocation_above_zero"),
        ]
