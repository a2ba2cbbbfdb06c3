"""Statements in, bytes of a camt.053 out: version 001.02 or 001.08, as a bank would write it.

Its one law: reading back gives the very same statements and movements (`WrittenEntry.movements`), or it is refused. Nothing
is cut off: the last act is to read the file. It is there for the simulated bank, tests and measurements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from tegoed.formats.bank_statement import BankMovement, BankStatement
from tegoed.formats.camt053.entry_reader import BOOKED, NOT_PROVIDED
from tegoed.formats.camt053.reader import read_camt053
from tegoed.formats.camt053.refusals import CamtNotWritable

VERSIONS = ("02", "08")

_CREDIT, _DEBIT = "CRDT", "DBIT"
_CODE_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEntry:
    """One entry: a movement, or several as the details of a batch (which share dates). `status` other than `BOOK`: no money.

    `is_reversal` writes `RvslInd`; with `has_old_sign` the direction of the entry taken back, as some banks do.
    `has_details`: without, only what an entry itself can say is written.
    """

    movements: tuple[BankMovement, ...]
    status: str = BOOKED
    is_reversal: bool = False
    has_old_sign: bool = False
    has_details: bool = True

    @property
    def amount_cents(self) -> int:
        return sum(movement.amount_cents for movement in self.movements)


def entries_of(statement: BankStatement) -> tuple[WrittenEntry, ...]:
    """An entry for each movement."""
    return tuple(WrittenEntry(movements=(movement,)) for movement in statement.movements)


def write_camt053(
    statements: Sequence[tuple[BankStatement, Sequence[WrittenEntry]]], *, version: str = "08", has_summary: bool = True
) -> bytes:
    """One file with these statements, at least one; the booked entries hold the statement's movements, in order.

    Raises `CamtNotWritable` for what can't be told, or what `read_camt053` raises for statements that are not right.
    """
    if not statements or version not in VERSIONS:
        raise CamtNotWritable(field="statements" if version in VERSIONS else "version")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>',
        f"<GrpHdr><MsgId>TEGOED</MsgId><CreDtTm>{statements[0][0].created_on}T06:00:00</CreDtTm></GrpHdr>",
    ]
    for statement, entries in statements:
        lines += _statement(statement, entries, is_new=version == "08", has_summary=has_summary)
    lines.append("</BkToCstmrStmt></Document>\n")
    data = "\n".join(lines).encode()
    for (written, _), read in zip(statements, read_camt053(BytesIO(data)), strict=True):
        if written != read:
            names = (field.name for field in fields(BankStatement))
            raise CamtNotWritable(field=next(name for name in names if getattr(written, name) != getattr(read, name)))
    return data


def _statement(
    statement: BankStatement, entries: Sequence[WrittenEntry], *, is_new: bool, has_summary: bool
) -> Iterator[str]:
    yield f"<Stmt><Id>{statement.account_number[:20]}-{statement.new_balance_on}</Id>"
    if statement.sequence is not None:
        yield f"<ElctrncSeqNb>{statement.sequence}</ElctrncSeqNb>"
    yield f"<CreDtTm>{statement.created_on}T06:00:00</CreDtTm>"
    yield f"<Acct>{_account(statement.account_number)}<Ccy>{statement.currency}</Ccy></Acct>"
    opening_on = statement.old_balance_on or statement.new_balance_on
    yield _balance("OPBD", statement.old_balance_cents, statement.currency, str(opening_on))
    yield _balance("CLBD", statement.new_balance_cents, statement.currency, str(statement.new_balance_on))
    if has_summary:
        yield _summary(entries)
    for entry in entries:
        yield _entry(entry, statement, is_new=is_new)
    yield "</Stmt>"


def _balance(kind: str, cents: int, currency: str, on: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_money('Amt', cents, currency)}"
        f"<CdtDbtInd>{_CREDIT if cents >= 0 else _DEBIT}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _summary(entries: Sequence[WrittenEntry]) -> str:
    booked = [(_is_credit(entry), abs(entry.amount_cents)) for entry in entries if entry.status == BOOKED]
    parts = []
    for name, amounts in (
        ("TtlNtries", [cents for _, cents in booked]),
        ("TtlCdtNtries", [cents for is_credit, cents in booked if is_credit]),
        ("TtlDbtNtries", [cents for is_credit, cents in booked if not is_credit]),
    ):
        parts.append(f"<{name}><NbOfNtries>{len(amounts)}</NbOfNtries><Sum>{_decimal(sum(amounts))}</Sum></{name}>")
    return f"<TxsSummry>{''.join(parts)}</TxsSummry>"


def _is_credit(entry: WrittenEntry) -> bool:
    """What `CdtDbtInd` of the entry says."""
    return (entry.amount_cents >= 0) is not entry.has_old_sign


def _entry(entry: WrittenEntry, statement: BankStatement, *, is_new: bool) -> str:
    first = entry.movements[0]
    reversal = f"<RvslInd>{'true' if entry.is_reversal else 'false'}</RvslInd>" if entry.is_reversal else ""
    status = f"<Sts><Cd>{entry.status}</Cd></Sts>" if is_new else f"<Sts>{entry.status}</Sts>"
    value = f"<ValDt><Dt>{first.value_on}</Dt></ValDt>" if first.value_on else ""
    shared = first if not entry.has_details or len(entry.movements) == 1 else None
    note = "" if entry.has_details or not first.communication else _element("AddtlNtryInf", first.communication)
    return (
        f"<Ntry>{_money('Amt', entry.amount_cents, statement.currency)}"
        f"<CdtDbtInd>{_CREDIT if _is_credit(entry) else _DEBIT}</CdtDbtInd>{reversal}{status}"
        f"<BookgDt><Dt>{first.entry_on}</Dt></BookgDt>{value}"
        f"{_element('AcctSvcrRef', shared.bank_reference if shared else '')}"
        f"<BkTxCd>{_code(first.transaction_code)}</BkTxCd>"
        f"{_details(entry, statement, is_new=is_new) if entry.has_details else ''}{note}</Ntry>"
    )


def _details(entry: WrittenEntry, statement: BankStatement, *, is_new: bool) -> str:
    count = len(entry.movements)
    batch = f"<Btch><NbOfTxs>{count}</NbOfTxs></Btch>" if count > 1 else ""
    details = "".join(_detail(movement, entry, statement, is_new=is_new) for movement in entry.movements)
    return f"<NtryDtls>{batch}{details}</NtryDtls>"


def _detail(movement: BankMovement, entry: WrittenEntry, statement: BankStatement, *, is_new: bool) -> str:
    is_batch = len(entry.movements) > 1
    references = (
        (_element("AcctSvcrRef", movement.bank_reference) if is_batch else "")
        + _element("PmtInfId", movement.batch_reference)
        + _element("EndToEndId", movement.end_to_end_reference or NOT_PROVIDED)
        + _element("MndtId", movement.mandate_reference)
    )
    is_credit = (movement.amount_cents >= 0) is not entry.has_old_sign
    amount = _money("Amt", movement.amount_cents, statement.currency)
    indicator = f"<CdtDbtInd>{_CREDIT if is_credit else _DEBIT}</CdtDbtInd>"
    # Version 02 knows no amount and direction of a detail's own, but that of the transaction.
    amounts = f"{amount}{indicator}" if is_new else f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    if not is_new and is_batch and (movement.amount_cents < 0) is not (entry.amount_cents < 0):
        raise CamtNotWritable(field="movements")
    was_in = (movement.amount_cents >= 0) is not entry.is_reversal
    own, other = ("Cdtr", "Dbtr") if was_in else ("Dbtr", "Cdtr")
    return (
        f"<TxDtls><Refs>{references}</Refs>{amounts}"
        f"{_parties(movement, statement, own=own, other=other, is_new=is_new)}{_remittance(movement)}"
        f"{_returned(movement)}</TxDtls>"
    )


def _parties(movement: BankMovement, statement: BankStatement, *, own: str, other: str, is_new: bool) -> str:
    name = _element("Nm", movement.counterparty_name)
    sides = {
        own: f"<{own}Acct>{_account(statement.account_number)}</{own}Acct>",
        other: (f"<{other}>{f'<Pty>{name}</Pty>' if is_new else name}</{other}>" if name else "")
        + (
            f"<{other}Acct>{_account(movement.counterparty_account)}</{other}Acct>"
            if movement.counterparty_account
            else ""
        ),
    }
    bic = _element("BICFI" if is_new else "BIC", movement.counterparty_bic)
    agents = f"<RltdAgts><{other}Agt><FinInstnId>{bic}</FinInstnId></{other}Agt></RltdAgts>" if bic else ""
    return f"<RltdPties>{sides['Dbtr']}{sides['Cdtr']}</RltdPties>{agents}"


def _remittance(movement: BankMovement) -> str:
    free = "" if movement.structured == movement.communication else movement.communication
    texts = "".join(_element("Ustrd", part) for part in _parts(free))
    reference = (
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr></Tp>"
        f"<Ref>{movement.structured}</Ref></CdtrRefInf></Strd>"
        if movement.structured
        else ""
    )
    return f"<RmtInf>{texts}{reference}</RmtInf>" if texts or reference else ""


def _parts(text: str) -> list[str]:
    """The words over texts of at most 140 characters."""
    parts: list[str] = []
    for word in text.split(" ") if text else []:
        if parts and len(parts[-1]) + len(word) < 140:  # noqa: PLR2004 - Max140Text
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def _returned(movement: BankMovement) -> str:
    if not movement.is_return:
        return ""
    reason = f"<Rsn><Cd>{escape(movement.return_reason)}</Cd></Rsn>" if movement.return_reason else ""
    return f"<RtrInf>{reason}</RtrInf>"


def _account(number: str) -> str:
    is_iban = number[:2].isalpha() and number[2:4].isdigit()
    return f"<Id><IBAN>{number}</IBAN></Id>" if is_iban else f"<Id><Othr><Id>{escape(number)}</Id></Othr></Id>"


def _code(code: str) -> str:
    parts = code.split("-")
    if len(parts) != _CODE_PARTS:
        return f"<Prtry><Cd>{escape(code or 'NONE')}</Cd></Prtry>"
    domain, family, sub_family = map(escape, parts)
    return f"<Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd></Fmly></Domn>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _money(name: str, cents: int, currency: str) -> str:
    return f"<{name} Ccy={quoteattr(currency)}>{_decimal(cents)}</{name}>"


def _decimal(cents: int) -> str:
    euros, rest = divmod(abs(cents), 100)
    return f"{euros}.{rest:02d}"
