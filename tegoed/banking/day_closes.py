"""Days of a bank account that somebody signed: what the books and the bank said, and that it was the same.

Its one law: a close is written once and never changed (a trigger refuses), and only of a day that agrees; a day that got
later postings may be closed again, as a new row that names the one before by its digest. It moves no money.
"""

from django.db import models

from tegoed.clients.models import User


class DayClose(models.Model):
    """One signed day. Balances in cents, credit positive; `bank_cents` and `owed_cents` are of the whole house
    when it was signed.

    `through_transfer_id`: the last transfer of the account that the figures hold. `figures`: all that the page showed;
    `digest`: SHA-256 of them, in which the digest of the close before is.
    """

    bank_account = models.ForeignKey("banking.BankAccount", models.PROTECT, related_name="day_closes")
    day_on = models.DateField()
    round = models.PositiveSmallIntegerField()
    statement_cents = models.BigIntegerField()
    book_cents = models.BigIntegerField()
    bank_cents = models.BigIntegerField()
    owed_cents = models.BigIntegerField()
    through_transfer_id = models.BigIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "banking"
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "day_on", "round"], name="day_close_round_once"),
            models.CheckConstraint(
                condition=models.Q(statement_cents=models.F("book_cents")), name="day_closed_only_when_it_agrees"
            ),
        ]
        indexes = [models.Index(fields=["day_on"], name="day_close_by_day")]

    def __str__(self) -> str:
        return f"{self.day_on} of account {self.bank_account_id}, round {self.round}"

    @property
    def margin_cents(self) -> int:
        """In the bank above what was owed, when it was signed."""
        return self.bank_cents - self.owed_cents
