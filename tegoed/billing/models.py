"""Invoices and credit notes: numbered without gaps, snapshots of what was agreed, with what is still to pay.

Its one law: an invoice, once issued, never changes except in what is paid of it, until a credit note takes it back as a
whole; numbers come from a counter row locked in the transaction that issues (SPEC I2). It knows no bank: `banking` says
which payment is for which invoice.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, Language, ProductChoice, User
from tegoed.orders.models import CostReasonChoice, InvoiceKind, Order
from tegoed.outbox.models import Document


class InvoiceCounter(models.Model):
    """The last number given in a series and year; its row lock is what keeps numbers without gaps."""

    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="one_counter_per_series_and_year")]


class InvoiceState(models.TextChoices):
    OPEN = "open", _("To pay")
    PAID = "paid", _("Paid")
    CREDITED = "credited", _("Credited")


class Invoice(models.Model):
    """A product or card invoice. `seller` and `buyer` are the particulars of that day; amounts in cents.

    Credited, nothing is to pay any more; `paid_cents` still says what was paid before, which then stands on account.
    `reopened_count`: how often a payment in full was undone before its vouchers were loaded; it numbers the transfers of
    the face value. `prepaid_cents`: paid from credit on account as it was issued. `direct_debit`: where it is collected,
    `mandate_reference`, `creditor_identifier`, `iban` and `collect_on` as announced. `shares_at`: when it was divided over
    cost centres.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="invoices", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="invoices", db_index=False)
    kind = models.CharField(max_length=10, choices=InvoiceKind)
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    number_in_year = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    structured_communication = models.CharField(max_length=12)
    language = models.CharField(max_length=2, choices=Language)
    issued_on = models.DateField()
    due_on = models.DateField()
    seller = models.JSONField()
    buyer = models.JSONField()
    exempt_cents = models.BigIntegerField()
    taxable_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=InvoiceState, default=InvoiceState.OPEN)
    paid_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    prepaid_cents = models.BigIntegerField(default=0, db_default=0)
    direct_debit = models.JSONField(null=True)
    documents_at = models.DateTimeField(null=True)
    shares_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="one_invoice_per_order_and_kind"),
            models.UniqueConstraint(fields=["number"], name="invoice_written_number_once"),
            models.UniqueConstraint(fields=["structured_communication"], name="invoice_communication_once"),
            models.UniqueConstraint(fields=["series", "year", "number_in_year"], name="invoice_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    total_cents=models.F("exempt_cents") + models.F("taxable_cents") + models.F("vat_cents")
                ),
                name="invoice_total_is_its_parts",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_cents__gte=0, paid_cents__lte=models.F("total_cents")),
                name="invoice_paid_between_zero_and_total",
            ),
            models.CheckConstraint(
                condition=models.Q(prepaid_cents__gte=0, prepaid_cents__lte=models.F("total_cents")),
                name="invoice_prepaid_between_zero_and_total",
            ),
            models.CheckConstraint(
                condition=models.Q(state="paid", paid_cents=models.F("total_cents"))
                | models.Q(state="open", paid_cents__lt=models.F("total_cents"))
                | models.Q(state="credited"),
                name="invoice_state_says_what_is_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-issued_on", "-id"], name="invoice_by_client"),
            models.Index(fields=["client", "due_on"], name="invoice_open", condition=models.Q(state="open")),
            models.Index(fields=["id"], name="invoice_without_documents", condition=models.Q(documents_at=None)),
            models.Index(fields=["id"], name="invoice_without_shares", condition=models.Q(shares_at=None)),
            models.Index(fields=["due_on"], name="invoice_open_by_due", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.number

    is_credit_note = False

    @property
    def open_cents(self) -> int:
        """What is still to pay."""
        return 0 if self.state == InvoiceState.CREDITED else self.total_cents - self.paid_cents


class InvoiceRow(models.Model):
    """One row as printed; amounts in cents without VAT."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="rows")
    position = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20, choices=CostReasonChoice)
    description = models.CharField(max_length=200)
    quantity = models.BigIntegerField()
    unit_cents = models.BigIntegerField(null=True)
    net_cents = models.BigIntegerField()
    vat_category = models.CharField(max_length=1)
    vat_basis_points = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="invoice_row_position_once")]
        ordering = ["position"]


class InvoiceDocument(models.Model):
    """The file of an invoice in one format and language, as it was sent."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="documents")
    format = models.CharField(max_length=4)
    language = models.CharField(max_length=2, choices=Language)
    document = models.OneToOneField(Document, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "format", "language"], name="one_document_per_format_and_language"
            )
        ]


class CreditNote(models.Model):
    """Takes back one whole invoice (SPEC I2, O6): its rows are those of the invoice. Amounts in cents, positive.

    `freed_cents`: what was paid of the invoice and now stands on account. `reason`: why, in the client's words.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="credit_notes")
    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="credit_note")
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    number_in_year = models.PositiveIntegerField()
    number = models.CharField(max_length=20, unique=True)
    language = models.CharField(max_length=2, choices=Language)
    issued_on = models.DateField()
    seller = models.JSONField()
    buyer = models.JSONField()
    exempt_cents = models.BigIntegerField()
    taxable_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    freed_cents = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    documents_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number_in_year"], name="credit_note_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    total_cents=models.F("exempt_cents") + models.F("taxable_cents") + models.F("vat_cents")
                ),
                name="credit_note_total_is_its_parts",
            ),
            models.CheckConstraint(
                condition=models.Q(freed_cents__gte=0, freed_cents__lte=models.F("total_cents")),
                name="credit_note_frees_at_most_its_total",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-issued_on", "-id"], name="credit_note_by_client"),
            models.Index(fields=["id"], name="credit_note_without_documents", condition=models.Q(documents_at=None)),
        ]

    is_credit_note = True

    def __str__(self) -> str:
        return self.number

    @property
    def charged_cents(self) -> int:
        """What it adds to what was charged: below zero."""
        return -self.total_cents


class CreditNoteDocument(models.Model):
    """The file of a credit note in one format and language, as it was sent."""

    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="documents")
    format = models.CharField(max_length=4)
    language = models.CharField(max_length=2, choices=Language)
    document = models.OneToOneField(Document, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credit_note", "format", "language"], name="one_credit_document_per_format_and_language"
            )
        ]


class CostShare(models.Model):
    """What one cost centre bears of one cost of an invoice, as it was on the day of issue; amounts in cents.

    The shares of an invoice add up to its rows and to its VAT, to the cent. `cost_centre` is empty for people without one.
    A credited invoice is taken back by its credit note, share for share.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_index=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="cost_shares")
    product = models.CharField(max_length=20, choices=ProductChoice)
    cost_centre = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=20, choices=CostReasonChoice)
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "cost_centre", "reason"], name="one_share_per_centre_and_reason")
        ]


class Reminder(models.Model):
    """An invoice was in a reminder of this level (1 to 3), on this day."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="reminders")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="reminders")
    level = models.PositiveSmallIntegerField()
    sent_on = models.DateField()
    open_cents = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "level"], name="one_reminder_per_invoice_and_level"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 3)), name="reminder_level_one_to_three"),
        ]
        indexes = [models.Index(fields=["-sent_on", "-id"], name="reminder_by_day")]


class ReminderPause(models.Model):
    """No reminders of this client, or of this one invoice, up to and including `until_on`: disputed, or promised."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="reminder_pauses")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="reminder_pauses")
    until_on = models.DateField()
    reason = models.CharField(max_length=200)
    paused_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["client", "until_on"], name="reminder_pause_running", condition=models.Q(ended_at=None)
            )
        ]
