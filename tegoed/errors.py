"""What every refusal of Tegoed has in common: a stable code and the facts that go into its message.

Its one law: a refusal is named for its reason (`ContractMissing`, `NissAlreadyKnown`), and portal, command line, API and
logs all show the same `code`. The sentence a person reads, in four languages and with the remedy, is found by code in
`tegoed/refusals.py`: this module is pure Python, so that rules and formats can refuse without knowing Django.
It is not for faults of our own (those are ordinary exceptions and reach the log with a trace).
"""

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 - it is a business answer, not an error of the program
    """The thing asked can't be done; nothing was changed.

    `code` is stable (kebab-case). `params` are the facts the message names; never a national number in clear.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({facts})"
