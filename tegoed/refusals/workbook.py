"""Sentences for spreadsheets that can't be read, and for remarks on their cells."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "workbook-refused": {
        "": _("This file can't be read. Save it as an Excel workbook (.xlsx) and send it again."),
        "empty": _("This file is empty. Check that you chose the right one, and send it again."),
        "file-too-large": _("This file is larger than %(megabytes_max)s MB. Split it and send the parts one by one."),
        "type": _("This is not a spreadsheet we can read. Save it as an Excel workbook (.xlsx) and send it again."),
        "web-page": _(
            "This is a web page with the name of a spreadsheet. Open it in your spreadsheet program, save it as an "
            "Excel workbook (.xlsx) and send it again."
        ),
        "password": _("This file is protected with a password. Save it without a password and send it again."),
        "macro": _(
            "This file holds macros, and we don't open those. Save it as an Excel workbook without macros (.xlsx) and "
            "send it again."
        ),
        "damaged": _(
            "This file is damaged. Open it in your spreadsheet program, save it as an Excel workbook (.xlsx) and send "
            "it again."
        ),
        "bomb": _(
            "This file unpacks to more than a form can hold. If it has very many rows, split it; if not, copy the rows "
            "into an empty form and send that one."
        ),
        "entities": _(
            "This file holds definitions that no form needs, so it wasn't opened. Copy the rows into an empty form and "
            "send that one."
        ),
        "memory": _(
            "This file is too large to open: perhaps cells far below or far to the right of the table hold something. "
            "Copy the rows into an empty form and send that one."
        ),
        "time": _(
            "Reading this file takes too long. Copy the rows into an empty form, split it if need be, and send it again."
        ),
        "formula": _(
            "Cell %(cell)s on sheet “%(sheet)s” holds a formula without a result. Open the file in your spreadsheet "
            "program, save it and send it again."
        ),
        "formula-error": _(
            "Cell %(cell)s on sheet “%(sheet)s” holds an error, such as #N/A. Mend the formula or type the value, and "
            "send the file again."
        ),
        "merged": _(
            "Cells %(cells)s on sheet “%(sheet)s” are merged, so we can't tell to which row they belong. Split them and "
            "send the file again."
        ),
        "header": _(
            "No row with headings was found. Use our form, or put the headings of our form above the columns of yours."
        ),
        "header-hidden": _(
            "The form is on the hidden sheet “%(sheet)s”. Make that sheet visible and send the file again."
        ),
        "column-missing": _(
            "The column “%(heading)s” is missing. Add it, or download the form again, and send the file again."
        ),
        "heading-twice": _(
            "Two columns mean the same as “%(heading)s” (cells %(cells)s). Remove or rename one and send the file again."
        ),
        "several-sheets": _(
            "Several sheets hold the form: %(sheets)s. Keep one of them (delete or hide the others) and send the file "
            "again."
        ),
        "no-rows": _("Sheet “%(sheet)s” has headings but no rows. Fill in at least one row and send the file again."),
        "too-many-sheets": _(
            "This file has more than %(count_max)s sheets. Copy the rows into an empty form and send that one."
        ),
        "too-many-columns": _(
            "Sheet “%(sheet)s” has more than %(count_max)s columns. Remove what stands far to the right of the table, "
            "and send the file again."
        ),
        "too-many-rows": _("This file has more than %(count_max)s rows. Split it and send the parts one by one."),
    },
    "cell-identifier": {
        "": _("This is not a national number. It has 11 digits and stands on the identity card."),
        "empty": _("Enter the national number: 11 digits, on the back of the identity card."),
        "length": _(
            "A national number has 11 digits, a temporary number at most 20 characters; this one has %(digit_count)s. "
            "Check that none is missing or doubled."
        ),
        "characters": _(
            "A national number has only digits; dots and dashes between them are fine. For a number of your social "
            "secretariat, put “Yes” in the column “Temporary number”."
        ),
        "check-digits": _(
            "The check digits of this number are wrong, so one of the digits is. Compare it with the identity card."
        ),
        "digits-lost": _(
            "The spreadsheet rounded this number and digits were lost. Make the column “Text” and type the number again."
        ),
        "date": _("The spreadsheet made a date of this number. Make the column “Text” and type the number again."),
    },
    "cell-text": {
        "": _("This text can't be read. Type it again."),
        "too-long": _("This text is longer than %(length_max)s characters. Shorten it."),
        "national-number": _(
            "A national number stands here, and it belongs in its own column only, where it is kept encrypted. Take it out."
        ),
        "date": _("The spreadsheet made a date of this text. Make the column “Text” and type it again."),
    },
    "cell-email": _("This is not an e-mail address. It looks like name@example.be."),
    "cell-day": {
        "": _("This is not a date. Write day/month/year, for example 29/02/1988."),
        "number": _("This is a number and not a date. Write day/month/year, for example 29/02/1988."),
        "short-year": _("Write the year of this date with four digits, for example 29/02/1988."),
        "impossible": _("This day doesn't exist. Write day/month/year, for example 29/02/1988."),
        "far": _("The year of this date must be from %(year_min)s to %(year_max)s."),
    },
    "cell-month": {
        "": _("This is not a month. Write month/year, for example 01/2026."),
        "far": _("The year of this month must be from %(year_min)s to %(year_max)s."),
    },
    "cell-count": {
        "": _("This is not a whole number. Write it in digits, for example 20."),
        "too-large": _("This number is larger than %(count_max)s. Check the number of zeros."),
    },
    "cell-choice": _("This is not one of the choices of this column. Choose from: %(words)s."),
    "cell-yes-no": _("Write yes or no here."),
    "row-without-identifier": _(
        "This row has no national number. Enter the 11 digits, or empty the row if it isn't a person."
    ),
    "zeros-restored": _("The spreadsheet dropped the leading zeros of this number; we put them back. Check it once."),
    "column-unknown": _(
        "We don't know the column “%(heading)s”, so it is skipped. Rename it if it should be one of the form."
    ),
    "remarks-cut": _("There are more than %(count_max)s remarks; only the first are shown. Mend these first."),
}
