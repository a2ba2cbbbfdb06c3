"""Sentences for what is refused about agreements, of a client or of a sector."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "joint-committee-invalid": {
        "empty": _("Fill in the number of the joint committee. It stands on your pay slips."),
        "range": _("Joint committees have numbers from %(first)s to %(last)s. Check the number."),
        "": _("This is no number of a joint committee. Write it like 200, or like 140.03 with a sub-committee."),
    },
    "attestation-impossible": {
        "future": _("This day is still to come. Attest the agreement once it is signed."),
        "too-old": _("This date is too long ago. Check the year."),
        "ends-before": _("The last day lies before the first. Correct one of them."),
        "": _("Fill in the highest amount in the agreement, above zero and at most %(amount_max_cents)s."),
    },
    "attested-above-maximum": _(
        "%(asked_cents)s is more than the legal maximum of %(maximum_cents)s (%(period)s; source: %(sources)s). Correct it, "
        "or tick below that you know."
    ),
    "sector-agreement-known": _(
        "An agreement of joint committee %(joint_committee)s for %(product)s since %(on)s is noted already, and says "
        "something else. End that one, or correct the row."
    ),
    "sector-agreement-ends-before": _("Its last day lies before its first, %(starts_on)s. Correct one of them."),
    "sector-table-refused": _("Rows of the file can't be taken in, so none was. Correct them and send the file again."),
    "sector-file-unreadable": {
        "empty": _("The file has no rows. Below the headings, write one row for each agreement."),
        "encoding": _("The file isn't in UTF-8. Save it as “CSV UTF-8” and send it again."),
        "columns": _("These columns are missing: %(missing)s. Their names must stand in the first row."),
        "too-large": _("The file is larger than %(byte_count_max)s bytes. Divide it in smaller ones."),
        "too-many": _("The file has more than %(row_count_max)s rows. Divide it in smaller ones."),
        "": _("This is no CSV file that can be read. Save it as “CSV UTF-8” and send it again."),
    },
    "sector-cell-invalid": {
        "product": _("Column “product”: write meal, eco, gift, sport_culture or consumption."),
        "date": _("Column “%(column)s”: this is no date. Write it like 2026-01-31."),
        "amount": _("Column “amount”: leave it empty, or write an amount above zero and below 10,000 euro."),
        "reference": _("Column “reference”: say where the agreement is found, in at most 160 characters."),
        "national-number": _(
            "A national number stands here, and it belongs in its own field only, where it is kept encrypted. Take it out."
        ),
        "url": _("Column “url”: leave it empty, or write an address that begins with https://."),
        "": _("The row has more cells than there are headings. Put texts with a separator in them between quotes."),
    },
}
