"""What sales has to do with, for tests: a question from the contact form, an offer in preparation."""

from dataclasses import replace

from cast import Cast

from tegoed.contact.actions import NewQuestion
from tegoed.contact.models import ContactQuestion
from tegoed.flows.contact_questions import ask_question
from tegoed.flows.offers import draft_offer, set_offer_line
from tegoed.quotes.actions import Prospect, QuoteWish, make_quote
from tegoed.quotes.models import Quote
from tegoed.quotes.offers import digest_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import Circumstances


def a_question(*, message: str = "Mijn kaart is weg.", name: str = "Noor Janssens") -> ContactQuestion:
    """Asked by an employee, not answered yet."""
    return ask_question(
        asked=NewQuestion(
            asker="employee",
            topic="lost_card",
            name=name,
            email="noor@home.example",
            company="",
            message=message,
            language="nl",
        ),
        is_confirmed=True,
    )


def an_offer(cast: Cast, *, company_name: str = "Fietsen Claes bv") -> Quote:
    """A draft with a line at the standard tariff and one at negotiated prices, begun from a quote of the site."""
    wish = QuoteWish(
        product=Product.ECO, form=Form.ELECTRONIC, tariff=cast.tariff, beneficiary_count=40, amount_cents=400_000
    )
    quote = make_quote(
        wishes=[wish],
        circumstances=Circumstances(),
        language="fr",
        on=brussels_today(),
        prospect=Prospect(company_name=company_name, contact_name="Ine Claes", email="ine@claes.example"),
    )
    draft = draft_offer(lead=quote.lead, source=quote, on=brussels_today(), actor=cast.staff_member)
    return set_offer_line(
        offer_id=draft.pk,
        position=None,
        wish=lambda tariff: QuoteWish(
            product=Product.MEAL,
            form=Form.ELECTRONIC,
            tariff=tariff,
            beneficiary_count=40,
            amount_cents=640_000,
            voucher_count=20,
            face_value_cents=800,
        ),
        product=Product.MEAL,
        form=Form.ELECTRONIC,
        terms=replace(cast.tariff.terms(), service_basis_points=50),
        shown=digest_of(draft),
        on=brussels_today(),
        actor=cast.staff_member,
    )
