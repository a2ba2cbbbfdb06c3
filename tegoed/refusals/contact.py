"""Sentences for what is refused about questions from the contact form."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "question-taken": _("%(name)s took this question meanwhile. Speak to each other before you both answer."),
    "question-answered-meanwhile": _(
        "%(name)s answered this question meanwhile; nothing of yours was sent. Read that answer below, then send yours if "
        "it is still needed."
    ),
    "question-not-in-state": _("A colleague moved this question on meanwhile. Look at where it stands now."),
}
