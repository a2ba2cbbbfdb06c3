"""Beneficiaries by Excel in a real browser: sent, followed, mended, looked at, applied; and nobody is kept out."""

import pytest
from beneficiary_forms import apply, newcomer, read, workbook
from cast import hire, niss
from looks import LAPTOP, PHONE, barriers
from playwright.sync_api import Page, expect
from spreadsheet import rows_of, typed
from steps import ALICE

from tegoed.beneficiaries.models import Beneficiary
from tegoed.flows.apply_beneficiaries import apply_beneficiaries
from tegoed.flows.read_upload import read_upload
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.portal.remark_workbook import make_remarked_workbook
from tegoed.uploads.models import Upload, UploadState

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(page: Page, content: bytes) -> None:
    """Send the form, let the worker read it; the page goes on by itself."""
    page.get_by_label("Excel file").set_input_files({"name": "people.xlsx", "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="Send the file").click()
    page.get_by_role("heading", name="Your file is being read").wait_for()
    read_upload(upload_id=Upload.objects.latest("id").pk)


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_the_form_goes_round_with_errors_and_mended_until_it_is_stored(site, width) -> None:
    bakery = site.cast.bakery
    people = hire(bakery, 6)
    page = site.open_page(viewport={"width": width, "height": 900})
    site.sign_in(page, ALICE)
    page.goto(f"/c/{bakery.pk}/beneficiaries/")
    page.get_by_role("link", name="By Excel").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Form with your 6 active beneficiaries").click()
    form = download.value.path().read_bytes()

    changes = {(2, "cost_centre"): "Shop", (3, "email"): "noor@bakkerij.example", (4, "is_active"): "No"}
    mistakes = {(5, "birth_on"): "31/02/1979", (6, "site"): "Depot"}
    send(page, typed(form, changes | mistakes, layout=BENEFICIARY_FORM))
    page.get_by_text("2 cells or rows are wrong").wait_for()
    expect(page.locator("tbody tr")).to_contain_text(["Date of birth", "You have no workplace “Depot”"])
    make_remarked_workbook(upload_id=Upload.objects.get().pk)
    page.get_by_role("link", name="Your file with the remarks is being made: update").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your file with the remarks in it").click()
    remarked = download.value.path().read_bytes()
    remarks = [row[-1] for row in rows_of(remarked, "Beneficiaries")]
    assert [bool(remark) for remark in remarks[1:]] == [False, False, False, True, True, False]

    page.get_by_role("link", name="Send the mended file").click()
    mended = {(5, "birth_on"): f"{people[3].birth_on:%d/%m/%Y}", (6, "site"): "Winkel"}
    send(page, typed(remarked, mended, layout=BENEFICIARY_FORM))
    expect(page.locator("tbody tr")).to_contain_text(["Shop", "noor@bakkerij.example"])
    page.get_by_role("button", name="Apply 3 changes").click()
    page.get_by_role("heading", name="Your changes are being stored").wait_for()
    assert not Beneficiary.objects.filter(cost_centre="Shop").exists()
    apply_beneficiaries(upload_id=Upload.objects.latest("id").pk)
    page.get_by_text("Everything was stored").wait_for()
    stored = list(Beneficiary.objects.order_by("last_name").values_list("cost_centre", "email", "is_active"))
    assert stored[:3] == [("Shop", "", True), ("", "noor@bakkerij.example", True), ("", "", False)]
    assert stored[3:] == [("", "", True)] * 3


def test_no_page_of_a_file_keeps_anybody_out(site, axe: str) -> None:
    bakery = site.cast.bakery
    hire(bakery, 2)
    leaver = {"identifier": niss(0), "is_active": False, "cost_centre": "Een kostenplaats met een lange naam"}
    changed = {"identifier": niss(1), "email": "een.heel.lang.adres.van.iemand@bakkerij-peeters.example"}
    ready = read(bakery, workbook(leaver, changed, newcomer(3)))
    refused = read(bakery, workbook(newcomer(4, site="Depot"), newcomer(5, last_name=None)), actor=site.cast.alice)
    whole = read(bakery, b"a;b\n1;2\n")
    content = workbook(newcomer(6))
    applied = apply(read(bakery, content), actor=site.cast.alice)
    asking = read(bakery, content)
    assert asking.state == UploadState.ASKING
    waiting = read(bakery, workbook(newcomer(7)))
    Upload.objects.filter(pk=waiting.pk).update(state="received", row_count=100, rows_read=40)
    paths = ["beneficiaries/excel/"]
    paths += [f"uploads/{upload.pk}/" for upload in (refused, whole, asking, waiting)]
    paths += [f"beneficiaries/excel/{upload.pk}/" for upload in (ready, applied)]
    paths += [f"beneficiaries/excel/{ready.pk}/?tab={tab}" for tab in ("changed", "deactivated", "warnings")]
    page = site.open_page(reduced_motion="reduce")
    site.sign_in(page, ALICE)
    assert barriers(page, [f"/c/{bakery.pk}/{path}" for path in paths], axe=axe) == {}
