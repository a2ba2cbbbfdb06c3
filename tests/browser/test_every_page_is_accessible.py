"""axe finds nothing on any page, light and dark, wide and narrow; nothing sticks out, in any language."""

from datetime import timedelta

import pytest
from bank import Payment, coda_file, payment_of
from cast import draft_of, hire, hire_temporary, niss
from looks import faults_of
from steps import ALICE, DORA
from story import confirmed, invoiced, received_from_bank

from tegoed.banking.models import Statement, StatementLine
from tegoed.beneficiaries.actions import ask_identifier_change, deactivate_beneficiary
from tegoed.beneficiaries.models import Beneficiary
from tegoed.billing.models import CreditNote
from tegoed.billing.reminders import pause_reminders
from tegoed.cards.models import Card, CardState
from tegoed.clients.models import BlockingRule
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.catch_up import catch_up
from tegoed.flows.correct_payments import ask_undo
from tegoed.flows.receive_statement import receive_statement_file
from tegoed.flows.send_reminders import remind_client
from tegoed.orders.models import Order
from tegoed.outbox.models import Message, Transmission, TransmissionState
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import read_identifier

pytestmark = pytest.mark.browser

CHARLIE = "charlie@garage.example"
EXPIRES_SOON_DAYS = 30


@pytest.fixture
def paths(site) -> dict[str | None, list[str]]:
    """The pages by who opens them (None: anybody), on data in every state of the main job; Charlie has none yet."""
    bakery, issuer = site.cast.bakery, site.cast.issuer
    people = hire(bakery, 4)
    loaded, paid = invoiced(bakery, people)
    received_from_bank([*[payment_of(invoice) for invoice in paid], Payment(500, free="?", name="ONBEKEND")])
    catch_up()
    waiting, to_pay = invoiced(bakery, people)
    cancelled, _credited = invoiced(bakery, people)
    cancel_order(client=bakery, order_id=cancelled.pk, actor=site.cast.alice)
    note = CreditNote.objects.get()
    remind_client(client_id=bakery.pk, on=to_pay[0].due_on + timedelta(days=7))
    pause_reminders(
        client=bakery,
        invoice_id=to_pay[0].pk,
        until_on=brussels_today(),
        reason="Belooft te betalen",
        on=brussels_today(),
        actor=site.cast.staff_member,
    )
    issuer.blocking_rule = BlockingRule.ANY_OPEN
    issuer.save()
    held, _none = invoiced(bakery, people)
    processing = confirmed(draft_of(bakery, people))
    draft = draft_of(bakery, people)
    states = [Order.objects.get(pk=order.pk).state for order in (loaded, waiting, held, processing, draft)]
    assert states == ["loaded", "invoiced", "on_hold", "processing", "draft"]
    received_from_bank([Payment(to_pay[0].total_cents, free="november"), Payment(-1_234, free="KOSTEN", name="BANK")])
    line = StatementLine.objects.get(communication="november")
    outgoing = StatementLine.objects.get(counterparty_name="BANK")
    ask_undo(allocation_id=paid[0].allocations.get().pk, note="voor een andere klant", actor=site.cast.staff_member)
    last = Statement.objects.order_by("sequence").last()
    unread = coda_file([payment_of(to_pay[0])], sequence=3, old_balance_cents=last.new_balance_cents)
    waiting_file = receive_statement_file(
        file_name="a-file-with-a-rather-long-name-of-the-bank.cod", content=unread, actor=None
    )

    *_others, spender, soon, leaver = people
    Beneficiary.objects.filter(pk=spender.pk).update(cost_centre="Verkoop en onthaal")
    Card.objects.filter(person_id=spender.person_id).update(state=CardState.ACTIVE)
    card = Card.objects.get(person_id=soon.person_id)
    Card.objects.filter(pk=card.pk).update(
        state=CardState.ACTIVE, expires_on=brussels_today() + timedelta(days=EXPIRES_SOON_DAYS)
    )
    deactivate_beneficiary(client=bakery, beneficiary_id=leaver.pk, home=None, actor=None)
    temporary = hire_temporary(bakery)
    hire_temporary(bakery, number="TMP-2", last_name="Yıldız")
    change = ask_identifier_change(
        client=bakery, beneficiary_id=temporary.pk, identifier=read_identifier(niss(90)), actor=site.cast.alice
    )

    refused, failed = Transmission.objects.order_by("id")[:2]
    fault = {"reason": "buyer-number", "where": "EndpointID", "found": "0403170702"}
    Transmission.objects.filter(pk=refused.pk).update(
        state=TransmissionState.REFUSED_BY_RULES, refusals=[{"code": "peppol-fault", "params": fault}]
    )
    Transmission.objects.filter(pk=failed.pk).update(state=TransmissionState.FAILED, last_error="404: no such receiver")

    orders = [loaded, waiting, held, processing, draft]
    place = site.cast.sites[0]
    portal = [
        "", "beneficiaries/", "beneficiaries/add/", f"beneficiaries/{soon.pk}/", f"beneficiaries/{soon.pk}/edit/",
        f"beneficiaries/{soon.pk}/deactivate/", f"beneficiaries/{leaver.pk}/", f"beneficiaries/{leaver.pk}/reactivate/",
        f"beneficiaries/{temporary.pk}/", f"beneficiaries/{temporary.pk + 1}/number/", "beneficiaries/?show=all",
        "beneficiaries/excel/", "sites/", "sites/add/", f"sites/{place.pk}/", f"sites/{place.pk}/close/",
        "cost-centres/", "cost-centres/rename/", "cards/", "cards/expiring/", f"cards/{card.pk}/report/",
        "orders/", "orders/new/", f"orders/{draft.pk}/start/", f"orders/{draft.pk}/lines/", f"orders/{draft.pk}/check/",
        f"orders/{draft.pk}/discard/", *[f"orders/{order.pk}/" for order in orders], "orders/excel/", "orders/monthly/",
        f"orders/{loaded.pk}/copy/", f"orders/{loaded.pk}/repeat/", f"orders/{waiting.pk}/cancel/",
        f"orders/{waiting.pk}/change/", "invoices/", f"invoices/{paid[1].pk}/", f"invoices/{to_pay[0].pk}/",
        "company/", "agreements/", "agreements/text/", "agreements/attest/", "company/edit/", "company/invoice-groups/", "payments/", f"invoices/?q={paid[1].number}", "invoices/?q=nothing", "account/", "costs/",
        "costs/?by=month", f"costs/?order={loaded.pk}", "billing-contacts/", "billing-contacts/add/",
        f"billing-contacts/{bakery.billing_contacts.get().pk}/", f"credit-notes/{note.pk}/",
    ]  # fmt: skip
    office = [
        "", "orders/", *[f"orders/{order.pk}/" for order in orders], "statements/", f"statements/{last.file_id}/", f"statements/{waiting_file.pk}/",
        "suspense/", f"lines/{line.pk}/?client={bakery.pk}", f"lines/{outgoing.pk}/",
        f"lines/{paid[0].allocations.get().line_id}/", "corrections/", "cards/", "cards/list/", f"cards/{card.pk}/", "identifier-changes/",
        f"identifier-changes/{change.pk}/", "people/", f"people/{temporary.pk}/", "clients/", f"clients/{bakery.pk}/", "sector-agreements/",
        "transmissions/", *[f"transmissions/{transmission.pk}/" for transmission in Transmission.objects.order_by("id")[:3]],
        f"clients/{bakery.pk}/peppol/", f"clients/{bakery.pk}/account/", "reminders/", "messages/",
        f"messages/{Message.objects.first().pk}/", "books/",
    ]  # fmt: skip
    nothing_yet = ["", "beneficiaries/", "orders/", "invoices/"]
    return {
        None: ["/", "/products/", "/products/gift/", "/account/sign-in/", "/account/password/reset/"],
        ALICE: [*[f"/c/{bakery.pk}/{path}" for path in portal], "/account/password/change/", "/account/security/"],
        CHARLIE: [f"/c/{site.cast.garage.pk}/{path}" for path in nothing_yet],
        DORA: [f"/office/{path}" for path in office],
    }


def test_no_page_keeps_anybody_out_in_any_language(site, paths, axe: str) -> None:
    assert faults_of(site, paths, axe=axe) == {}
