"""Which paper a voucher has to rest on: an agreement of the sector, of the company, or with each employee (SPEC Q6).

Its one law: an agreement of the sector comes first; what else the law asks is read from the statutory rows, and where there is
no row nothing is claimed. It knows no joint committee's agreements: the issuer notes those (`tegoed.agreements`).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tegoed.errors import Refusal
from tegoed.rules.products import Product, has_face_value
from tegoed.rules.statutory import StatutoryParameter, statutory_value

COMMITTEE_MIN, COMMITTEE_MAX = 100, 399
COMMITTEE_LENGTH_MAX = 6
_TEXT_LENGTH_MAX = 40
_COMMITTEE = re.compile(
    r"(?:(?:P\.?[CK]\.?|J\.?C\.?|C\.?P\.?|S\.?[CP]\.?[CP]\.?|P\.?S\.?C\.?)\s*)?(?:n[r°o]?\.?\s*)?"
    r"(?P<number>[0-9]{3})(?:[.,](?P<sub>[0-9]{1,2}))?",
    re.IGNORECASE,
)
_NO_DELEGATION = "CBA or individual if no union delegation"


class AgreementKind(StrEnum):
    """Who agreed that vouchers are given."""

    SECTOR = "sector"
    COMPANY = "company"
    INDIVIDUAL = "individual"


class Need(StrEnum):
    """What an employer has to make. `NOT_TOLD`: it depends on a union delegation, of which nothing was said."""

    NOTHING = "nothing"
    COMPANY = "company"
    COMPANY_OR_INDIVIDUAL = "company_or_individual"
    NOT_TOLD = "not_told"
    NO_RULE = "no_rule"


class JointCommitteeInvalid(Refusal):
    """The text is no number of a joint committee. Reasons: `empty`, `format`, `range` (not 100 to 399)."""

    code = "joint-committee-invalid"


@dataclass(frozen=True, slots=True)
class AgreementNeed:
    """What is needed, and the row of the law that says so (None where there is none)."""

    need: Need
    row: StatutoryParameter | None


def read_joint_committee(text: str) -> str:
    """`200`, or `140.03` with a sub-committee; `PC 200`, `CP 140.3` and `200.00` are read too.

    Numbers run from 100 to 399, sub-committees from .01 to .99. Raises `JointCommitteeInvalid`.
    """
    stripped = text.strip()
    if not stripped:
        raise JointCommitteeInvalid(reason="empty")
    match = _COMMITTEE.fullmatch(stripped) if len(stripped) <= _TEXT_LENGTH_MAX and stripped.isprintable() else None
    if match is None or not stripped.replace("°", "").isascii():
        raise JointCommitteeInvalid(reason="format")
    if not COMMITTEE_MIN <= int(match["number"]) <= COMMITTEE_MAX:
        raise JointCommitteeInvalid(reason="range", first=str(COMMITTEE_MIN), last=str(COMMITTEE_MAX))
    sub = int(match["sub"] or 0)
    return f"{match['number']}.{sub:02d}" if sub else match["number"]


def needed_agreement(
    product: Product, *, is_granted_by_sector: bool, has_union_delegation: bool | None, on: date
) -> AgreementNeed:
    """What this employer has to make before it gives the voucher on that day.

    Sources: the statutory rows `PRODUCT,agreement`; the agreement of the sector comes first (SPEC Q6).
    """
    row = statutory_value(product.value, "agreement", on)
    if is_granted_by_sector:
        return AgreementNeed(Need.NOTHING, row)
    if row is None:
        return AgreementNeed(Need.NO_RULE, None)
    if row.value != _NO_DELEGATION:
        raise ValueError(f"no reading of {row.product},{row.name}: {row.value!r}")
    if has_union_delegation is None:
        return AgreementNeed(Need.NOT_TOLD, row)
    return AgreementNeed(Need.COMPANY if has_union_delegation else Need.COMPANY_OR_INDIVIDUAL, row)


def maximum_of_agreement(product: Product, on: date) -> StatutoryParameter | None:
    """The figure of the law that an agreed amount is held against: of a meal voucher its face value, else a year's total.

    Of gifts it is that of the end of the year without children, the only one that comes back each year. None: no row.
    """
    name = {
        Product.MEAL: "face_value_max_exempt",
        Product.GIFT: "annual_max_end_of_year",
    }.get(product, "annual_max")
    return statutory_value(product.value, name, on)


def is_amount_per_voucher(product: Product) -> bool:
    """Whether an agreed amount is that of one voucher; else it is what a person gets in a year."""
    return has_face_value(product)
