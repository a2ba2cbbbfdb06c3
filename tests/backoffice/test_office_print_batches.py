"""Dora prints vouchers on paper and sends them off; the client sees where they are (SPEC Q4)."""

from io import BytesIO

import pytest
from cast import hire
from django.urls import reverse
from paper_story import paid_paper_order, sign_gift_on_paper
from pypdf import PdfReader

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.paper_vouchers.models import PaperVoucher, PrintBatch
from tegoed.rules.paper_vouchers import pretty_voucher_number


@pytest.fixture
def order(cast):
    """Vouchers made for three people in two workplaces; one of them has a hostile name and reads French."""
    sign_gift_on_paper(cast.bakery, cast.tariff)
    people = hire(cast.bakery, 3)
    Beneficiary.objects.filter(pk=people[0].pk).update(last_name='<script>"Ünal"', language="fr")
    paid = paid_paper_order(cast.bakery, people)
    load_due_orders()
    return paid


def office(name: str, *args) -> str:
    return reverse(f"backoffice:{name}", args=args)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_batch_is_downloaded_printed_and_delivered_and_all_of_it_is_in_the_trail(cast, order, browser_of):
    dora, alice = browser_of(cast.staff_member), browser_of(cast.alice)
    batch = PrintBatch.objects.get(place_name="Winkel")
    page = text_of(dora.get(office("print-batches")))
    assert "Grote Markt 2, 2000 Antwerpen" in page
    assert "Batches of vouchers to print" in text_of(dora.get(office("overview")))
    story = text_of(dora.get(office("order", order.pk)))
    assert "Confirmed by the client" in story
    assert "cards detected" not in story

    pdf = dora.post(office("print-batch-download", batch.pk))
    assert pdf["Cache-Control"] == "private, no-store"
    words = " ".join(" ".join(each.extract_text() for each in PdfReader(BytesIO(pdf.content)).pages).split())
    printed = {
        number
        for number in PaperVoucher.objects.values_list("number", flat=True)
        if pretty_voucher_number(number) in words
    }
    assert printed == set(batch.vouchers.values_list("number", flat=True))
    assert '<script>"Ünal" Noor 0' in words
    assert "Valable jusqu’au" in words  # in the language of the person
    assert "Geldig tot en met" in words

    dora.post(office("print-batch-move", batch.pk), {"state": "printed"})
    dora.post(office("print-batch-move", batch.pk), {"state": "to_print"})
    dora.post(office("print-batch-move", batch.pk), {"state": "printed"})
    dora.post(office("print-batch-move", batch.pk), {"state": "delivered"})
    again = dora.post(office("print-batch-move", batch.pk), {"state": "to_print"}, follow=True)
    assert "somebody else was first" in text_of(again)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.printed_at), bool(batch.delivered_at)) == ("delivered", True, True)
    trail = Event.objects.filter(actor_id=cast.staff_member.pk, subject_id=batch.pk).order_by("id")
    assert list(trail.values_list("action", flat=True)) == ["print-batch:download", *["print-batch:move"] * 4]

    shown = text_of(alice.get(reverse("portal:order", args=[cast.bakery.pk, order.pk])))
    assert "Where the vouchers of this order are" in shown
    assert "At the delivery place" in shown
    assert "To be printed" in shown
    assert not [number for number in PaperVoucher.objects.values_list("number", flat=True) if number in shown]


def test_strangers_and_clients_find_no_vouchers(cast, order, browser_of):
    batch = PrintBatch.objects.first()
    for browser in map(browser_of, (cast.alice, cast.charlie)):
        for name, args in (
            ("print-batches", ()),
            ("print-batch-download", [batch.pk]),
            ("print-batch-move", [batch.pk]),
        ):
            assert browser.post(office(name, *args), {"state": "printed"}).status_code == 404
    dora = browser_of(cast.staff_member)
    assert dora.get(office("print-batch-download", batch.pk)).status_code == 405
    assert dora.post(office("print-batch-download", 10**9)).status_code == 404
    assert dora.post(office("print-batch-move", 10**9), {"state": "printed"}).status_code == 404
    assert dora.post(office("print-batch-move", batch.pk), {"state": "eaten"}).status_code == 404
    batch.refresh_from_db()
    assert batch.state == "to_print"


def test_batches_are_found_by_client_and_order(cast, order, browser_of):
    dora = browser_of(cast.staff_member)
    for words, count in (("bakkerij", 2), (str(order.pk), 2), ("garage", 0), ("9" * 12, 0)):
        found = dora.get(office("print-batches"), {"words": words}).context["batches"]
        assert len(found.object_list) == count, words
