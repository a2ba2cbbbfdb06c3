"""The words of an offer and of the mail it goes out with, in the language of the prospect."""

from django.utils.translation import gettext, override

from tegoed.clients.queries import the_issuer
from tegoed.flows.legal_words import day_in_words
from tegoed.flows.mails import page_address
from tegoed.quotes.models import Quote
from tegoed.rules.money import format_euro


def estimate_in_words() -> str:
    """What an offer's amounts are worth, in the language that is active now (SPEC Q2)."""
    return gettext(
        "These amounts estimate the highest cost: the numbers of vouchers and of beneficiaries may change when you order, and "
        "each order counts anew."
    )


def offer_mail(offer: Quote) -> tuple[str, str]:
    """(subject, text): where to see and accept the offer, until when, what it comes to at most. Raises `IssuerNotSetUp`.

    The subject holds nothing that somebody typed.
    """
    lead = offer.lead
    assert lead is not None  # noqa: S101 - an offer is always made for a lead
    with override(offer.language):
        facts = {
            "name": lead.contact_name,
            "company": lead.company_name,
            "offer": offer.pk,
            "version": offer.version,
            "total": format_euro(offer.total_cents, offer.language),
            "until": day_in_words(offer.valid_until),
            "page": page_address("quote-stored", token=offer.token),
            "message": f"{offer.message}\n\n" if offer.message else "",
            "estimate": estimate_in_words(),
            "author": offer.made_by.full_name if offer.made_by else "",
            "issuer": the_issuer().name,
        }
        if offer.version > 1:
            subject = gettext("Our offer %(offer)s, version %(version)s, from %(issuer)s") % facts
        else:
            subject = gettext("Our offer %(offer)s from %(issuer)s") % facts
        text = (
            gettext(
                "Hello %(name)s,\n\n"
                "%(message)s"
                "Here is our offer for %(company)s, as PDF too. It comes to %(total)s at most, costs and VAT included. "
                "%(estimate)s\n\n"
                "See the offer, and accept it if it suits you: %(page)s\n"
                "It is good until %(until)s.\n\n"
                "%(author)s\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text
