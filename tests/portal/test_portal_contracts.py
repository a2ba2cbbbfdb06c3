"""Alice reads what is signed, signs what is missing, and orders; Bob and Charlie can't (SPEC Q4)."""

from io import BytesIO

import pytest
from cast import PASSWORD, hire
from django.db import DatabaseError, transaction
from django.urls import reverse
from order_forms import eco_row, taken
from payroll import SIGNER
from pypdf import PdfReader

from tegoed.audit.models import Event
from tegoed.clients.actions import add_member
from tegoed.clients.contracts import ContractRunning, sign_missing_contract
from tegoed.clients.models import Contract, ContractSignature, Role, Tariff, User
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, FormNotAllowed, Product

HOSTILE = "<b>Alice</b> & co"


def url(cast, name: str, *args) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *args])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def signed(cast, browser, product="gift", form="paper", **changes):
    """Fill in the page as shown and send it."""
    address = url(cast, "contract-sign", product, form)
    sentence = browser.get(address).context["sentence"]
    wish = {"name": "Alice Peeters", "function": "Manager", "agreed": "on", "sentence": sentence} | changes
    return browser.post(address, wish, HTTP_USER_AGENT="Firefox")


def test_the_list_tells_what_runs_what_can_be_signed_and_what_the_law_refuses(cast, browser_of):
    answer = browser_of(cast.alice).get(url(cast, "contracts"))
    said = {
        group: {(str(each.choice.product), str(each.choice.form)) for each in answer.context[group]}
        for group in ("running", "open", "refused")
    }
    assert said["running"] == {("meal", "electronic"), ("eco", "electronic")}
    assert said["open"] == {
        (product, form) for product in ("gift", "sport_culture") for form in ("electronic", "paper")
    }
    assert said["refused"] == {
        ("meal", "paper"),
        ("eco", "paper"),
        ("consumption", "electronic"),
        ("consumption", "paper"),
    }
    page = text_of(answer)
    assert "1 % of the face value" in page
    assert "€4.50 for each card" in page
    assert "Signed outside the portal." in page
    assert "since 1 January 2016" in page  # paper meal vouchers, by the statutory row
    assert "the law allowed them until 31 March 2024" in page  # consumption vouchers, likewise


def test_an_owner_signs_and_who_when_and_which_words_are_kept_for_good(cast, browser_of):
    Tariff.objects.filter(pk=cast.tariff.pk).update(paper_printing_per_voucher_cents=12)
    browser = browser_of(cast.alice)
    answer = signed(cast, browser, name=HOSTILE)
    assert answer["Location"] == url(cast, "contracts")
    contract = Contract.objects.get(client=cast.bakery, product="gift", form="paper")
    assert (contract.tariff, contract.starts_on) == (cast.tariff, brussels_today())
    signature = contract.signature
    assert (signature.name, signature.function, signature.signed_by) == (HOSTILE, "Manager", cast.alice)
    assert (signature.ip_address, signature.user_agent, signature.language) == ("127.0.0.1", "Firefox", "en")
    assert "Gift" in signature.statement
    assert "Printing: €0.12 for each voucher" in signature.statement
    event = Event.objects.get(action="contract:sign", actor_id=cast.alice.pk)
    assert (event.client_id, event.subject_id) == (cast.bakery.pk, contract.pk)
    page = text_of(browser.get(url(cast, "contracts")))
    assert "Signed by &lt;b&gt;Alice&lt;/b&gt; &amp; co, Manager" in page
    office = text_of(browser_of(cast.staff_member).get(reverse("backoffice:client", args=[cast.bakery.pk])))
    assert "&lt;b&gt;Alice&lt;/b&gt; &amp; co" in office
    with pytest.raises(DatabaseError, match="what somebody signed stays"), transaction.atomic():
        ContractSignature.objects.update(name="Somebody else")


def test_without_the_tick_a_name_or_the_prices_of_today_nothing_is_signed(cast, browser_of):
    browser = browser_of(cast.alice)
    assert signed(cast, browser, agreed="").status_code == 422
    assert signed(cast, browser, name=" ").status_code == 422
    answer = signed(cast, browser, sentence="I sign for nothing")
    assert "The prices changed since you opened this page" in text_of(answer)
    assert signed(cast, browser, product="meal").status_code == 200
    assert not ContractSignature.objects.exists()


def test_only_the_law_and_a_running_contract_stand_in_the_way(cast):
    facts = {"client": cast.bakery, "signer": SIGNER, "actor": cast.alice}
    with pytest.raises(FormNotAllowed):
        sign_missing_contract(product=Product.MEAL, form=Form.PAPER, **facts)
    sign_missing_contract(product=Product.GIFT, form=Form.PAPER, **facts)
    with pytest.raises(ContractRunning):
        sign_missing_contract(product=Product.GIFT, form=Form.PAPER, **facts)


def test_who_is_no_owner_reads_who_signs(cast, browser_of):
    ann = User.objects.create_user("ann@bakkerij.example", PASSWORD, full_name="Ann", language="en")
    add_member(client=cast.bakery, user=ann, role=Role.ORDERER, actor=None)
    browser = browser_of(ann)
    page = text_of(browser.get(url(cast, "contracts")))
    assert "Alice (alice@bakkerij.example)" in page
    assert url(cast, "contract-sign", "gift", "paper") not in page
    assert browser.post(url(cast, "contract-sign", "gift", "paper"), {"agreed": "on"}).status_code == 403
    stranger = browser_of(cast.charlie)
    contract = cast.bakery.contracts.first()
    for address in (
        url(cast, "contracts"),
        url(cast, "contract-sign", "gift", "paper"),
        url(cast, "contract-pdf", contract.pk),
        reverse("portal:contract-pdf", args=[cast.garage.pk, contract.pk]),
    ):
        assert stranger.get(address).status_code == 404, address
    assert browser_of(cast.alice).get(url(cast, "contract-sign", "gift", "stone")).status_code == 404


def test_the_way_back_never_leaves_the_client(cast, browser_of):
    browser = browser_of(cast.alice)
    for hostile in ("https://evil.example/", "//evil.example", f"/c/{cast.garage.pk}/", "javascript:alert(1)"):
        page = browser.get(url(cast, "contract-sign", "gift", "paper"), {"next": hostile})
        assert page.context["back"] == url(cast, "contracts"), hostile
    answer = signed(cast, browser, next=url(cast, "orders"))
    assert answer["Location"] == url(cast, "orders")


def test_step_1_names_the_missing_contract_signs_it_and_comes_back_with_what_was_typed(cast, browser_of):
    hire(cast.bakery, 1)
    browser = browser_of(cast.alice)
    signed(cast, browser, product="sport_culture", form="paper")  # so that step 1 asks the form
    signed(cast, browser, product="gift", form="electronic")
    wish = {
        "product": "gift",
        "form": "paper",
        "paper_value": "2000",
        "loading_on": brussels_today().isoformat(),
        "reference": "Santa",
    }
    answer = browser.post(url(cast, "order-new"), wish)
    assert "You have no running contract for this: Gift vouchers (On paper)" in text_of(answer)
    missing = answer.context["missing"]
    page = browser.get(missing)
    sent = {"name": "Alice", "function": "Manager", "agreed": "on", "sentence": page.context["sentence"]}
    back = browser.post(missing, sent | {"next": page.context["back"]})["Location"]
    again = browser.get(back).context["form"]
    assert {name: again[name].value() for name in wish} == wish
    assert browser.post(url(cast, "order-new"), wish).status_code == 302
    order = Order.objects.get(reference="Santa")
    assert (order.form, order.paper_value_cents) == ("paper", 2_000)
    meal = browser.post(url(cast, "order-new"), wish | {"product": "meal"})
    assert "may not be given in this form (On paper)" in text_of(meal)
    assert "since 1 January 2016" in text_of(meal)


def test_an_excel_form_without_its_contract_leads_to_signing(cast, browser_of):
    hire(cast.bakery, 1)
    cast.bakery.contracts.filter(product="eco").update(ends_on="2024-12-31")
    upload = taken(cast.bakery, [eco_row(0)])
    browser = browser_of(cast.alice)
    page = browser.get(url(cast, "upload", upload.pk))
    ((product, address),) = page.context["contracts_to_sign"]
    assert product == "Eco vouchers"
    assert browser.get(address).context["back"] == url(cast, "upload", upload.pk)


def test_a_copy_of_an_order_whose_contract_ended_leads_to_signing(cast, browser_of):
    hire(cast.bakery, 1)
    browser = browser_of(cast.alice)
    browser.post(url(cast, "order-new"), {"product": "eco", "loading_on": brussels_today().isoformat()})
    order = Order.objects.get(product="eco")
    cast.bakery.contracts.filter(product="eco").update(ends_on="2024-12-31")
    answer = browser.post(url(cast, "order-copy", order.pk))
    assert answer["Location"].startswith(url(cast, "contract-sign", "eco", "electronic"))
    assert browser.get(answer["Location"]).context["back"] == url(cast, "order-copy", order.pk)


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_the_pdf_tells_parties_prices_and_signature(cast, browser_of, language):
    browser = browser_of(cast.alice)
    signed(cast, browser, name="Élodie Ünal")
    contract = Contract.objects.get(product="gift")
    answer = browser.get(url(cast, "contract-pdf", contract.pk), {"language": language})
    assert answer["Content-Type"] == "application/pdf"
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())
    for text in ("Voorbeeld Uitgever nv", "Bakkerij Peeters bv", "0403.170.701", "Élodie Ünal", "127.0.0.1", "Manager"):
        assert text in words, text
    assert browser.get(url(cast, "contract-pdf", contract.pk), {"language": "xx"}).status_code == 404
