"""Sentences for what is refused about orders."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "beneficiary-not-orderable": {
        "": _(
            "Somebody in this order is no longer an active beneficiary. Go back to step 2: it shows who is active; "
            "check the amounts and save again."
        ),
        "left": _(
            "%(name)s is no longer an active beneficiary. Take this person out (save step 2 again, or discard your Excel "
            "form and send it again without this row), or activate the person again."
        ),
    },
    "costs-changed": _(
        "The costs changed since you opened this page: %(total_cents)s instead of %(shown_cents)s. Nothing was "
        "ordered. Look at the new costs and confirm again."
    ),
    "order-beneficiary-twice": _("%(beneficiary)s is named twice in this order. Keep one line with the right amount."),
    "order-changed-meanwhile": _(
        "This order was changed after you opened this page. Nothing was ordered. Look at what it says now, and go on if it "
        "is right."
    ),
    "order-empty": _("Nobody is in this order yet. Go back to step 2 and fill in at least one beneficiary."),
    "order-line-refused": _("%(beneficiary)s: %(refusal)s"),
    "order-not-draft": _(
        "This order was already confirmed or discarded, so it can't be changed any more. Open the order to see where "
        "it stands."
    ),
    "order-step-not-allowed": _(
        "This order is “%(from_state)s” and can't become “%(to_state)s”. Refresh the page to see where it stands."
    ),
    "print-batch-step-not-allowed": _(
        "This print batch is “%(from_batch)s” and can't become “%(to_batch)s”: somebody else was first. The list shows where it "
        "is now."
    ),
    "too-many-billing-groups": _(
        "These people are in %(group_count)s cost centres or groups, and what is confirmed at once can be divided in at most "
        "%(group_count_max)s. Put cost centres together under “Invoices for each cost centre” on the page of your company, "
        "or order in two parts."
    ),
    "order-too-many-lines": _(
        "This order has %(line_count)s people, and one order takes at most %(line_count_max)s. Split it in two orders."
    ),
}
