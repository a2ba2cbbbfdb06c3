"""Reads on people of all clients, for staff."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary, IdentifierChange, PersonIdentifier
from tegoed.errors import Refusal
from tegoed.rules.identifiers import read_identifier
from tegoed.rules.names import search_words

WORDS_MAX = 5
NO_CLIENT = 0
"""National and BIS numbers mean the same with every client, so none is named."""

EVENTS_SHOWN_MAX = 50
TRAIL_ACTIONS = (
    Action.BENEFICIARY_ADDED,
    Action.BENEFICIARY_CHANGED,
    Action.BENEFICIARY_DEACTIVATED,
    Action.BENEFICIARY_REACTIVATED,
    Action.IDENTIFIER_CHANGE_ASKED,
    Action.IDENTIFIER_CHANGE_REFUSED,
    Action.IDENTIFIER_CHANGED,
    Action.IDENTIFIER_SHOWN,
)

DOUBTS: dict[str, str | Promise] = {
    "birth-date-differs": _("The birth date in the new number isn't the one the client told."),
    "birth-date-impossible": _("The date in the new number doesn't exist. That is rare, but it can be right."),
    "birth-date-in-future": _("The date in the new number lies in the future."),
    "birth-date-too-long-ago": _("According to the new number this person is more than 120 years old."),
}


def doubts_of(change: IdentifierChange) -> list[str | Promise]:
    """What looks odd about the number that is asked for; it is read here and shown nowhere."""
    value = identifier_vault.decrypt(change.key_id, bytes(change.ciphertext), person_id=change.beneficiary.person_id)
    identifier = read_identifier(value)
    codes = list(identifier.doubts)
    if identifier.birth_on is not None and identifier.birth_on != change.beneficiary.birth_on:
        codes.append("birth-date-differs")
    return [DOUBTS[code] for code in codes if code in DOUBTS]


def people_found(words: str) -> QuerySet[Beneficiary]:
    """Beneficiaries of all clients whose name or staff number has each word, by name; nobody without a word."""
    current = PersonIdentifier.objects.filter(person_id=OuterRef("person_id"), replaced_at__isnull=True)
    people = Beneficiary.objects.select_related("client").order_by("last_name", "first_name", "id")
    people = people.annotate(masked_identifier=Subquery(current.values("masked")[:1]))
    wanted = search_words(words, count_max=WORDS_MAX)
    for word in wanted:
        people = people.filter(search_text__contains=word)
    return people if wanted else people.none()


def person_with_number(text: str) -> Beneficiary | None:
    """Somebody with this national or BIS number, now or before; None when it is none or nobody's."""
    try:
        identifier = read_identifier(text)
    except Refusal:
        return None
    found_by = identifier_vault.lookup_hash(identifier, client_id=NO_CLIENT)
    return Beneficiary.objects.filter(person__identifiers__lookup_hash=found_by).order_by("pk").first()


def trail_of_person(beneficiary: Beneficiary) -> QuerySet[Event]:
    """What was done with a beneficiary and by whom, newest first; the last fifty."""
    events = Event.objects.filter(
        client_id=beneficiary.client_id,
        subject_id=beneficiary.pk,
        action__in=[str(action) for action in TRAIL_ACTIONS],
    )
    return events.order_by("-at", "-id")[:EVENTS_SHOWN_MAX]
