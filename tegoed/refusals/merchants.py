"""Sentences for what is refused about merchants, acceptance points and lists of them."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "merchant-known-already": _(
        "“%(name)s” is such a merchant already. Look for it in the list and change that one, or give this one another "
        "enterprise number."
    ),
    "point-known-already": _(
        "This merchant has “%(name)s” at the same address. Look for it below and change that one, or correct the address."
    ),
    "merchant-file-changed-meanwhile": _(
        "Merchants were changed since this was shown, so nothing was taken over. Look at what the file changes now, then take "
        "it over."
    ),
    "merchant-file-decided": _(
        "This file was taken over or given up before. Upload it again if you want to look at it."
    ),
    "merchant-rows-faulty": _(
        "Row %(row)s, %(heading)s: %(refusal)s Nothing was taken over; cells that are wrong: %(fault_count)s."
    ),
    "merchant-file-refused": {
        "empty": _("The file is empty. Save the list as CSV once more and choose that file."),
        "too-large": _("The file is larger than %(megabytes_max)s MB. Divide the list over several files."),
        "kind": _("This is no CSV file. In the spreadsheet choose “Save as”, then CSV (UTF-8), and send that file."),
        "encoding": _(
            "The letters of this file can't be read. In the spreadsheet choose “Save as”, then CSV (UTF-8), and send that file."
        ),
        "quotes": _(
            "From row %(row)s on the columns can't be told apart: a quotation mark has no partner, or a cell is too long. "
            "Correct that cell and save the list as CSV once more."
        ),
        "header": _(
            "No row with headings was found. The first row names the columns, for example Merchant, Street and number, Postcode, "
            "Town, Vouchers."
        ),
        "column-missing": _("The column “%(heading)s” is missing. Add it, with that heading in the first row."),
        "heading-twice": _("Two columns mean the same: “%(heading)s”. Remove one of them."),
        "too-many-rows": _("The list has more than %(count_max)s rows. Divide it over several files."),
        "too-many-columns": _("A row has more than %(count_max)s columns. Remove what is behind the list."),
        "no-rows": _("There is nothing below the headings. Fill in at least one row."),
    },
    "merchant-cell": {
        "missing": _("This cell is empty. Fill it in."),
        "too-long": _("This text is longer than %(length_max)s characters. Shorten it."),
        "national-number": _(
            "A national number stands here, and it belongs in its own field only, where it is kept encrypted. Take it out."
        ),
        "postcode-unknown": _("“%(value)s” is no Belgian postcode. Write its four digits, for example 9000."),
        "coordinate": _("This is no number of degrees. Write for example 50.8466, or leave it empty."),
        "outside-belgium": _(
            "This lies outside Belgium. Check whether latitude and longitude were swapped, or leave both empty."
        ),
        "one-coordinate": _("Latitude and longitude go together. Fill in both, or leave both empty."),
        "product-unknown": _(
            "“%(value)s” is no kind of voucher. Write meal, eco, gift, sport and culture or consumption, with a comma "
            "between them."
        ),
        "web-address": _("This is no address on the web. Write for example https://www.shop.example."),
        "yes-or-no": _("Write yes or no, or leave it empty."),
        "place-and-online": _(
            "A row is a shop with an address or an online shop, not both. Put the online shop on a row of its own."
        ),
        "neither-place-nor-online": _("Fill in street, postcode and town, or the address of the online shop."),
        "twice": _("This shop stands on row %(other_row)s already. Remove one of the two."),
        "told-otherwise": _("On row %(other_row)s the same merchant has something else here. Make both rows the same."),
        "with-and-without-number": _(
            "This merchant has an enterprise number in one row and none in row %(other_row)s. Fill it in on both, or on neither."
        ),
    },
}
