"""Staff decide on a number that a client asked to be replaced (SPEC B3).

Its one law: no second person ever. The person keeps cards, vouchers and history, and is still found by the old number.
When the new number is known already, the two records are one human being: the one without cards and vouchers is
absorbed by the other. Where both have some, or one client employs both, it is refused and nothing changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.actions import ask_identifier_change, lock_persons
from tegoed.beneficiaries.actions.identifiers import absorb_person, close_change, current_identifier, make_current
from tegoed.beneficiaries.models import (
    Beneficiary,
    IdentifierChange,
    IdentifierChangeState,
    PersonIdentifier,
)
from tegoed.beneficiaries.refusals import IdentifierChangeDecided, PersonsBothInUse, PersonsEmployedTogether
from tegoed.cards.models import Card
from tegoed.clients.models import User
from tegoed.clients.queries import owners_of, the_issuer
from tegoed.errors import Refusal
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.mails import identifier_change_mail
from tegoed.orders.models import Order, OrderState
from tegoed.outbox.actions import queue_message
from tegoed.rules.card_need import CardState
from tegoed.rules.identifiers import Identifier
from tegoed.wallets.models import Wallet


@dataclass(frozen=True, slots=True)
class KnownAs:
    """How one client knows a person."""

    client_name: str
    name: str
    birth_on: date


@dataclass(frozen=True, slots=True)
class Prospect:
    """What approving a change would meet. `obstacle`: why it would be refused."""

    known_elsewhere: list[KnownAs]
    obstacle: Refusal | None


def prospect_of(change: IdentifierChange) -> Prospect:
    """For the page on which staff decide; the decision itself looks again, with everything locked."""
    other_id = _other_person_id(change)
    if other_id is None:
        return Prospect([], None)
    known = Beneficiary.objects.filter(person_id=other_id).select_related("client").order_by("client__name", "id")
    try:
        _survivor(change.beneficiary.person_id, other_id)
    except Refusal as refusal:
        obstacle: Refusal | None = refusal
    else:
        obstacle = None
    return Prospect([KnownAs(row.client.name, str(row), row.birth_on) for row in known], obstacle)


@transaction.atomic
def approve_identifier_change(*, change_id: int, actor: User) -> IdentifierChange:
    """The number asked for becomes the person's; the client is told by mail.

    Raises `IdentifierChange.DoesNotExist`, `IdentifierChangeDecided`, `PersonsEmployedTogether`, `PersonsBothInUse`,
    `IdentifierRegisteredMeanwhile`.
    """
    change = _locked_change(change_id)
    person_id = change.beneficiary.person_id
    other_id = _other_person_id(change)
    person_ids = [person_id] + ([other_id] if other_id else [])
    _hold_orders_and_persons(person_ids)
    old = current_identifier(person_id)
    employments = list(Beneficiary.objects.filter(person_id=person_id).order_by("pk"))
    if other_id is not None:
        survivor_id = _survivor(person_id, other_id)
        absorbed_id = other_id if survivor_id == person_id else person_id
        absorb_person(from_id=absorbed_id, into_id=survivor_id)
        person_id = survivor_id
    make_current(person_id=person_id, change=change)
    for employed in employments:
        record_event(
            actor=actor,
            action=Action.IDENTIFIER_CHANGED,
            client_id=employed.client_id,
            subject_id=employed.pk,
            old=old.masked,
            new=change.masked,
        )
    close_change(change, state=IdentifierChangeState.APPROVED, actor=actor)
    _tell_client(change)
    return change


@transaction.atomic
def refuse_identifier_change(*, change_id: int, reason: str, actor: User) -> IdentifierChange:
    """The number stays as it is; the client reads the reason in a mail and on the profile.

    Raises `IdentifierChange.DoesNotExist`, `IdentifierChangeDecided`.
    """
    change = _locked_change(change_id)
    close_change(change, state=IdentifierChangeState.REFUSED, reason=reason, actor=actor)
    record_event(
        actor=actor,
        action=Action.IDENTIFIER_CHANGE_REFUSED,
        client_id=change.client_id,
        subject_id=change.beneficiary_id,
        new=change.masked,
        reason=reason,
    )
    _tell_client(change)
    return change


@transaction.atomic
def replace_identifier(*, beneficiary: Beneficiary, identifier: Identifier, actor: User) -> IdentifierChange:
    """Staff replace the number themselves, also a national number that was wrong: asked and approved at once.

    Raises what `ask_identifier_change` and `approve_identifier_change` raise; then nothing is changed.
    """
    change = ask_identifier_change(
        client=beneficiary.client,
        beneficiary_id=beneficiary.pk,
        identifier=identifier,
        actor=actor,
        is_correction=True,
    )
    return approve_identifier_change(change_id=change.pk, actor=actor)


def _locked_change(change_id: int) -> IdentifierChange:
    changes = IdentifierChange.objects.select_for_update(of=("self",))
    change = changes.select_related("beneficiary", "client", "asked_by").get(pk=change_id)
    if change.state != IdentifierChangeState.ASKED:
        raise IdentifierChangeDecided(is_approved=change.state == IdentifierChangeState.APPROVED)
    return change


def _other_person_id(change: IdentifierChange) -> int | None:
    """Who else has, or had, the number asked for."""
    owners = PersonIdentifier.objects.filter(lookup_hash=change.lookup_hash).values_list("person_id", flat=True)
    return owners.exclude(person_id=change.beneficiary.person_id).first()


def _hold_orders_and_persons(person_ids: Sequence[int]) -> None:
    """Orders first, then persons, as confirming does. A loading order is claimed by its row, so none loads meanwhile."""
    under_way = Order.objects.exclude(state__in=[OrderState.LOADED, OrderState.CANCELLED])
    with_them = under_way.filter(lines__beneficiary__person_id__in=person_ids).values("pk")
    list(Order.objects.select_for_update().filter(pk__in=with_them).order_by("pk").values_list("pk"))
    lock_persons(person_ids)


def _survivor(person_id: int, other_id: int) -> int:
    """Which of the two records stays. Raises `PersonsEmployedTogether`, `PersonsBothInUse`."""
    both = Beneficiary.objects.filter(person_id=other_id, client__beneficiaries__person_id=person_id)
    employer = both.select_related("client").first()
    if employer is not None:
        raise PersonsEmployedTogether(client_name=employer.client.name)
    if not _is_in_use(person_id):
        return other_id
    if not _is_in_use(other_id):
        return person_id
    raise PersonsBothInUse


def _is_in_use(person_id: int) -> bool:
    """Whether the person ever got a card or vouchers; a card that was cancelled before it was made doesn't count."""
    cards = Card.objects.filter(person_id=person_id).exclude(state=CardState.CANCELLED)
    return cards.exists() or Wallet.objects.filter(person_id=person_id).exists()


def _tell_client(change: IdentifierChange) -> None:
    """A mail to who asked, or to an owner of the client when staff began it: it names a person, so no billing contact."""
    asker = change.asked_by if change.asked_by and not change.asked_by.is_staff else owners_of(change.client).first()
    language = asker.language if asker else change.client.language
    subject, text = identifier_change_mail(change, language=language, issuer_name=the_issuer().name)
    queue_message(
        event_key=f"identifier-change:{change.pk}",
        kind="identifier_change",
        client_id=change.client_id,
        recipient=asker.email if asker else change.client.billing_email,
        language=language,
        subject=subject,
        text=text,
    )
    send_messages_job.defer()
