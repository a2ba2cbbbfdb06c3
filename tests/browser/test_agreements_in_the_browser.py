"""From the joint committee to a model text, an attestation and a warned order; nothing sticks out on a phone."""

import pytest
from cast import draft_of, hire
from looks import PHONE, misfits
from playwright.sync_api import expect
from steps import ALICE, DESKTOP

from tegoed.agreements.models import Attestation
from tegoed.agreements.sector_table import note_sector_agreement
from tegoed.clients.models import User
from tegoed.formats.sector_rows import SectorRow
from tegoed.rules.dates import brussels_today

pytestmark = pytest.mark.browser


def test_an_owner_finds_the_agreement_takes_the_text_and_attests_it(site) -> None:
    bakery = site.cast.bakery
    note_sector_agreement(
        row=SectorRow(
            joint_committee="118.03",
            product="eco",
            starts_on=brussels_today(),
            amount_cents=25_000,
            reference="Example of a collective agreement of 1 March 2026, registered under number 123456",
            url="https://example.org/118",
        ),
        actor=site.cast.staff_member,
    )
    draft = draft_of(bakery, hire(bakery, 2))
    page = site.open_page(**DESKTOP, reduced_motion="reduce")
    site.sign_in(page, ALICE)
    portal = f"/c/{bakery.pk}/"
    page.goto(f"{portal}company/")
    page.get_by_role("link", name="Agreements").click()
    page.get_by_label("Number of the joint committee").fill("PC 118.03")
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="See what is needed").click()
    expect(page.get_by_role("main")).to_contain_text("or, since there is no union delegation")
    expect(page.get_by_role("main")).to_contain_text("registered under number 123456")

    page.get_by_role("link", name="Model text").first.click()
    page.get_by_label("Amount").fill("7,00")
    for button, ending in (("Download as PDF", "pdf"), ("Download for Word (DOCX)", "docx")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename.endswith(f".{ending}")

    page.goto(f"{portal}agreements/")
    page.get_by_role("link", name="Attest an agreement").first.click()
    page.get_by_label("Individual agreements with the employees").check()
    page.get_by_label("Date of the agreement").fill("2026-01-05")
    page.get_by_label("Highest amount in it").fill("10,50")
    page.get_by_label("Function in the company").fill("Zaakvoerder")
    page.get_by_label("I attest that this agreement exists").check()
    page.get_by_role("button", name="Attest").click()
    expect(page.get_by_role("main")).to_contain_text("more than the legal maximum of €10.00")
    assert not Attestation.objects.exists()
    page.get_by_label("Highest amount in it").fill("7,00")
    page.get_by_role("button", name="Attest").click()
    expect(page.get_by_role("main")).to_contain_text("Orders above this amount warn you")
    assert Attestation.objects.get().amount_cents == 700

    page.goto(f"{portal}orders/{draft.pk}/check/")
    expect(page.get_by_role("main")).to_contain_text("More than your agreement says")
    for language in ("en", "nl", "fr", "de"):
        User.objects.update(language=language)
        for path in ("agreements/", "agreements/text/", "agreements/attest/", f"orders/{draft.pk}/check/"):
            page.goto(f"{portal}{path}")
            assert misfits(page, PHONE) == [], (path, language)
