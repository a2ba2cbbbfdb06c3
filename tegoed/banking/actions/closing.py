"""Keeping the close of a day. What the figures are, and whether they agree, `tegoed.flows.day_close` says."""

from datetime import date
from typing import Any

from tegoed.banking.day_closes import DayClose
from tegoed.banking.models import BankAccount
from tegoed.clients.models import User


def lock_bank_account(account_id: int) -> BankAccount:
    """The account, so that no statement of it is booked meanwhile. Raises `BankAccount.DoesNotExist`."""
    return BankAccount.objects.select_for_update().get(pk=account_id)


def keep_day_close(*, account: BankAccount, day_on: date, actor: User, **figures: Any) -> DayClose:
    """The next round of this day's close. The caller holds the account."""
    rounds = DayClose.objects.filter(bank_account=account, day_on=day_on).count()
    return DayClose.objects.create(bank_account=account, day_on=day_on, round=rounds + 1, closed_by=actor, **figures)
