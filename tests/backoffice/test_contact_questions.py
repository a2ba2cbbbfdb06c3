"""Anybody asks a question; staff answer it by mail (SPEC Q7)."""

import re

import django.test
import pytest
from cast import niss
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from office_day import office

from tegoed.audit.models import Event
from tegoed.clients.models import User
from tegoed.contact.models import Asker, ContactAnswer, ContactQuestion, Topic
from tegoed.contact.topics import TOPICS
from tegoed.outbox.actions import send_due_messages
from tegoed.outbox.models import Message

SPAM = "<b>Buy now</b> https://spam.example"
TYPED = {
    "topic": "lost_card",
    "name": "Noor <i>Janssens</i>",
    "email": "Noor@home.example",
    "company": "",
    "message": f"Mijn kaart is weg.\r\n\r\n{SPAM}",
}


@pytest.fixture
def visitor(cast) -> django.test.Client:
    cache.clear()  # the count of attempts
    return django.test.Client(headers={"accept-language": "nl"})


def ask(visitor, who: str = "employee", **typed: str):
    return visitor.post(f"{reverse('contact')}?who={who}", TYPED | typed)


def test_a_question_is_kept_and_confirmed_without_a_word_of_what_was_typed(visitor) -> None:
    answer = ask(visitor)
    question = ContactQuestion.objects.get()
    assert question.reference in visitor.get(answer["Location"]).text
    assert (question.language, question.state, question.assigned_to) == ("nl", "new", None)
    assert question.message == f"Mijn kaart is weg.\n\n{SPAM}"
    send_due_messages()
    (sent,) = mail.outbox
    assert sent.to == ["Noor@home.example"]
    assert question.reference in sent.subject
    assert "ontvangen" in sent.body
    for typed in ("Noor", "Buy", "spam", "kaart is weg"):
        assert typed not in sent.subject + sent.body


def test_who_asks_chooses_among_topics_that_fit(visitor) -> None:
    for asker in Asker.values:
        page = visitor.get(reverse("contact"), {"who": asker}).text
        shown = set(re.findall(r'<option value="(\w+)"', page))
        assert shown == {topic.value for topic in TOPICS[asker]}, asker
    assert ask(visitor, "merchant").status_code == 422
    assert {topic for topics in TOPICS.values() for topic in topics} == set(Topic)
    assert not ContactQuestion.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"message": f"Ik ben {niss(3)}."}, "rijksregisternummer"),
        ({"name": f"Noor {niss(3)}"}, "rijksregisternummer"),
        ({"message": "x" * 4_001}, "4000"),
        ({"email": "noor@home.example\r\nBcc: all@home.example"}, ""),
        ({"email": "noor@home.example,bob@home.example"}, ""),
        ({"message": " \u202e "}, ""),
        ({"website": "https://spam.example"}, "programma"),
    ],
)
def test_what_may_not_be_sent_is_refused_and_stays_typed(typed, words, visitor) -> None:
    answer = ask(visitor, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Noor" in answer.text
    assert not ContactQuestion.objects.exists()


def test_line_breaks_in_names_reach_no_header(visitor) -> None:
    ask(visitor, name="Noor\r\nBcc: all@home.example", company="A\nSubject: B")
    send_due_messages()
    (sent,) = mail.outbox
    assert ContactQuestion.objects.get().name == "Noor Bcc: all@home.example"
    assert "Bcc" not in sent.message().as_string()


def test_a_form_sent_twice_is_one_question(visitor) -> None:
    for _twice in range(2):
        assert ask(visitor).status_code == 302
    assert (ContactQuestion.objects.count(), Message.objects.count()) == (1, 1)


def test_nobody_can_be_pestered_with_confirmations(visitor) -> None:
    for number in range(5):
        browser = django.test.Client(REMOTE_ADDR=f"192.0.2.{number}")
        assert (
            ask(
                browser, message=f"Question {number}", email=f"{'NOOR' if number % 2 else 'noor'}@home.example"
            ).status_code
            == 302
        )
    assert (ContactQuestion.objects.count(), Message.objects.count()) == (5, 3)


def test_a_visitor_who_floods_is_told_to_wait(visitor) -> None:
    statuses = [
        ask(visitor, message=f"Question {number}", email=f"{number}@home.example").status_code for number in range(7)
    ]
    assert statuses == [302] * 5 + [429] * 2
    assert ContactQuestion.objects.count() == 5


def test_a_receipt_can_not_be_made_up(visitor) -> None:
    assert visitor.get(reverse("contact-received", kwargs={"receipt": "1"})).status_code == 404


# ---- staff ----


@pytest.fixture
def question(visitor) -> ContactQuestion:
    ask(visitor)
    return ContactQuestion.objects.get()


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def eva(cast) -> User:
    return User.objects.create_user("eva@uitgever.example", full_name="Eva", language="en", is_staff=True)


def post(browser, name: str, question: ContactQuestion, **typed):
    return browser.post(office(name, question_id=question.pk), typed, follow=True)


def test_a_question_is_taken_answered_closed_and_opened_again(cast, question, browser) -> None:
    assert question.reference in browser.get(office("contact")).text
    page = browser.get(office("question", question_id=question.pk)).text
    assert "<b>Buy" not in page
    assert "&lt;b&gt;Buy" in page
    post(browser, "question-take", question)
    post(browser, "question-answer", question, text="Wij blokkeren ze.\n\nGroet", seen_answer_count="0")
    assert question.reference not in browser.get(office("contact")).text
    assert question.reference in browser.get(office("contact"), {"state": "answered", "words": question.reference}).text
    post(browser, "question-close", question)
    post(browser, "question-reopen", question)
    question.refresh_from_db()
    assert (question.state, question.assigned_to) == ("in_progress", cast.staff_member)
    trail = Event.objects.filter(subject_id=question.pk, action__startswith="question:").order_by("id")
    verbs = [event.action.split(":")[1] for event in trail]
    assert verbs == ["ask", "take", "answer", "close", "reopen"]
    Message.objects.filter(kind="question_received").delete()
    send_due_messages()
    (sent,) = mail.outbox
    assert sent.to == [question.email]
    assert "Antwoord op je vraag" in sent.subject
    assert "Wij blokkeren ze.\n\nGroet" in sent.body
    assert "> Mijn kaart is weg." in sent.body


def test_the_second_of_two_who_answer_is_told_and_keeps_the_words(question, browser, browser_of, eva) -> None:
    post(browser, "question-answer", question, text="Eerst", seen_answer_count="0")
    late = post(browser_of(eva), "question-answer", question, text="Te laat", seen_answer_count="0")
    assert late.status_code == 422
    assert "Te laat</textarea>" in late.text
    assert "Dora" in late.text
    assert ContactAnswer.objects.count() == 1
    post(browser_of(eva), "question-answer", question, text="Toch nog", seen_answer_count="1")
    assert ContactAnswer.objects.count() == 2


def test_two_who_take_it_at_once_are_told(cast, question, browser, browser_of, eva) -> None:
    post(browser, "question-take", question, seen_holder_id="")
    assert "Dora took this question" in post(browser_of(eva), "question-take", question, seen_holder_id="").text
    post(browser_of(eva), "question-take", question, seen_holder_id=str(cast.staff_member.pk))
    question.refresh_from_db()
    assert question.assigned_to == eva


def test_an_answer_holds_no_national_number(question, browser) -> None:
    assert (
        post(browser, "question-answer", question, text=f"Uw nummer {niss(1)}", seen_answer_count="0").status_code
        == 422
    )
    assert not ContactAnswer.objects.exists()


def test_staff_see_whose_portal_user_has_that_address_and_the_asker_does_not(cast, visitor, browser) -> None:
    answer = ask(visitor, email=cast.alice.email.upper())
    assert cast.bakery.name not in visitor.get(answer["Location"]).text
    shown = browser.get(office("question", question_id=ContactQuestion.objects.get().pk)).text
    assert office("client", client_id=cast.bakery.pk) in shown


def test_the_overview_counts_what_is_new(question, browser) -> None:
    context = browser.get(office("overview")).context
    assert (context["question_count"], context["lead_count"]) == (1, 0)
