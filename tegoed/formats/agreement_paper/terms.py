"""What an employer fills in of a model agreement."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from tegoed.formats.invoice import Party
from tegoed.rules.products import Product


class Counting(StrEnum):
    """How meal vouchers are counted (statutory rows `meal,count_rule` and `meal,count_alternative`)."""

    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerms:
    """A whole model agreement; what only the signers know stays open on the paper.

    `amount_cents`: of a meal voucher its face value, else what one person gets in a year. `worker_share_cents` and `counting`:
    meal vouchers only. `ends_on` None: for an indefinite time. `on`: the day the paper is made.
    """

    product: Product
    kind: Literal["company", "individual"]
    employer: Party
    issuer_name: str
    joint_committee: str
    amount_cents: int
    worker_share_cents: int = 0
    counting: Counting = Counting.DAYS
    starts_on: date
    ends_on: date | None = None
    on: date

    @property
    def figures_on(self) -> date:
        """The day whose legal figures count: the first day of the agreement, but not before today."""
        return max(self.starts_on, self.on)
