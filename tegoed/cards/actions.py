"""Writes on cards: asking for those an order needs, moving them from request to use, blocking, not renewing.

Its one law: each move is one statement that locks the cards, looks at their state and writes the move down
(`CardStep`), so that of two people who do the same at once only one does it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.actions import lock_persons
from tegoed.cards.models import Card, RenewalRefusal
from tegoed.cards.queries import NEEDS_SQL, needs_parameters
from tegoed.cards.states import IN_USE_STATES, NEXT_IN_PRODUCTION, TRANSITIONS, states_before
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.rules.card_need import (
    LIVING_STATES,
    REPLACEMENT_REASONS,
    CardReason,
    CardState,
    card_delivery_due_on,
    card_expires_on,
)
from tegoed.rules.dates import brussels_today


class CardStepNotAllowed(Refusal):
    """Cards don't go from that state to that one. Params: `from_state`, `to_state`."""

    code = "card-step-not-allowed"


class CardNotReportable(Refusal):
    """The card can't be blocked (any more): it is blocked, expired or replaced, or not made yet."""

    code = "card-not-reportable"


class CardNotBlocked(Refusal):
    """The card can't be unblocked (any more): it isn't blocked, or has been replaced meanwhile."""

    code = "card-not-blocked"


_REQUEST_SQL = f"""
    WITH needs AS MATERIALIZED ({NEEDS_SQL}),
    wanted AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('cards_card', 'id')) AS card_id, needs.*
        FROM needs WHERE reason IS NOT NULL ORDER BY beneficiary_id
    ),
    replaced AS (
        UPDATE cards_card SET state = 'replaced'
        FROM wanted WHERE cards_card.person_id = wanted.person_id AND cards_card.state = 'blocked'
        RETURNING cards_card.id
    ),
    written AS (
        INSERT INTO cards_cardstep (card_id, from_state, to_state, reason, at)
        SELECT id, 'blocked', 'replaced', '', statement_timestamp() FROM replaced
    ),
    made AS (
        INSERT INTO cards_card (id, person_id, state, blocked_reason, created_at)
        SELECT card_id, person_id,
            CASE WHEN reason = 'first_order' THEN %(first_state)s ELSE %(later_state)s END, '', statement_timestamp()
        FROM wanted
    )
    INSERT INTO cards_cardrequest
        (card_id, client_id, beneficiary_id, reason, delivery, site_id_then, address, expected_on, created_at)
    SELECT wanted.card_id, %(client_id)s, wanted.beneficiary_id, wanted.reason, wanted.card_delivery, wanted.site_id,
        CASE WHEN wanted.card_delivery = 'site' THEN jsonb_build_object(
            'name', site.name, 'street', site.street, 'postcode', site.postcode, 'town', site.town)
        ELSE jsonb_build_object('name', beneficiary.first_name || ' ' || beneficiary.last_name,
            'street', beneficiary.home_street, 'postcode', beneficiary.home_postcode, 'town', beneficiary.home_town)
        END, %(expected_on)s, statement_timestamp()
    FROM wanted
    JOIN beneficiaries_beneficiary beneficiary ON beneficiary.id = wanted.beneficiary_id
    LEFT JOIN clients_site site ON site.id = wanted.site_id
    RETURNING id, beneficiary_id
"""


def request_cards(
    *, client: Client, beneficiary_ids: Sequence[int], loading_on: date, expected_on: date
) -> dict[int, int]:
    """Ask for a card for each of these beneficiaries who needs one; request id by beneficiary id.

    The caller holds the persons locked (`lock_persons`), so what was detected stays true. Cards of a first order wait for
    the payment of the card invoice (SPEC C2). A blocked card that is followed by a new one becomes `replaced`.
    """
    parameters = needs_parameters(client, beneficiary_ids, loading_on=loading_on) | {
        "first_state": CardState.AWAITING_PAYMENT,
        "later_state": CardState.REQUESTED,
        "expected_on": expected_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST_SQL, parameters)
        return {beneficiary_id: request_id for request_id, beneficiary_id in cursor.fetchall()}


_MOVE_SQL = """
    WITH locked AS MATERIALIZED (
        SELECT id, state FROM cards_card WHERE id = ANY(%(card_ids)s) AND state = ANY(%(from_states)s)
        ORDER BY id FOR UPDATE
    ),
    moved AS (
        UPDATE cards_card SET state = %(to_state)s, blocked_reason = %(reason)s,
            expires_on = coalesce(%(expires_on)s, cards_card.expires_on)
        FROM locked WHERE cards_card.id = locked.id RETURNING cards_card.id
    )
    INSERT INTO cards_cardstep (card_id, from_state, to_state, reason, actor_id, at)
    SELECT locked.id, locked.state, %(to_state)s, %(reason)s, %(actor_id)s, statement_timestamp()
    FROM locked JOIN moved USING (id) RETURNING card_id
"""


def _move(
    card_ids: Sequence[int],
    *,
    from_states: Collection[CardState],
    to_state: CardState,
    actor: User | None,
    reason: str = "",
    expires_on: date | None = None,
) -> list[int]:
    """Move those of the cards that stand in one of these states; their ids. One statement; two at once move a card once.

    Raises `CardStepNotAllowed` where the table has no such move.
    """
    for from_state in from_states:
        if to_state not in TRANSITIONS[from_state]:
            raise CardStepNotAllowed(from_state=from_state, to_state=to_state)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE_SQL,
            {
                "card_ids": list(card_ids),
                "from_states": sorted(from_states),
                "to_state": to_state,
                "reason": reason,
                "expires_on": expires_on,
                "actor_id": actor.pk if actor else None,
            },
        )
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def release_cards(*, request_ids: Sequence[int]) -> int:
    """The card invoice is paid: cards that waited for it go to production. How many.

    Paid late, they are expected ten working days after today.
    """
    card_ids = list(Card.objects.filter(request__in=request_ids).values_list("pk", flat=True))
    released = _move(card_ids, from_states={CardState.AWAITING_PAYMENT}, to_state=CardState.REQUESTED, actor=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cards_cardrequest SET expected_on = greatest(expected_on, %s) WHERE card_id = ANY(%s)",
            [card_delivery_due_on(brussels_today()), released],
        )
    return len(released)


@transaction.atomic
def cancel_cards(*, request_ids: Sequence[int]) -> int:
    """The order is cancelled before its cards were made. How many."""
    card_ids = list(Card.objects.filter(request__in=request_ids).values_list("pk", flat=True))
    before_made = {CardState.AWAITING_PAYMENT, CardState.REQUESTED}
    return len(_move(card_ids, from_states=before_made, to_state=CardState.CANCELLED, actor=None))


@transaction.atomic
def advance_cards(
    *, card_ids: Sequence[int], from_state: CardState, actor: User | None, client_id: int | None = None
) -> int:
    """Card operations: these cards take their next step from request to use (SPEC C2). How many did.

    A card that stands elsewhere is left alone, so two people who click at once move each card once. Going into
    production gives a card its expiry date; becoming active, it replaces the person's older ones. `client_id`: for the
    trail, where the cards are of one client. Raises `CardStepNotAllowed`.
    """
    to_state = NEXT_IN_PRODUCTION.get(from_state)
    if to_state is None:
        raise CardStepNotAllowed(from_state=from_state, to_state="")
    is_made = to_state == CardState.IN_PRODUCTION
    moved = _move(
        card_ids,
        from_states={from_state},
        to_state=to_state,
        actor=actor,
        expires_on=card_expires_on(brussels_today()) if is_made else None,
    )
    if to_state == CardState.ACTIVE:
        _replace_older_cards(moved, actor=actor)
    if moved:
        record_event(
            actor=actor,
            action=Action.CARD_MOVED,
            client_id=client_id,
            subject_id=moved[0] if len(moved) == 1 else None,
            from_state=from_state,
            to_state=to_state,
            card_count=len(moved),
        )
    return len(moved)


def _replace_older_cards(active_card_ids: Sequence[int], *, actor: User | None) -> None:
    """The cards that those people used before are over."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT older.id FROM cards_card newer
            JOIN cards_card older ON older.person_id = newer.person_id AND older.id < newer.id
            WHERE newer.id = ANY(%s) AND older.state = ANY(%s)
            """,
            [list(active_card_ids), sorted(_WORKING_STATES)],
        )
        older = [row[0] for row in cursor.fetchall()]
    _move(older, from_states=_WORKING_STATES, to_state=CardState.REPLACED, actor=actor)


_WORKING_STATES = frozenset({CardState.SHIPPED, *IN_USE_STATES})


@transaction.atomic
def block_card(*, card: Card, reason: CardReason, actor: User | None, client: Client | None = None) -> None:
    """The card was reported lost, stolen or damaged: it stops at once; the next order asks for a new one (SPEC C4).

    `client`: who reported it, where it was not staff; that the card is of one of its people is for the caller to see to
    (`reportable_card_of`). Vouchers stay, since they belong to the person. Raises `CardNotReportable`.
    """
    if reason not in REPLACEMENT_REASONS:
        raise ValueError(f"a card is not blocked for {reason}")
    lock_persons([card.person_id])
    blockable = states_before(CardState.BLOCKED)
    if not _move([card.pk], from_states=blockable, to_state=CardState.BLOCKED, actor=actor, reason=reason):
        raise CardNotReportable(card_id=card.pk)
    record_event(
        actor=actor,
        action=Action.CARD_BLOCKED,
        client_id=client.pk if client else None,
        subject_id=card.pk,
        reason=reason,
    )


@transaction.atomic
def unblock_card(*, card: Card, actor: User | None) -> None:
    """It was reported by mistake: the card works again. Staff only. Raises `CardNotBlocked`.

    The person is held, so that no order asks for a replacement meanwhile. Somebody who uses a newer card keeps that one.
    """
    lock_persons([card.person_id])
    has_newer = Card.objects.filter(person=card.person_id, pk__gt=card.pk, state=CardState.ACTIVE).exists()
    if has_newer or not _move([card.pk], from_states={CardState.BLOCKED}, to_state=CardState.ACTIVE, actor=actor):
        raise CardNotBlocked(card_id=card.pk)
    record_event(
        actor=actor,
        action=Action.CARD_MOVED,
        subject_id=card.pk,
        from_state=CardState.BLOCKED,
        to_state=CardState.ACTIVE,
        card_count=1,
    )


EXPIRE_BATCH_MAX = 50_000


def expire_cards(*, on: date) -> int:
    """Cards whose last day has gone by on that day become expired; how many. Batches, each a transaction of its own.

    Safe to run by several workers, at any moment and any number of times; with nothing to do it costs one look in an
    index. Blocked cards keep their reason.
    """
    past = Card.objects.filter(state__in=sorted(_WORKING_STATES), expires_on__lt=on)
    count = 0
    while card_ids := list(past.order_by("expires_on", "id").values_list("pk", flat=True)[:EXPIRE_BATCH_MAX]):
        with transaction.atomic():
            moved = _move(card_ids, from_states=_WORKING_STATES, to_state=CardState.EXPIRED, actor=None)
            if moved:
                record_event(actor=None, action=Action.CARD_MOVED, to_state=CardState.EXPIRED, card_count=len(moved))
        count += len(moved)
    return count


@dataclass(frozen=True, slots=True)
class RenewalsDecided:
    """How many cards a client newly said not to renew, and how many it wants renewed again."""

    refused_count: int
    wanted_count: int


@transaction.atomic
def decide_renewals(
    *, client: Client, shown_card_ids: Collection[int], refused_card_ids: Collection[int], actor: User | None
) -> RenewalsDecided:
    """Of the cards shown, these must not be renewed by this client's orders, and the others may (SPEC C5).

    Only cards of its active beneficiaries count; another employer's wish for the same card stays as it was.
    """
    own = Card.objects.filter(
        pk__in=shown_card_ids,
        state__in=sorted(LIVING_STATES),
        person__beneficiaries__client=client,
        person__beneficiaries__is_active=True,
    )
    refused_ids = sorted(own.filter(pk__in=set(refused_card_ids)).values_list("pk", flat=True))
    before = RenewalRefusal.objects.filter(client=client, card_id__in=shown_card_ids)
    wanted = before.exclude(card_id__in=refused_ids)
    wanted_ids = sorted(wanted.values_list("card_id", flat=True))
    wanted.delete()
    known = set(before.values_list("card_id", flat=True))
    new_ids = [card_id for card_id in refused_ids if card_id not in known]
    RenewalRefusal.objects.bulk_create(
        (RenewalRefusal(client=client, card_id=card_id, refused_by=actor) for card_id in new_ids),
        ignore_conflicts=True,
    )
    for action, card_ids in ((Action.CARD_RENEWAL_REFUSED, new_ids), (Action.CARD_RENEWAL_WANTED, wanted_ids)):
        if card_ids:
            record_event(actor=actor, action=action, client_id=client.pk, card_count=len(card_ids), card_ids=card_ids)
    return RenewalsDecided(refused_count=len(new_ids), wanted_count=len(wanted_ids))
