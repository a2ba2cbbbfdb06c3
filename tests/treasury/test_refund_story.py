"""From credit or suspense back to the client's account: asked, decided by another, in a file, paid, perhaps returned."""

import pytest
from bank import Payment, payment_of
from cast import PASSWORD, hire
from lxml import etree
from story import invoiced, received_from_bank

from tegoed.banking.models import StatementLine
from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import User
from tegoed.flows.check_books import check_books
from tegoed.flows.payment_files import make_refund_file
from tegoed.flows.refunds import (
    approve_refund,
    ask_refund_of_credit,
    ask_refund_of_line,
    cancel_refund,
    refuse_refund,
    withdraw_refund,
)
from tegoed.flows.use_credit import use_credit
from tegoed.ledger.models import Account, Transfer
from tegoed.outbox.models import Message
from tegoed.treasury.models import PaymentBatch, Refund, RefundState
from tegoed.treasury.queries import accounts_paid_from, available_credit_cents
from tegoed.treasury.refusals import (
    ApproverAskedItself,
    CreditShort,
    IbanNotChecked,
    LinePlacedMeanwhile,
    NothingForTheBank,
    PayerUnknown,
    RefundIbanOfIssuer,
    RefundNotWaiting,
)

KNOWN = "BE71096123456769"
OTHER = "NL91ABNA0417164300"


@pytest.fixture
def eva(cast) -> User:
    """A second person of the issuer's staff."""
    return User.objects.create_user("eva@uitgever.example", PASSWORD, full_name="Eva", language="en", is_staff=True)


@pytest.fixture
def credit(cast):
    """The bakery paid 50 euro too much."""
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product, product.total_cents + 5_000)])
    assert on_account_cents(cast.bakery) == 5_000
    return cast.bakery


def balance(key: str) -> int:
    account = Account.objects.filter(account_key=key).first()
    return account.credits_cents - account.debits_cents if account else 0


def asked(client, actor, *, cents: int = 5_000, iban: str = KNOWN) -> Refund:
    return ask_refund_of_credit(client=client, amount_cents=cents, iban=iban, reason="Teruggave", actor=actor)


def test_credit_goes_back_to_the_client_and_is_seen_paid(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    assert (refund.state, refund.is_iban_known, on_account_cents(credit)) == (RefundState.ASKED, True, 5_000)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    assert (on_account_cents(credit), balance("refund_due")) == (0, 5_000)
    batch = make_refund_file(actor=cast.staff_member)
    assert (batch.row_count, batch.total_cents) == (1, 5_000)
    document = etree.fromstring(bytes(batch.content))
    assert document.xpath("string(//*[local-name()='EndToEndId'])") == refund.end_to_end
    assert document.xpath("string(//*[local-name()='CdtrAcct']//*[local-name()='IBAN'])") == KNOWN
    received_from_bank([Payment(-5_000, end_to_end=refund.end_to_end)])
    refund.refresh_from_db()
    line = StatementLine.objects.get(amount_cents=-5_000)
    assert (refund.state, refund.paid_line, line.state, line.reason) == ("paid", line, "matched", "refund_paid")
    assert balance("refund_due") == 0
    assert Transfer.objects.get(event_key=f"refund_paid:statement-line:{line.pk}").amount_cents == 5_000
    assert check_books().findings == []


def test_a_refund_that_comes_back_is_credit_again_and_can_be_asked_to_another_account(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    make_refund_file(actor=eva)
    received_from_bank([Payment(-5_000, end_to_end=refund.end_to_end)])
    received_from_bank([Payment(5_000, end_to_end=refund.end_to_end, r_type="2", reason="AC04")])
    refund.refresh_from_db()
    assert (refund.state, refund.return_reason) == (RefundState.RETURNED, "AC04")
    assert (on_account_cents(credit), balance("refund_due"), balance("suspense")) == (5_000, 0, 0)
    assert check_books().findings == []
    mails = Message.objects.filter(event_key__startswith=f"refund:{refund.pk}:returned")
    assert {mail.recipient for mail in mails} == {credit.billing_email, cast.issuer.email}
    assert all("AC04" in mail.text for mail in mails)
    again = asked(credit, cast.alice, iban=OTHER)
    approve_refund(refund_id=again.pk, is_iban_checked=True, actor=eva)
    assert check_books().findings == []


def test_a_payment_that_cannot_be_placed_goes_back_to_where_it_came_from(cast, eva) -> None:
    received_from_bank([Payment(7_700, free="no idea", name="JAN MET DE PET", account=OTHER)])
    line = StatementLine.objects.get()
    refund = ask_refund_of_line(line_id=line.pk, reason="Unknown payment", actor=cast.staff_member)
    with pytest.raises(LinePlacedMeanwhile):
        ask_refund_of_line(line_id=line.pk, reason="", actor=eva)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    line.refresh_from_db()
    assert (line.state, line.unplaced_cents, balance("suspense")) == ("matched", 0, 0)
    assert check_books().findings == []
    batch = make_refund_file(actor=eva)
    assert OTHER.encode() in bytes(batch.content)
    received_from_bank([Payment(-7_700, end_to_end=refund.end_to_end)])
    received_from_bank([Payment(7_700, end_to_end=refund.end_to_end, r_type="2", reason="AC06")])
    line.refresh_from_db()
    assert (line.state, line.unplaced_cents, balance("suspense")) == ("suspense", 7_700, 7_700)
    assert check_books().findings == []


def test_a_payment_that_goes_back_is_proposed_no_longer_and_again_when_it_comes_back(cast, credit, eva) -> None:
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1, first=9))
    received_from_bank([Payment(product.total_cents, free="november", account=KNOWN)])
    line = StatementLine.objects.latest("id")
    assert line.proposals.filter(state="open").exists()
    for ends in ("given up", "returned"):
        refund = ask_refund_of_line(line_id=line.pk, reason="", actor=cast.staff_member)
        approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
        assert not line.proposals.filter(state="open").exists()
        assert check_books().findings == []
        if ends == "given up":
            cancel_refund(refund_id=refund.pk, reason="", actor=eva)
        else:
            make_refund_file(actor=eva)
            received_from_bank([Payment(-refund.amount_cents, end_to_end=refund.end_to_end)])
            received_from_bank([Payment(refund.amount_cents, end_to_end=refund.end_to_end, r_type="2")])
        assert line.proposals.filter(state="open").exists()
        assert check_books().findings == []


def test_no_one_person_pays_money_out(cast, credit, eva) -> None:
    refund = asked(credit, cast.staff_member)
    for decide in (
        lambda: approve_refund(refund_id=refund.pk, is_iban_checked=True, actor=cast.staff_member),
        lambda: refuse_refund(refund_id=refund.pk, reason="no", actor=cast.staff_member),
    ):
        with pytest.raises(ApproverAskedItself):
            decide()
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    with pytest.raises(RefundNotWaiting):
        approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    assert balance("refund_due") == 5_000


def test_an_account_that_never_paid_takes_an_explicit_check(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice, iban=OTHER)
    assert not refund.is_iban_known
    with pytest.raises(IbanNotChecked):
        approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    assert approve_refund(refund_id=refund.pk, is_iban_checked=True, actor=eva).state == RefundState.APPROVED


def test_the_issuers_own_account_is_no_place_to_pay_back_to(cast, credit) -> None:
    with pytest.raises(RefundIbanOfIssuer):
        asked(credit, cast.alice, iban=cast.bank_account.iban)


@pytest.mark.parametrize("cents", [0, -1, 5_001, 10**12])
def test_no_more_than_the_credit_is_asked(cast, credit, cents) -> None:
    with pytest.raises(CreditShort):
        asked(credit, cast.alice, cents=cents)


def test_what_is_asked_back_is_not_used_and_not_asked_twice(cast, credit) -> None:
    asked(credit, cast.alice, cents=3_000)
    assert available_credit_cents(credit) == 2_000
    with pytest.raises(CreditShort):
        asked(credit, cast.alice, cents=2_001)
    _order, invoices = invoiced(credit, hire(credit, 1, first=9))
    assert use_credit(client=credit, invoice_id=invoices[0].pk, actor=cast.alice) == 2_000
    assert check_books().findings == []


def test_credit_used_meanwhile_is_not_paid_back(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    Refund.objects.filter(pk=refund.pk).update(state="refused")
    _order, invoices = invoiced(credit, hire(credit, 1, first=9))
    use_credit(client=credit, invoice_id=invoices[0].pk, actor=cast.alice)
    Refund.objects.filter(pk=refund.pk).update(state="asked")
    with pytest.raises(CreditShort):
        approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    refund.refresh_from_db()
    assert (refund.state, check_books().findings) == ("asked", [])


def test_refused_and_withdrawn_refunds_move_nothing(cast, credit, eva) -> None:
    refuse_refund(refund_id=asked(credit, cast.alice).pk, reason="Set it off", actor=eva)
    refund = asked(credit, cast.alice)
    with pytest.raises(Refund.DoesNotExist):
        withdraw_refund(client=cast.garage, refund_id=refund.pk, actor=cast.charlie)
    withdraw_refund(client=credit, refund_id=refund.pk, actor=cast.alice)
    assert on_account_cents(credit) == available_credit_cents(credit) == 5_000
    assert not Transfer.objects.filter(kind="refund").exists()
    assert "Set it off" in Message.objects.get(kind="refund").text


@pytest.mark.parametrize("is_in_file", [False, True])
def test_a_refund_given_up_after_approval_is_credit_again(cast, credit, eva, is_in_file) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    if is_in_file:
        make_refund_file(actor=eva)
    cancel_refund(refund_id=refund.pk, reason="The bank refused the file", actor=cast.staff_member)
    assert (on_account_cents(credit), balance("refund_due")) == (5_000, 0)
    assert check_books().findings == []
    # The bank paid it all the same: staff see money that left and is not explained.
    received_from_bank([Payment(-5_000, end_to_end=refund.end_to_end)])
    assert StatementLine.objects.get(amount_cents=-5_000).state == "outgoing"
    assert check_books().findings == [] or {f.code for f in check_books().findings} == {"bank-does-not-cover"}


def test_a_refund_stands_in_one_file(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    first = make_refund_file(actor=eva)
    with pytest.raises(NothingForTheBank):
        make_refund_file(actor=eva)
    assert PaymentBatch.objects.get() == first


@pytest.mark.parametrize(("cents", "reference"), [(-4_999, None), (-5_000, "TGD-R-999999"), (-5_000, "tgd-r-1")])
def test_another_amount_or_reference_is_no_refund_of_ours(cast, credit, eva, cents, reference) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    make_refund_file(actor=eva)
    received_from_bank([Payment(cents, end_to_end=reference or refund.end_to_end)])
    refund.refresh_from_db()
    assert (refund.state, StatementLine.objects.get(amount_cents=cents).state) == ("in_file", "outgoing")


def test_the_same_refund_paid_twice_by_the_bank_is_seen_by_staff(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    make_refund_file(actor=eva)
    received_from_bank([Payment(-5_000, end_to_end=refund.end_to_end), Payment(-5_000, end_to_end=refund.end_to_end)])
    assert sorted(StatementLine.objects.filter(amount_cents=-5_000).values_list("state", flat=True)) == [
        "matched",
        "outgoing",
    ]


def test_a_payer_who_writes_our_reference_in_a_payment_returns_nothing(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    make_refund_file(actor=eva)
    received_from_bank([Payment(-5_000, end_to_end=refund.end_to_end)])
    received_from_bank([Payment(5_000, end_to_end=refund.end_to_end)])
    refund.refresh_from_db()
    assert (refund.state, balance("suspense")) == ("paid", 5_000)


def test_a_payment_without_an_account_has_nowhere_to_go_back_to(cast) -> None:
    received_from_bank([Payment(100, free="cash", account="")])
    with pytest.raises(PayerUnknown):
        ask_refund_of_line(line_id=StatementLine.objects.get().pk, reason="", actor=cast.staff_member)


def test_accounts_are_those_of_the_clients_own_payments(cast, credit) -> None:
    assert [account.iban for account in accounts_paid_from(credit)] == [KNOWN]
    assert accounts_paid_from(cast.garage) == []
