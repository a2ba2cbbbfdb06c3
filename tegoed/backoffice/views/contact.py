"""Questions from the contact form: the queue, and what is done with one (SPEC Q7, A1)."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.audit.models import Event
from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.acting import act_and_say, id_seen
from tegoed.backoffice.contact_forms import AnswerForm, QuestionFilter
from tegoed.backoffice.lists import page_of
from tegoed.clients.models import User
from tegoed.contact.actions import close_question, reopen_question, take_question
from tegoed.contact.models import ContactQuestion, QuestionState
from tegoed.contact.queries import WAITING_STATES, clients_of_asker, questions_found
from tegoed.contact.states import may_become
from tegoed.errors import Refusal
from tegoed.flows.contact_questions import send_answer
from tegoed.refusals import message_of

UNPROCESSABLE = 422
EVENTS_SHOWN_MAX = 50


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Questions, the oldest first: those that wait, or as filtered."""
    wishes = QuestionFilter(request.GET)
    state = wishes.wish("state") or WAITING_STATES
    found = questions_found(words=wishes.wish("words"), state="" if state == "all" else state)
    return page(
        request,
        "contact/overview.html",
        section="sales",
        part="contact",
        filter=wishes,
        is_filtered=bool(wishes.wish("words")) or state != WAITING_STATES,
        questions=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_safe
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question, its answers, and what can be done."""
    return _question_page(request, _question_or_404(question_id), None)


def _question_or_404(question_id: int) -> ContactQuestion:
    return get_object_or_404(ContactQuestion.objects.select_related("assigned_to"), pk=question_id)


def _question_page(request: HttpRequest, shown: ContactQuestion, form: AnswerForm | None) -> HttpResponse:
    answers = list(shown.answers.select_related("author"))
    is_holder = shown.assigned_to_id == cast("User", request.user).pk
    is_open = shown.state in {QuestionState.NEW, QuestionState.IN_PROGRESS}
    return page(
        request,
        "contact/question.html",
        section="sales",
        status=UNPROCESSABLE if form is not None and form.errors else 200,
        question=shown,
        answers=answers,
        memberships=clients_of_asker(shown),
        may_take=is_open and not is_holder,
        may_answer=may_become(shown.state, QuestionState.ANSWERED),
        may_close=may_become(shown.state, QuestionState.CLOSED),
        may_reopen=shown.state in {QuestionState.ANSWERED, QuestionState.CLOSED},
        form=form or AnswerForm(initial={"seen_answer_count": len(answers)}),
        trail=Event.objects.filter(action__startswith="question:", subject_id=shown.pk).order_by("-at", "-id")[
            :EVENTS_SHOWN_MAX
        ],
    )


def _done(request: HttpRequest, question_id: int, act: Callable[[User], object], words: str) -> HttpResponse:
    """Do it, say so or why not, and show the question."""
    _question_or_404(question_id)
    act_and_say(request, act, words)
    return redirect("backoffice:question", question_id=question_id)


@for_staff
@require_POST
def take(request: HttpRequest, question_id: int) -> HttpResponse:
    """Look after it from now on."""
    seen_holder_id = id_seen(request, "seen_holder_id")
    return _done(
        request,
        question_id,
        lambda actor: take_question(question_id=question_id, seen_holder_id=seen_holder_id, actor=actor),
        _("This question is yours now."),
    )


@for_staff
@require_POST
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Send an answer by mail."""
    shown = _question_or_404(question_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            send_answer(
                question_id=question_id,
                text=form.cleaned_data["text"],
                seen_answer_count=form.cleaned_data["seen_answer_count"],
                actor=cast("User", request.user),
            )
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
            again = request.POST.copy()
            again["seen_answer_count"] = str(shown.answers.count())
            form.data = again
        else:
            messages.success(request, _("Your answer is on its way."))
            return redirect("backoffice:question", question_id=question_id)
    return _question_page(request, _question_or_404(question_id), form)


@for_staff
@require_POST
def close(request: HttpRequest, question_id: int) -> HttpResponse:
    """Nothing more is to be done."""
    return _done(
        request,
        question_id,
        lambda actor: close_question(question_id=question_id, actor=actor),
        _("Closed."),
    )


@for_staff
@require_POST
def reopen(request: HttpRequest, question_id: int) -> HttpResponse:
    """Look at it again."""
    return _done(
        request,
        question_id,
        lambda actor: reopen_question(question_id=question_id, actor=actor),
        _("Open again, and yours."),
    )
