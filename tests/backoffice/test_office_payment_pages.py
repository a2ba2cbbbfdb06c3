"""The pages on payments: each is found from the menu, and a line says what became of it and what can be done."""

import pytest
from bank import Payment, payment_of
from cast import hire
from colleagues import second_staff_member
from office_day import office
from story import invoiced, received_from_bank

from tegoed.banking.models import Explanation, StatementLine
from tegoed.flows.correct_payments import ask_explanation
from tegoed.flows.payment_files import make_refund_file
from tegoed.flows.place_payment import place_payment
from tegoed.flows.refunds import approve_refund, ask_refund_of_line
from tegoed.treasury.models import Refund

PARTS = ("statements", "suspense", "corrections", "refunds", "collections", "reminders")


@pytest.fixture
def dora(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def eva(db):
    return second_staff_member()


@pytest.fixture
def line(cast) -> StatementLine:
    """A payment of nobody."""
    received_from_bank([Payment(4_200, free="?", name="ONBEKEND", account="NL91ABNA0417164300")])
    return StatementLine.objects.get()


def text_of(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_payments_leads_to_the_others_and_is_marked(cast, dora, part) -> None:
    page = text_of(dora.get(office(part)))
    assert all(f'href="{office(other)}"' in page for other in PARTS)
    assert f'<a href="{office(part)}" aria-current="page">' in page
    assert 'aria-current="page"' in page.split(f'href="{office("statements")}"')[1][:30]  # Payments, in the menu


def test_a_payment_not_placed_can_be_paid_back_from_its_page(line, dora, eva) -> None:
    assert office("refund-of-line", line_id=line.pk) in text_of(dora.get(office("line", line_id=line.pk)))
    dora.post(office("refund-of-line", line_id=line.pk), {"reason": ""})
    asked = text_of(dora.get(office("line", line_id=line.pk)))
    refund = Refund.objects.get()
    assert "A refund waits for a second person" in asked
    assert office("refund", refund_id=refund.pk) in asked
    assert office("refund-of-line", line_id=line.pk) not in asked


def test_a_line_paid_back_says_so_wherever_it_is_listed(line, cast, dora, eva) -> None:
    refund = ask_refund_of_line(line_id=line.pk, reason="", actor=cast.staff_member)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    make_refund_file(actor=eva)
    received_from_bank([Payment(-4_200, end_to_end=refund.end_to_end)])
    paid = StatementLine.objects.order_by("id").last()
    of_line = text_of(dora.get(office("line", line_id=line.pk)))
    for words in ("Paid back to the account it came from", "Refund decided", "Refund approved by a second person"):
        assert words in of_line
    assert "Placed by hand" not in text_of(dora.get(office("statement", file_id=line.statement.file_id)))
    of_paid = text_of(dora.get(office("line", line_id=paid.pk)))
    assert "A refund of ours, paid by the bank" in of_paid
    assert office("refund", refund_id=refund.pk) in of_paid
    of_refund = text_of(dora.get(office("refund", refund_id=refund.pk)))
    assert {office("line", line_id=one.pk) in of_refund for one in (line, paid)} == {True}


def test_a_stale_link_to_pay_back_leads_to_where_the_money_went(line, cast, dora) -> None:
    staff = cast.staff_member
    place_payment(line_id=line.pk, client=cast.bakery, cents_by_invoice={}, on_account_cents=4_200, actor=staff)
    for ask in (dora.get, dora.post):
        answer = ask(office("refund-of-line", line_id=line.pk), follow=True)
        assert answer.redirect_chain[-1][0] == office("line", line_id=line.pk)
        assert "Placed by hand" in text_of(answer)
    assert not Refund.objects.exists()


def test_an_explanation_waits_among_the_corrections(line, cast, dora) -> None:
    ask_explanation(line_id=line.pk, explanation=Explanation.OWN_MONEY, note="kapitaal", actor=cast.staff_member)
    page = text_of(dora.get(office("corrections")))
    assert "kapitaal" in page
    assert office("line", line_id=line.pk) in page
    tile = text_of(dora.get(office("overview"))).split("Corrections of money to decide")[1]
    assert ">1<" in tile[:200]


@pytest.mark.parametrize("spelling", ["{series}{year}-{number}", "{series} {year} {number}", "{series}{year}{number}"])
def test_the_number_of_an_invoice_in_the_text_puts_it_first(cast, spelling) -> None:
    people = hire(cast.bakery, 2)
    received_from_bank([payment_of(invoice) for invoice in invoiced(cast.bakery, people)[1]])  # its account is known
    invoiced(cast.bakery, people)
    _order, (second,) = invoiced(cast.bakery, people)
    written = spelling.format(series=second.number[0], year=second.number[1:5], number=second.number[6:])
    received_from_bank([Payment(second.total_cents, free=f"factuur {written.lower()}")])
    proposals = StatementLine.objects.last().proposals.order_by("-confidence")
    assert proposals[0].parts.get().invoice == second
    assert "named_in_text" in proposals[0].reasons
    (other,) = proposals[1:]
    assert "named_in_text" not in other.reasons
    assert proposals[0].confidence > other.confidence


def test_a_payment_by_its_number_says_by_which_rung(cast, dora) -> None:
    _order, (product, *_card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product)])
    page = text_of(dora.get(office("line", line_id=StatementLine.objects.get().pk)))
    assert "Structured communication · Pays an open invoice" in page
