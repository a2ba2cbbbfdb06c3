"""The contact form, questions, leads and offers: nobody is kept out, and the longest words fit."""

import os

import pytest
from looks import LAPTOP, OPEN_DETAILS, PHONE, barriers, misfits
from playwright.sync_api import Page
from sales import a_question, an_offer
from steps import DORA

from tegoed.clients.models import User
from tegoed.flows.contact_questions import send_answer
from tegoed.flows.offers import draft_offer, send_offer
from tegoed.quotes.leads import add_lead_note
from tegoed.quotes.offers import decline_offer, digest_of
from tegoed.rules.dates import brussels_today

pytestmark = pytest.mark.browser

LANGUAGES = ("de",)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def addresses(site) -> dict[str, list[str]]:
    """Each page with something on it; first those for anybody."""
    dora, today = site.cast.staff_member, brussels_today()
    waiting, answered = a_question(), a_question(message=f"Waar is mijn kaart? {LONG_WORD}", name=LONG_WORD)
    send_answer(question_id=answered.pk, text="Onderweg naar je werkplek.", seen_answer_count=0, actor=dora)
    offer = an_offer(site.cast)
    add_lead_note(lead_id=offer.lead_id, text=f"Belt maandag terug. {LONG_WORD}", actor=dora)
    send_offer(offer_id=offer.pk, shown=digest_of(offer), on=today, actor=dora)
    draft = draft_offer(lead=offer.lead, source=offer, on=today, actor=dora)
    refused = an_offer(site.cast, company_name=LONG_WORD)
    send_offer(offer_id=refused.pk, shown=digest_of(refused), on=today, actor=dora)
    decline_offer(quote_id=refused.pk, reason="Te duur voor ons.", on=today)
    office = [
        "",
        "contact/",
        "contact/?state=all",
        f"contact/{waiting.pk}/",
        f"contact/{answered.pk}/",
        "sales/",
        "sales/add/",
        f"sales/{offer.lead_id}/",
        f"sales/{offer.lead_id}/edit/",
        f"sales/{refused.lead_id}/",
        f"offers/{offer.pk}/",
        f"offers/{refused.pk}/",
        f"offers/{draft.pk}/",
        f"offers/{draft.pk}/terms/",
        f"offers/{draft.pk}/lines/2/",
        f"offers/{draft.pk}/preview/",
    ]
    return {
        "": ["/contact/", "/contact/?who=employer", f"/quote/{offer.token}/"],
        DORA: [f"/office/{path}" for path in office],
    }


def test_no_page_of_sales_keeps_anybody_out(site, addresses, axe: str) -> None:
    faults: dict[str, list[str]] = {}
    for email, paths in addresses.items():
        page = site.open_page(reduced_motion="reduce", locale="nl-BE" if not email else "en-GB")
        if email:
            site.sign_in(page, email)
        faults |= barriers(page, paths, axe=axe)
        for language in LANGUAGES if email else ():
            User.objects.filter(email=email).update(language=language)
            for path in paths:
                page.goto(path)
                page.evaluate(OPEN_DETAILS)
                for width in (PHONE, LAPTOP):
                    if found := misfits(page, width):
                        faults[f"{path} {language} {width}"] = found
                    _picture(page, path, language, width)
        for path in () if email else paths:
            page.goto(path)
            for width in (PHONE, LAPTOP):
                page.set_viewport_size({"width": width, "height": 900})
                _picture(page, path, "nl", width)
    assert faults == {}


def _picture(page: Page, path: str, language: str, width: int) -> None:
    folder = os.environ.get("TEGOED_PICTURES")
    if folder:
        name = path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-")
        page.screenshot(path=f"{folder}/{name}-{language}-{width}.png", full_page=True)
