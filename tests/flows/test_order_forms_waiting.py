"""An order form that nobody decided on is dropped, counted from its last step; one that waits for approval never is."""

from datetime import timedelta

from cast import hire
from django.utils import timezone
from order_forms import drafts_of, eco_row, meal_row, newcomer, taken

from tegoed.clients.models import Client
from tegoed.flows.catch_up import catch_up
from tegoed.flows.confirm_order import send_back_order
from tegoed.flows.confirm_order_form import confirm_order_form
from tegoed.orders.models import OrderTransition
from tegoed.orders.queries import previews_of
from tegoed.portal.form_review import review_of
from tegoed.uploads.models import StagedLine, StagedPerson, Upload
from tegoed.uploads.queries import KEPT_DAYS_MAX

LONG_AGO = timedelta(days=KEPT_DAYS_MAX, hours=1)


def aged(upload: Upload) -> None:
    """As if everything that happened to the form until now was long ago."""
    Upload.objects.filter(pk=upload.pk).update(created_at=timezone.now() - LONG_AGO, read_at=timezone.now() - LONG_AGO)
    OrderTransition.objects.filter(order__upload=upload).update(at=timezone.now() - LONG_AGO)


def state_after_a_round(upload: Upload) -> str:
    catch_up()
    upload.refresh_from_db()
    return upload.state


def awaiting_approval(cast) -> Upload:
    """A form that Alice confirmed and Charlie must approve."""
    Client.objects.filter(pk=cast.bakery.pk).update(needs_approval=True)
    cast.bakery.refresh_from_db()
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)], actor=cast.alice)
    total = sum(preview.pricing.total_cents for preview in previews_of(drafts_of(upload)))
    confirm_order_form(client=cast.bakery, upload_id=upload.pk, actor=cast.alice, confirmed_total_cents=total)
    return upload


def test_a_form_that_nobody_touched_is_dropped_with_its_drafts(cast) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)])
    aged(upload)
    assert state_after_a_round(upload) == "discarded"
    assert [draft.state for draft in drafts_of(upload)] == ["cancelled"]


def test_a_file_read_late_counts_from_its_reading(cast) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)])
    Upload.objects.filter(pk=upload.pk).update(created_at=timezone.now() - LONG_AGO)
    OrderTransition.objects.filter(order__upload=upload).update(at=timezone.now() - LONG_AGO)
    assert state_after_a_round(upload) == "ready"


def test_what_waits_for_approval_is_kept_and_what_was_sent_back_has_its_days_again(cast) -> None:
    upload = awaiting_approval(cast)
    aged(upload)
    assert state_after_a_round(upload) == "ready"
    order_id = drafts_of(upload)[0].pk
    send_back_order(client=cast.bakery, order_id=order_id, actor=cast.charlie, reason_text="Te veel")
    assert state_after_a_round(upload) == "ready"
    assert [draft.state for draft in drafts_of(upload)] == ["draft"]
    aged(upload)
    assert state_after_a_round(upload) == "discarded"


def test_once_there_are_drafts_the_numbers_of_the_form_are_gone(cast) -> None:
    """However long the form waits, and the review still names who is new."""
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0), eco_row(1, **newcomer(1)), meal_row(1, **newcomer(1))])
    upload.refresh_from_db()
    assert (upload.state, upload.content) == ("ready", None)
    assert not StagedPerson.objects.exists()
    assert not StagedLine.objects.exists()
    assert [str(person) for person in review_of(upload).newcomers] == ["Vermeulen 1 Lies"]
