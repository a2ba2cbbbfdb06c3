"""The books: accounts, transfers between two of them, and day totals for the busy accounts.

Its one law: a transfer moves `amount_cents` from one debit account to one credit account, so the books balance by
construction, and once written it never changes; a correction is a new transfer that names what it reverses.
A balance is always credits minus debits, in cents: what we owe (lots, client funds) is positive, what we own or are
owed (bank, receivable) is negative.
Nothing writes these tables but the SQL functions behind `door.py` and `day_totals.py`; the migrations hold them with
the triggers that refuse everything else. The ledger knows no other app: clients, wallets, merchants and orders are
plain numbers here, documents point at transfers and never the other way.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

AMOUNT_CENTS_MAX = (
    1_000_000_000_000  # ten thousand million euro: far above any bank line, far below where bigint sums end
)
KEY_LENGTH_MAX = 200


def _has_key_length(column: str) -> models.Q:
    return models.Q(GreaterThan(Length(column), 0), LessThanOrEqual(Length(column), KEY_LENGTH_MAX))


class AccountKind(models.TextChoices):
    """What an account stands for. `is_guarded` and `is_hot` say how the database keeps it."""

    LOT = "lot", _("Vouchers of one load")
    CLIENT_FUNDS = "client_funds", _("Paid by the client, not yet loaded")
    FUNDS_DUE = "funds_due", _("Face value invoiced, not yet paid")
    RECEIVABLE = "receivable", _("To be paid by the client")
    CLIENT_CREDIT = "client_credit", _("Over-payment owed to the client")
    SUSPENSE = "suspense", _("Received, not yet placed")
    OUTGOING_UNPLACED = "outgoing_unplaced", _("Left the bank, not yet explained")
    REFUND_DUE = "refund_due", _("To be paid back, on its way to the bank")
    WRITTEN_OFF = "written_off", _("Differences of a few cents written off")
    ISSUER_OWN = "issuer_own", _("The issuer's own money: bank charges, taxes, withdrawals")
    BANK = "bank", _("Bank account")
    REVENUE = "revenue", _("Fees earned")
    VAT = "vat", _("VAT to be paid")
    OPENING = "opening", _("Counterpart of an opening balance")
    BREAKAGE = "breakage", _("Vouchers expired")
    MERCHANT_PAYABLE = "merchant_payable", _("Owed to the merchant")

    @property
    def is_guarded(self) -> bool:
        """It may never go below zero: the database refuses."""
        return self in GUARDED_KINDS

    @property
    def is_hot(self) -> bool:
        """So many transfers touch it that it keeps no running total on its row (see `DayTotal`)."""
        return self in HOT_KINDS


GUARDED_KINDS = (
    AccountKind.LOT,
    AccountKind.CLIENT_FUNDS,
    AccountKind.CLIENT_CREDIT,
    AccountKind.SUSPENSE,
    AccountKind.REFUND_DUE,
)
HOT_KINDS = (
    AccountKind.BANK,
    AccountKind.REVENUE,
    AccountKind.VAT,
    AccountKind.BREAKAGE,
    AccountKind.MERCHANT_PAYABLE,
)
CLIENT_KINDS = (AccountKind.RECEIVABLE, AccountKind.FUNDS_DUE, AccountKind.CLIENT_FUNDS, AccountKind.CLIENT_CREDIT)


class TransferKind(models.TextChoices):
    """Why money moved."""

    INVOICE_FACE_VALUE = "invoice_face_value", _("Face value invoiced")
    INVOICE_FEES = "invoice_fees", _("Fees invoiced")
    INVOICE_VAT = "invoice_vat", _("VAT invoiced")
    PAYMENT = "payment", _("Payment of an invoice")
    PAYMENT_UNPLACED = "payment_unplaced", _("Payment not yet placed")
    OVER_PAYMENT = "over_payment", _("Over-payment")
    PLACEMENT = "placement", _("Payment placed")
    PLACEMENT_UNDONE = "placement_undone", _("Placement undone")
    PAYMENT_RETURNED = "payment_returned", _("Payment taken back by the bank")
    CREDIT_USED = "credit_used", _("Credit on account used for an invoice")
    WRITE_OFF = "write_off", _("Difference of a few cents written off")
    WRITE_OFF_UNDONE = "write_off_undone", _("Write-off undone")
    PAYMENT_FREED = "payment_freed", _("Payment of a credited invoice, now on account")
    FUNDS_PAID = "funds_paid", _("Face value paid")
    FUNDS_UNDONE = "funds_undone", _("Face value no longer paid")
    LOAD = "load", _("Vouchers loaded")
    SPEND = "spend", _("Vouchers spent")
    EXPIRY = "expiry", _("Vouchers expired")
    REFUND = "refund", _("Refund decided")
    REFUND_PAID = "refund_paid", _("Refund paid by the bank")
    REFUND_RETURNED = "refund_returned", _("Refund that could not be paid")
    SETTLEMENT = "settlement", _("Merchant paid")
    OUTGOING = "outgoing", _("Left the bank")
    OUTGOING_EXPLAINED = "outgoing_explained", _("Left the bank, explained")
    ISSUER_MONEY = "issuer_money", _("The issuer's own money received")
    OPENING_BALANCE = "opening_balance", _("Opening balance")
    REVERSAL = "reversal", _("Reversal")


class Account(models.Model):
    """One account. Opened once under a key in words, never closed or deleted, changed by transfers only.

    `debits_cents` and `credits_cents` are the totals of its transfers; on a hot account they stay 0. A lot lies in a wallet,
    or (vouchers on paper) in none: then its order says whose it is.
    """

    kind = models.TextField(choices=AccountKind)
    client_id = models.BigIntegerField(null=True)
    wallet_id = models.BigIntegerField(null=True)
    merchant_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    debits_cents = models.BigIntegerField(default=0, db_default=0)
    credits_cents = models.BigIntegerField(default=0, db_default=0)
    opened_at = models.DateTimeField(db_default=Now())
    expires_on = models.DateField(null=True)
    product = models.TextField(null=True)
    account_key = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ledger_account_opened_once", fields=["account_key"]),
            models.CheckConstraint(
                name="ledger_account_guarded_not_below_zero",
                condition=~models.Q(kind__in=GUARDED_KINDS) | models.Q(credits_cents__gte=models.F("debits_cents")),
            ),
            models.CheckConstraint(
                name="ledger_account_totals_not_negative",
                condition=models.Q(debits_cents__gte=0, credits_cents__gte=0),
            ),
            models.CheckConstraint(
                name="ledger_account_hot_has_no_totals",
                condition=~models.Q(kind__in=HOT_KINDS) | models.Q(debits_cents=0, credits_cents=0),
            ),
            models.CheckConstraint(
                name="ledger_account_key_length",
                condition=_has_key_length("account_key"),
            ),
            models.CheckConstraint(name="ledger_account_kind_known", condition=models.Q(kind__in=AccountKind.values)),
            models.CheckConstraint(
                name="ledger_account_has_its_owner",
                condition=(
                    (~models.Q(kind__in=CLIENT_KINDS) | models.Q(client_id__isnull=False))
                    & (~models.Q(kind=AccountKind.MERCHANT_PAYABLE) | models.Q(merchant_id__isnull=False))
                    & (
                        ~models.Q(kind=AccountKind.LOT)
                        | models.Q(product__isnull=False, expires_on__isnull=False)
                        & (models.Q(wallet_id__isnull=False) | models.Q(order_id__isnull=False))
                    )
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="ledger_account_lots_of_wallet",
                fields=["wallet_id", "expires_on"],
                condition=models.Q(kind=AccountKind.LOT),
            ),
            models.Index(
                name="ledger_account_of_client",
                fields=["client_id", "kind"],
                condition=models.Q(kind__in=CLIENT_KINDS),
            ),
        ]

    def __str__(self) -> str:
        return self.account_key


class Transfer(models.Model):
    """Money moved from the debit account to the credit account; append-only.

    `event_key` is the business fact in words (`load:order-line:8123`): the same fact can't be written twice.
    `event_at` is when it happened in the world, `recorded_at` when we wrote it. Ids carry no order inside a batch.
    There are no foreign keys to accounts: they would lock the hot account rows on every insert. The insert trigger
    checks that both accounts exist, and accounts are never deleted.
    """

    debit_id = models.BigIntegerField()
    credit_id = models.BigIntegerField()
    amount_cents = models.BigIntegerField()
    event_at = models.DateTimeField()
    recorded_at = models.DateTimeField(
        db_default=models.Func(function="clock_timestamp", output_field=models.DateTimeField())
    )
    reverses_id = models.BigIntegerField(null=True)
    kind = models.TextField(choices=TransferKind)
    event_key = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ledger_transfer_once", fields=["event_key"]),
            models.CheckConstraint(
                name="ledger_transfer_amount_in_bounds",
                condition=models.Q(amount_cents__gte=1, amount_cents__lte=AMOUNT_CENTS_MAX),
            ),
            models.CheckConstraint(
                name="ledger_transfer_two_accounts", condition=~models.Q(debit_id=models.F("credit_id"))
            ),
            models.CheckConstraint(
                name="ledger_transfer_key_length",
                condition=_has_key_length("event_key"),
            ),
            models.CheckConstraint(name="ledger_transfer_kind_known", condition=models.Q(kind__in=TransferKind.values)),
            models.CheckConstraint(
                name="ledger_transfer_reversal_names_one",
                condition=~models.Q(kind=TransferKind.REVERSAL) | models.Q(reverses_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="ledger_transfer_of_debit", fields=["debit_id", "id"]),
            models.Index(name="ledger_transfer_of_credit", fields=["credit_id", "id"]),
            BrinIndex(name="ledger_transfer_by_event", fields=["event_at"], autosummarize=True),
            models.Index(
                name="ledger_transfer_reversals",
                fields=["reverses_id"],
                condition=models.Q(reverses_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.event_key


class DayTotal(models.Model):
    """What the transfers up to the last `DayTotalRun` moved on one hot account on one day (Europe/Brussels)."""

    account_id = models.BigIntegerField()
    day_on = models.DateField()
    debits_cents = models.BigIntegerField()
    credits_cents = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="ledger_daytotal_once", fields=["account_id", "day_on"])]

    def __str__(self) -> str:
        return f"account {self.account_id} on {self.day_on}"


class DayTotalRun(models.Model):
    """Day totals hold exactly the transfers with an id up to the highest `through_transfer_id` here."""

    through_transfer_id = models.BigIntegerField(unique=True)
    run_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"through transfer {self.through_transfer_id}"
