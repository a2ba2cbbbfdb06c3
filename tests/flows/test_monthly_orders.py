"""Orders that come back every month: one draft a month, told by mail, never ordered by itself."""

import threading
from datetime import date

import pytest
import time_machine
from cast import draft_of, hire, play
from django.db import IntegrityError, connection, transaction
from payroll import mandate_for, payroll_of
from story import confirmed

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.flows.catch_up import catch_up
from tegoed.flows.make_template_drafts import make_template_draft
from tegoed.orders.models import Order, OrderState, OrderTemplate
from tegoed.orders.monthly_templates import (
    TEMPLATES_MAX,
    TemplateImpossible,
    TemplateSourceNotConfirmed,
    TooManyTemplates,
    change_template,
    due_template_ids,
    end_template,
    make_draft,
    make_template,
    templates_of,
)
from tegoed.outbox.models import Message


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


def repeated(client, people, *, loading_day: int = 20, days_before: int = 7, **particulars) -> OrderTemplate:
    """A confirmed order of this month (loaded on the 20th) that comes back."""
    particulars = {"loading_on": date(2026, 11, 20)} | particulars
    source = confirmed(draft_of(client, people, **particulars))
    return make_template(
        client=client,
        order_id=source.pk,
        name="Meal vouchers",
        loading_day=loading_day,
        draft_days_before=days_before,
        actor=None,
    )


def made_by(template: OrderTemplate) -> list[Order]:
    return list(template.orders.order_by("template_month_on"))


def test_the_draft_comes_in_its_month_with_a_mail_to_who_may_confirm(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 2))
    for day, count in (("2026-12-12", 0), ("2026-12-13", 1), ("2026-12-13", 1), ("2026-12-25", 1)):
        with time_machine.travel(f"{day}T10:00:00Z"):
            for template_id in due_template_ids(date.fromisoformat(day), count_max=10):
                make_template_draft(template_id=template_id)
        assert len(made_by(template)) == count
    (order,) = made_by(template)
    assert (order.state, order.loading_on, order.month_on) == ("draft", date(2026, 12, 20), date(2026, 12, 1))
    assert (order.lines.count(), order.confirmed_at, order.created_by) == (2, None, None)
    mails = Message.objects.filter(kind="monthly_draft")
    assert {mail.recipient for mail in mails} == {cast.alice.email, cast.bakery.billing_email}
    to_alice = mails.get(recipient=cast.alice.email)
    assert "ready to check and confirm" in to_alice.subject
    assert f"/orders/{order.pk}/lines/" in to_alice.text
    assert "Nothing is ordered yet" in to_alice.text


def test_a_social_secretariat_is_told_at_its_own_address_and_not_each_of_its_people(cast):
    mandate_for(payroll_of(cast).secretariat, cast.bakery, cast.alice)
    template = repeated(cast.bakery, hire(cast.bakery, 1))
    with time_machine.travel("2026-12-13T10:00:00Z"):
        make_template_draft(template_id=template.pk)
    told = set(Message.objects.filter(kind="monthly_draft").values_list("recipient", flat=True))
    assert told == {cast.alice.email, cast.bakery.billing_email, "info@loonburo.example"}


def test_who_left_is_not_in_the_draft_and_the_mail_counts_them(cast):
    stays, leaves = hire(cast.bakery, 2)
    template = repeated(cast.bakery, [stays, leaves])
    Beneficiary.objects.filter(pk=leaves.pk).update(is_active=False)
    with time_machine.travel("2026-12-15T10:00:00Z"):
        order = make_template_draft(template_id=template.pk)
    assert [line.beneficiary for line in order.lines.all()] == [stays]
    assert "were left out: 1." in Message.objects.filter(recipient=cast.alice.email).latest("id").text


def test_months_that_were_missed_are_not_made_up_but_the_running_one_is(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 1), loading_day=5)
    with time_machine.travel("2027-04-23T10:00:00Z"):
        for _round in range(3):
            catch_up()
    orders = made_by(template)
    assert [(order.template_month_on, order.loading_on) for order in orders] == [(date(2027, 4, 1), date(2027, 4, 23))]
    template.refresh_from_db()
    assert template.next_month_on == date(2027, 5, 1)


def test_a_month_worked_before_the_loading_date_stays_the_month_before(cast):
    people = hire(cast.bakery, 1)
    template = repeated(cast.bakery, people)
    Order.objects.filter(pk=template.source_id).update(month_on="2026-10-01")
    with time_machine.travel("2026-12-15T10:00:00Z"):
        assert make_template_draft(template_id=template.pk).month_on == date(2026, 11, 1)


def test_without_a_contract_the_monthly_order_ends_and_the_client_is_told_once(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 1))
    cast.bakery.contracts.update(ends_on=date(2026, 12, 1))
    with time_machine.travel("2026-12-15T10:00:00Z"):
        for _round in range(2):
            catch_up()
    template.refresh_from_db()
    assert (template.is_active, made_by(template)) == (False, [])
    assert Event.objects.get(action=Action.ORDER_TEMPLATE_ENDED).facts == {"reason": "contract-missing"}
    assert Message.objects.filter(kind="monthly_draft").count() == 2
    assert "stopped" in Message.objects.get(recipient=cast.alice.email, kind="monthly_draft").subject


def test_a_draft_that_is_moved_to_another_month_does_not_stand_in_the_way(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 1))
    with time_machine.travel("2026-12-15T10:00:00Z"):
        make_template_draft(template_id=template.pk)
        Order.objects.filter(template=template).update(month_on="2027-01-01")
    with time_machine.travel("2027-01-15T10:00:00Z"):
        assert make_template_draft(template_id=template.pk) is not None


def test_the_database_refuses_a_second_draft_of_the_same_month(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 1))
    with time_machine.travel("2026-12-15T10:00:00Z"):
        make_draft(template_id=template.pk, today=date(2026, 12, 15))
        OrderTemplate.objects.update(next_month_on="2026-12-01")
        with pytest.raises(IntegrityError), transaction.atomic():
            make_draft(template_id=template.pk, today=date(2026, 12, 15))


@pytest.mark.parametrize("state", ["draft", "awaiting_approval", "cancelled"])
def test_only_a_confirmed_order_is_repeated(state, cast):
    source = draft_of(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=source.pk).update(state=state)
    told = {"client": cast.bakery, "order_id": source.pk, "name": "A", "draft_days_before": 7, "actor": None}
    with pytest.raises(TemplateSourceNotConfirmed):
        make_template(**told, loading_day=20)


@pytest.mark.parametrize(("loading_day", "days_before"), [(0, 7), (32, 7), (20, -1), (20, 29)])
def test_impossible_days_are_refused(loading_day, days_before, cast):
    with pytest.raises(TemplateImpossible):
        repeated(cast.bakery, hire(cast.bakery, 1), loading_day=loading_day, days_before=days_before)
    assert not OrderTemplate.objects.exists()


def test_a_client_has_so_many_monthly_orders_and_no_more(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 1))
    OrderTemplate.objects.bulk_create(
        OrderTemplate(client=cast.bakery, source=template.source, name="x", loading_day=1, next_month_on="2026-12-01")
        for _number in range(TEMPLATES_MAX - 1)
    )
    with pytest.raises(TooManyTemplates):
        make_template(
            client=cast.bakery, order_id=template.source_id, name="A", loading_day=1, draft_days_before=1, actor=None
        )


def test_changed_and_stopped_by_its_own_client_only(cast):
    template = repeated(cast.bakery, hire(cast.bakery, 1))
    told = {"template_id": template.pk, "actor": cast.alice}
    for act in (change_template, end_template):
        more = {"name": "B", "loading_day": 25, "draft_days_before": 3} if act is change_template else {}
        with pytest.raises(OrderTemplate.DoesNotExist):
            act(client=cast.garage, **told, **more)
    change_template(client=cast.bakery, **told, name="B", loading_day=25, draft_days_before=3)
    assert [(found.name, found.loading_day) for found in templates_of(cast.bakery)] == [("B", 25)]
    end_template(client=cast.bakery, **told)
    assert due_template_ids(date(2030, 1, 1), count_max=10) == []
    assert make_draft(template_id=template.pk, today=date(2030, 1, 1)) is None


@pytest.mark.usefixtures("committed_database")
def test_two_workers_at_once_make_one_draft(django_db_blocker):
    with django_db_blocker.unblock():
        cast = play()
        template = repeated(cast.bakery, hire(cast.bakery, 3))
        start = threading.Barrier(2)
        found: list[object] = []

        def work() -> None:
            start.wait()
            try:
                found.append(make_template_draft(template_id=template.pk))
            finally:
                connection.close()

        with time_machine.travel("2026-12-15T10:00:00Z"):
            workers = [threading.Thread(target=work) for _number in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            again = make_template_draft(template_id=template.pk)
        assert sorted(order is not None for order in found) == [False, True]
        assert again is None
        assert Order.objects.filter(template=template, state=OrderState.DRAFT).count() == 1
        assert Message.objects.filter(kind="monthly_draft").count() == 2


def test_a_worker_killed_before_the_end_leaves_nothing_and_the_next_makes_it(cast, monkeypatch):
    template = repeated(cast.bakery, hire(cast.bakery, 1))

    def dies(**_facts) -> None:
        raise SystemExit

    with time_machine.travel("2026-12-15T10:00:00Z"):
        monkeypatch.setattr("tegoed.flows.make_template_drafts.queue_message", dies)
        with pytest.raises(SystemExit), transaction.atomic():
            make_template_draft(template_id=template.pk)
        assert made_by(template) == []
        monkeypatch.undo()
        assert make_template_draft(template_id=template.pk) is not None
