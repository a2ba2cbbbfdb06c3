"""Ordering by Excel through the pages: download, send, errors, costs, confirm, discard; nobody else gets in."""

from datetime import timedelta
from io import BytesIO

import pytest
from cast import hire, niss
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from order_forms import KEYS, drafts_of, eco_row, meal_row, newcomer, taken, workbook
from python_calamine import load_workbook

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.actions import add_member
from tegoed.clients.models import Issuer, Role, User
from tegoed.flows.read_upload import read_upload
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import previews_of
from tegoed.rules.dates import brussels_today
from tegoed.uploads.models import Upload, UploadState


def sent(browser, client, content: bytes, **wishes) -> Upload:
    """The file after the worker read it."""
    file = SimpleUploadedFile("bestelling.xlsx", content)
    answer = browser.post(reverse("portal:order-excel", args=[client.pk]), {"file": file, **wishes})
    assert answer.status_code == 302, answer.context["form"].errors
    upload = Upload.objects.latest("id")
    read_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def review_url(upload: Upload) -> str:
    return reverse("portal:order-import", args=[upload.client_id, upload.pk])


def confirm(browser, upload: Upload, total_cents: int, **typed):
    url = reverse("portal:order-import-confirm", args=[upload.client_id, upload.pk])
    return browser.post(url, {"confirmed_total_cents": total_cents, **typed}, follow=True)


def shown_total(upload: Upload) -> int:
    return sum(preview.pricing.total_cents for preview in previews_of(drafts_of(upload)))


def test_from_the_file_to_the_orders(cast, browser_of) -> None:
    hire(cast.bakery, 2)
    browser = browser_of(cast.alice)
    rows = [meal_row(0), meal_row(1, loading_on=None), eco_row(1), meal_row(2, **newcomer(2))]
    keys = [*KEYS, "last_name", "first_name", "birth_on", "language", "card_delivery", "site"]
    later = brussels_today() + timedelta(days=20)
    upload = sent(browser, cast.bakery, workbook(rows, keys=keys), loading_on=later.isoformat(), reference="Nov 1")
    assert upload.state == UploadState.READY, list(upload.remarks.values_list("row", "code", "params"))

    page = browser.get(review_url(upload))
    text = page.content.decode()
    assert [str(draft.order.get_product_display()) for draft in page.context["review"].drafts] == [
        "Meal vouchers",
        "Meal vouchers",
        "Eco vouchers",
    ]
    assert "Vermeulen 2 Lies" in text
    assert page.context["review"].card_count == 3
    assert "Winkel" in text
    assert niss(2) not in text

    page = confirm(browser, upload, shown_total(upload))
    assert page.redirect_chain[-1][0] == review_url(upload)
    upload.refresh_from_db()
    assert upload.state == UploadState.APPLIED
    orders = drafts_of(upload)
    assert [(order.state, order.reference, order.loading_on) for order in orders] == [
        ("processing", "Nov 1", brussels_today()),
        ("processing", "Nov 1", later),
        ("processing", "Nov 1", brussels_today()),
    ]
    assert {order.confirmed_by for order in orders} == {cast.alice}
    assert all(reverse("portal:order", args=[cast.bakery.pk, order.pk]) in page.content.decode() for order in orders)
    confirm(browser, upload, 0)
    assert Order.objects.filter(state=OrderState.PROCESSING).count() == 3


def test_errors_are_shown_with_row_column_and_remedy_and_nothing_is_stored(cast, browser_of) -> None:
    hire(cast.bakery, 1)
    browser = browser_of(cast.alice)
    rows = [meal_row(0, voucher_count=40), meal_row(1), meal_row(0, face_value="acht")]
    upload = sent(browser, cast.bakery, workbook([rows[0], rows[1]]))
    assert upload.state == UploadState.REFUSED
    answer = browser.get(review_url(upload), follow=True)
    text = answer.content.decode()
    assert "from 0 to" in text
    assert "isn&#x27;t one of your beneficiaries yet" in text
    assert not Order.objects.exists()
    assert Beneficiary.objects.count() == 1


def test_the_filled_form_comes_back_as_an_order(cast, browser_of) -> None:
    people = hire(cast.bakery, 3)
    people[2].is_active = False
    people[2].save()
    browser = browser_of(cast.alice)
    answer = browser.post(
        reverse("portal:order-form-filled", args=[cast.bakery.pk]), {"filled-loading_on": brussels_today().isoformat()}
    )
    content = b"".join(answer.streaming_content)
    assert answer["Cache-Control"] == "no-store"
    event = Event.objects.get(action="order-form:export")
    assert (event.actor_id, event.facts) == (cast.alice.pk, {"row_count": 2})
    upload = sent(browser, cast.bakery, content)
    assert upload.state == UploadState.READY, list(upload.remarks.values_list("row", "code", "params"))
    (draft,) = drafts_of(upload)
    lines = draft.lines.order_by("beneficiary__last_name").values_list("beneficiary", "voucher_count", "amount_cents")
    assert list(lines) == [(people[0].pk, 20, 160_00), (people[1].pk, 20, 160_00)]


def test_the_empty_form_is_in_the_readers_language_and_for_the_contracts(cast, browser_of) -> None:
    answer = browser_of(cast.charlie).post(
        reverse("portal:order-form-empty", args=[cast.garage.pk]), HTTP_ACCEPT_LANGUAGE="fr"
    )
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(1)
    words = {str(cell) for row in sheet.to_python() for cell in row}
    assert {"Face value", "Number of vouchers"} <= words or {"Valeur faciale", "Nombre de chèques"} <= words
    assert not {"Amount", "Montant"} & words


def test_a_loading_date_in_the_past_is_refused_at_the_door(cast, browser_of) -> None:
    answer = browser_of(cast.alice).post(
        reverse("portal:order-excel", args=[cast.bakery.pk]),
        {"file": SimpleUploadedFile("a.xlsx", workbook([meal_row(0)])), "loading_on": "2020-01-01"},
    )
    assert answer.status_code == 422
    assert "loading_on" in answer.context["form"].errors
    assert not Upload.objects.exists()


def test_costs_that_changed_are_shown_and_asked_again(cast, browser_of) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)], actor=cast.alice)
    browser = browser_of(cast.alice)
    page = confirm(browser, upload, shown_total(upload) - 1)
    assert page.context["was_refused"]
    assert str(shown_total(upload)) in page.content.decode()
    assert [order.state for order in drafts_of(upload)] == ["draft"]


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1e9", "٣"])
def test_a_total_that_is_no_number_confirms_nothing(cast, browser_of, typed) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)])
    confirm(browser_of(cast.alice), upload, typed)
    assert [order.state for order in drafts_of(upload)] == ["draft"]


def test_discarding_cancels_the_drafts_and_says_that_people_stay(cast, browser_of) -> None:
    upload = taken(cast.bakery, [meal_row(0, **newcomer(0))])
    browser = browser_of(cast.alice)
    url = reverse("portal:order-import-discard", args=[cast.bakery.pk, upload.pk])
    page = browser.post(url, follow=True)
    assert "1 beneficiary that the form added stays in your list." in page.content.decode()
    assert [order.state for order in drafts_of(upload)] == ["cancelled"]
    upload.refresh_from_db()
    assert upload.state == UploadState.DISCARDED
    assert Beneficiary.objects.filter(client=cast.bakery).count() == 1


@pytest.mark.parametrize("step", ["order-start", "order-lines", "order-check", "order-discard"])
def test_the_steps_of_a_draft_of_a_form_lead_to_the_form(cast, browser_of, step) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)])
    (draft,) = drafts_of(upload)
    for method in ("get", "post"):
        answer = getattr(browser_of(cast.alice), method)(reverse(f"portal:{step}", args=[cast.bakery.pk, draft.pk]))
        assert (answer.status_code, answer["Location"]) == (302, review_url(upload))


def test_above_a_maximum_a_reason_is_asked_and_kept(cast, browser_of) -> None:
    Issuer.objects.update(allows_above_maximum=True)
    hire(cast.bakery, 2)
    upload = taken(cast.bakery, [eco_row(0, 300_00), meal_row(1)])
    browser = browser_of(cast.alice)
    page = browser.get(review_url(upload))
    assert [people for _sentence, people in page.context["review"].above] == [1]
    confirm(browser, upload, shown_total(upload))
    assert {order.state for order in drafts_of(upload)} == {"draft"}
    confirm(browser, upload, shown_total(upload), reason="Agreed as wage")
    assert [(order.state, order.above_maximum_reason) for order in drafts_of(upload)] == [
        ("processing", "Agreed as wage"),
        ("processing", ""),
    ]


def test_with_four_eyes_the_form_waits_for_a_colleague(cast, browser_of) -> None:
    eva = User.objects.create_user("eva@bakkerij.example", "secret", full_name="Eva", language="en")
    add_member(client=cast.bakery, user=eva, role=Role.APPROVER, actor=None)
    cast.bakery.needs_approval = True
    cast.bakery.save()
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0), eco_row(0)])
    browser = browser_of(cast.alice)
    page = confirm(browser, upload, shown_total(upload))
    assert page.context["review"].awaits_approval
    url = reverse("portal:order-import-discard", args=[cast.bakery.pk, upload.pk])
    assert "wait for approval" in browser.post(url, follow=True).content.decode()
    assert {order.state for order in drafts_of(upload)} == {"awaiting_approval"}


def test_the_same_file_twice_asks_first(cast, browser_of) -> None:
    hire(cast.bakery, 1)
    browser = browser_of(cast.alice)
    content = workbook([meal_row(0)])
    first = sent(browser, cast.bakery, content)
    second = sent(browser, cast.bakery, content)
    assert (first.state, second.state, second.same_as_id) == (UploadState.READY, "asking", first.pk)
    assert Order.objects.count() == 1


def test_walls(cast, browser_of) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0)])
    names = {"order-excel": "get", "order-form-filled": "post", "order-form-empty": "post"}
    of_upload = {"order-import": "get", "order-import-confirm": "post", "order-import-discard": "post"}
    for name, method in (names | of_upload).items():
        args = [upload.pk] if name in of_upload else []
        own, theirs = (reverse(f"portal:{name}", args=[client.pk, *args]) for client in (cast.bakery, cast.garage))
        assert getattr(browser_of(cast.bob), method)(own).status_code == 403, name
        assert getattr(browser_of(cast.charlie), method)(own).status_code == 404, name
        if args:
            assert getattr(browser_of(cast.charlie), method)(theirs).status_code == 404, name
        assert getattr(browser_of(None), method)(own).status_code == 302, name
    assert [order.state for order in drafts_of(upload)] == ["draft"]


def test_a_form_of_many_rows_takes_few_queries(cast, browser_of, django_assert_max_num_queries) -> None:
    hire(cast.bakery, 60)
    upload = taken(cast.bakery, [meal_row(number, last_name="Anders") for number in range(60)])
    browser = browser_of(cast.alice)
    browser.get(review_url(upload))
    with django_assert_max_num_queries(30):
        browser.get(review_url(upload))
