"""Sentences for what is refused about offers."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "offer-changed-meanwhile": _(
        "A colleague changed this draft meanwhile; nothing of yours was saved, and what you typed still stands here. Look at "
        "the draft in another window, then save again."
    ),
    "offer-not-draft": _(
        "This version was sent or given up meanwhile, so it stays as it is. Make a new version of it."
    ),
    "offer-not-open": _("This offer can't be accepted or declined any more. Ask us for a new one."),
    "offer-has-newer-version": _(
        "There is a newer version of this offer already, number %(offer_id)s. Go on with that one."
    ),
    "offer-accepted": _(
        "The version before this one was accepted meanwhile. Nothing is sent; look at the client instead."
    ),
    "offer-line-missing": _("This line is gone: a colleague took it out. Look at the draft again."),
    "offer-day-impossible": _("Choose a last day from %(from_on)s to %(to_on)s."),
    "offer-costs-changed": _(
        "A price or a rule changed since this draft was counted: it comes to %(counted_cents)s now, not %(total_cents)s. The "
        "draft is counted anew; look at it, then send it."
    ),
}
