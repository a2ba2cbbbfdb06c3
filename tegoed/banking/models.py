"""Bank statements: what the bank says came in and went out, and whose it was.

Its one law: a statement file is booked whole or not at all, and once; every cent of every line is either allocated to an
invoice, kept on account for a client, or in suspense where staff see it (SPEC P1–P3). It never decides from a number
with wrong check digits.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.billing.models import Invoice
from tegoed.clients.models import Client, User
from tegoed.formats.pain import COLLECTION_SCHEMAS, TRANSFER_SCHEMAS


class BankAccount(models.Model):
    """An account of the issuer. Its statements are read; its IBAN stands on invoices.

    `transfer_schema`, `collection_schema`: the versions of pain.001 and pain.008 that its bank takes.
    """

    iban = models.CharField(max_length=34, unique=True)
    bic = models.CharField(max_length=11)
    holder = models.CharField(max_length=70)
    is_for_invoices = models.BooleanField(default=False)
    transfer_schema = models.CharField(
        max_length=20,
        choices=[(schema, schema) for schema in TRANSFER_SCHEMAS],
        default=TRANSFER_SCHEMAS[0],
        db_default=TRANSFER_SCHEMAS[0],
    )
    collection_schema = models.CharField(
        max_length=20,
        choices=[(schema, schema) for schema in COLLECTION_SCHEMAS],
        default=COLLECTION_SCHEMAS[0],
        db_default=COLLECTION_SCHEMAS[0],
    )

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
    """One movement that is money once (never a total of others). `amount_cents` is positive for money in.

    What is not allocated is `unplaced_cents`: above zero in suspense, below zero outgoing and not explained yet.
    `customer_reference` is the end-to-end reference. `return_reason`: ISO code of a returned payment or collection;
    `reverses`: the line that this one takes back, wholly or in part.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    amount_cents = models.BigIntegerField()
    value_on = models.DateField(null=True)
    entry_on = models.DateField()
    counterparty_account = models.CharField(max_length=37, blank=True)
    counterparty_bic = models.CharField(max_length=11, blank=True, db_default="")
    counterparty_name = models.CharField(max_length=70, blank=True)
    communication = models.TextField(blank=True)
    structured_communication = models.CharField(max_length=12, blank=True)
    transaction_code = models.CharField(max_length=40, blank=True)
    bank_reference = models.CharField(max_length=40, blank=True)
    customer_reference = models.CharField(max_length=40, blank=True)
    batch_reference = models.CharField(max_length=40, blank=True, db_default="")
    mandate_reference = models.CharField(max_length=40, blank=True, db_default="")
    is_return = models.BooleanField(default=False, db_default=False)
    return_reason = models.CharField(max_length=10, blank=True, db_default="")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversed_by")
    state = models.CharField(max_length=10, choices=LineState)
    rung = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40)
    unplaced_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="statement_line_position_once"),
        ]
        indexes = [
            models.Index(fields=["-id"], name="line_in_suspense", condition=models.Q(state="suspense")),
            models.Index(fields=["-id"], name="line_outgoing", condition=models.Q(state="outgoing")),
            models.Index(
                fields=["customer_reference"], name="line_by_reference", condition=~models.Q(customer_reference="")
            ),
            models.Index(
                fields=["counterparty_account"],
                name="line_by_counterparty",
                condition=~models.Q(counterparty_account=""),
            ),
        ]


class AllocationSource(models.TextChoices):
    """What an allocation is paid with."""

    LINE = "line", _("Bank payment")
    CREDIT = "credit", _("Credit on account")
    WRITE_OFF = "write_off", _("Difference written off")


class Allocation(models.Model):
    """So many cents of a source are for an invoice, or (a bank line, without invoice) on account for a client.

    What is paid of an invoice is the sum of its live allocations. Undone, an allocation stays as it was, with when and by
    whom; the money went back to where it came from. `placed_by`: nobody when the ladder decided it as the line was booked.
    """

    source = models.CharField(max_length=10, choices=AllocationSource, default=AllocationSource.LINE, db_default="line")
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="allocations")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="allocations")
    amount_cents = models.BigIntegerField()
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "invoice"],
                condition=models.Q(undone_at=None, invoice__isnull=False),
                name="one_live_allocation_per_line_and_invoice",
            ),
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="allocation_above_zero"),
            models.CheckConstraint(
                condition=models.Q(source="line", line__isnull=False)
                | models.Q(source__in=["credit", "write_off"], line=None, invoice__isnull=False),
                name="allocation_has_its_source",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client"], name="allocation_on_account", condition=models.Q(invoice=None, undone_at=None)
            ),
        ]
