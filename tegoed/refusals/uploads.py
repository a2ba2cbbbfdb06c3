"""Sentences for Excel forms: why a file isn't taken in or not applied, and what is wrong or odd in its rows.

Remarks are kept with a code and JSON facts (`uploads.UploadRemark`); `kept` gives `message_of` what it needs to make the
sentence when somebody reads it, in the reader's language. What the reader of spreadsheets itself remarks stands in `workbook`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tegoed.errors import Refusal
from tegoed.refusals.banking import RefusalTold
from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "upload-too-large": _(
        "The file is too large: it has %(megabytes)s MB, and at most %(megabytes_max)s MB can be sent. Delete pictures and "
        "empty sheets, or split the rows over two files."
    ),
    "uploads-waiting": _(
        "%(waiting_count_max)s of your files are still being read. Wait until one is ready, then send this one."
    ),
    "uploads-undecided": _(
        "%(undecided_count_max)s files wait for you to apply or discard them. Discard what you don't need, then send this one."
    ),
    "upload-not-in-state": _(
        "This file moved on since you opened the page, so this can't be done any more. Look at where it stands now."
    ),
    "upload-tried-too-often": _(
        "Reading this file failed again and again, and we can't say why. Copy the rows into an empty form that you "
        "download here and send that one; if it stays so, contact customer service."
    ),
    "upload-empty": _("There are no rows in this form. Fill in at least one row below the headings and send it again."),
    # remarks on rows
    "birth-date-differs": _("The birth date isn't the one in the number. Check both against the identity card."),
    "birth-date-in-future": _("The birth date %(birth_on)s lies in the future. Correct it."),
    "card-without-place": {
        "": _("Say where the card must go: the name of one of your workplaces, or a full home address."),
        "unknown": _(
            "Say where the card must go: fill in “workplace” with its name, or “home” with street, postcode and town."
        ),
        "site": _("The card goes to the workplace, and none is named. Fill in the name of one of your workplaces."),
        "home": _("The card goes home, and the address isn't complete. Fill in street, postcode and town."),
    },
    "identifier-doubted": {
        "": _("Something looks odd about this number. Compare it with the identity card."),
        "birth-date-impossible": _("The date in the number doesn't exist. That is rare, but it can be right."),
        "birth-date-in-future": _("The date in the number lies in the future."),
        "birth-date-too-long-ago": _("According to the number this person is more than 120 years old."),
        "looks-like-national-number": _(
            "This temporary number looks like a national number. If it is one, write “no” in the column “temporary number”."
        ),
    },
    "leaver-without-address": _(
        "This person leaves, and the card goes to the workplace. Fill in the home address, and “home” for the card."
    ),
    "looks-like-known": _(
        "%(name)s has the same name and birth date, and a temporary or BIS number. If it is the same person, take this row "
        "out and have the number changed on the existing profile."
    ),
    "person-twice-in-form": _("This person also stands in row %(other_row)s. Keep one of the two rows."),
    "site-not-used": _("The card of this person goes home, so the workplace isn't used."),
    "site-unknown": {
        "": _("You have no workplace “%(site_name)s”. Write one of these: %(known_sites)s."),
        "none": _("You have no workplace “%(site_name)s”. Add it first, or let the card go home."),
    },
    "usual-amount-without-contract": _(
        "You have no contract for %(product)s. The amount is kept, and can be ordered once you sign one."
    ),
    "value-missing-for-new": _(
        "This person is new, and a new person needs this. Fill it in; if you know the person, check the number."
    ),
    "workplace-closed": _(
        "This person becomes active again, and the workplace “%(site_name)s” is closed. Name another one, or let the card "
        "go home."
    ),
}


def kept(code: str, params: Mapping[str, Any]) -> Refusal:
    """The refusal as `message_of` takes it, from a kept code and its JSON facts; dates are dates again."""
    if code == "usual-amount-refused":  # it is another refusal, found in a cell
        return kept(params["code"], params["facts"])
    return RefusalTold(code, **{name: _revived(name, value) for name, value in params.items()})


def _revived(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name.endswith("_on") and isinstance(value, str) else value
