"""A prospect at the public pages: a quote, what is filled in to accept it, and the link in a mail."""

import re

import django.test
from cast import Cast
from django.core import mail
from django.urls import reverse

from tegoed.outbox.actions import send_due_messages
from tegoed.quotes.actions import Prospect, QuoteWish, make_quote
from tegoed.quotes.models import Quote
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import Circumstances

ENTERPRISE_NUMBER = "BE 0428.759.497"
EMAIL = "an@maes.example"
PASSWORD = "a sturdy butcher's block"


def visitor(language: str = "en") -> django.test.Client:
    """A browser that nobody is signed in with."""
    return django.test.Client(headers={"accept-language": language})


def quote_of(cast: Cast, *, prospect: Prospect | None = None) -> Quote:
    """Meal and eco on cards, for ten people."""
    wishes = [
        QuoteWish(
            Product.MEAL, Form.ELECTRONIC, cast.tariff, 10, 10 * 20 * 800, voucher_count=20, face_value_cents=800
        ),
        QuoteWish(Product.ECO, Form.ELECTRONIC, cast.tariff, 10, 100_000),
    ]
    return make_quote(
        wishes=wishes, circumstances=Circumstances(site_count=1), language="en", on=brussels_today(), prospect=prospect
    )


def filled_in(**particulars: str) -> dict[str, str]:
    """The form as An fills it in."""
    return {
        "company_name": "Slagerij Maes bv",
        "enterprise_number": ENTERPRISE_NUMBER,
        "street": "Veemarkt 3",
        "postcode": "2800",
        "town": "Mechelen",
        "billing_email": "facturen@maes.example",
        "name": "An Maes",
        "function": "Zaakvoerder",
        "email": EMAIL,
        "language": "nl",
        "agrees": "on",
    } | particulars


def accept(quote: Quote, browser: django.test.Client | None = None, **particulars: str):
    """Send the form; the answer."""
    address = reverse("quote-accept", args=[quote.token])
    return (browser or visitor()).post(address, filled_in(**particulars))


def link_in_last_mail() -> str:
    """The path of the one-time link in the mail sent last."""
    send_due_messages()
    found = re.search(r"http://localhost(/invitation/[A-Za-z0-9_-]+/)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


def sign_up(browser: django.test.Client, link: str, **typed: str):
    """Fill in the page of the link; the answer."""
    return browser.post(link, {"full_name": "An Maes", "password": PASSWORD, "repeated": PASSWORD} | typed)
