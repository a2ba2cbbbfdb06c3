"""The chain of an account's statements: each begins where the last one booked ended, in whichever format they come.

Its one law: a day is booked once. A statement is known by what it says (account, day of the closing balance, balances, the
amounts of its movements), since CODA and camt.053 number differently or not at all; of a day that is booked, other
content is refused. Decision 0017. It writes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tegoed.banking.models import BankAccount, Statement, StatementFormat, StatementLine
from tegoed.banking.refusals import StatementChainBroken, StatementChanged, StatementTooEarly
from tegoed.formats.bank_statement import BankStatement

_PLANNED = 0


@dataclass(frozen=True, slots=True)
class _Link:
    """A statement of the chain. `amounts`: of its movements, sorted; None while they are only in the database."""

    statement_id: int
    format: str
    number: tuple[int, int | None]
    closing_on: date
    old_cents: int
    new_cents: int
    kept_amounts: tuple[int, ...] | None = None

    @property
    def amounts(self) -> tuple[int, ...]:
        if self.kept_amounts is not None:
            return self.kept_amounts
        lines = StatementLine.objects.filter(statement_id=self.statement_id)
        return _sorted_amounts(lines.values_list("amount_cents", flat=True))


def _sorted_amounts(amounts: Iterable[int]) -> tuple[int, ...]:
    """Those that are money: an announcement of nothing is in one format and not in the other."""
    return tuple(sorted(cents for cents in amounts if cents))


class Chain:
    """The statements of an account that are booked or, earlier in the same file, about to be. The account is locked."""

    def __init__(self, account: BankAccount) -> None:
        self._account = account
        self._planned: list[_Link] = []
        booked = Statement.objects.filter(bank_account=account)
        self._last = self._link(booked.order_by("-id").first())
        self._last_coda = self._link(booked.filter(format=StatementFormat.CODA).order_by("-year", "-sequence").first())

    def takes(self, read: BankStatement, kind: str) -> bool:
        """Whether the statement is to be booked next; False when it is booked already, in this format or another.

        Raises `StatementChanged`, `StatementTooEarly`, `StatementChainBroken`.
        """
        link = _Link(
            statement_id=_PLANNED,
            format=kind,
            number=(read.new_balance_on.year, read.sequence),
            closing_on=read.new_balance_on,
            old_cents=read.old_balance_cents,
            new_cents=read.new_balance_cents,
            kept_amounts=_sorted_amounts(movement.amount_cents for movement in read.movements),
        )
        if self._is_known(link):
            return False
        self._check_place(link)
        self._planned.append(link)
        self._last = link
        if kind == StatementFormat.CODA:
            self._last_coda = link
        return True

    def _is_known(self, link: _Link) -> bool:
        """Raises `StatementChanged` where its number or the begin of its day is taken by other content."""
        others = self._of_same_day_or_number(link)
        for other in others:
            is_next_number = other.format == link.format and _numbers_differ(other, link)
            is_same = (other.old_cents, other.new_cents) == (link.old_cents, link.new_cents)
            if is_same and not is_next_number and other.amounts == link.amounts:
                return True
        for other in others:
            if other.format == link.format and not _numbers_differ(other, link):
                has_number = link.number[1] is not None
                if has_number or (other.amounts and other.old_cents == link.old_cents):
                    raise self._changed(link)
            elif other.format != link.format and other.amounts and other.old_cents == link.old_cents:
                raise self._changed(link)
        last = self._last
        return (
            last is not None
            and not link.amounts
            and link.format != last.format
            and link.closing_on <= last.closing_on
            and link.old_cents == link.new_cents == last.new_cents
        )

    def _check_place(self, link: _Link) -> None:
        iban, last, last_coda = self._account.iban, self._last, self._last_coda
        if last is None:
            return
        if link.format == StatementFormat.CODA and last_coda is not None and link.number < last_coda.number:
            year, sequence = last_coda.number
            raise StatementTooEarly(iban=iban, year=year, sequence=sequence)
        is_by_day = link.format != StatementFormat.CODA or last.format != StatementFormat.CODA
        if is_by_day and link.closing_on < last.closing_on:
            raise StatementTooEarly(iban=iban, reason="day", on=last.closing_on)
        if link.old_cents == last.new_cents:
            return
        if is_by_day and link.closing_on == last.closing_on:
            raise self._changed(link)
        raise StatementChainBroken(iban=iban, expected_cents=last.new_cents, found_cents=link.old_cents)

    def _changed(self, link: _Link) -> StatementChanged:
        return StatementChanged(iban=self._account.iban, on=link.closing_on)

    def _of_same_day_or_number(self, link: _Link) -> list[_Link]:
        booked = Statement.objects.filter(bank_account=self._account)
        same = booked.filter(new_balance_on=link.closing_on)
        if link.format == StatementFormat.CODA:
            year, sequence = link.number
            same |= booked.filter(format=StatementFormat.CODA, year=year, sequence=sequence)
        found = [known for statement in same.order_by("id") if (known := self._link(statement))]
        return found + [
            planned
            for planned in self._planned
            if planned.closing_on == link.closing_on
            or (planned.format == link.format == StatementFormat.CODA and planned.number == link.number)
        ]

    @staticmethod
    def _link(statement: Statement | None) -> _Link | None:
        if statement is None:
            return None
        return _Link(
            statement_id=statement.pk,
            format=statement.format,
            number=(statement.year, statement.sequence),
            closing_on=statement.new_balance_on,
            old_cents=statement.old_balance_cents,
            new_cents=statement.new_balance_cents,
        )


def _numbers_differ(one: _Link, other: _Link) -> bool:
    """Both have a number of the bank's, and not the same: the second of a day, not the first once more."""
    return None not in {one.number[1], other.number[1]} and one.number != other.number
