"""Words as long as a field takes, without a space in them: the pages keep their columns, on a laptop and on a phone."""

from datetime import date

import pytest
from cast import niss
from looks import LAPTOP, PHONE, misfits
from steps import ALICE

from tegoed.beneficiaries.actions import BeneficiaryParticulars, UsualAmount, add_beneficiary
from tegoed.clients.models import User
from tegoed.orders.actions import start_order
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import read_identifier
from tegoed.rules.products import Product

BROKEN_TABS = """() => [...document.querySelectorAll('.app-tabs a span')]
    .filter(words => words.getClientRects().length > 1 || words.offsetHeight > 20)
    .map(words => words.textContent)"""


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_the_longest_words_push_nothing_out_of_the_window(site, width) -> None:
    bakery = site.cast.bakery
    add_beneficiary(
        client=bakery,
        identifier=read_identifier(niss(1)),
        particulars=BeneficiaryParticulars(
            last_name="X" * 80,
            first_name="Y" * 80,
            birth_on=date(1990, 1, 1),
            language="nl",
            staff_number="S" * 30,
            cost_centre="K" * 40,
            site=site.cast.sites[0],
        ),
        usual_amounts=[UsualAmount(product="meal", voucher_count=20, face_value_cents=800)],
        actor=None,
    )
    order = start_order(
        client=bakery, product=Product.MEAL, reference="R" * 60, loading_on=brussels_today(), actor=None
    )
    page = site.open_page()
    site.sign_in(page, ALICE)
    portal = f"/c/{bakery.pk}/"
    found = {}
    for address in ("", "beneficiaries/", "orders/", f"orders/{order.pk}/start/", f"orders/{order.pk}/lines/"):
        page.goto(portal + address)
        if faults := misfits(page, width):
            found[address] = faults
    assert found == {}


def test_the_menu_of_a_phone_keeps_each_word_whole_in_every_language(site) -> None:
    page = site.open_page(viewport={"width": PHONE, "height": 844})
    site.sign_in(page, ALICE)
    broken = {}
    for language in ("nl", "fr", "en", "de"):
        User.objects.filter(email=ALICE).update(language=language)
        for address in ("", "beneficiaries/", "orders/", "company/"):
            page.goto(f"/c/{site.cast.bakery.pk}/{address}")
            broken[f"{language} {address}"] = page.evaluate(BROKEN_TABS)
    assert not any(broken.values()), broken
