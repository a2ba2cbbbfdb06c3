"""E-invoices over the network: queued once, sent at least once under one key, tried again with patience, answered later."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from cast import draft_of, hire
from django.db import IntegrityError, transaction
from django.utils import timezone
from story import confirmed, invoiced

from tegoed.audit.models import Event
from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.company import set_peppol
from tegoed.clients.models import Client
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.catch_up import catch_up
from tegoed.flows.invoice_order import invoice_order, send_invoice, send_invoices
from tegoed.flows.send_credit_notes import send_credit_notes
from tegoed.flows.transmit import ClientNotOnPeppol, NetworkSwitchedOff, send_again
from tegoed.formats.peppol import receiver_of
from tegoed.outbox import transmissions as sending
from tegoed.outbox.models import Document, Message, Transmission, TransmissionStep
from tegoed.outbox.models import TransmissionState as S
from tegoed.outbox.providers import PROVIDERS
from tegoed.outbox.providers.interface import Answer, NotAccepted
from tegoed.outbox.states import TRANSITIONS
from tegoed.outbox.transmissions import (
    FAILURES_IN_A_ROW_MAX,
    FIRST_RETRY,
    POLL_WAIT_MAX,
    POLLED_FOR,
    TransmissionNotPossible,
    cancel_transmission,
    move,
    poll_sent_transmissions,
    send_due_transmissions,
)
from tegoed.rules.participants import ParticipantInvalid


class Network:
    """A provider that does what a test wants: `answers` by key is what `send` raises, `polled` what became of it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str, str]] = []
        self.raises: dict[str, Exception] = {}
        self.polled: dict[str, Answer] = {}
        self.asked: list[str] = []

    def send(self, document, *, sender, receiver, key) -> str:
        self.taken.append((document.file_name, sender, receiver, key))
        if key in self.raises:
            raise self.raises[key]
        return f"ref-{key}"

    def poll(self, reference):
        self.asked.append(reference)
        return self.polled.get(reference)


@pytest.fixture
def network(monkeypatch) -> Network:
    made = Network()
    monkeypatch.setitem(PROVIDERS, "folder", lambda: made)
    return made


@pytest.fixture
def queued(cast) -> list[Transmission]:
    """Those of the product and the card invoice of an order."""
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    send_invoices(order_id=order.pk)
    return list(Transmission.objects.order_by("id"))


def state_of(transmission: Transmission) -> str:
    transmission.refresh_from_db()
    return transmission.state


def test_each_invoice_is_queued_once_with_the_very_file_that_was_mailed(cast, queued) -> None:
    for invoice in Invoice.objects.all():
        for _again in range(2):
            send_invoice(invoice_id=invoice.pk)
    assert [one.event_key for one in queued] == [
        f"peppol:invoice:{pk}" for pk in Invoice.objects.values_list("pk", flat=True)
    ]
    assert Transmission.objects.count() == 2
    for one in queued:
        assert (one.state, one.sender, one.receiver) == (S.QUEUED, "0208:0123456749", "0208:0403170701")
        assert one.document in Message.objects.get(event_key=f"invoice:{one.subject_id}").documents.all()
        assert one.document.file_name == f"{one.number}.xml"
        assert receiver_of(bytes(one.document.content)) == one.receiver


def test_a_credit_note_goes_the_same_way(cast, network) -> None:
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    send_invoices(order_id=order.pk)
    cancel_order(client=cast.bakery, order_id=order.pk, actor=cast.alice)
    send_credit_notes(order_id=order.pk)
    note = CreditNote.objects.order_by("id")[0]
    assert Transmission.objects.get(event_key=f"peppol:credit-note:{note.pk}").number == note.number
    catch_up()
    assert set(Transmission.objects.values_list("state", flat=True)) == {S.SENT}


def test_invoice_and_transmission_are_made_together_or_not_at_all(cast) -> None:
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    with transaction.atomic():
        send_invoice(invoice_id=product.pk)
        transaction.set_rollback(True)
    assert (Transmission.objects.count(), Document.objects.count(), Message.objects.count()) == (0, 0, 0)
    catch_up()
    assert Transmission.objects.get(subject_id=product.pk).state == S.SENT


def test_the_worker_finds_what_waits_and_the_provider_gets_both_addresses_and_the_key(queued, network) -> None:
    catch_up()
    assert network.taken == [(f"{one.number}.xml", one.sender, one.receiver, one.event_key) for one in queued]
    for one in queued:
        assert state_of(one) == S.SENT
        assert (one.reference, one.attempt_count) == (f"ref-{one.event_key}", 1)
    catch_up()
    assert len(network.taken) == 2


def test_killed_after_the_provider_took_it_it_goes_again_under_the_same_key(queued, network, monkeypatch) -> None:
    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            send_due_transmissions()
    assert state_of(queued[0]) == S.QUEUED
    assert send_due_transmissions() == 2
    keys = [key for _name, _sender, _receiver, key in network.taken]
    assert keys == [queued[0].event_key, queued[0].event_key, queued[1].event_key]


def test_a_provider_that_fails_is_tried_with_growing_waits_and_given_up_at_last(queued, network, settings) -> None:
    one = queued[0]
    Transmission.objects.exclude(pk=one.pk).delete()
    network.raises[one.event_key] = OSError("no route\nto host")
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        Transmission.objects.update(next_attempt_at=timezone.now())
        for attempt in range(1, settings.TRANSMISSION_ATTEMPTS_MAX + 1):
            assert send_due_transmissions() == 0
            one.refresh_from_db()
            assert one.attempt_count == attempt == len(network.taken)
            assert "no route" in one.last_error
            assert "\n" not in one.last_error
            if one.state == S.QUEUED:
                waits.append(one.next_attempt_at - timezone.now())
                clock.move_to(one.next_attempt_at - timedelta(seconds=1))
                assert send_due_transmissions() == 0
                assert len(network.taken) == attempt
                clock.move_to(one.next_attempt_at)
        assert (one.state, one.next_attempt_at) == (S.FAILED, None)
    assert waits == [FIRST_RETRY * 2**attempt for attempt in range(settings.TRANSMISSION_ATTEMPTS_MAX - 1)]
    assert one.steps.count() == settings.TRANSMISSION_ATTEMPTS_MAX


def test_a_refusal_of_the_provider_is_final_at_once_and_the_others_go_on(queued, network) -> None:
    network.raises[queued[0].event_key] = NotAccepted("404: no such receiver")
    assert send_due_transmissions() == 1
    assert (state_of(queued[0]), queued[0].last_error) == (S.FAILED, "404: no such receiver")
    assert state_of(queued[1]) == S.SENT


def test_given_up_without_an_answer_it_goes_again_under_the_same_key_and_refused_under_another(
    cast, queued, network
) -> None:
    silent, refused = queued
    network.raises = {silent.event_key: TimeoutError(), refused.event_key: NotAccepted("422: wrong")}
    Transmission.objects.update(attempt_count=100)
    send_due_transmissions()
    assert {state_of(one) for one in queued} == {S.FAILED}
    network.raises, network.taken = {}, []
    for one in queued:
        send_again(transmission_id=one.pk, actor=cast.staff_member)
    assert send_due_transmissions() == 2
    assert [key for *_rest, key in network.taken] == [silent.event_key, f"{refused.event_key}:2"]


def test_a_provider_that_is_away_is_not_asked_for_each_document(cast, network) -> None:
    people = hire(cast.bakery, 1)
    for _ in range(FAILURES_IN_A_ROW_MAX + 2):
        order, _invoices = invoiced(cast.bakery, people)
        send_invoices(order_id=order.pk)
    for one in Transmission.objects.all():
        network.raises[one.event_key] = TimeoutError()
    assert send_due_transmissions() == 0
    assert len(network.taken) == FAILURES_IN_A_ROW_MAX


def test_the_answer_of_the_provider_becomes_the_state(queued, network) -> None:
    send_due_transmissions()
    delivered, failed = queued
    network.polled[f"ref-{delivered.event_key}"] = Answer("delivered", "")
    network.polled[f"ref-{failed.event_key}"] = Answer("failed", "refused by\nthe receiver")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert poll_sent_transmissions() == 2
        assert poll_sent_transmissions() == 0
    assert state_of(delivered) == S.DELIVERED
    assert (state_of(failed), failed.last_error) == (S.FAILED, "refused by the receiver")


def test_without_an_answer_it_is_asked_for_ever_more_rarely_and_at_last_no_more(queued, network) -> None:
    Transmission.objects.exclude(pk=queued[0].pk).delete()
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        send_due_transmissions()
        for _ in range(1_000):
            one = Transmission.objects.get()
            if one.next_attempt_at is None:
                break
            assert one.next_attempt_at - timezone.now() <= POLL_WAIT_MAX
            clock.move_to(one.next_attempt_at)
            poll_sent_transmissions()
        assert timezone.now() - start > POLLED_FOR
        assert len(network.asked) < 200
    assert one.state == S.SENT


def test_a_provider_that_can_not_be_asked_changes_nothing(queued, network, monkeypatch) -> None:
    send_due_transmissions()
    monkeypatch.setattr(network, "poll", lambda _reference: 1 / 0)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert poll_sent_transmissions() == 0
    assert {state_of(one) for one in queued} == {S.SENT}


@pytest.mark.parametrize("from_state", S.values)
@pytest.mark.parametrize("to_state", S.values)
def test_only_the_moves_of_the_table_are_made(queued, from_state, to_state) -> None:
    one = queued[0]
    Transmission.objects.filter(pk=one.pk).update(state=from_state)
    one.refresh_from_db()
    if to_state in TRANSITIONS[from_state] or from_state == to_state == S.REFUSED_BY_RULES:
        assert move(one, to_state).state == to_state
        assert TransmissionStep.objects.get(transmission=one).state == to_state
    else:
        with pytest.raises(TransmissionNotPossible):
            move(one, to_state)
        assert state_of(one) == from_state


def test_without_document_nothing_can_be_queued(queued) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Transmission.objects.update(document=None)


def test_a_client_by_mail_only_gets_no_transmission_and_its_mail_all_the_same(cast, network) -> None:
    set_peppol(client=cast.bakery, is_on_peppol=False, peppol_id="", actor=cast.staff_member)
    order, invoices = invoiced(Client.objects.get(pk=cast.bakery.pk), hire(cast.bakery, 1))
    assert send_invoices(order_id=order.pk) == len(invoices)
    assert (Transmission.objects.count(), Message.objects.count()) == (0, len(invoices))


def test_switched_off_nothing_is_queued_nor_sent_again(cast, queued, network, settings) -> None:
    network.raises[queued[0].event_key] = NotAccepted("no")
    send_due_transmissions()
    settings.PEPPOL_PROVIDER = "off"
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1, first=9))
    send_invoices(order_id=order.pk)
    assert Transmission.objects.count() == 2
    with pytest.raises(NetworkSwitchedOff):
        send_again(transmission_id=queued[0].pk, actor=cast.staff_member)


def test_another_address_counts_for_what_is_made_next(cast, network) -> None:
    set_peppol(client=cast.bakery, is_on_peppol=True, peppol_id="BE 0202.239.951", actor=cast.staff_member)
    cast.bakery.refresh_from_db()
    assert cast.bakery.peppol_id == "0208:0202239951"
    order, (product, *_card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    send_invoices(order_id=order.pk)
    one = Transmission.objects.get(subject_id=product.pk)
    assert one.receiver == receiver_of(bytes(one.document.content)) == "0208:0202239951"
    assert product.buyer["enterprise_number"] == "0403170701"
    event = Event.objects.filter(action="client:change").latest("id")
    assert event.facts["changed"] == {"peppol_id": ["", "0208:0202239951"]}


@pytest.mark.parametrize("wrong", ["9925:BE0403170701", "0208:0403170702", "0088:5412345000013", "x"])
def test_what_is_no_belgian_address_is_refused(cast, wrong) -> None:
    with pytest.raises(ParticipantInvalid):
        set_peppol(client=cast.bakery, is_on_peppol=True, peppol_id=wrong, actor=None)


def test_the_own_number_is_no_other_address(cast) -> None:
    assert set_peppol(client=cast.bakery, is_on_peppol=True, peppol_id="0208:0403170701", actor=None).peppol_id == ""
    assert not Event.objects.filter(action="client:change").exists()


def test_sent_again_after_the_address_was_corrected_it_goes_there_and_the_mailed_file_stays(
    cast, queued, network
) -> None:
    one = queued[0]
    mailed = bytes(one.document.content)
    network.raises[one.event_key] = NotAccepted("404: unknown receiver")
    send_due_transmissions()
    network.raises.clear()
    set_peppol(client=cast.bakery, is_on_peppol=True, peppol_id="0202239951", actor=cast.staff_member)
    send_again(transmission_id=one.pk, actor=cast.staff_member)
    assert send_due_transmissions() == 1
    one.refresh_from_db()
    assert (one.state, one.receiver) == (S.SENT, "0208:0202239951")
    *_first, (_name, _sender, receiver, key) = network.taken
    assert receiver == "0208:0202239951"
    assert key.startswith(f"{one.event_key}:")  # the provider answered the first one
    assert receiver_of(bytes(one.document.content)) == "0208:0202239951"
    kept = Invoice.objects.get(pk=one.subject_id).documents.get(format="ubl").document
    assert bytes(kept.content) == mailed
    assert mailed.replace(
        b'schemeID="0208">0403170701</cbc:EndpointID>', b'schemeID="0208">0202239951</cbc:EndpointID>'
    ) == bytes(one.document.content)
    assert [step.actor_label for step in one.steps.all()] == ["", cast.staff_member.email, ""]
    assert Event.objects.filter(action="transmission:retry", subject_id=one.pk).count() == 1


def test_what_is_under_way_is_neither_sent_again_nor_cancelled(cast, queued, network) -> None:
    send_due_transmissions()
    for act in (send_again, cancel_transmission):
        with pytest.raises(TransmissionNotPossible):
            act(transmission_id=queued[0].pk, actor=cast.staff_member)


def test_cancelled_it_is_not_sent_until_somebody_wants_it_after_all(cast, queued, network) -> None:
    cancel_transmission(transmission_id=queued[0].pk, actor=cast.staff_member)
    assert send_due_transmissions() == 1
    assert state_of(queued[0]) == S.CANCELLED
    send_again(transmission_id=queued[0].pk, actor=cast.staff_member)
    assert send_due_transmissions() == 1


def test_a_client_by_mail_only_is_sent_nothing_again(cast, queued, network) -> None:
    network.raises[queued[0].event_key] = NotAccepted("no")
    send_due_transmissions()
    set_peppol(client=cast.bakery, is_on_peppol=False, peppol_id="", actor=None)
    with pytest.raises(ClientNotOnPeppol):
        send_again(transmission_id=queued[0].pk, actor=cast.staff_member)


def test_by_default_the_files_lie_in_the_folder(queued, settings) -> None:
    assert send_due_transmissions() == 2
    for one in queued:
        assert (Path(settings.PEPPOL_FOLDER) / "outbox" / f"{one.number}.xml").read_bytes() == bytes(
            one.document.content
        )


def broken_invoice(cast) -> Invoice:
    """One issued while the register held a number with wrong check digits; orders can't be confirmed so any more."""
    order = confirmed(draft_of(cast.bakery, hire(cast.bakery, 1)))
    Client.objects.filter(pk=cast.bakery.pk).update(enterprise_number="0403170702", vat_number="BE0403170702")
    return invoice_order(order_id=order.pk)[0]


def test_an_invoice_the_rules_refuse_waits_for_staff_and_nothing_goes_out(cast, network) -> None:
    invoice = broken_invoice(cast)
    assert not send_invoice(invoice_id=invoice.pk)
    catch_up()
    one = Transmission.objects.get(subject_id=invoice.pk)
    assert (one.state, one.document, network.taken) == (S.REFUSED_BY_RULES, None, [])
    assert one.refusals[0]["params"]["field"] == "buyer.enterprise_number"
    assert not Message.objects.exists()
    again = send_again(transmission_id=one.pk, actor=cast.staff_member)
    assert again.state == S.REFUSED_BY_RULES
    assert cancel_transmission(transmission_id=one.pk, actor=cast.staff_member).state == S.CANCELLED


def test_what_the_network_would_refuse_is_mailed_and_kept_from_the_network(cast, network) -> None:
    """The seller's VAT number is wrong: the PDF can be made, the network would refuse the XML."""
    cast.issuer.vat_number = "BE0123456740"
    cast.issuer.save()
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    send_invoices(order_id=order.pk)
    catch_up()
    assert network.taken == []
    for one in Transmission.objects.all():
        assert (one.state, [kept["params"]["reason"] for kept in one.refusals]) == (
            S.REFUSED_BY_RULES,
            ["seller-vat-number"],
        )
    assert Message.objects.filter(kind="invoice").count() == len(invoices)
