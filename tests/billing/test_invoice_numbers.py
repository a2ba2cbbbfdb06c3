"""Numbers: one series a year, without gaps, the year as it is in Brussels (SPEC I2)."""

import pytest
import time_machine
from cast import draft_of, hire
from django.db import transaction
from story import confirmed, invoiced

from tegoed.billing import actions as billing_actions
from tegoed.billing.models import Invoice, InvoiceCounter
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order
from tegoed.rules.structured_communication import read_structured_communication


def numbers(series: str) -> list[str]:
    return list(Invoice.objects.filter(series=series).order_by("id").values_list("number", flat=True))


def test_the_year_turns_at_midnight_in_brussels(cast) -> None:
    people = hire(cast.bakery, 2)
    for moment in (
        "2026-12-31T12:00:00Z",
        "2026-12-31T22:59:59Z",
        "2026-12-31T23:00:00Z",  # already 2027 in Brussels
        "2027-01-01T00:30:00Z",
    ):
        with time_machine.travel(moment, tick=False):
            invoiced(cast.bakery, people)
    assert numbers("P") == ["P2026-000001", "P2026-000002", "P2027-000001", "P2027-000002"]
    first_of_2027 = Invoice.objects.get(number="P2027-000001")
    assert (f"{first_of_2027.issued_on}", first_of_2027.year) == ("2027-01-01", 2027)
    assert check_books().findings == []


def test_an_invoice_that_fails_takes_no_number(cast, monkeypatch) -> None:
    order = confirmed(draft_of(cast.bakery, hire(cast.bakery, 2)))
    with transaction.atomic():
        invoice_order(order_id=order.pk)
        transaction.set_rollback(True)
    assert not InvoiceCounter.objects.exists()
    order.refresh_from_db()
    assert order.state == "processing"
    assert [invoice.number_in_year for invoice in invoice_order(order_id=order.pk)] == [1, 1]


def test_a_full_series_stops_rather_than_repeat_a_communication(cast, monkeypatch) -> None:
    people = hire(cast.bakery, 1)
    invoiced(cast.bakery, people)
    monkeypatch.setattr(billing_actions, "NUMBER_IN_YEAR_MAX", 1)
    order = confirmed(draft_of(cast.bakery, people))
    with pytest.raises(OverflowError), transaction.atomic():
        invoice_order(order_id=order.pk)
    assert InvoiceCounter.objects.get(series="P").last_number == 1


def test_kind_year_and_number_make_communications_that_never_meet() -> None:
    made = {
        billing_actions._communication(kind, year, number)
        for kind in billing_actions.SERIES
        for year in (2026, 2027, 2099)
        for number in (1, 2, 9_999_999)
    }
    assert len(made) == 18
    assert all(read_structured_communication(digits) == digits for digits in made)
