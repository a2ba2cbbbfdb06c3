"""What a person reads when something is refused: one sentence for each code, in the reader's language, with the remedy.

Its one law: no reader ever sees a code. Each module here holds `MESSAGES`: for a code a sentence, or for a code whose
refusal carries a `reason` one sentence for each reason (`""` for any other). `%(name)s` in a sentence is a fact of the
refusal, written for reading (`facts`): amounts in euro, dates in words, products by name.
A module added to this folder is found by itself; a code in two modules is a mistake and stops the start.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

import structlog
from django.utils.translation import gettext_lazy as _

from tegoed.errors import Refusal
from tegoed.refusals.facts import readable
from tegoed.refusals.sentence import Message, Sentence

log = structlog.get_logger("tegoed.refusals")

UNKNOWN: Sentence = _("This can't be done now and nothing was changed. Try again later, or contact customer service.")


class CodeTwiceError(ValueError):
    """Two modules have a sentence for the same code."""


def merged(sources: Iterable[Mapping[str, Message]]) -> dict[str, Message]:
    """All messages by code. Raises `CodeTwiceError`."""
    messages: dict[str, Message] = {"refused": UNKNOWN}
    for source in sources:
        twice = messages.keys() & source.keys()
        if twice:
            raise CodeTwiceError(", ".join(sorted(twice)))
        messages.update(source)
    return messages


def _sources() -> list[Mapping[str, Message]]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return [module.MESSAGES for module in modules if hasattr(module, "MESSAGES")]


MESSAGES = merged(_sources())


def sentence_of(refusal: Refusal) -> Sentence | None:
    """The sentence for this refusal, its facts not yet filled in; None where there is none."""
    message = MESSAGES.get(refusal.code)
    if isinstance(message, Mapping):
        return message.get(str(refusal.params.get("reason", "")), message.get(""))
    return message


def message_of(refusal: Refusal) -> str:
    """What happened and what to do about it, in the language that is active now."""
    sentence = sentence_of(refusal)
    if sentence is None:
        log.error("refusal without a sentence", code=refusal.code)
        return str(UNKNOWN)
    inner = refusal.params.get("refusal")
    facts = readable(refusal.params)
    if isinstance(inner, Refusal):
        facts["refusal"] = message_of(inner)
    return str(sentence) % facts
