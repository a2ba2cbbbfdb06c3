"""Sentences for what is refused about invoices' mails and downloads."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "billing-contact-known": _("%(email)s is a contact already. Change what it receives instead."),
    "billing-contact-needed": {
        "invoices": _("Nobody would receive the invoices any more. Let another contact receive them first."),
        "reminders": _("Nobody would receive the reminders any more. Let another contact receive them first."),
        "": _("Nobody would receive these mails any more. Let another contact receive them first."),
    },
    "too-many-billing-contacts": _("A company has at most %(contacts_max)s contacts. Remove one first."),
    "too-many-papers": _(
        "That is more than %(papers_max)s invoices and credit notes, the most one ZIP file holds. Choose a shorter period, "
        "or one kind, and download them in parts."
    ),
    "statement-too-long-for-paper": _(
        "This period has %(count)s entries; a PDF holds at most %(entries_max)s. Choose a shorter period, or download Excel "
        "or CSV."
    ),
    "reminder-pause-impossible": _("A pause ends on a day from today up to a year from now. Choose another day."),
}
