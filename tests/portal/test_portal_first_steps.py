"""The list of first steps of a new client: read from what is there, gone when done, put away or no longer new."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cast import Cast, draft_of, hire
from django.urls import reverse
from django.utils import timezone
from story import confirmed

from tegoed.audit.models import Event
from tegoed.clients.models import Client, Membership
from tegoed.portal.first_steps import NEW_CLIENT_DAYS, first_steps_of


def done(cast: Cast, user=None) -> list[bool] | None:
    """Which steps are ticked for Alice, or for somebody else; None without a list."""
    client = Client.objects.get(pk=cast.bakery.pk)
    membership = Membership.objects.select_related("client").get(client=client, user=user or cast.alice)
    steps = first_steps_of(membership)
    return None if steps is None else [step.is_done for step in steps.steps]


def with_passkey(user) -> Authenticator:
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})


def test_each_step_is_ticked_by_what_it_leaves_and_only_as_long_as_that_is_there(cast: Cast) -> None:
    assert done(cast) == [False, True, False, False]
    people = hire(cast.bakery, 1)
    draft = draft_of(cast.bakery, people)
    assert done(cast) == [False, True, True, False]  # a draft is no order yet
    factor = with_passkey(cast.alice)
    assert done(cast) == [True, True, True, False]
    confirmed(draft)
    assert done(cast) is None
    factor.delete()
    assert done(cast) == [False, True, True, True]


def test_only_who_may_do_the_steps_sees_them(cast: Cast) -> None:
    assert done(cast, cast.bob) is None


def test_an_owner_puts_the_list_away_for_all_and_nobody_else_can(cast: Cast, browser_of) -> None:
    Membership.objects.filter(user=cast.bob).update(role="orderer")
    overview = reverse("portal:overview", args=[cast.bakery.pk])
    dismiss = reverse("portal:first-steps-dismiss", args=[cast.bakery.pk])
    assert "Put this list away" in browser_of(cast.alice).get(overview).text
    assert "Put this list away" not in browser_of(cast.bob).get(overview).text
    assert browser_of(cast.bob).post(dismiss).status_code == 403
    for _click in range(2):
        assert browser_of(cast.alice).post(dismiss).headers["Location"] == overview
    assert done(cast) is done(cast, cast.bob) is None
    assert Event.objects.filter(action="first-steps:dismiss").count() == 1


@pytest.mark.parametrize(("days", "is_shown"), [(NEW_CLIENT_DAYS - 1, True), (NEW_CLIENT_DAYS + 1, False)])
def test_an_old_client_has_no_list(cast: Cast, days, is_shown) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert (done(cast) is not None) == is_shown


def test_it_costs_four_queries_and_none_once_the_client_is_old(cast: Cast, django_assert_num_queries) -> None:
    membership = Membership.objects.select_related("client", "user").get(client=cast.bakery, user=cast.alice)
    with django_assert_num_queries(4):
        assert first_steps_of(membership) is not None
    membership.client.created_at -= timedelta(days=NEW_CLIENT_DAYS)
    with django_assert_num_queries(0):
        assert first_steps_of(membership) is None
