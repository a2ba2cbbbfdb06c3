"""Who needs a card, and why: decided from the cards a person already has (SPEC C1, C5).

The decision table: the first row that fits. Cards stand in the order of request; cancelled ones count as never made.
`usable_until` is `card_usable_until(loading_on)`.

| the person's cards                                                                     | needs             |
|----------------------------------------------------------------------------------------|-------------------|
| 1 whatever they are, the person has left this employer                                   | nothing           |
| 2 a living one (`LIVING_STATES`) without expiry date, or with one >= usable_until        | nothing           |
| 3 a living one with expiry date >= loading_on that this employer asked not to renew      | nothing           |
| 4 a living one (so each ends before usable_until)                                        | EXPIRED           |
| 5 none at all, and the client never had a card made                                      | FIRST_ORDER       |
| 6 none at all, and the client had                                                        | NEW_BENEFICIARY   |
| 7 newest is BLOCKED or REPLACED for lost, stolen, damaged                                | that reason       |
| 8 newest is BLOCKED without reason, no expiry date or one >= usable_until                | nothing: unblock  |
| 9 newest is anything else (EXPIRED, REPLACED, BLOCKED without reason and out of date)    | EXPIRED           |

Its one law: at most one living card per person, whatever the product or employer; "don't renew" counts for the employer
that said so, never for another. The SQL of `cards` does the same for whole orders and is tested against this function.
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
USUAL_ORDER_INTERVAL_MONTHS = 2
"""A card must last until the next usual order: monthly, with a month to spare."""
EXPIRING_MONTHS = 3
"""SPEC C5: how far ahead a client sees which cards expire, to say which must not be renewed."""


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
    """What the decision needs of one card.

    `blocked_reason` is one of `REPLACEMENT_REASONS`, or None. `renewal_is_refused`: the employer whose order it is asked
    not to renew this card.
    """

    state: CardState
    expires_on: date | None = None
    blocked_reason: CardReason | None = None
    renewal_is_refused: bool = False

    def __post_init__(self) -> None:
        if self.blocked_reason is not None and self.blocked_reason not in REPLACEMENT_REASONS:
            raise ValueError(f"a card is not blocked for {self.blocked_reason}")

    def is_valid_until(self, usable_until: date) -> bool:
        """Whether the date on the card reaches that day."""
        return self.expires_on is None or self.expires_on >= usable_until


def card_usable_until(loading_on: date) -> date:
    """The day up to which a card must be good not to be replaced with the order loaded on `loading_on`."""
    return add_months(loading_on, USUAL_ORDER_INTERVAL_MONTHS)


def card_need(
    cards: Sequence[KnownCard], *, client_has_cards: bool, is_active: bool, loading_on: date
) -> CardReason | None:
    """Why the person needs a new card with the order loaded on `loading_on`, or None: the table above.

    `cards` oldest first. `client_has_cards`: a card was ever made for this client. `is_active`: the person still works
    for this client.
    """
    if not is_active:
        return None
    usable_until = card_usable_until(loading_on)
    made = [card for card in cards if card.state != CardState.CANCELLED]
    living = [card for card in made if card.state in LIVING_STATES]
    if any(card.is_valid_until(usable_until) for card in living):
        return None
    if any(card.renewal_is_refused and card.is_valid_until(loading_on) for card in living):
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
