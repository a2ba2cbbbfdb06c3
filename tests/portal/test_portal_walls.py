"""Who gets in where: every address of the portal, tried by everybody of the cast."""

from itertools import product

import pytest
from bank import Payment, payment_of
from cast import draft_of, hire
from django.urls import reverse
from order_forms import meal_row, taken
from story import received_from_bank

from tegoed.banking.models import ClientBankAccount, StatementLine
from tegoed.billing.models import CreditNote
from tegoed.cards.models import Card
from tegoed.clients.actions import add_member
from tegoed.clients.models import Role, User
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.refunds import ask_refund_of_credit
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.orders.monthly_templates import make_template
from tegoed.orders.queries import preview_of
from tegoed.portal.urls import urlpatterns
from tegoed.treasury.models import MandateScheme
from tegoed.uploads.models import Upload

NAMES = [pattern.name for pattern in urlpatterns]
WRITING = {"beneficiary-add", "order-new", "order-start", "order-lines", "order-check", "order-discard"}
WRITING |= {"card-report", "card-renewals"}
WRITING |= {"beneficiary-edit", "beneficiary-deactivate", "beneficiary-reactivate", "beneficiary-number"}
WRITING |= {"beneficiary-many", "beneficiary-show-number", "site-add", "site-edit", "site-close", "site-reopen"}
WRITING |= {"cost-centre-rename", "invoice-groups"}
POST_ONLY = {"beneficiary-many", "beneficiary-show-number", "site-reopen"}
POST_ONLY |= {"beneficiary-search", "card-renewals"}
WRITING |= {"beneficiary-excel-filled", "beneficiary-excel-send", "beneficiary-import", "beneficiary-import-apply"}
WRITING |= {"upload", "upload-progress", "upload-remarked", "upload-go-on", "upload-discard"}
POST_ONLY |= {"beneficiary-excel-filled", "beneficiary-excel-send", "beneficiary-import-apply"}
POST_ONLY |= {"upload-go-on", "upload-discard"}
SHOWN_ELSEWHERE = {"upload", "upload-progress", "upload-remarked"}
"""A file that is ready is looked at on the page of its kind: these send the reader there, or have nothing yet."""
WRITING |= {"order-cancel", "order-change", "order-approve", "order-send-back", "company-edit", "company-four-eyes"}
POST_ONLY |= {"order-approve", "order-send-back", "company-four-eyes"}
SHOWN_ELSEWHERE |= {"order-cancel", "order-change"}
OF_ORDER_FORM = {"order-import", "order-import-confirm", "order-import-discard"}
WRITING |= OF_ORDER_FORM | {"order-excel", "order-form-filled", "order-form-empty"}
WRITING |= {"order-copy", "order-repeat", "order-template", "order-template-stop"}
POST_ONLY |= {"order-form-filled", "order-form-empty", "order-import-confirm", "order-import-discard"}
OF_BOOKKEEPERS = {"billing-contact-add", "billing-contact", "billing-contact-remove"}
"""Owners and accountants write these; orderers don't."""
WRITING |= OF_BOOKKEEPERS
POST_ONLY |= {"billing-contact-remove"}
BOOKKEEPING = {"invoices", "invoices-download", "invoice", "invoice-pdf", "invoice-xml", "account", "account-pdf"}
BOOKKEEPING |= {"credit-note", "credit-note-pdf", "credit-note-xml", "account-csv", "account-xlsx"}
BOOKKEEPING |= {
    "payments",
    "credit",
    "direct-debit",
    "direct-debit-pdf",
    "costs",
    "costs-csv",
    "costs-xlsx",
    "billing-contacts",
} | OF_BOOKKEEPERS
WRITING |= {"payment-claim", "payment-deny"}
POST_ONLY |= {"payment-claim", "payment-deny"}
WRITING |= {"contract-sign"}
WRITING |= {"credit-use", "credit-automatic", "credit-ask-back", "credit-withdraw"}
WRITING |= {"direct-debit-sign", "direct-debit-revoke"}
POST_ONLY |= {"credit-use", "credit-automatic", "credit-withdraw", "direct-debit-revoke"}
HUGE = 10**30


@pytest.fixture
def bakery_things(cast):
    """Ids of everything a portal address can name, all of the bakery."""
    people = hire(cast.bakery, 3)
    draft = draft_of(cast.bakery, people)
    order = draft_of(cast.bakery, people)
    total_cents = preview_of(order).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=order.pk, actor=cast.alice, confirmed_total_cents=total_cents)
    invoice = invoice_order(order_id=order.pk)[0]
    cancelled = draft_of(cast.bakery, hire(cast.bakery, 1, first=40))
    total_cents = preview_of(cancelled).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=cancelled.pk, actor=cast.alice, confirmed_total_cents=total_cents)
    invoice_order(order_id=cancelled.pk)
    cancel_order(client=cast.bakery, order_id=cancelled.pk, actor=cast.alice)
    ClientBankAccount.objects.create(client=cast.bakery, iban=Payment(1).account)
    received_from_bank([Payment(500, free="?")])
    upload = Upload.objects.create(
        client=cast.bakery,
        kind="beneficiaries",
        byte_count=0,
        state="ready",
        summary={"counts": dict.fromkeys(("new", "changed", "deactivated", "reactivated", "unchanged"), 0)},
    )
    template = make_template(
        client=cast.bakery, order_id=order.pk, name="Meal", loading_day=20, draft_days_before=7, actor=cast.alice
    )
    cast.issuer.creditor_identifier = "BE81ZZZ0123456749"
    cast.issuer.save()
    mandate = sign_mandate(
        client=cast.bakery,
        scheme=MandateScheme.CORE,
        iban="BE71096123456769",
        signer_name="Alice",
        signer_function="Owner",
        signed_from="192.0.2.7",
        actor=cast.alice,
    )
    received_from_bank([payment_of(invoice, invoice.total_cents + 600)])  # 500 asked back, 100 left
    refund = ask_refund_of_credit(
        client=cast.bakery, amount_cents=500, iban="BE71096123456769", reason="", actor=cast.alice
    )
    return {
        "contract_id": cast.bakery.contracts.first().pk,
        "product": "sport_culture",
        "form": "paper",
        "mandate_id": mandate.pk,
        "refund_id": refund.pk,
        "upload_id": upload.pk,
        "order_form_id": taken(cast.bakery, [meal_row(0)]).pk,
        "template_id": template.pk,
        "beneficiary_id": people[0].pk,
        "site_id": cast.sites[0].pk,
        "order_id": draft.pk,
        "invoice_id": invoice.pk,
        "credit_note_id": CreditNote.objects.first().pk,
        "contact_id": cast.bakery.billing_contacts.get().pk,
        "line_id": StatementLine.objects.get(state="suspense").pk,
        "card_id": Card.objects.get(person_id=people[0].person_id).pk,
    }


def address(name: str, client, things: dict[str, int]) -> str:
    """The address `name`, filled in as far as it asks."""
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    if name in OF_ORDER_FORM:
        things = things | {"upload_id": things["order_form_id"]}
    asked = {key: value for key, value in things.items() if key in pattern.pattern.converters}
    return reverse(f"portal:{name}", kwargs={"client_id": client.pk, **asked})


METHODS = ("get", "post")
LOOKING = [name for name in NAMES if name not in WRITING | POST_ONLY]


def test_the_list_of_writing_pages_names_existing_addresses():
    assert set(NAMES) >= WRITING | POST_ONLY


# Each test tries all addresses with one cast: making the cast anew for each of some 500 questions would take minutes.


def test_another_company_is_told_that_nothing_is_there(cast, bakery_things, browser_of):
    browser = browser_of(cast.charlie)
    for name, method in product(NAMES, METHODS):
        answer = getattr(browser, method)(address(name, cast.bakery, bakery_things))
        assert answer.status_code == 404, (name, method)
        assert cast.bakery.name not in answer.content.decode(), (name, method)


def test_things_of_another_company_are_not_there_under_ones_own_address(cast, bakery_things, browser_of):
    browser = browser_of(cast.charlie)
    for pattern, method in product(urlpatterns, METHODS):
        if "/<int:" not in str(pattern.pattern):
            continue
        answer = getattr(browser, method)(address(pattern.name, cast.garage, bakery_things))
        right = {404, 405} if method == "post" or pattern.name in POST_ONLY else {404}
        assert answer.status_code in right, (pattern.name, method)


def test_a_stranger_is_sent_to_sign_in(cast, bakery_things, browser_of):
    browser = browser_of(None)
    for name, method in product(NAMES, METHODS):
        answer = getattr(browser, method)(address(name, cast.bakery, bakery_things))
        assert answer.status_code == 302, (name, method)
        assert answer["Location"].startswith(reverse("account_login")), (name, method)


def test_a_viewer_may_not_write(cast, bakery_things, browser_of):
    browser = browser_of(cast.bob)
    for name, method in product(sorted(WRITING), METHODS):
        answer = getattr(browser, method)(address(name, cast.bakery, bakery_things))
        assert answer.status_code == 403, (name, method)


def test_a_viewer_may_look_and_sees_no_writing_buttons(cast, bakery_things, browser_of):
    browser = browser_of(cast.bob)
    writing = {address(name, cast.bakery, bakery_things) for name in WRITING}
    for name in LOOKING:
        answer = browser.get(address(name, cast.bakery, bakery_things))
        assert answer.status_code == 200, name
        if answer["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            assert not [way for way in writing if way in page], name


def test_an_owner_may_open_every_page(cast, bakery_things, browser_of):
    browser = browser_of(cast.alice)
    for name in set(NAMES) - POST_ONLY - SHOWN_ELSEWHERE:
        assert browser.get(address(name, cast.bakery, bakery_things)).status_code == 200, name


def test_pages_to_look_at_take_no_post(cast, bakery_things, browser_of):
    browser = browser_of(cast.alice)
    for name in LOOKING:
        assert browser.post(address(name, cast.bakery, bakery_things)).status_code == 405, name


def test_numbers_that_no_database_holds_are_not_there(cast, bakery_things, browser_of):
    browser = browser_of(cast.alice)
    things = dict.fromkeys(bakery_things, HUGE)
    for name in set(NAMES) - POST_ONLY:
        if str(HUGE) in address(name, cast.bakery, things):
            assert browser.get(address(name, cast.bakery, things)).status_code == 404, name
        own = address(name, cast.bakery, bakery_things)
        assert browser.get(own.replace(f"/c/{cast.bakery.pk}/", f"/c/{HUGE}/", 1)).status_code == 404, name


def test_an_accountant_opens_what_is_about_money_and_nothing_else(cast, bakery_things, browser_of):
    accountant = User.objects.create_user("frank@kantoor.example", full_name="Frank", language="en")
    add_member(client=cast.bakery, user=accountant, role=Role.ACCOUNTANT, actor=None)
    browser = browser_of(accountant)
    kept_out = {address(name, cast.bakery, bakery_things) for name in set(NAMES) - BOOKKEEPING - {"overview"}}
    for name, method in product(set(NAMES) - {"overview"}, METHODS):
        answer = getattr(browser, method)(address(name, cast.bakery, bakery_things))
        if name not in BOOKKEEPING:
            assert answer.status_code == 403, (name, method)
        elif method == "get" and name not in POST_ONLY:
            assert answer.status_code == 200, name
            if answer["Content-Type"].startswith("text/html"):
                page = answer.content.decode()
                assert not [way for way in kept_out if f'"{way}"' in page], name
                assert "Janssens" not in page, name
    start = browser.get(reverse("portal:overview", args=[cast.bakery.pk]))
    assert (start.status_code, start["Location"]) == (302, reverse("portal:invoices", args=[cast.bakery.pk]))


def test_an_accountant_of_another_company_finds_nothing(cast, bakery_things, browser_of):
    accountant = User.objects.create_user("frank@kantoor.example", full_name="Frank", language="en")
    add_member(client=cast.garage, user=accountant, role=Role.ACCOUNTANT, actor=None)
    browser = browser_of(accountant)
    for name, method in product(NAMES, METHODS):
        answer = getattr(browser, method)(address(name, cast.bakery, bakery_things))
        assert answer.status_code == 404, (name, method)


def test_an_orderer_looks_at_billing_contacts_and_changes_none(cast, bakery_things, browser_of):
    orderer = User.objects.create_user("erik@bakkerij.example", full_name="Erik", language="en")
    add_member(client=cast.bakery, user=orderer, role=Role.ORDERER, actor=None)
    browser = browser_of(orderer)
    assert browser.get(address("billing-contacts", cast.bakery, bakery_things)).status_code == 200
    for name, method in product(OF_BOOKKEEPERS, METHODS):
        assert getattr(browser, method)(address(name, cast.bakery, bakery_things)).status_code == 403, (name, method)


def test_staff_of_the_issuer_are_no_members(cast, browser_of):
    assert browser_of(cast.staff_member).get(reverse("portal:overview", args=[cast.bakery.pk])).status_code == 404
