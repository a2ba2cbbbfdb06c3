"""Who needs a card, and why: decided from the cards a person already has (SPEC C1).

The decision table: the first row that fits. Cards stand in the order of request; cancelled ones count as never made.

| the person's cards                                                                     | needs             |
|----------------------------------------------------------------------------------------|-------------------|
| 1 a living one (`LIVING_STATES`) without expiry date, or with one >= usable_until        | nothing           |
| 2 a living one (so each ends before usable_until)                                        | EXPIRED           |
| 3 none at all, and the client never had a card made                                      | FIRST_ORDER       |
| 4 none at all, and the client had                                                        | NEW_BENEFICIARY   |
| 5 newest is BLOCKED or REPLACED for lost, stolen, damaged                                | that reason       |
| 6 newest is BLOCKED without reason, no expiry date or one >= usable_until                | nothing: unblock  |
| 7 newest is anything else (EXPIRED, REPLACED, BLOCKED without reason and out of date)    | EXPIRED           |

Its one law: at most one living card per person, whatever the product or employer. The SQL of `cards` does the same for
whole orders and is tested against this function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tegoed.rules.dates import MONTHS_OF_YEAR, add_months
from tegoed.rules.working_days import add_working_days

CARD_VALIDITY_YEARS = 5
CARD_DELIVERY_WORKING_DAYS = 10
"""SPEC C2: delivered within ten working days after the order."""


class CardReason(StrEnum):
    """Why a card is made."""

    FIRST_ORDER = "first_order"
    NEW_BENEFICIARY = "new_beneficiary"
    EXPIRED = "expired"
    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"


class CardState(StrEnum):
    """Where a card is in its life."""

    AWAITING_PAYMENT = "awaiting_payment"
    REQUESTED = "requested"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


LIVING_STATES = frozenset(
    {
        CardState.AWAITING_PAYMENT,
        CardState.REQUESTED,
        CardState.IN_PRODUCTION,
        CardState.SHIPPED,
        CardState.DELIVERED,
        CardState.ACTIVE,
    }
)
"""The card works or is on its way."""

REPLACEMENT_REASONS = frozenset({CardReason.LOST, CardReason.STOLEN, CardReason.DAMAGED})
"""The reasons for which the replacement fee is asked and not the production fee; also why a card is blocked."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """What the decision needs of one card. `blocked_reason` is one of `REPLACEMENT_REASONS`, or None."""

    state: CardState
    expires_on: date | None = None
    blocked_reason: CardReason | None = None

    def __post_init__(self) -> None:
        if self.blocked_reason is not None and self.blocked_reason not in REPLACEMENT_REASONS:
            raise ValueError(f"a card is not blocked for {self.blocked_reason}")

    def is_valid_until(self, usable_until: date) -> bool:
        """Whether the date on the card reaches that day."""
        return self.expires_on is None or self.expires_on >= usable_until


def card_need(cards: Sequence[KnownCard], *, client_has_cards: bool, usable_until: date) -> CardReason | None:
    """Why the person needs a new card, or None: the table above.

    `cards` oldest first. `client_has_cards`: a card was ever made for this client. `usable_until`: the day up to which
    the card must work (the next usual order).
    """
    made = [card for card in cards if card.state != CardState.CANCELLED]
    living = [card for card in made if card.state in LIVING_STATES]
    if any(card.is_valid_until(usable_until) for card in living):
        return None
    if living:
        return CardReason.EXPIRED
    if not made:
        return CardReason.NEW_BENEFICIARY if client_has_cards else CardReason.FIRST_ORDER
    return _need_after(made[-1], usable_until=usable_until)


def _need_after(newest: KnownCard, *, usable_until: date) -> CardReason | None:
    """The need of a person whose newest card lives no more."""
    if newest.state in {CardState.BLOCKED, CardState.REPLACED} and newest.blocked_reason is not None:
        return newest.blocked_reason
    if newest.state == CardState.BLOCKED and newest.is_valid_until(usable_until):
        return None
    return CardReason.EXPIRED


def card_expires_on(made_on: date) -> date:
    """The last day a card made on that day works."""
    return add_months(made_on, CARD_VALIDITY_YEARS * MONTHS_OF_YEAR)


def card_delivery_due_on(ordered_on: date) -> date:
    """The day by which the card is to be delivered."""
    return add_working_days(ordered_on, CARD_DELIVERY_WORKING_DAYS)
