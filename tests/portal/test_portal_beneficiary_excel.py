"""The pages of beneficiaries by Excel: download, send, follow, mend, preview, apply, discard."""

import re
from io import BytesIO

import pytest
from beneficiary_forms import newcomer, read, workbook
from cast import hire, niss
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.flows.apply_beneficiaries import apply_beneficiaries
from tegoed.flows.catch_up import catch_up
from tegoed.flows.read_upload import read_upload
from tegoed.portal.remark_workbook import make_remarked_workbook
from tegoed.uploads.models import StagedPerson, Upload


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def address(name: str, cast, *args: int) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *args])


def send(cast, browser, content: bytes, name: str = "mijn begunstigden.xlsx"):
    return browser.post(address("beneficiary-excel-send", cast), {"file": SimpleUploadedFile(name, content)})


def sheets_of(answer) -> dict[str, list[list]]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_whole_way_from_file_to_stored_people(cast, alice_browser):
    sent = send(cast, alice_browser, workbook(newcomer(1), newcomer(2)))
    upload = Upload.objects.get()
    assert sent["Location"] == address("upload", cast, upload.pk)
    page = alice_browser.get(sent["Location"]).content.decode()
    assert "Update status" in page
    assert "hx-get" in page
    read_upload(upload_id=upload.pk)
    onward = alice_browser.get(sent["Location"])
    assert onward["Location"] == address("beneficiary-import", cast, upload.pk)
    preview = alice_browser.get(onward["Location"]).content.decode()
    assert "Maes Lotte 1" in preview
    assert "Apply 2 changes" in preview
    assert niss(1) not in preview
    assert not Beneficiary.objects.exists()
    alice_browser.post(address("beneficiary-import-apply", cast, upload.pk))
    assert "Your changes are being stored" in alice_browser.get(sent["Location"]).content.decode()
    apply_beneficiaries(upload_id=upload.pk)
    done = alice_browser.get(address("beneficiary-import", cast, upload.pk)).content.decode()
    assert "Everything was stored" in done
    assert Beneficiary.objects.filter(client=cast.bakery).count() == 2


def test_the_open_page_hears_nothing_then_how_far_then_where_to_go(cast, alice_browser):
    send(cast, alice_browser, workbook(newcomer(1)))
    upload = Upload.objects.get()
    url = address("upload-progress", cast, upload.pk)
    assert alice_browser.get(url, {"seen": "received-0"}).status_code == 204
    Upload.objects.update(rows_read=5_000, row_count=20_000)
    part = alice_browser.get(url, {"seen": "received-0"}).content.decode()
    assert "<html" not in part
    assert "5000 of 20000 rows" in part.replace(",", "").replace("\xa0", "")
    read_upload(upload_id=upload.pk)
    answer = alice_browser.get(url, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == address("beneficiary-import", cast, upload.pk)
    assert alice_browser.get(url)["Location"] == address("beneficiary-import", cast, upload.pk)


def test_the_preview_shows_old_and_new_by_tab(cast, alice_browser, django_assert_max_num_queries):
    hire(cast.bakery, 60)
    rows = [{"identifier": niss(number), "cost_centre": f"K{number}"} for number in range(60)]
    upload = read(cast.bakery, workbook(*rows, newcomer(70)))
    url = address("beneficiary-import", cast, upload.pk)
    with django_assert_max_num_queries(16):
        answer = alice_browser.get(url, {"tab": "changed", "page": "3"})
    page = answer.content.decode()
    assert len(answer.context["rows"].object_list) == 10
    assert "<del>–</del>" in page
    assert "<ins>K59</ins>" in page
    assert "Cost centre" in page
    assert "Nobody here" in alice_browser.get(url, {"tab": "deactivated"}).content.decode()
    assert alice_browser.get(url, {"tab": "nonsense"}).context["tab"] == "new"


def test_every_error_names_sheet_row_column_reason_and_remedy_and_comes_back_in_the_file(cast, alice_browser):
    upload = read(cast.bakery, workbook(newcomer(1), newcomer(2, site="Depot")), actor=cast.alice)
    page = alice_browser.get(address("upload", cast, upload.pk)).content.decode()
    for words in ("Row 3", "Begunstigden", "Workplace", "You have no workplace “Depot”", "Atelier, Winkel"):
        assert words in page, words
    remark = upload.remarks.get(code="site-unknown")
    letter = re.search(r'<span class="code-like">([A-Z])</span> Workplace', page).group(1)
    assert ord(letter) - ord("A") == remark.column
    assert "Your file with the remarks is being made" in page
    make_remarked_workbook(upload_id=upload.pk)
    page = alice_browser.get(address("upload", cast, upload.pk)).content.decode()
    assert "Download your file with the remarks in it" in page
    answer = alice_browser.get(address("upload-remarked", cast, upload.pk))
    rows = sheets_of(answer)["Begunstigden"]
    assert rows[2][0] == niss(2)
    assert "You have no workplace “Depot”" in rows[2][-1]
    assert rows[1][-1] == ""
    event = Event.objects.get(action="upload:export")
    assert (event.actor_id, event.client_id, event.subject_id) == (cast.alice.pk, cast.bakery.pk, upload.pk)


def test_what_is_only_odd_is_told_apart_from_what_is_wrong(cast, alice_browser):
    rows = [newcomer(1, birth_on="1990-01-01"), newcomer(2, site="Depot")]
    upload = read(cast.bakery, workbook(*rows))
    page = " ".join(alice_browser.get(address("upload", cast, upload.pk)).content.decode().split())
    assert "1 cell or row is wrong" in page
    assert page.count("Only a warning:") == 1
    assert "Only a warning:</strong> The birth date isn" in page


def test_nothing_ordered_before_is_not_mentioned_with_a_yearly_maximum(cast, alice_browser):
    upload = read(cast.bakery, workbook(newcomer(1, eco_amount=250_01)))
    page = alice_browser.get(address("upload", cast, upload.pk)).content.decode()
    assert "€250.01 is more than the legal maximum of €250.00 a year" in page
    assert "€0.00" not in page


def test_an_amount_above_the_law_is_refused_in_its_cell_with_figure_and_source(cast, alice_browser):
    hire(cast.bakery, 1)
    upload = read(cast.bakery, workbook({"identifier": niss(0), "meal_voucher_count": 20, "meal_face_value": 1500}))
    page = alice_browser.get(address("upload", cast, upload.pk)).content.decode()
    assert "€15.00 per voucher is more than the legal maximum of €10.00 (since 1 January 2026; source:" in page


def test_the_file_with_remarks_can_be_mended_and_sent_again(cast, alice_browser):
    upload = read(cast.bakery, workbook(newcomer(1), newcomer(2, site="Depot")), actor=cast.alice)
    make_remarked_workbook(upload_id=upload.pk)
    remarked = alice_browser.get(address("upload-remarked", cast, upload.pk)).content
    again = read(cast.bakery, remarked)
    assert set(again.remarks.values_list("code", flat=True)) == {"site-unknown"}


def test_a_file_that_is_no_form_is_refused_with_a_remedy(cast, alice_browser):
    answer = send(cast, alice_browser, b"%PDF-1.7 not a workbook")
    assert answer.status_code == 422
    assert not Upload.objects.exists()
    assert "Excel" in answer.content.decode()
    upload = read(cast.bakery, b"alfa;beta\n1;2\n", file_name="x.csv")
    page = alice_browser.get(address("upload", cast, upload.pk)).content.decode()
    assert "nothing of it was stored" in page
    assert "workbook-refused" not in page


def test_the_name_of_a_file_is_shown_without_a_national_number(cast, alice_browser):
    send(cast, alice_browser, b"alfa;beta\n1;2\n", name="lijst 88.02.29-999.90.csv")
    assert Upload.objects.get().file_name == "lijst [identifier].csv"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(cast, alice_browser, settings):
    settings.UPLOAD_BYTES_MAX = 1_000
    answer = send(cast, alice_browser, b"PK\x03\x04" + b"0" * 2_000)
    assert answer.status_code == 422
    assert "too large" in answer.content.decode()
    assert not Upload.objects.exists()


def test_the_same_file_again_asks_first(cast, alice_browser):
    content = workbook(newcomer(1))
    first = read(cast.bakery, content)
    sent = send(cast, alice_browser, content)
    second = Upload.objects.latest("pk")
    assert second.state == "asking"
    catch_up()
    page = alice_browser.get(sent["Location"]).content.decode()
    assert "You sent this file before" in page
    assert address("upload", cast, first.pk) in page
    alice_browser.post(address("upload-go-on", cast, second.pk))
    read_upload(upload_id=second.pk)
    second.refresh_from_db()
    assert second.state == "ready"


def test_the_same_file_of_another_company_is_its_own_business(cast):
    content = workbook(newcomer(1, site="Garage"))
    read(cast.bakery, content)
    assert read(cast.garage, content).same_as is None


def test_discarding_leaves_nothing_behind(cast, alice_browser):
    upload = read(cast.bakery, workbook(newcomer(1)))
    alice_browser.post(address("upload-discard", cast, upload.pk))
    upload.refresh_from_db()
    assert (upload.state, upload.content) == ("discarded", None)
    assert not StagedPerson.objects.exists()
    assert "This file was discarded" in alice_browser.get(address("upload", cast, upload.pk)).content.decode()
    answer = alice_browser.post(address("beneficiary-import-apply", cast, upload.pk), follow=True)
    assert "moved on since you opened the page" in answer.content.decode()
    assert not Beneficiary.objects.exists()


def test_the_empty_form_is_in_the_readers_language_with_the_clients_own_choices(cast, alice_browser):
    cast.alice.language = "fr"
    cast.alice.save()
    sheets = sheets_of(alice_browser.get(address("beneficiary-excel-empty", cast)))
    assert "Bénéficiaires" in sheets
    head = sheets["Bénéficiaires"][0]
    assert head[0] == "Numéro national"
    assert not any("culture" in heading for heading in head)  # no contract for it
    words = [cell for rows in sheets.values() for row in rows for cell in row]
    assert {"Atelier", "Winkel"} <= set(words)


def test_the_filled_form_comes_back_unchanged_and_is_told_in_the_trail(cast, alice_browser):
    people = hire(cast.bakery, 4)
    Beneficiary.objects.filter(pk=people[0].pk).update(is_active=False)
    answer = alice_browser.post(address("beneficiary-excel-filled", cast), {"everybody": "yes"})
    content = b"".join(answer.streaming_content)
    assert "no-store" in answer["Cache-Control"]
    event = Event.objects.get(action="beneficiaries:export")
    assert (event.actor_id, event.facts["row_count"]) == (cast.alice.pk, 4)
    upload = read(cast.bakery, content)
    assert {verdict: count for verdict, count in upload.summary["counts"].items() if count} == {"unchanged": 4}
    answer = alice_browser.post(address("beneficiary-excel-filled", cast))
    numbers = {row[0] for rows in sheets_of(answer).values() for row in rows}
    assert niss(0) not in numbers
    assert {niss(number) for number in (1, 2, 3)} <= numbers


def test_who_may_only_look_gets_no_numbers_and_sends_nothing(cast, browser_of):
    hire(cast.bakery, 1)
    upload = read(cast.bakery, workbook(newcomer(1)))
    browser = browser_of(cast.bob)
    assert browser.post(address("beneficiary-excel-filled", cast)).status_code == 403
    assert send(cast, browser, workbook(newcomer(2))).status_code == 403
    for name in ("upload", "beneficiary-import", "upload-remarked"):
        assert browser.get(address(name, cast, upload.pk)).status_code == 403
    page = browser.get(address("beneficiary-excel", cast)).content.decode()
    assert 'type="file"' not in page
    assert address("beneficiary-excel-empty", cast) in page
