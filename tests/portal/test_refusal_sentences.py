"""Nobody ever reads a code: every refusal of the code base has a sentence."""

import importlib
import pkgutil
from datetime import date

import pytest
from django.utils import translation
from django.utils.functional import Promise

import tegoed
from tegoed.beneficiaries.actions import NissAlreadyKnown
from tegoed.clients.queries import ContractMissing
from tegoed.errors import Refusal
from tegoed.flows.refusals import CostsChanged
from tegoed.orders.actions import LineRefused, StepNotAllowed
from tegoed.refusals import MESSAGES, CodeTwiceError, merged, message_of
from tegoed.rules.identifiers import IdentifierInvalid
from tegoed.rules.money import AmountInvalid
from tegoed.rules.order_lines import FaceValueAboveMaximum, LoadingDateImpossible, VoucherCountImpossible

LEFT_OUT = ("migrations", "wsgi", "__main__")


def every_refusal() -> list[type[Refusal]]:
    """All subclasses, after importing all modules."""
    for found in pkgutil.walk_packages(tegoed.__path__, "tegoed."):
        if not any(part in LEFT_OUT for part in found.name.split(".")):
            importlib.import_module(found.name)
    classes, waiting = [], [Refusal]
    while waiting:
        subclasses = [sub for sub in waiting.pop().__subclasses__() if sub.__module__.startswith("tegoed.")]
        classes += subclasses
        waiting += subclasses
    return classes


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_every_refusal_has_a_sentence_that_can_be_filled_in_with_nothing():
    classes = every_refusal()
    assert len(classes) > 30
    for refusal_class in classes:
        sentence = message_of(refusal_class())
        assert refusal_class.code not in sentence
        assert refusal_class.code in MESSAGES, refusal_class
        assert sentence.endswith((".", ")")) or refusal_class is LineRefused
        assert "%" not in sentence


def test_every_refusal_has_a_code_of_its_own():
    codes = [refusal_class.code for refusal_class in every_refusal() if refusal_class.__name__ != "RefusalTold"]
    assert len(codes) == len(set(codes))


def test_every_sentence_is_translated_when_read():
    for message in MESSAGES.values():
        sentences = message.values() if hasattr(message, "values") else [message]
        assert all(isinstance(sentence, Promise) for sentence in sentences)


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            FaceValueAboveMaximum(
                product="meal",
                asked_cents=1500,
                maximum_cents=1000,
                from_on=date(2026, 1, 1),
                to_on=None,
                sources=("26",),
            ),
            "€15.00 per voucher is more than the legal maximum of €10.00 (since 1 January 2026; source: socialsecurity.be). Enter at most €10.00.",
        ),
        (
            LoadingDateImpossible(
                reason="past", loading_on=date(2026, 1, 1), earliest_on=date(2026, 2, 3), latest_on=date(2027, 2, 3)
            ),
            "The loading date is in the past. Choose today (3 February 2026) or a later day.",
        ),
        (
            ContractMissing(product="eco", form="electronic"),
            "You have no running contract for this: Eco vouchers (Electronic). Sign one first, or choose another product; customer service can help.",
        ),
        (
            StepNotAllowed(order_id=1, from_state="paid", to_state="draft"),
            "This order is “Paid” and can't become “Not finished”. Refresh the page to see where it stands.",
        ),
        (
            CostsChanged(shown_cents=100, total_cents=123456),
            "The costs changed since you opened this page: €1,234.56 instead of €1.00. Nothing was ordered. Look at the new costs and confirm again.",
        ),
        (
            LineRefused(
                beneficiary="Janssens Noor", refusal=VoucherCountImpossible(voucher_count=40, maximum_count=30)
            ),
            "Janssens Noor: Enter a whole number of vouchers, from 0 to 30 (the days of that month).",
        ),
    ],
)
def test_facts_are_written_for_reading(refusal, sentence):
    assert message_of(refusal) == sentence


def test_amounts_follow_the_language():
    refusal = CostsChanged(shown_cents=100, total_cents=123456)
    with translation.override("nl"):
        assert "€\N{NO-BREAK SPACE}1.234,56" in message_of(refusal)


@pytest.mark.parametrize("reason", ["empty", "length", "characters", "check-digits", "a new one"])
def test_each_reason_has_its_own_sentence_and_a_new_one_still_has_some(reason):
    assert message_of(IdentifierInvalid(reason=reason, digit_count=9))
    assert message_of(AmountInvalid(reason=reason))


def test_a_code_without_sentence_is_never_shown():
    class NobodyThoughtOfThis(Refusal):
        code = "nobody-thought-of-this"

    assert "nobody-thought" not in message_of(NobodyThoughtOfThis())


def test_a_code_in_two_modules_is_a_mistake():
    with pytest.raises(CodeTwiceError):
        merged([{"a": "x"}, {"a": "y"}])


def test_no_message_tells_a_number():
    assert message_of(NissAlreadyKnown(beneficiary_id=5, is_active=True)).startswith("You already have")
