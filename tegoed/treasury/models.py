"""Money that the issuer sends back or fetches itself: refunds, mandates, collections, and the files the bank gets.

Its one law: what we ask of the bank is asked once. A refund or collection stands in one file, which is kept as it was
made, byte for byte; what becomes of it is a state that only the bank's statement, or staff by name, move on. Who decided
is never who asked (SPEC A2, P5). The postings are made by `tegoed.flows`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.banking.models import BankAccount, StatementLine
from tegoed.billing.models import Invoice
from tegoed.clients.models import Client, Language, User
from tegoed.outbox.models import Document


class BatchKind(models.TextChoices):
    REFUNDS = "refunds", _("Refunds (pain.001)")
    COLLECTIONS = "collections", _("Direct debits (pain.008)")


class PaymentBatch(models.Model):
    """A file for the bank, as it was made; `reference` is its message id. Amounts in cents."""

    kind = models.CharField(max_length=12, choices=BatchKind)
    reference = models.CharField(max_length=35, unique=True)
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    schema = models.CharField(max_length=20)
    execute_on = models.DateField()
    row_count = models.PositiveIntegerField()
    total_cents = models.BigIntegerField()
    file_name = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class RefundSource(models.TextChoices):
    """Whose money goes back."""

    CREDIT = "credit", _("Credit on account")
    SUSPENSE = "suspense", _("Payment that could not be placed")


class RefundState(models.TextChoices):
    ASKED = "asked", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    IN_FILE = "in_file", _("Given to the bank")
    PAID = "paid", _("Paid back")
    RETURNED = "returned", _("Came back from the bank")
    CANCELLED = "cancelled", _("Cancelled")


LIVE_REFUND_STATES = (RefundState.APPROVED, RefundState.IN_FILE, RefundState.PAID)
"""The money has left where it came from."""


class Refund(models.Model):
    """Money to be paid back: from a client's credit, or from a line in suspense to the account it came from.

    `is_iban_known`: money came from that account before. Where it did not, who approves says that they checked it.
    `asked_by` is a user of the client or of staff; who approves is of staff and another one.
    """

    source = models.CharField(max_length=10, choices=RefundSource)
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="refunds")
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="refunds")
    amount_cents = models.BigIntegerField()
    iban = models.CharField(max_length=34)
    name = models.CharField(max_length=120)
    is_iban_known = models.BooleanField()
    reason = models.CharField(max_length=140, blank=True)
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=200, blank=True)
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="refunds")
    end_to_end = models.CharField(max_length=35, unique=True)
    paid_line = models.OneToOneField(StatementLine, models.PROTECT, null=True, related_name="refund_paid")
    return_line = models.OneToOneField(StatementLine, models.PROTECT, null=True, related_name="refund_returned")
    return_reason = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="refund_above_zero"),
            models.CheckConstraint(
                condition=models.Q(source="credit", client__isnull=False, line=None)
                | models.Q(source="suspense", line__isnull=False),
                name="refund_has_its_source",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="refund_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["in_file", "paid", "returned"]) | models.Q(batch__isnull=False),
                name="refund_given_to_the_bank_is_in_a_file",
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=models.Q(state="asked"),
                name="one_refund_asked_per_line",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="refund_by_client"),
            models.Index(
                fields=["id"], name="refund_to_do", condition=models.Q(state__in=["asked", "approved", "in_file"])
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end


class MandateScheme(models.TextChoices):
    """Core: any bank, and the debtor may ask its money back for eight weeks. B2B: companies only, no refund."""

    CORE = "core", _("Core")
    B2B = "b2b", _("Business to business (B2B)")


class MandateState(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")


class Mandate(models.Model):
    """A client lets the issuer collect its invoices from its account. A snapshot; another account is another mandate.

    `creditor` and `debtor`: the particulars of that day. `signed_from`: the address the signer's browser had.
    `suspended_reason`: the ISO reason of the return that stopped it.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="mandates")
    reference = models.CharField(max_length=35, unique=True)
    scheme = models.CharField(max_length=4, choices=MandateScheme, default=MandateScheme.CORE)
    iban = models.CharField(max_length=34)
    creditor_identifier = models.CharField(max_length=35)
    creditor = models.JSONField()
    debtor = models.JSONField()
    signer_name = models.CharField(max_length=120)
    signer_function = models.CharField(max_length=80)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    signed_from = models.GenericIPAddressField()
    language = models.CharField(max_length=2, choices=Language)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=MandateState, default=MandateState.ACTIVE)
    suspended_reason = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=~models.Q(state="revoked"), name="one_mandate_in_force_per_client"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class CollectionState(models.TextChoices):
    IN_FILE = "in_file", _("Given to the bank")
    PAID = "paid", _("Collected")
    REFUSED = "refused", _("Refused by the bank")
    RETURNED = "returned", _("Taken back by the bank")
    CANCELLED = "cancelled", _("Cancelled")


class Collection(models.Model):
    """One invoice, collected under a mandate in one file. `group_reference` names its group there, in the statement too.

    `line` shows the money in, `return_line` the same money out again for `return_reason` (ISO code). `may_repeat`: staff let
    the invoice be collected once more after that.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="collections")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="collections")
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="collections")
    amount_cents = models.BigIntegerField()
    sequence_type = models.CharField(max_length=4)
    collect_on = models.DateField()
    end_to_end = models.CharField(max_length=35, unique=True)
    group_reference = models.CharField(max_length=35)
    state = models.CharField(max_length=10, choices=CollectionState, default=CollectionState.IN_FILE)
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="collections")
    return_line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="collections_returned")
    return_reason = models.CharField(max_length=10, blank=True)
    may_repeat = models.BooleanField(default=False)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="collection_above_zero"),
            models.UniqueConstraint(
                fields=["invoice"], condition=models.Q(state="in_file"), name="one_collection_on_its_way_per_invoice"
            ),
        ]
        indexes = [
            models.Index(fields=["group_reference"], name="collection_by_group"),
            models.Index(fields=["mandate", "-id"], name="collection_by_mandate"),
        ]

    def __str__(self) -> str:
        return self.end_to_end
