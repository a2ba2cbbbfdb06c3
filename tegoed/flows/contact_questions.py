"""A question comes in, and is answered by mail (SPEC Q7).

Its one law: what somebody typed goes to no address but back with the answer of a member of staff who read it, so that
the form can't be used to write to others. The mail that says that a question came in holds nothing of it.
"""

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from tegoed.clients.models import User
from tegoed.clients.queries import the_issuer
from tegoed.contact.actions import NewQuestion, add_question, answer_question
from tegoed.contact.models import ContactAnswer, ContactQuestion
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.legal_words import day_in_words
from tegoed.flows.mails import page_address
from tegoed.outbox.actions import queue_message


@transaction.atomic
def ask_question(*, asked: NewQuestion, is_confirmed: bool) -> ContactQuestion:
    """Keep a question and, if `is_confirmed`, tell its sender by mail that it came in. Raises `IssuerNotSetUp`."""
    question, is_new = add_question(asked=asked)
    if is_new and is_confirmed:
        subject, text = _received_mail(question)
        _queue(question, event_key=f"question:{question.pk}", kind="question_received", subject=subject, text=text)
    return question


@transaction.atomic
def send_answer(*, question_id: int, text: str, seen_answer_count: int, actor: User) -> ContactAnswer:
    """Answer a question by mail, in the language it was asked in.

    `seen_answer_count`: how many answers the page showed. Raises `QuestionAnsweredMeanwhile`, `QuestionNotInState`,
    `ContactQuestion.DoesNotExist`.
    """
    answer = answer_question(question_id=question_id, text=text, seen_answer_count=seen_answer_count, actor=actor)
    question = answer.question
    subject, words = _answer_mail(question, answer)
    _queue(question, event_key=f"question-answer:{answer.pk}", kind="question_answer", subject=subject, text=words)
    return answer


def _queue(question: ContactQuestion, *, event_key: str, kind: str, subject: str, text: str) -> None:
    queue_message(
        event_key=event_key,
        kind=kind,
        client_id=None,
        recipient=question.email,
        language=question.language,
        subject=subject,
        text=text,
    )
    send_messages_job.defer()


def _received_mail(question: ContactQuestion) -> tuple[str, str]:
    with override(question.language):
        facts = {
            "reference": question.reference,
            "topic": question.get_topic_display(),
            "issuer": the_issuer().name,
        }
        subject = gettext("Your question %(reference)s has arrived") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "We received a question from this address. Its number is %(reference)s, its topic: %(topic)s. We answer it by "
                "mail.\n\n"
                "You asked nothing? Then somebody typed your address by mistake, and you need not do anything.\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _answer_mail(question: ContactQuestion, answer: ContactAnswer) -> tuple[str, str]:
    with override(question.language):
        facts = {
            "reference": question.reference,
            "answer": answer.text,
            "asked_on": day_in_words(localtime(question.created_at)),
            "question": "\n".join(f"> {line}" for line in question.message.splitlines()),
            "page": page_address("contact"),
            "author": answer.author.full_name,
            "issuer": the_issuer().name,
        }
        subject = gettext("Answer to your question %(reference)s") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "%(answer)s\n\n"
                "%(author)s\n"
                "%(issuer)s\n\n"
                "You have more to ask? Write to us again at %(page)s and name the number %(reference)s. A reply to this mail "
                "doesn't reach us.\n\n"
                "Your question of %(asked_on)s:\n"
                "%(question)s"
            )
            % facts
        )
    return subject, text
