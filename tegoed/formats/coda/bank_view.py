"""A CODA statement as every bank statement: its bookable movements, with the references that matching looks at.

Its one law: nothing is judged and nothing is lost that another format tells too. It reads no bytes.
"""

from tegoed.formats.bank_statement import BankMovement, BankStatement
from tegoed.formats.coda.communication import direct_debit_of, structured_communication_of
from tegoed.formats.coda.statement import Movement, Statement, bookable_movements


def bank_statement_of(statement: Statement) -> BankStatement:
    """The statement with totals replaced by their details. Raises `CodaBalanceWrong`.

    An empty statement without a new balance record is dated by its creation.
    """
    return BankStatement(
        account_number=statement.account_number,
        account_iban=statement.account_iban,
        currency=statement.currency,
        created_on=statement.created_on,
        sequence=statement.sequence,
        old_balance_cents=statement.old_balance_cents,
        old_balance_on=statement.old_balance_on,
        new_balance_cents=statement.new_balance_cents,
        new_balance_on=statement.new_balance_on or statement.created_on,
        movements=tuple(_bank_movement_of(movement) for movement in bookable_movements(statement)),
    )


def _bank_movement_of(movement: Movement) -> BankMovement:
    debit = direct_debit_of(movement)
    reason = movement.reason_code.strip() or (debit.reason_code if debit else "")
    r_type = movement.r_type.strip() or (debit.r_type if debit else "")
    return BankMovement(
        amount_cents=movement.amount_cents,
        entry_on=movement.entry_on,
        value_on=movement.value_on,
        structured=structured_communication_of(movement),
        communication=(movement.communication or movement.structured_content).strip(),
        counterparty_account=movement.counterparty_account.strip(),
        counterparty_bic=movement.counterparty_bic.strip(),
        counterparty_name=movement.counterparty_name.strip(),
        transaction_code=f"{movement.transaction_type}{movement.family}{movement.transaction}{movement.category}",
        bank_reference=movement.bank_reference.strip(),
        end_to_end_reference=movement.customer_reference.strip(),
        mandate_reference=debit.mandate_reference if debit else "",
        is_return=r_type not in {"", "0"},
        return_reason=reason,
    )
