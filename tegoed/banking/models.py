"""Bank statements: what the bank says came in and went out, and whose it was.

Its one law: a statement file is booked whole or not at all, and once; every cent of every line is either allocated to an
invoice, kept on account for a client, or in suspense where staff see it (SPEC P1–P3). It never decides from a number
with wrong check digits.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.banking.day_closes import DayClose  # noqa: F401  # Django looks for models here
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
    """A file of the bank as it came in, and what became of it. `content` is kept packed (`actions.open_content` reads it)."""

    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    is_packed = models.BooleanField(default=False, db_default=False)
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


class StatementFormat(models.TextChoices):
    CODA = "coda", "CODA"
    CAMT053 = "camt053", "camt.053"


class Statement(models.Model):
    """One statement of one account; balances in cents, credit positive. Their chain is the order they were booked in.

    `year` (of `new_balance_on`) and `sequence` number it in CODA; in camt.053 the bank's number is free, or missing.
    """

    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    format = models.CharField(max_length=10, choices=StatementFormat, default=StatementFormat.CODA, db_default="coda")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField(null=True)
    old_balance_cents = models.BigIntegerField()
    old_balance_on = models.DateField(null=True)
    new_balance_cents = models.BigIntegerField()
    new_balance_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "year", "sequence"],
                condition=models.Q(format="coda"),
                name="coda_sequence_once_a_year",
            ),
            models.UniqueConstraint(
                fields=["bank_account", "new_balance_on", "sequence"],
                condition=models.Q(format="camt053"),
                name="camt_sequence_once_a_day",
            ),
        ]


class LineState(models.TextChoices):
    MATCHED = "matched", _("Matched")
    SUSPENSE = "suspense", _("Not placed yet")
    OUTGOING = "outgoing", _("Outgoing, not explained yet")
    EXPLAINED = "explained", _("Explained")
    RETURNED = "returned", _("Taken back by the bank")


class Explanation(models.TextChoices):
    """What money is that belongs to no client: it left the account, or (`OWN_MONEY`) is the issuer's own coming in."""

    BANK_CHARGES = "bank_charges", _("Bank charges")
    TAXES = "taxes", _("Taxes")
    WITHDRAWAL = "withdrawal", _("Withdrawal by the issuer")
    OTHER = "other", _("Something else")
    OWN_MONEY = "own_money", _("The issuer's own money")


class StatementLine(models.Model):
    """One movement that is money once (never a total of others). `amount_cents` is positive for money in.

    What is not allocated is `unplaced_cents`: above zero in suspense, below zero outgoing and not explained yet.
    `explained_cents` (signed as the amount) left it for the issuer's own account, for the reason `explanation`.
    `customer_reference` is the end-to-end reference. `return_reason`: ISO code of a returned payment or collection;
    `reverses`: the line that this one takes back, wholly or in part.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
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
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversed_by", db_index=False)
    state = models.CharField(max_length=10, choices=LineState)
    rung = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40)
    unplaced_cents = models.BigIntegerField(default=0)
    explained_cents = models.BigIntegerField(default=0, db_default=0)
    explanation = models.CharField(max_length=12, choices=Explanation, blank=True, db_default="")
    explanation_note = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="statement_line_position_once"),
        ]
        indexes = [
            models.Index(fields=["-id"], name="line_in_suspense", condition=models.Q(state="suspense")),
            models.Index(fields=["-id"], name="line_outgoing", condition=models.Q(state="outgoing")),
            models.Index(
                fields=["statement", "state", "position"], name="line_to_decide", condition=~models.Q(state="matched")
            ),
            models.Index(
                fields=["customer_reference"], name="line_by_reference", condition=~models.Q(customer_reference="")
            ),
            models.Index(fields=["reverses"], name="line_that_reverses", condition=models.Q(reverses__isnull=False)),
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
    Triggers check what lines and allocations refer to, all rows of a statement at once (`migrations/0012_references`).
    """

    source = models.CharField(max_length=10, choices=AllocationSource, default=AllocationSource.LINE, db_default="line")
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="allocations", db_constraint=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_constraint=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="allocations", db_constraint=False)
    amount_cents = models.BigIntegerField()
    placed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

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


class ClientBankAccount(models.Model):
    """An account from which a client paid before: learned from payments that were placed, forgotten when all are undone."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="bank_accounts")
    iban = models.CharField(max_length=37)
    learned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["iban", "client"], name="client_bank_account_once")]


class ProposalState(models.TextChoices):
    OPEN = "open", _("Proposed")
    CLAIMED = "claimed", _("Claimed by the client")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("No longer possible")
    DENIED = "denied", _("Not of this client")


class Proposal(models.Model):
    """What a line in suspense could be for (SPEC P2, rungs 2–4), or what its client says it is (SPEC P4).

    Its `parts` are for invoices, `on_account_cents` stays on account. `confidence` (0–100) and `reasons` come from
    `banking.ladder`. `DENIED`: the client says that the money isn't theirs. Placing money never follows from a proposal
    alone: `tegoed.flows.place_payment` looks again.
    """

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="proposals")
    client = models.ForeignKey(Client, models.PROTECT, related_name="payment_proposals")
    rung = models.PositiveSmallIntegerField()
    confidence = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    on_account_cents = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(confidence__lte=100), name="proposal_confidence_to_a_hundred"),
            models.UniqueConstraint(fields=["line"], condition=models.Q(state="claimed"), name="one_claim_per_line"),
        ]
        indexes = [
            models.Index(
                fields=["line", "-confidence"],
                name="proposal_waiting",
                condition=models.Q(state__in=["open", "claimed"]),
            ),
        ]


class ProposedPart(models.Model):
    """So many cents of a proposal for one invoice."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="parts")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "invoice"], name="one_part_per_proposal_and_invoice"),
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="proposed_part_above_zero"),
        ]


class CorrectionKind(models.TextChoices):
    """What a second pair of eyes is needed for (SPEC A2)."""

    UNDO = "undo", _("Undo where money was placed")
    EXPLAIN = "explain", _("Explain money that left the account")
    OWN_MONEY = "own_money", _("Money of the issuer itself")


class CorrectionState(models.TextChoices):
    ASKED = "asked", _("Waits for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Correction(models.Model):
    """One member of staff asks to correct money, another decides; never the same person (SPEC A2)."""

    kind = models.CharField(max_length=10, choices=CorrectionKind)
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="corrections")
    allocation = models.ForeignKey(Allocation, models.PROTECT, null=True, related_name="corrections")
    explanation = models.CharField(max_length=12, choices=Explanation, blank=True)
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["allocation"],
                condition=models.Q(state="asked", allocation__isnull=False),
                name="one_correction_asked_per_allocation",
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=models.Q(state="asked", allocation=None),
                name="one_correction_asked_per_line",
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("asked_by")), name="correction_takes_four_eyes"
            ),
        ]
        indexes = [models.Index(fields=["id"], name="correction_asked", condition=models.Q(state="asked"))]
