"""Which elements of a camt.053 are read, as a tree of names; all others are passed over without a look inside.

Its one law: what may stand once is taken once, and standing twice is refused: no amount, sign or date is chosen among
several. Names are those of the standard from version 02 on; where versions differ (a status with or without `Cd`, `BIC`
or `BICFI`, a party with or without `Pty`) both spellings lead to the same fact.
"""

from functools import lru_cache
from typing import Any

from lxml import etree

DEPTH_MAX = 32
"""How many elements may stand inside each other where nothing is read; the standard's own go 15 deep."""

_IS_TOO_DEEP = etree.XPath("boolean(" + "/".join(["*"] * DEPTH_MAX) + ")")

Shape = dict[str, Any]
"""Name of an element to what is kept of it: a fact's name for its text, one of the classes below, or a further shape.
"""


class Fact:
    """Something else than the text of an element that stands once; `name` is that of the fact."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def keep(self, element: Any, found: dict[str, Any]) -> None:
        """Put what the element says into `found`."""
        raise NotImplementedError


class Text(Fact):
    """Its text, whether it stands in the element itself or in a `Cd` or `Prtry` inside."""

    def keep(self, element: Any, found: dict[str, Any]) -> None:
        if self.name in found:
            raise ShapeTwiceError(_local(element))
        inner = [child for child in element if _local(child) in {"Cd", "Prtry"}]
        if len(inner) > 1:
            raise ShapeTwiceError(_local(inner[1]))
        found[self.name] = ((inner[0] if inner else element).text or "").strip()


class Amount(Fact):
    """Its text and its currency: `(text, currency)`."""

    def keep(self, element: Any, found: dict[str, Any]) -> None:
        if self.name in found:
            raise ShapeTwiceError(_local(element))
        found[self.name] = ((element.text or "").strip(), element.get("Ccy", ""))


class Texts(Fact):
    """The texts of all of them, in a list."""

    def keep(self, element: Any, found: dict[str, Any]) -> None:
        found.setdefault(self.name, []).append((element.text or "").strip())


class Elements(Fact):
    """All of them, in a list, to be looked into one by one."""

    def keep(self, element: Any, found: dict[str, Any]) -> None:
        found.setdefault(self.name, []).append(element)


class ReadApart(Fact):
    """Nothing: each is read by itself when it ends."""

    def keep(self, element: Any, found: dict[str, Any]) -> None:
        pass


class ShapeTwiceError(Exception):
    """An element that may stand once stands again; `args` are its name."""


class ShapeTooDeepError(Exception):
    """Elements inside elements without end, in one that isn't read; `args` are its name."""


def _party(name: str) -> Shape:
    return {"Nm": name, "Pty": {"Nm": name}, "Agt": {"FinInstnId": {"Nm": name}}}


def _account(name: str) -> Shape:
    return {"Id": {"IBAN": name, "Othr": {"Id": name}}}


def _agent(name: str) -> Shape:
    return {"FinInstnId": {"BIC": name, "BICFI": name}}


def _day(name: str) -> Shape:
    return {"Dt": name, "DtTm": name}


_CODE: Shape = {
    "Domn": {"Cd": "domain", "Fmly": {"Cd": "family", "SubFmlyCd": "sub_family"}},
    "Prtry": {"Cd": "own_code"},
}

STATEMENT: Shape = {
    "ElctrncSeqNb": "sequence",
    "LglSeqNb": "legal_sequence",
    "CreDtTm": "created_on",
    "Acct": {"Id": {"IBAN": "iban", "Othr": {"Id": "account"}}, "Ccy": "currency"},
    "Bal": Elements("balances"),
    "TxsSummry": {
        "TtlNtries": {"NbOfNtries": "all_count", "Sum": "all_sum"},
        "TtlCdtNtries": {"NbOfNtries": "credit_count", "Sum": "credit_sum"},
        "TtlDbtNtries": {"NbOfNtries": "debit_count", "Sum": "debit_sum"},
    },
}

BALANCE: Shape = {
    "Tp": {"CdOrPrtry": {"Cd": "kind", "Prtry": "own_kind"}},
    "Amt": Amount("amount"),
    "CdtDbtInd": "indicator",
    "Dt": _day("on"),
}

ENTRY: Shape = {
    "Amt": Amount("amount"),
    "CdtDbtInd": "indicator",
    "RvslInd": "reversal",
    "Sts": Text("status"),
    "BookgDt": _day("entry_on"),
    "ValDt": _day("value_on"),
    "AcctSvcrRef": "reference",
    "BkTxCd": _CODE,
    "NtryDtls": {"Btch": Elements("batches"), "TxDtls": ReadApart("details")},
    "AddtlNtryInf": "note",
}

BATCH: Shape = {
    "PmtInfId": "batch_reference",
    "NbOfTxs": "count",
    "TtlAmt": Amount("amount"),
}

DETAIL: Shape = {
    "Refs": {
        "AcctSvcrRef": "reference",
        "PmtInfId": "batch_reference",
        "EndToEndId": "end_to_end",
        "MndtId": "mandate",
    },
    "Amt": Amount("amount"),
    "CdtDbtInd": "indicator",
    "AmtDtls": {"TxAmt": {"Amt": Amount("transaction_amount")}},
    "BkTxCd": _CODE,
    "RltdPties": {
        "Dbtr": _party("debtor"),
        "DbtrAcct": _account("debtor_account"),
        "Cdtr": _party("creditor"),
        "CdtrAcct": _account("creditor_account"),
    },
    "RltdAgts": {"DbtrAgt": _agent("debtor_bic"), "CdtrAgt": _agent("creditor_bic")},
    "RmtInf": {"Ustrd": Texts("free"), "Strd": Elements("structured")},
    "RtrInf": Elements("returns"),
    "AddtlTxInf": "note",
}

REFERENCE: Shape = {
    "CdtrRefInf": {
        "Tp": {"CdOrPrtry": {"Cd": "kind", "Prtry": "own_kind"}, "Issr": "issuer"},
        "Ref": "reference",
    }
}

RETURN: Shape = {"Rsn": {"Cd": "reason", "Prtry": "reason"}}


class Shapes:
    """The shapes with names of one namespace, as the elements of a file have them."""

    __slots__ = ("balance", "batch", "detail", "entry", "reference", "returned", "statement")

    def __init__(self, namespace: str) -> None:
        self.statement = _qualified(STATEMENT, namespace)
        self.balance = _qualified(BALANCE, namespace)
        self.entry = _qualified(ENTRY, namespace)
        self.batch = _qualified(BATCH, namespace)
        self.detail = _qualified(DETAIL, namespace)
        self.reference = _qualified(REFERENCE, namespace)
        self.returned = _qualified(RETURN, namespace)


@lru_cache(maxsize=8)
def shapes_of(namespace: str) -> Shapes:
    """The shapes for a namespace (empty: none)."""
    return Shapes(namespace)


def _qualified(shape: Shape, namespace: str) -> Shape:
    return {
        (f"{{{namespace}}}{name}" if namespace else name): _qualified(wanted, namespace)
        if isinstance(wanted, dict)
        else wanted
        for name, wanted in shape.items()
    }


def gather(element: Any, shape: Shape, found: dict[str, Any]) -> dict[str, Any]:
    """Put the facts of the element into `found`, by name, and give it back. Raises `ShapeTwiceError`, `ShapeTooDeepError`."""
    for child in element:
        wanted: Any = shape.get(child.tag)
        kind = type(wanted)
        if kind is str:
            if wanted in found:
                raise ShapeTwiceError(_local(child))
            found[wanted] = (child.text or "").strip()
        elif kind is dict:
            gather(child, wanted, found)
        elif wanted is None:
            if len(child):
                _check_depth(child)
        else:
            wanted.keep(child, found)
    return found


def _check_depth(element: Any) -> None:
    """All that is looked at of an element that isn't read."""
    if _IS_TOO_DEEP(element):
        raise ShapeTooDeepError(_local(element))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
