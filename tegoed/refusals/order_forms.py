"""Sentences for what is refused or doubted in an order form."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "order-form-asks-nothing": _(
        "No row asks for vouchers. Fill in a number and a face value (meal vouchers) or an amount (all others) for at "
        "least one person."
    ),
    "order-form-awaits-approval": _(
        "The orders of this form wait for approval. Who approves them can send them back; then you can discard the form."
    ),
    "order-form-cell-missing": {
        "": _("This row asks for vouchers and this cell is empty. Fill it in, or empty the number and the amount too."),
        "amount": _("Fill in the amount in euro for this person, for example 50,00."),
        "face_value": _("Fill in what one voucher is worth, for example 8,00."),
        "loading_on": _("Fill in the loading date, or give one for all rows when you send the file."),
        "product": _("Fill in which vouchers you order. You have a contract for more than one product."),
        "voucher_count": _("Fill in how many vouchers this person gets."),
    },
    "order-form-confirmed-whole": _(
        "This order came with others in one Excel form, and they go together. Open the form to confirm or discard all "
        "of them."
    ),
    "order-form-contract-missing": _(
        "You have no contract for %(product)s. Rows that ask for it: %(row_count)s (row numbers: %(rows)s). Sign the "
        "contract first, or take them out."
    ),
    "order-form-has-no-drafts": _(
        "There is nothing left to confirm: the orders of this form were cancelled. Discard the form and send it again if "
        "you still want them."
    ),
    "order-form-newcomer-incomplete": {
        "": _("This person isn't one of your beneficiaries yet, and this cell is needed to add them. Fill it in."),
        "birth_on": _("This person isn't one of your beneficiaries yet. Fill in the date of birth to add them."),
        "first_name": _("This person isn't one of your beneficiaries yet. Fill in the first name to add them."),
        "home": _(
            "This person isn't one of your beneficiaries yet and the card goes to their home. Fill in street, postcode "
            "and town."
        ),
        "last_name": _("This person isn't one of your beneficiaries yet. Fill in the last name to add them."),
        "site": _(
            "This person isn't one of your beneficiaries yet. Fill in the workplace where the card goes, or “at home” "
            "with the address."
        ),
        "site-unknown": _(
            "You have no open workplace called “%(site)s”. Write the name as it stands in your list of workplaces, or "
            "add the workplace first."
        ),
    },
    "order-form-person-differs": {
        "": _("We know this person otherwise: %(known)s. An order changes nothing of a beneficiary; edit the profile."),
        "birth_on": _(
            "We know another date of birth of this person: %(known_on)s. The order doesn't change it. Check the number; "
            "if the date is wrong, edit the profile."
        ),
        "first_name": _(
            "We know this person by another first name: %(known)s. The order doesn't change it. Check the number; if the "
            "name is wrong, edit the profile."
        ),
        "last_name": _(
            "We know this person by another last name: %(known)s. The order doesn't change it. Check the number; if the "
            "name is wrong, edit the profile."
        ),
    },
    "order-form-person-inactive": _(
        "%(beneficiary)s is not active, so nothing can be ordered for them. Reactivate the person in the list of "
        "beneficiaries, or take this row out."
    ),
    "order-form-person-twice": _(
        "The same person stands in row %(row)s for the same product, month and loading date. Keep one of the two rows "
        "with the right amount."
    ),
    "order-form-rows-disagree": {
        "": _(
            "Row %(row)s has the same number and says something else. One number is one person: correct one of the rows."
        ),
        "birth_on": _("Row %(row)s has the same number with another date of birth. Correct one of the two rows."),
        "first_name": _("Row %(row)s has the same number with another first name. Correct one of the two rows."),
        "last_name": _("Row %(row)s has the same number with another last name. Correct one of the two rows."),
    },
    "order-form-too-many-orders": _(
        "This form makes %(order_count)s orders, one for each product, loading date, month and occasion; at most "
        "%(order_count_max)s are possible. Use fewer loading dates, or spread the rows over several files."
    ),
}
