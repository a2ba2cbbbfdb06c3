"""Proof that the books are right, from the transfers alone.

Its one law: the transfers are the truth; whatever else the ledger keeps (totals, day totals) must follow from them, and
every difference is named with its account. One statement, so one snapshot: it may run while others post.
It knows accounts and transfers only; that what was loaded was paid is checked where orders are known.
"""

import json
from dataclasses import dataclass

from django.db import connection

from tegoed.ledger.models import GUARDED_KINDS
from tegoed.ledger.refusals import GUARD_CONSTRAINT

FINDINGS_MAX = 100  # of each code; a damage that shows more often is known by then

# The triggers and constraints without which raw SQL could do damage.
SHIELDS = (
    "ledger_transfer_append_only",
    "ledger_transfer_totals",
    "ledger_account_never_deleted",
    "ledger_account_totals_only",
    "ledger_account_starts_at_zero",
    "ledger_transfer_once",
    "ledger_transfer_amount_in_bounds",
    "ledger_transfer_two_accounts",
    "ledger_account_opened_once",
    "ledger_account_hot_has_no_totals",
    GUARD_CONSTRAINT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that isn't as the transfers say: `expected_cents` follows from them, `found_cents` is what is kept.

    Both are None where the matter is not an amount. The codes are the keys of `_FINDINGS`, and `shield-missing`.
    """

    code: str
    subject: str
    expected_cents: int | None
    found_cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksReport:
    """What `check_books` saw. `balances_cents` is by account kind, credits minus debits."""

    account_count: int
    transfer_count: int
    moved_cents: int
    balances_cents: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Nothing was found."""
        return not self.findings


# By code, each selecting (subject, expected, found) from the parts of _SNAPSHOT.
_FINDINGS = {
    # A transfer names an account that is not there.
    "account-unknown": "SELECT 'account ' || id, NULL::numeric, NULL::numeric FROM side WHERE kind IS NULL",
    # The total on the row of an account is not the sum of its transfers.
    "debits-differ": """
        SELECT account_key, debits, kept_debits FROM side WHERE NOT is_hot AND debits <> kept_debits""",
    "credits-differ": """
        SELECT account_key, credits, kept_credits FROM side WHERE NOT is_hot AND credits <> kept_credits""",
    # More went out of a guarded account than came in.
    "below-zero": "SELECT account_key, 0, credits - debits FROM side WHERE is_guarded AND credits < debits",
    # A day total is not the sum of the transfers up to the last run.
    "day-total-differs": """
        SELECT 'account ' || coalesce(due.account_id, kept.account_id) || ' on ' || coalesce(due.day_on, kept.day_on),
            coalesce(due.credits - due.debits, 0), coalesce(kept.credits_cents - kept.debits_cents, 0)
        FROM due FULL JOIN ledger_daytotal AS kept ON kept.account_id = due.account_id AND kept.day_on = due.day_on
        WHERE (due.debits, due.credits) IS DISTINCT FROM (kept.debits_cents::numeric, kept.credits_cents::numeric)""",
    # The day totals claim transfers that are not there.
    "day-totals-ahead": """
        SELECT 'transfer ' || through_id, NULL::numeric, NULL::numeric FROM closed
        WHERE through_id > (SELECT coalesce(max(id), 0) FROM ledger_transfer)""",
    # A reversal between other accounts than its original, or more reversed than was moved.
    "reversal-wrong": """
        SELECT 'transfer ' || reversal.reverses_id, original.amount_cents, sum(reversal.amount_cents)
        FROM ledger_transfer AS reversal LEFT JOIN ledger_transfer AS original ON original.id = reversal.reverses_id
        WHERE reversal.reverses_id IS NOT NULL
        GROUP BY reversal.reverses_id, original.id
        HAVING original.id IS NULL OR sum(reversal.amount_cents) > original.amount_cents
            OR NOT bool_and(
                (reversal.debit_id, reversal.credit_id) IS NOT DISTINCT FROM (original.credit_id, original.debit_id)
            )""",
    # What we owe and what we own, as kept, must meet at zero.
    "unbalanced": "SELECT 'all accounts', 0, sum(balance) FROM side HAVING sum(balance) <> 0",
}

_ALL_FINDINGS = "\n    UNION ALL ".join(
    f"(SELECT '{code}', part.* FROM ({sql} LIMIT {FINDINGS_MAX}) AS part)" for code, sql in _FINDINGS.items()
)
_SNAPSHOT = f"""
WITH closed AS MATERIALIZED (SELECT coalesce(max(through_transfer_id), 0) AS through_id FROM ledger_daytotalrun),
moved AS (
    SELECT account_id, sum(debit) AS debits, sum(credit) AS credits,
        sum(credit - debit) FILTER (WHERE id > (SELECT through_id FROM closed)) AS since
    FROM (
        SELECT id, debit_id, amount_cents, 0 FROM ledger_transfer
        UNION ALL
        SELECT id, credit_id, 0, amount_cents FROM ledger_transfer
    ) AS leg (id, account_id, debit, credit)
    GROUP BY account_id
),
due AS (
    SELECT leg.account_id, leg.day_on, sum(debit) AS debits, sum(credit) AS credits
    FROM (
        SELECT id, debit_id, (recorded_at AT TIME ZONE 'Europe/Brussels')::date, amount_cents, 0 FROM ledger_transfer
        UNION ALL
        SELECT id, credit_id, (recorded_at AT TIME ZONE 'Europe/Brussels')::date, 0, amount_cents FROM ledger_transfer
    ) AS leg (id, account_id, day_on, debit, credit)
    JOIN ledger_account AS account ON account.id = leg.account_id AND ledger_is_hot(account.kind)
    WHERE leg.id <= (SELECT through_id FROM closed)
    GROUP BY 1, 2
),
closed_balance AS (
    SELECT account_id, sum(credits_cents - debits_cents) AS cents FROM ledger_daytotal GROUP BY account_id
),
side AS MATERIALIZED (
    SELECT coalesce(account.id, moved.account_id) AS id, account.account_key, account.kind,
        ledger_is_hot(account.kind) AS is_hot, account.kind = ANY (%(guarded_kinds)s::text[]) AS is_guarded,
        coalesce(moved.debits, 0) AS debits, coalesce(moved.credits, 0) AS credits,
        account.debits_cents AS kept_debits, account.credits_cents AS kept_credits,
        CASE WHEN ledger_is_hot(account.kind) THEN coalesce(closed_balance.cents, 0) + coalesce(moved.since, 0)
            ELSE account.credits_cents - account.debits_cents END AS balance
    FROM ledger_account AS account
    FULL JOIN moved ON moved.account_id = account.id
    LEFT JOIN closed_balance ON closed_balance.account_id = account.id
),
finding (code, subject, expected, found) AS (
    {_ALL_FINDINGS}
)
SELECT
    (SELECT count(*) FROM ledger_account),
    (SELECT count(*) FROM ledger_transfer),
    (SELECT coalesce(sum(debits), 0) FROM side),
    (SELECT coalesce(jsonb_object_agg(kind, cents), '{{}}')
     FROM (SELECT kind, sum(balance) AS cents FROM side WHERE kind IS NOT NULL GROUP BY kind) AS by_kind),
    (SELECT coalesce(jsonb_agg(finding), '[]') FROM finding)
"""

_SHIELDS_MISSING = """
SELECT shield FROM unnest(%s::text[]) AS shield
WHERE shield NOT IN (
    SELECT tgname FROM pg_trigger
    WHERE tgrelid IN ('ledger_transfer'::regclass, 'ledger_account'::regclass) AND tgenabled IN ('O', 'A')
    UNION ALL
    SELECT conname FROM pg_constraint
    WHERE conrelid IN ('ledger_transfer'::regclass, 'ledger_account'::regclass) AND convalidated
)
"""


def check_books() -> BooksReport:
    """Compare everything the ledger keeps with its transfers. Reads all of them: seconds for a few millions."""
    with connection.cursor() as cursor:
        cursor.execute(_SHIELDS_MISSING, [list(SHIELDS)])
        missing = [row[0] for row in cursor.fetchall()]
        cursor.execute(_SNAPSHOT, {"guarded_kinds": [str(kind) for kind in GUARDED_KINDS]})
        account_count, transfer_count, moved_cents, balances, findings = cursor.fetchone()
    return BooksReport(
        account_count=account_count,
        transfer_count=transfer_count,
        moved_cents=int(moved_cents),
        balances_cents=json.loads(balances),
        findings=(
            *(Finding(code="shield-missing", subject=name, expected_cents=None, found_cents=None) for name in missing),
            *(
                Finding(
                    code=finding["code"],
                    subject=finding["subject"],
                    expected_cents=finding["expected"],
                    found_cents=finding["found"],
                )
                for finding in json.loads(findings)
            ),
        ),
    )
