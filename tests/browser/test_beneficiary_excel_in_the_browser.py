"""Beneficiaries by Excel in a real browser: sent, followed, mended, looked at, applied; and nobody is kept out."""

import pytest
from beneficiary_forms import apply, newcomer, read, workbook
from cast import hire, niss
from steps import ALICE
from test_every_page_is_accessible import LAPTOP, PHONE, misfits, violations

from tegoed.beneficiaries.models import Beneficiary
from tegoed.flows.apply_beneficiaries import apply_beneficiaries
from tegoed.flows.read_upload import read_upload
from tegoed.uploads.models import Upload, UploadState

pytestmark = pytest.mark.browser


def test_a_file_is_sent_followed_looked_at_and_applied(site) -> None:
    bakery = site.cast.bakery
    page = site.open_page()
    site.sign_in(page, ALICE)
    page.goto(f"/c/{bakery.pk}/beneficiaries/excel/")
    file = {"name": "begunstigden.xlsx", "mimeType": "application/zip", "buffer": workbook(newcomer(1), newcomer(2))}
    page.get_by_label("Excel file").set_input_files(file)
    page.get_by_role("button", name="Send the file").click()
    page.get_by_role("heading", name="Your file is being read").wait_for()
    read_upload(upload_id=Upload.objects.get().pk)
    page.get_by_role("button", name="Apply 2 changes").wait_for()  # the page goes on by itself
    page.get_by_role("button", name="Apply 2 changes").click()
    page.get_by_role("heading", name="Your changes are being stored").wait_for()
    assert not Beneficiary.objects.exists()
    apply_beneficiaries(upload_id=Upload.objects.get().pk)
    page.get_by_text("Everything was stored").wait_for()
    assert Beneficiary.objects.filter(client=bakery).count() == 2


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
    faults: dict[str, list[str]] = {}
    for path in paths:
        page.goto(f"/c/{bakery.pk}/{path}")
        page.evaluate(axe)
        for width in (LAPTOP, PHONE):
            faults[f"{path} {width}"] = misfits(page, width, ALICE)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                faults[f"{path} {width}"] += [f"{scheme}: {one}" for one in violations(page)]
    assert {where: found for where, found in faults.items() if found} == {}
