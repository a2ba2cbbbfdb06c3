"""No word of what comes before the first order is longer than its place, in any language; axe looks in the tests of each part."""

import pytest
from cast import hire
from looks import words_too_long
from paper_story import paper_draft, sign_gift_on_paper
from prospect import quote_of
from sales import a_question, an_offer
from steps import ALICE, DORA

from tegoed.clients.invitations import invite
from tegoed.demo.story import MERCHANTS
from tegoed.merchants.importing import import_merchants
from tegoed.merchants.models import Merchant

pytestmark = pytest.mark.browser


def test_the_longest_words_of_the_first_week_fit(site) -> None:
    bakery = site.cast.bakery
    quote, offer, question = quote_of(site.cast), an_offer(site.cast), a_question()
    import_merchants(file_name=MERCHANTS.name, content=MERCHANTS.read_bytes(), is_invented=True, actor=None)
    _invitation, token = invite(
        email="noor@bakkerij.example", full_name="Noor", language="nl", client=bakery, role="orderer", actor=None
    )
    sign_gift_on_paper(bakery, site.cast.tariff)
    order = paper_draft(bakery, hire(bakery, 2))
    paths = {
        None: [
            "/quote/?meal=on&eco=on&gift=on&gift_form=paper&sport_culture=on", f"/quote/{quote.token}/",
            f"/quote/{quote.token}/accept/", f"/quote/{quote.token}/accepted/",
            f"/invitation/{token}/", "/contact/", "/contact/?who=employer", "/help/",
            "/help/which-agreement/", "/acceptance-points/", "/acceptance-points/?where=Gent", "/products/meal/",
        ],
        ALICE: [
            f"/c/{bakery.pk}/{path}"
            for path in ("contracts/", "contracts/sign/sport_culture/paper/", "users/", "users/invite/", "log/", "secretariat/",
                         "orders/new/", f"orders/{order.pk}/lines/", f"orders/{order.pk}/check/")
        ],
        DORA: [
            f"/office/{path}"
            for path in ("sales/", f"sales/{offer.lead_id}/", f"offers/{offer.pk}/", "contact/", f"contact/{question.pk}/",
                         "merchants/", f"merchants/{Merchant.objects.earliest('id').pk}/", "merchants/lists/", "secretariats/",
                         "print-batches/")
        ],
    }  # fmt: skip
    assert words_too_long(site, paths) == {}
