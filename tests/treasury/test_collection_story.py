"""From the mandate signed to the invoice collected, and what the bank takes back."""

from datetime import date, timedelta

import pytest
import time_machine
from bank import Payment, payment_of
from cast import hire
from lxml import etree
from story import invoiced, received_from_bank
from ubl_judge import Judge

from tegoed.banking.models import StatementLine
from tegoed.billing.documents import snapshot_of
from tegoed.billing.models import Invoice
from tegoed.billing.queries import on_account_cents
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import send_invoices
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.payment_files import cancel_collection, make_collection_file, refuse_collection, repeat_collection
from tegoed.flows.sign_mandate import revoke_mandate, sign_mandate
from tegoed.formats.invoice_pdf.content import page_content
from tegoed.orders.models import Order
from tegoed.outbox.models import Message
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.target_days import is_target_day
from tegoed.treasury.models import Collection, Mandate, MandateScheme, PaymentBatch
from tegoed.treasury.queries import collectable_invoices, collections_to_stop, plan_of
from tegoed.treasury.refusals import CreditorIdentifierMissing, MandateInForce, NothingForTheBank

IBAN = "BE71096123456769"
IDENTIFIER = "BE81ZZZ0123456749"


@pytest.fixture
def issuer(cast):
    """It collects, on the day after the invoice may be collected at the earliest."""
    cast.issuer.creditor_identifier = IDENTIFIER
    cast.issuer.payment_days = 5
    cast.issuer.save()
    return cast.issuer


def signed(client, actor, **particulars) -> Mandate:
    told = {
        "scheme": MandateScheme.CORE,
        "iban": IBAN,
        "signer_name": "Alice Peeters",
        "signer_function": "Zaakvoerder",
    }
    return sign_mandate(client=client, signed_from="192.0.2.7", actor=actor, **(told | particulars))


@pytest.fixture
def mandate(cast, issuer) -> Mandate:
    return signed(cast.bakery, cast.alice)


@pytest.fixture
def invoice(cast, mandate) -> Invoice:
    """The product invoice of an order for next month, to be collected."""
    _order, (product, card) = invoiced(cast.bakery, hire(cast.bakery, 2), loading_on=add_months(brussels_today(), 1))
    received_from_bank([payment_of(card)])
    return product


def collected_file(cast) -> list[Collection]:
    batch = make_collection_file(actor=cast.staff_member)
    return list(batch.collections.order_by("id"))


def values(batch: PaymentBatch, name: str) -> list[str]:
    return etree.fromstring(bytes(batch.content)).xpath(f"//*[local-name()='{name}']/text()")


def test_an_invoice_under_a_mandate_says_that_it_is_collected(cast, invoice, mandate) -> None:
    send_invoices(order_id=invoice.order_id)
    assert invoice.direct_debit["mandate_reference"] == mandate.reference
    told = snapshot_of(invoice, language="nl").direct_debit
    assert told.collect_on >= invoice.issued_on + timedelta(days=5)
    assert is_target_day(told.collect_on)
    mail = Message.objects.get(event_key=f"invoice:{invoice.pk}")
    assert mandate.reference in mail.text
    assert (
        invoice.structured_communication[:3] not in mail.text.split("https")[0].replace("/", "")
        or "+++" not in mail.text
    )
    xml = bytes(invoice.documents.get(format="ubl").document.content)
    root = etree.fromstring(xml)
    assert root.xpath("string(//*[local-name()='PaymentMeansCode'])") == "59"
    assert root.xpath("string(//*[local-name()='PaymentMandate']/*[local-name()='ID'])") == mandate.reference
    assert Judge().faults(xml) == []
    page = page_content(snapshot_of(invoice, language="nl"), language="nl")
    assert (page["payment"]["qr"], page["payment"]["communication"]) == (None, None)


def test_an_invoice_is_collected_and_paid_by_its_reference(cast, invoice) -> None:
    (collection,) = collected_file(cast)
    assert (collection.amount_cents, collection.sequence_type) == (invoice.total_cents, "FRST")
    assert is_target_day(collection.collect_on)
    report = received_from_bank([Payment(invoice.total_cents, end_to_end=collection.end_to_end, free="DOMICILIERING")])
    assert report.paid_order_ids == [invoice.order_id]
    collection.refresh_from_db()
    invoice.refresh_from_db()
    line = StatementLine.objects.get(amount_cents=invoice.total_cents)
    assert (collection.state, collection.line, invoice.state, line.rung) == ("paid", line, "paid", 1)
    assert check_books().findings == []


def test_the_file_says_what_the_bank_needs(cast, invoice, mandate) -> None:
    batch = make_collection_file(actor=cast.staff_member)
    assert values(batch, "MndtId") == [mandate.reference]
    assert values(batch, "SeqTp") == ["FRST"]
    assert values(batch, "Ref") == [invoice.structured_communication]
    assert values(batch, "InstdAmt") == [f"{invoice.total_cents // 100}.{invoice.total_cents % 100:02d}"]
    assert IDENTIFIER in values(batch, "Id")


def test_first_then_recurrent_and_first_again_after_a_refusal(cast, invoice) -> None:
    (first,) = collected_file(cast)
    refuse_collection(collection_id=first.pk, reason="AM04", actor=cast.staff_member)
    repeat_collection(collection_id=first.pk, actor=cast.staff_member)
    (again,) = collected_file(cast)
    assert again.sequence_type == "FRST"
    received_from_bank([Payment(again.amount_cents, end_to_end=again.end_to_end)])
    invoiced(cast.bakery, hire(cast.bakery, 2, first=9))
    assert {following.sequence_type for following in collected_file(cast)} == {"RCUR"}


def test_two_invoices_of_a_new_mandate_one_is_the_first(cast, mandate) -> None:
    invoiced(cast.bakery, hire(cast.bakery, 2))
    collections = collected_file(cast)
    assert [collection.sequence_type for collection in collections] == ["FRST", "RCUR"]
    assert len({collection.group_reference for collection in collections}) == 2


def test_a_total_without_details_is_shared_by_its_reference(cast, mandate) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    collections = collected_file(cast)
    Collection.objects.update(group_reference="TGD-FC-1-1")
    total = sum(collection.amount_cents for collection in collections)
    received_from_bank([Payment(total, end_to_end="TGD-FC-1-1", name="", account="")])
    assert set(Collection.objects.values_list("state", flat=True)) == {"paid"}
    assert all(Invoice.objects.get(pk=one.pk).state == "paid" for one in invoices)
    line = StatementLine.objects.get()
    assert (line.state, line.unplaced_cents, line.reason) == ("matched", 0, "collected")
    assert check_books().findings == []


def test_a_total_of_another_amount_waits_for_staff(cast, invoice) -> None:
    (collection,) = collected_file(cast)
    received_from_bank([Payment(collection.amount_cents - 1, end_to_end=collection.group_reference)])
    collection.refresh_from_db()
    assert (collection.state, StatementLine.objects.order_by("id").last().state) == ("in_file", "suspense")


def test_paid_by_transfer_before_it_is_not_collected(cast, invoice) -> None:
    received_from_bank([payment_of(invoice)])
    with pytest.raises(NothingForTheBank):
        make_collection_file(actor=cast.staff_member)


def test_paid_in_part_only_the_rest_is_collected(cast, invoice) -> None:
    received_from_bank([payment_of(invoice, 1_000)])
    (collection,) = collected_file(cast)
    assert collection.amount_cents == invoice.total_cents - 1_000


def test_paid_by_transfer_while_on_its_way_staff_stop_it_and_if_it_comes_it_is_not_lost(cast, invoice) -> None:
    (collection,) = collected_file(cast)
    received_from_bank([payment_of(invoice)])
    assert list(collections_to_stop()) == [collection]
    with pytest.raises(NothingForTheBank):
        make_collection_file(actor=cast.staff_member)
    received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
    invoice.refresh_from_db()
    assert invoice.paid_cents == invoice.total_cents
    assert on_account_cents(cast.bakery) == collection.amount_cents
    assert check_books().findings == []


def test_a_collection_stopped_at_the_bank_can_be_collected_again(cast, invoice) -> None:
    (collection,) = collected_file(cast)
    cancel_collection(collection_id=collection.pk, actor=cast.staff_member)
    (again,) = collected_file(cast)
    assert (again.invoice, again.sequence_type) == (invoice, "FRST")


@pytest.mark.parametrize(
    ("reason", "state"), [("AM04", "active"), ("AC04", "suspended"), ("MD01", "suspended"), ("", "active")]
)
def test_taken_back_before_loading_the_order_waits_again(cast, invoice, mandate, reason, state) -> None:
    (collection,) = collected_file(cast)
    received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
    assert Order.objects.get(pk=invoice.order_id).state == "paid"
    received_from_bank([Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="2", reason=reason)])
    for row in (collection, invoice, mandate):
        row.refresh_from_db()
    assert (collection.state, collection.return_reason) == ("returned", reason)
    assert (invoice.state, invoice.paid_cents, invoice.reopened_count) == ("open", 0, 1)
    assert (Order.objects.get(pk=invoice.order_id).state, mandate.state) == ("invoiced", state)
    assert check_books().findings == []
    mail = Message.objects.get(kind="collection_returned")
    assert (reason in mail.text, invoice.number in mail.subject) == (True, True)
    with pytest.raises(NothingForTheBank):
        make_collection_file(actor=cast.staff_member)
    received_from_bank([payment_of(invoice)])  # the client pays it by transfer then
    assert Order.objects.get(pk=invoice.order_id).state == "paid"
    assert check_books().findings == []


def test_taken_back_after_loading_nothing_leaves_the_cards(cast, mandate) -> None:
    order, (invoice, _card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    collections = collected_file(cast)
    received_from_bank([Payment(one.amount_cents, end_to_end=one.end_to_end) for one in collections])
    load_due_orders()
    assert Order.objects.get(pk=order.pk).state == "loaded"
    collection = next(one for one in collections if one.invoice_id == invoice.pk)
    received_from_bank([Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="3", reason="MD06")])
    invoice.refresh_from_db()
    assert (invoice.state, Order.objects.get(pk=order.pk).state) == ("open", "loaded")
    # The vouchers are out and the money is not there: the issuer must put it in, and the books say so.
    assert [finding.code for finding in check_books().findings] == ["bank-does-not-cover"]
    received_from_bank([payment_of(invoice)])
    invoice.refresh_from_db()
    assert (invoice.state, check_books().findings) == ("paid", [])


def test_in_and_out_of_one_statement_never_pays_the_invoice(cast, mandate) -> None:
    _order, (invoice, card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    collections = collected_file(cast)
    Collection.objects.update(group_reference="TGD-FC-1-1")
    bad = next(one for one in collections if one.invoice_id == invoice.pk)
    total = sum(one.amount_cents for one in collections)
    received_from_bank(
        [
            Payment(total, end_to_end="TGD-FC-1-1"),
            Payment(-bad.amount_cents, end_to_end=bad.end_to_end, r_type="2", reason="AM04"),
        ]
    )
    assert {one.invoice_id: one.state for one in Collection.objects.all()} == {invoice.pk: "returned", card.pk: "paid"}
    invoice.refresh_from_db()
    assert (invoice.state, invoice.paid_cents) == ("open", 0)
    assert check_books().findings == []


def test_taken_back_out_of_a_total_booked_before(cast, mandate) -> None:
    order, (invoice, card) = invoiced(cast.bakery, hire(cast.bakery, 2), loading_on=add_months(brussels_today(), 1))
    collections = collected_file(cast)
    Collection.objects.update(group_reference="TGD-FC-1-1")
    bad = next(one for one in collections if one.invoice_id == invoice.pk)
    received_from_bank([Payment(sum(one.amount_cents for one in collections), end_to_end="TGD-FC-1-1")])
    received_from_bank([Payment(-bad.amount_cents, end_to_end=bad.end_to_end, r_type="2", reason="AM04")])
    invoice.refresh_from_db()
    card.refresh_from_db()
    assert (invoice.state, card.state, Order.objects.get(pk=order.pk).state) == ("open", "paid", "invoiced")
    assert check_books().findings == []


def test_taken_back_of_an_invoice_credited_since_is_seen_by_staff(cast, invoice) -> None:
    (collection,) = collected_file(cast)
    received_from_bank([payment_of(invoice, 1_000)])
    cancel_order(client=cast.bakery, order_id=invoice.order_id, actor=cast.alice)
    received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
    card = Invoice.objects.get(order=invoice.order_id, kind="card")
    assert on_account_cents(cast.bakery) == 1_000 + card.total_cents + collection.amount_cents
    received_from_bank([Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="2", reason="AM04")])
    collection.refresh_from_db()
    assert (collection.state, StatementLine.objects.order_by("id").last().state) == ("returned", "outgoing")
    assert {finding.code for finding in check_books().findings} <= {"bank-does-not-cover"}


def test_invoices_from_before_the_mandate_are_paid_as_they_say(cast, issuer) -> None:
    invoiced(cast.bakery, hire(cast.bakery, 2))
    signed(cast.bakery, cast.alice)
    assert not collectable_invoices().exists()


def test_revoked_nothing_more_is_collected(cast, invoice, mandate) -> None:
    revoke_mandate(client=cast.bakery, mandate_id=mandate.pk, actor=cast.alice)
    assert not collectable_invoices().exists()
    with pytest.raises(Mandate.DoesNotExist):
        revoke_mandate(client=cast.garage, mandate_id=mandate.pk, actor=cast.charlie)


def test_one_mandate_is_in_force_and_a_suspended_one_gives_way(cast, mandate) -> None:
    with pytest.raises(MandateInForce):
        signed(cast.bakery, cast.alice)
    Mandate.objects.update(state="suspended")
    again = signed(cast.bakery, cast.alice, iban="NL91ABNA0417164300")
    mandate.refresh_from_db()
    assert (mandate.state, again.state, again.reference != mandate.reference) == ("revoked", "active", True)


def test_without_a_creditor_identifier_nothing_is_signed(cast) -> None:
    with pytest.raises(CreditorIdentifierMissing):
        signed(cast.bakery, cast.alice)


def test_what_was_signed_is_kept_and_mailed(cast, mandate) -> None:
    assert (mandate.signed_from, mandate.signed_by, mandate.debtor["name"]) == (
        "192.0.2.7",
        cast.alice,
        cast.bakery.name,
    )
    mail = Message.objects.get(kind="mandate")
    (document,) = mail.documents.all()
    assert bytes(document.content).startswith(b"%PDF-")
    assert document == mandate.document


def test_an_invoice_due_much_later_waits_for_a_later_file(cast, issuer, mandate) -> None:
    issuer.payment_days = 30
    issuer.save()
    invoiced(cast.bakery, hire(cast.bakery, 1))
    plan = plan_of(collectable_invoices(), today=brussels_today(), lead_days=2)
    assert (plan.now, len(plan.later)) == ([], 2)
    with pytest.raises(NothingForTheBank):
        make_collection_file(actor=cast.staff_member)
    with time_machine.travel(brussels_today() + timedelta(days=29)):
        assert make_collection_file(actor=cast.staff_member).row_count == 2


def test_collections_fall_on_days_of_settlement() -> None:
    from tegoed.rules.direct_debit import collection_day

    # 25 and 26 December 2026 are closing days, 27 is a Sunday.
    day = collection_day(issued_on=date(2026, 12, 11), due_on=date(2026, 12, 25), today=date(2026, 12, 22), lead_days=2)
    assert day == date(2026, 12, 28)
