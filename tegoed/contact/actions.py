"""Writes on questions. Each is one transaction and in the trail; staff pages have checked who may.

Its one law: who acts has seen the question as it is. What a colleague did meanwhile refuses the second one, and nothing
is lost.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import User
from tegoed.contact.models import ContactAnswer, ContactQuestion, QuestionState
from tegoed.contact.states import may_become
from tegoed.errors import Refusal

TWICE_WITHIN = timedelta(hours=1)
"""The same words from the same address within so long are one question, sent twice."""


class QuestionTaken(Refusal):
    """A colleague took it meanwhile. Param: `name`."""

    code = "question-taken"


class QuestionAnsweredMeanwhile(Refusal):
    """There is an answer that this page didn't show yet. Param: `name`."""

    code = "question-answered-meanwhile"


class QuestionNotInState(Refusal):
    """It stands where this can't be done (any more)."""

    code = "question-not-in-state"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """What somebody typed into the contact form; `language` is the page's."""

    asker: str
    topic: str
    name: str
    email: str
    company: str
    message: str
    language: str


@transaction.atomic
def add_question(*, asked: NewQuestion) -> tuple[ContactQuestion, bool]:
    """Keep a question; whether it is new. A form sent twice within `TWICE_WITHIN` gives the question that is there."""
    since = timezone.now() - TWICE_WITHIN
    known = ContactQuestion.objects.filter(
        email__iexact=asked.email, topic=asked.topic, message=asked.message, created_at__gte=since
    ).first()
    if known is not None:
        return known, False
    question = ContactQuestion.objects.create(**asdict(asked))
    record_event(actor=None, action=Action.QUESTION_ASKED, subject_id=question.pk, topic=question.topic)
    return question, True


@transaction.atomic
def take_question(*, question_id: int, seen_holder_id: int | None, actor: User) -> ContactQuestion:
    """Look after a question, also in a colleague's place; a new one is being looked at from now on.

    `seen_holder_id`: who had it on the page. Raises `QuestionTaken`, `QuestionNotInState`.
    """
    question = _locked(question_id)
    if question.assigned_to_id == actor.pk and question.state == QuestionState.IN_PROGRESS:
        return question
    if question.assigned_to_id != seen_holder_id and question.assigned_to is not None:
        raise QuestionTaken(name=question.assigned_to.full_name)
    if question.state not in {QuestionState.NEW, QuestionState.IN_PROGRESS}:
        raise QuestionNotInState
    question.state, question.assigned_to = QuestionState.IN_PROGRESS, actor
    question.save(update_fields=["state", "assigned_to"])
    record_event(actor=actor, action=Action.QUESTION_TAKEN, subject_id=question.pk)
    return question


@transaction.atomic
def answer_question(*, question_id: int, text: str, seen_answer_count: int, actor: User) -> ContactAnswer:
    """Add an answer; who answers a question that nobody looks after has it from then on.

    `seen_answer_count`: how many answers the page showed. Raises `QuestionAnsweredMeanwhile`, `QuestionNotInState`.
    """
    question = _locked(question_id)
    last = question.answers.select_related("author").last()
    if last is not None and question.answers.count() != seen_answer_count:
        raise QuestionAnsweredMeanwhile(name=last.author.full_name)
    _move(question, QuestionState.ANSWERED)
    if question.assigned_to_id is None:
        question.assigned_to = actor
        question.save(update_fields=["assigned_to"])
    answer = ContactAnswer.objects.create(question=question, text=text, author=actor)
    record_event(actor=actor, action=Action.QUESTION_ANSWERED, subject_id=question.pk, answer_id=answer.pk)
    return answer


@transaction.atomic
def close_question(*, question_id: int, actor: User) -> ContactQuestion:
    """Nothing more is to be done. Closed already: nothing happens."""
    question = _locked(question_id)
    if question.state != QuestionState.CLOSED:
        _move(question, QuestionState.CLOSED)
        record_event(actor=actor, action=Action.QUESTION_CLOSED, subject_id=question.pk)
    return question


@transaction.atomic
def reopen_question(*, question_id: int, actor: User) -> ContactQuestion:
    """Look at it again; who reopens it looks after it. Open already: `QuestionNotInState`."""
    question = _locked(question_id)
    if question.state not in {QuestionState.ANSWERED, QuestionState.CLOSED}:
        raise QuestionNotInState
    _move(question, QuestionState.IN_PROGRESS)
    question.assigned_to = actor
    question.save(update_fields=["assigned_to"])
    record_event(actor=actor, action=Action.QUESTION_REOPENED, subject_id=question.pk)
    return question


def _locked(question_id: int) -> ContactQuestion:
    return ContactQuestion.objects.select_for_update(of=("self",)).select_related("assigned_to").get(pk=question_id)


def _move(question: ContactQuestion, state: QuestionState) -> None:
    if not may_become(question.state, state):
        raise QuestionNotInState
    question.state = state
    question.save(update_fields=["state"])
