"""Four eyes: Otto prepares and confirms, Ann looks and approves or sends back; both are told by mail (SPEC O3, Q5)."""

import pytest
from cast import PASSWORD, draft_of, hire
from django.urls import reverse

from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.actions import add_member
from tegoed.clients.company import set_four_eyes
from tegoed.clients.models import Role, User
from tegoed.flows.confirm_order import confirm_order, send_back_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.orders.actions import LineWish, set_order_lines
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import preview_of
from tegoed.outbox.models import Message


@pytest.fixture
def otto(cast) -> User:
    """An orderer of the bakery."""
    user = User.objects.create_user("otto@bakkerij.example", PASSWORD, full_name="Otto", language="en")
    add_member(client=cast.bakery, user=user, role=Role.ORDERER, actor=None)
    return user


@pytest.fixture
def ann(cast) -> User:
    """An approver of the bakery."""
    user = User.objects.create_user("ann@bakkerij.example", PASSWORD, full_name="Ann", language="en")
    add_member(client=cast.bakery, user=user, role=Role.APPROVER, actor=None)
    return user


@pytest.fixture
def waiting(cast, otto, ann) -> Order:
    """What Otto confirmed."""
    set_four_eyes(client=cast.bakery, is_on=True, actor=cast.alice)
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    total_cents = preview_of(order).pricing.total_cents
    return confirm_order(client=cast.bakery, order_id=order.pk, actor=otto, confirmed_total_cents=total_cents)


def url(name: str, cast, order: Order) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, order.pk])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_confirmer_reads_who_can_approve_and_cannot_do_it(cast, waiting, otto, browser_of):
    assert waiting.state == OrderState.AWAITING_APPROVAL
    page = text_of(browser_of(otto).get(url("order", cast, waiting)))
    assert "Alice, Ann" in page
    assert "Approve this order?" not in page
    assert browser_of(otto).post(url("order-approve", cast, waiting)).status_code == 403


def test_the_owner_who_confirmed_it_cannot_approve_it(cast, waiting, browser_of):
    Order.objects.filter(pk=waiting.pk).update(confirmed_by=cast.alice)
    browser = browser_of(cast.alice)
    assert "Approve this order?" not in text_of(browser.get(url("order", cast, waiting)))
    answer = browser.post(
        url("order-approve", cast, waiting), {"confirmed_total_cents": waiting.total_cents}, follow=True
    )
    assert "somebody else must approve it" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.AWAITING_APPROVAL


def test_approvers_get_a_mail_and_see_it_on_their_first_page(cast, waiting, ann, browser_of):
    told = set(Message.objects.filter(kind="approval_wanted").values_list("recipient", flat=True))
    assert told == {cast.alice.email, ann.email}
    first_page = text_of(browser_of(ann).get(reverse("portal:overview", args=[cast.bakery.pk])))
    assert "Wait for your approval" in first_page
    assert f"Order {waiting.pk}" in first_page


def test_ann_sees_the_costs_approves_and_otto_is_told(cast, waiting, otto, ann, browser_of):
    browser = browser_of(ann)
    answer = browser.get(url("order", cast, waiting))
    approval = answer.context["approval"]
    assert approval.total_cents == waiting.total_cents
    assert [table.kind for table in answer.context["tables"]] == ["product", "card"]
    answer = browser.post(
        url("order-approve", cast, waiting), {"confirmed_total_cents": approval.total_cents}, follow=True
    )
    assert "Approved; cards detected" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.PROCESSING
    assert Message.objects.get(kind="order_approved").recipient == otto.email
    assert len(invoice_order(order_id=waiting.pk)) == 2


def test_other_costs_than_shown_are_not_approved(cast, waiting, ann, browser_of):
    answer = browser_of(ann).post(url("order-approve", cast, waiting), {"confirmed_total_cents": "1"}, follow=True)
    assert "The costs changed" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.AWAITING_APPROVAL


def test_who_cannot_approve_reads_to_send_it_back(cast, waiting, ann, browser_of):
    line = waiting.lines.select_related("beneficiary")[0]
    Beneficiary.objects.filter(pk=line.beneficiary_id).update(is_active=False)
    page = browser_of(ann).get(url("order", cast, waiting))
    total_cents = page.context["approval"].total_cents
    answer = browser_of(ann).post(
        url("order-approve", cast, waiting), {"confirmed_total_cents": total_cents}, follow=True
    )
    assert f"{line.beneficiary} is no longer an active beneficiary" in text_of(answer)
    assert "send it back with the reason" in text_of(answer)


def test_an_order_sent_back_and_changed_is_not_approved_from_an_old_page(cast, waiting, otto, ann, browser_of):
    old_page = browser_of(ann).get(url("order", cast, waiting))
    send_back_order(client=cast.bakery, order_id=waiting.pk, actor=cast.alice, reason_text="Look again")
    more, less = waiting.lines.order_by("id")[:2]
    wishes = [LineWish(beneficiary_id=more.beneficiary_id, voucher_count=21, face_value_cents=800)]
    wishes += [LineWish(beneficiary_id=less.beneficiary_id, voucher_count=19, face_value_cents=800)]
    set_order_lines(client=cast.bakery, order_id=waiting.pk, wishes=wishes, actor=otto)
    confirm_order(client=cast.bakery, order_id=waiting.pk, actor=otto, confirmed_total_cents=waiting.total_cents)
    approval = old_page.context["approval"]
    fields = {"confirmed_total_cents": approval.total_cents, "shown_mark": approval.shown_mark}
    assert f'value="{approval.shown_mark}"' in old_page.content.decode()
    answer = browser_of(ann).post(url("order-approve", cast, waiting), fields, follow=True)
    assert "This order was changed after you opened this page" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.AWAITING_APPROVAL


def test_ann_sends_it_back_with_a_reason_that_otto_reads(cast, waiting, otto, ann, browser_of):
    browser_of(ann).post(url("order-send-back", cast, waiting), {"reason": "Jan  left, see 88.02.29-123.45"})
    waiting.refresh_from_db()
    assert waiting.state == OrderState.DRAFT
    mail = Message.objects.get(kind="order_sent_back")
    assert mail.recipient == otto.email
    assert "Jan left" in mail.text
    page = text_of(browser_of(otto).get(url("order", cast, waiting)))
    assert "The reason: “Jan left" in page
    assert "88.02" not in page + mail.text


def test_sending_back_without_a_reason_changes_nothing(cast, waiting, ann, browser_of):
    answer = browser_of(ann).post(url("order-send-back", cast, waiting), {"reason": "  "}, follow=True)
    assert "Say in a few words" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.AWAITING_APPROVAL


def test_sent_back_and_confirmed_again_tells_the_approvers_again(cast, waiting, otto, ann, browser_of):
    browser_of(ann).post(url("order-send-back", cast, waiting), {"reason": "No"})
    total_cents = preview_of(Order.objects.get(pk=waiting.pk)).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=waiting.pk, actor=otto, confirmed_total_cents=total_cents)
    assert Message.objects.filter(kind="approval_wanted", recipient=ann.email).count() == 2


def test_otto_cancels_what_waits(cast, waiting, otto, browser_of):
    answer = browser_of(otto).post(url("order-cancel", cast, waiting), follow=True)
    assert "Before it was invoiced; nothing is charged" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.CANCELLED


def test_a_viewer_and_another_company_approve_nothing(cast, waiting, browser_of):
    for name in ("order-approve", "order-send-back"):
        assert browser_of(cast.bob).post(url(name, cast, waiting)).status_code == 403
        assert browser_of(cast.charlie).post(url(name, cast, waiting)).status_code == 404
        assert browser_of(cast.alice).get(url(name, cast, waiting)).status_code == 405


def test_a_total_with_thousands_of_digits_counts_as_never_shown(cast, waiting, browser_of):
    digits = {"confirmed_total_cents": "9" * 5_000}
    assert browser_of(cast.alice).post(url("order-approve", cast, waiting), digits).status_code == 302
    draft = draft_of(cast.bakery, hire(cast.bakery, 1, first=20))
    assert browser_of(cast.alice).post(url("order-check", cast, draft), digits).status_code == 200
    whom = {"action": "fill", "whom": "site:" + "9" * 5_000}
    assert browser_of(cast.alice).post(url("order-lines", cast, draft), whom).status_code == 200
    assert set(Order.objects.values_list("state", flat=True)) == {OrderState.AWAITING_APPROVAL, OrderState.DRAFT}


def test_who_may_only_approve_changes_nothing_else_and_a_viewer_nothing(cast, waiting, ann, browser_of):
    for name in ("order-cancel", "order-change", "order-copy", "order-repeat"):
        assert browser_of(ann).post(url(name, cast, waiting)).status_code == 403
    for name in ("order-approve", "order-send-back"):
        assert browser_of(cast.bob).post(url(name, cast, waiting), {"reason": "No"}).status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == OrderState.AWAITING_APPROVAL


def test_an_approver_in_two_tabs_approves_once(cast, waiting, ann, browser_of):
    total = {"confirmed_total_cents": preview_of(waiting).pricing.total_cents}
    browser = browser_of(ann)
    for _tab in range(2):
        page = text_of(browser.post(url("order-approve", cast, waiting), total, follow=True))
    assert "You approved the order" not in page
    assert waiting.transitions.filter(to_state=OrderState.PROCESSING).count() == 1
