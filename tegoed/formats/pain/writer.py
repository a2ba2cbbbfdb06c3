"""Writes transfers as pain.001 and direct debits as pain.008, in the version the bank asks for.

Its one law: amounts are whole cents written with two decimals, the sums in the file are those of its rows, and the
order of the elements is the schema's. Each transfer and each collection is booked on its own (`BtchBookg` false), so
that its reference comes back beside its amount.
"""

from collections.abc import Callable
from datetime import UTC

from lxml import etree

from tegoed.formats.pain.characters import NAME_LENGTH_MAX, TEXT_LENGTH_MAX, sepa_text
from tegoed.formats.pain.instructions import (
    Collection,
    CollectionFile,
    CollectionGroup,
    Ordering,
    Transfer,
    TransferFile,
    check_collections,
    check_transfers,
)
from tegoed.formats.pain.schemas import OF_2009, check_schema, namespace_of

_new: Callable[..., etree._Element] = etree.SubElement


def write_transfers(file: TransferFile, *, schema: str) -> bytes:
    """The pain.001 file, valid under `schema`. Raises `PaymentFileRefused`."""
    check_transfers(file)
    document = _Document(schema, "CstmrCdtTrfInitn")
    total_cents = sum(row.amount_cents for row in file.transfers)
    document.header(file.ordering, len(file.transfers), total_cents)
    group = document.group(document.root, "PmtInf")
    document.text(group, "PmtInfId", file.ordering.reference)
    document.text(group, "PmtMtd", "TRF")
    document.sums(group, len(file.transfers), total_cents, is_group=True)
    document.text(document.group(group, "PmtTpInf", "SvcLvl"), "Cd", "SEPA")
    if document.is_of_2009:
        document.text(group, "ReqdExctnDt", file.execute_on.isoformat())
    else:
        document.text(document.group(group, "ReqdExctnDt"), "Dt", file.execute_on.isoformat())
    document.party(group, "Dbtr", file.ordering.name)
    document.account(group, "DbtrAcct", file.ordering.iban)
    document.bank(group, "DbtrAgt", file.ordering.bic)
    document.text(group, "ChrgBr", "SLEV")
    for row in file.transfers:
        _transfer(document, group, row)
    return document.written()


def write_collections(file: CollectionFile, *, schema: str) -> bytes:
    """The pain.008 file, valid under `schema`. Raises `PaymentFileRefused`."""
    check_collections(file)
    document = _Document(schema, "CstmrDrctDbtInitn")
    rows = [row for group in file.groups for row in group.collections]
    document.header(file.ordering, len(rows), sum(row.amount_cents for row in rows))
    for group in file.groups:
        _collection_group(document, file, group)
    return document.written()


def _transfer(document: "_Document", group: etree._Element, row: Transfer) -> None:
    element = document.group(group, "CdtTrfTxInf")
    document.text(document.group(element, "PmtId"), "EndToEndId", row.end_to_end)
    document.amount(document.group(element, "Amt"), row.amount_cents)
    document.party(element, "Cdtr", row.name)
    document.account(element, "CdtrAcct", row.iban)
    text = sepa_text(row.text, length_max=TEXT_LENGTH_MAX)
    if text:
        document.text(document.group(element, "RmtInf"), "Ustrd", text)


def _collection_group(document: "_Document", file: CollectionFile, told: CollectionGroup) -> None:
    group = document.group(document.root, "PmtInf")
    document.text(group, "PmtInfId", told.reference)
    document.text(group, "PmtMtd", "DD")
    total_cents = sum(row.amount_cents for row in told.collections)
    document.sums(group, len(told.collections), total_cents, is_group=True)
    kind = document.group(group, "PmtTpInf")
    document.text(document.group(kind, "SvcLvl"), "Cd", "SEPA")
    document.text(document.group(kind, "LclInstrm"), "Cd", told.scheme)
    document.text(kind, "SeqTp", told.sequence_type)
    document.text(group, "ReqdColltnDt", told.collect_on.isoformat())
    document.party(group, "Cdtr", file.ordering.name)
    document.account(group, "CdtrAcct", file.ordering.iban)
    document.bank(group, "CdtrAgt", file.ordering.bic)
    document.text(group, "ChrgBr", "SLEV")
    other = document.group(group, "CdtrSchmeId", "Id", "PrvtId", "Othr")
    document.text(other, "Id", file.creditor_identifier)
    document.text(document.group(other, "SchmeNm"), "Prtry", "SEPA")
    for row in told.collections:
        _collection(document, group, row)


def _collection(document: "_Document", group: etree._Element, row: Collection) -> None:
    element = document.group(group, "DrctDbtTxInf")
    document.text(document.group(element, "PmtId"), "EndToEndId", row.end_to_end)
    document.amount(element, row.amount_cents)
    mandate = document.group(element, "DrctDbtTx", "MndtRltdInf")
    document.text(mandate, "MndtId", row.mandate_reference)
    document.text(mandate, "DtOfSgntr", row.signed_on.isoformat())
    document.text(document.group(element, "DbtrAgt", "FinInstnId", "Othr"), "Id", "NOTPROVIDED")
    document.party(element, "Dbtr", row.name)
    document.account(element, "DbtrAcct", row.iban)
    reference = document.group(element, "RmtInf", "Strd", "CdtrRefInf")
    kind = document.group(reference, "Tp")
    document.text(document.group(kind, "CdOrPrtry"), "Cd", "SCOR")
    document.text(kind, "Issr", "BBA")
    document.text(reference, "Ref", row.communication)


class _Document:
    """A file being written: its root element and the ways in which both kinds of file say the same things."""

    def __init__(self, schema: str, name: str) -> None:
        self.schema = schema
        self.is_of_2009 = schema in OF_2009
        self.whole = etree.Element(f"{{{namespace_of(schema)}}}Document", nsmap={None: namespace_of(schema)})
        self.root = self.group(self.whole, name)

    def written(self) -> bytes:
        """The bytes, after the schema said yes."""
        check_schema(self.whole, self.schema)
        return etree.tostring(self.whole, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def group(self, parent: etree._Element, *names: str) -> etree._Element:
        """An element inside `parent`, or one inside the other; the innermost."""
        for name in names:
            parent = _new(parent, f"{{{namespace_of(self.schema)}}}{name}")
        return parent

    def text(self, parent: etree._Element, name: str, text: str) -> None:
        """An element that holds text."""
        self.group(parent, name).text = text

    def amount(self, parent: etree._Element, cents: int) -> None:
        """The instructed amount."""
        element = self.group(parent, "InstdAmt")
        element.set("Ccy", "EUR")
        element.text = _euro(cents)

    def party(self, parent: etree._Element, name: str, party_name: str) -> None:
        """A party known by its name."""
        self.text(self.group(parent, name), "Nm", sepa_text(party_name, length_max=NAME_LENGTH_MAX))

    def account(self, parent: etree._Element, name: str, iban: str) -> None:
        """An account known by its IBAN."""
        self.text(self.group(parent, name, "Id"), "IBAN", iban)

    def bank(self, parent: etree._Element, name: str, bic: str) -> None:
        """A bank known by its BIC."""
        self.text(self.group(parent, name, "FinInstnId"), "BIC" if self.is_of_2009 else "BICFI", bic)

    def sums(self, parent: etree._Element, count: int, cents: int, *, is_group: bool = False) -> None:
        """How many rows, and what they are together."""
        if is_group:
            self.text(parent, "BtchBookg", "false")
        self.text(parent, "NbOfTxs", str(count))
        self.text(parent, "CtrlSum", _euro(cents))

    def header(self, ordering: Ordering, count: int, cents: int) -> None:
        """Who sends what, in all. The enterprise number says who, issued by the Crossroads Bank for Enterprises."""
        header = self.group(self.root, "GrpHdr")
        self.text(header, "MsgId", ordering.reference)
        self.text(header, "CreDtTm", ordering.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.sums(header, count, cents)
        sender = self.group(header, "InitgPty")
        self.text(sender, "Nm", sepa_text(ordering.name, length_max=NAME_LENGTH_MAX))
        other = self.group(sender, "Id", "OrgId", "Othr")
        self.text(other, "Id", ordering.enterprise_number)
        self.text(other, "Issr", "KBO-BCE")


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
