"""What is agreed to by accepting a quote, in the language that is active now (SPEC Q3)."""

from django.utils.formats import date_format
from django.utils.translation import gettext

from tegoed.quotes.models import Quote


def sentence_to_accept(quote: Quote) -> str:
    """The sentence that is ticked, and kept as it was read: which quote, and which contracts come of it."""
    contracts = [f"{line.get_product_display()} ({line.get_form_display()})" for line in quote.lines.all()]
    sentence = gettext(
        "I may act for this company. I accept quote %(quote)s of %(day)s for it, and sign from today a contract at the prices "
        "of this quote for: %(contracts)s."
    )
    return sentence % {
        "quote": quote.pk,
        "day": date_format(quote.made_on, "DATE_FORMAT"),
        "contracts": "; ".join(contracts),
    }
