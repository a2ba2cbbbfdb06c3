"""Sentences for what the rules refuse."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "above-legal-maximum": _(
        "%(asked_cents)s is more than the legal maximum of %(maximum_cents)s (%(period)s; source: %(sources)s). "
        "Enter at most that amount."
    ),
    "amount-above-occasion-maximum": {
        "": _(
            "%(asked_cents)s is more than the legal maximum of %(maximum_cents)s for this occasion (%(period)s; "
            "source: %(sources)s). Enter at most that amount."
        ),
        "with-earlier": _(
            "With the %(ordered_this_year_cents)s already ordered for this occasion this year, %(asked_cents)s goes over "
            "the legal maximum of %(maximum_cents)s (%(period)s; source: %(sources)s). Enter a smaller amount."
        ),
    },
    "amount-above-yearly-maximum": {
        "": _(
            "With the %(ordered_this_year_cents)s already ordered this year, %(asked_cents)s goes over the legal maximum "
            "of %(maximum_cents)s a year (%(period)s; source: %(sources)s). Enter a smaller amount."
        ),
        "nothing-earlier": _(
            "%(asked_cents)s is more than the legal maximum of %(maximum_cents)s a year (%(period)s; source: %(sources)s). "
            "Enter at most %(maximum_cents)s."
        ),
    },
    "amount-impossible": {
        "": _("This is no possible amount. Enter an amount of 0 euro or more."),
        "no-vouchers": _("Enter at least one voucher for each person."),
        "product-differs": _(
            "%(voucher_count)s times %(face_value_cents)s is %(product_cents)s, not %(amount_cents)s. Correct the number, "
            "the face value or the amount, or leave the amount empty."
        ),
    },
    "amount-invalid": {
        "": _("This is not an amount in euro. Write it like 8,00 or 8.00."),
        "empty": _("Enter an amount in euro, for example 8,00."),
        "ambiguous": _("This could mean two amounts. Write it with two decimals, for example 1234,00."),
        "decimals": _("An amount has at most two decimals, for example 8,00."),
        "negative": _("An amount can't be below zero."),
        "too-large": _("This amount is too large to be right. Check the number of zeros."),
    },
    "balance-too-low": _(
        "%(asked_cents)s was asked and %(available_cents)s is available. Ask for at most what is available."
    ),
    "child-count-impossible": _("Enter a whole number of children, from 0 to %(maximum_count)s."),
    "employer-share-above-maximum": _(
        "The employer's share of %(asked_cents)s is more than the legal maximum of %(maximum_cents)s per meal voucher "
        "(%(period)s; source: %(sources)s). Lower the face value, or raise the employee's share."
    ),
    "enterprise-number-invalid": {
        "": _("This is not a Belgian enterprise number. It has 10 digits, for example 0428.759.497."),
        "empty": _("Enter the enterprise number: 10 digits, for example 0428.759.497."),
        "prefix": _("A Belgian enterprise number starts with 0 or 1. Check the first digit."),
        "check-digits": _(
            "The check digits of this enterprise number are wrong. Compare it with an official document."
        ),
    },
    "face-value-above-maximum": _(
        "%(asked_cents)s per voucher is more than the legal maximum of %(maximum_cents)s (%(period)s; "
        "source: %(sources)s). Enter at most %(maximum_cents)s."
    ),
    "face-value-impossible": _("Enter what one voucher is worth: more than 0 euro, for example 8,00."),
    "form-not-allowed": _(
        "%(product)s may not be given in this form (%(form)s): the law allows them on a card only, %(period)s "
        "(source: %(sources)s). Choose the electronic form."
    ),
    "iban-invalid": {
        "": _("This is not an account number. Enter the whole IBAN, for example BE68 5390 0754 7034."),
        "empty": _("Enter the account number (IBAN), for example BE68 5390 0754 7034."),
        "check-digits": _("The check digits of this account number are wrong. Compare it with a bank statement."),
    },
    "identifier-invalid": {
        "": _("This is not a national number. It has 11 digits and stands on the identity card."),
        "empty": _("Enter the national number: 11 digits, on the back of the identity card."),
        "length": _(
            "A national number has 11 digits, a temporary number at most 20 characters; this one has %(digit_count)s. "
            "Check that none is missing or doubled."
        ),
        "characters": _(
            "A national number has only digits; dots and dashes between them are fine. For a number of your social "
            "secretariat, tick “This is a temporary number”."
        ),
        "check-digits": _(
            "The check digits of this number are wrong, so one of the digits is. Compare it with the identity card."
        ),
    },
    "loading-date-impossible": {
        "": _("Choose a loading date from %(earliest_on)s to %(latest_on)s."),
        "past": _("The loading date is in the past. Choose today (%(earliest_on)s) or a later day."),
        "too-far": _("The loading date is too far ahead. Choose one up to %(latest_on)s."),
    },
    "month-impossible": {
        "": _("Choose a month from %(earliest_month_on)s to %(latest_month_on)s."),
        "too-old": _("This month is too long ago. Choose %(earliest_month_on)s or a later month."),
        "too-far": _("This month is too far ahead. Choose one up to %(latest_month_on)s."),
    },
    "paper-amount-impossible": {
        "": _("This amount can't be given in vouchers of %(value_cents)s. Choose another amount."),
        "not-whole": _(
            "%(amount_cents)s is not a whole number of vouchers of %(value_cents)s. Enter %(lower_cents)s or "
            "%(higher_cents)s, or choose another value of each voucher in step 1."
        ),
        "too-many": _(
            "%(amount_cents)s would be more than %(count_max)s vouchers of %(value_cents)s for one person. Choose a higher "
            "value of each voucher in step 1."
        ),
    },
    "paper-value-unknown": _("A voucher on paper can be worth %(values)s euro. Choose one of these."),
    "product-closed": {
        "": _("%(product)s can't be ordered for that date: no law allows them then. Choose another product."),
        "ended": _(
            "%(product)s can't be given any more: the law allowed them until %(last_on)s (source: %(sources)s). Choose another "
            "product."
        ),
    },
    "replacement-fee-above-maximum": _(
        "Replacing a card may cost at most %(maximum_cents)s, one meal voucher; the tariff says %(fee_cents)s. "
        "Contact customer service: the tariff must be corrected."
    ),
    "voucher-count-impossible": _(
        "Enter a whole number of vouchers, from 0 to %(maximum_count)s (the days of that month)."
    ),
    "worker-share-below-minimum": {
        "": _(
            "The employee pays at least %(minimum_cents)s of each meal voucher (source: %(sources)s); "
            "%(worker_share_cents)s leaves no room for that. Enter a higher face value."
        ),
        "share": _(
            "The employee pays at least %(minimum_cents)s of each meal voucher (source: %(sources)s); "
            "%(worker_share_cents)s is less. Raise the employee's share: in step 1 of the order, or in its column of the Excel "
            "form."
        ),
        "in-quote": _(
            "The employee pays at least %(minimum_cents)s of each meal voucher (source: %(sources)s). Enter that or more."
        ),
    },
    "worker-share-impossible": {
        "": _(
            "The employee's share of %(worker_share_cents)s is more than the voucher of %(face_value_cents)s is worth. Enter "
            "a higher face value, or lower the employee's share: in step 1 of the order, or in its column of the Excel form."
        ),
        "in-quote": _(
            "The employee can't pay more than the %(face_value_cents)s that the voucher is worth. Enter a smaller share."
        ),
    },
}
