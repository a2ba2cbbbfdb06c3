"""Reads on questions, for issuer staff."""

from django.db.models import Q, QuerySet

from tegoed.clients.models import Membership
from tegoed.contact.models import ContactQuestion, QuestionState
from tegoed.contact.states import WAITING

WAITING_STATES = "waiting"
"""The filter of who begins the day: new, or being looked at."""

_ID_DIGITS_MAX = 12


def questions_found(*, words: str = "", state: str = WAITING_STATES) -> QuerySet[ContactQuestion]:
    """Questions, the oldest first, without their text. `words`: the number, or a part of name, address or company."""
    questions = ContactQuestion.objects.select_related("assigned_to").defer("message").order_by("created_at", "id")
    if state == WAITING_STATES:
        questions = questions.filter(state__in=WAITING)
    elif state:
        questions = questions.filter(state=state)
    words = words.strip()
    if not words:
        return questions
    found = Q(name__icontains=words) | Q(email__icontains=words) | Q(company__icontains=words)
    digits = words.upper().removeprefix("Q-")
    if digits.isascii() and digits.isdigit() and len(digits) <= _ID_DIGITS_MAX:
        found |= Q(pk=int(digits))
    return questions.filter(found)


def new_question_count() -> int:
    """How many questions nobody has looked at. One query."""
    return ContactQuestion.objects.filter(state=QuestionState.NEW).count()


def clients_of_asker(question: ContactQuestion) -> QuerySet[Membership]:
    """For which clients a portal user with the asker's address acts, by name. For the eyes of staff only."""
    return (
        Membership.objects.select_related("client", "user")
        .filter(user__email=question.email.lower())
        .order_by("client__name", "client_id")
    )
