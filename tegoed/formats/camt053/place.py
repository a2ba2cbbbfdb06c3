"""Where in the file the reader is, and how it refuses there.

Its one law: every refusal names its element by the path from the statement on, counted from 1, and the line.
"""

from datetime import date
from typing import Any

from tegoed.formats.camt053.refusals import (
    CamtElementMissing,
    CamtElementTwice,
    CamtElementWrong,
    CamtFractionOfCent,
    CamtRefused,
    CamtTooDeep,
)
from tegoed.formats.camt053.shape import DEPTH_MAX, Shape, ShapeTooDeepError, ShapeTwiceError, gather
from tegoed.formats.camt053.values import Days, FractionOfCentError, cents_of

_FOUND_LENGTH_MAX = 60


class Place:
    """Statement, entry and detail by number (0: not in one), and the line of the innermost."""

    __slots__ = ("days", "detail", "entry", "line", "statement")

    def __init__(self) -> None:
        self.statement = self.entry = self.detail = 0
        self.line = 0
        self.days = Days()

    def path(self, name: str = "") -> str:
        parts = [f"Stmt[{self.statement}]"] if self.statement else []
        if self.entry:
            parts.append(f"Ntry[{self.entry}]")
        if self.detail:
            parts.append(f"NtryDtls/TxDtls[{self.detail}]")
        return "/".join([*parts, name] if name else parts)

    def refusal(self, refused: type[CamtRefused], name: str = "", /, **facts: Any) -> CamtRefused:
        """A refusal for the element `name` of where the reader is."""
        if isinstance(facts.get("found"), str):
            facts["found"] = facts["found"][:_FOUND_LENGTH_MAX]
        return refused(path=self.path(name), line=self.line, **facts)

    def gather(self, element: Any, shape: Shape) -> dict[str, Any]:
        """The facts of the element, or the refusal of one that stands there twice."""
        try:
            return gather(element, shape, {})
        except ShapeTwiceError as twice:
            raise self.refusal(CamtElementTwice, str(twice.args[0])) from None
        except ShapeTooDeepError as deep:
            raise self.refusal(CamtTooDeep, str(deep.args[0]), maximum=DEPTH_MAX) from None

    def needed(self, facts: dict[str, Any], fact: str, name: str) -> Any:
        """A fact that must be there."""
        value = facts.get(fact)
        if not value or (isinstance(value, tuple) and not value[0]):
            raise self.refusal(CamtElementMissing, name)
        return value

    def cents(self, text: str, name: str) -> int:
        """An amount without its sign."""
        try:
            return cents_of(text)
        except FractionOfCentError:
            raise self.refusal(CamtFractionOfCent, name, found=text) from None
        except ValueError:
            raise self.refusal(CamtElementWrong, name, found=text) from None

    def day(self, text: str, name: str) -> date:
        """A date or the day of a moment."""
        try:
            return self.days[text]
        except ValueError:
            raise self.refusal(CamtElementWrong, name, found=text) from None
