"""Sentences for what is refused about leads."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "lead-taken": _("%(name)s took this lead meanwhile. Speak to each other before you both call."),
    "lead-changed-meanwhile": _(
        "A colleague changed these particulars meanwhile; nothing of yours was saved. Compare what you typed with the "
        "lead, then save again."
    ),
    "lead-not-in-state": _("The lead moved on meanwhile, so this step can't be taken. Look at where it stands now."),
}
