"""Staff keep the table of sector agreements: by hand, from a file, ended; each change in the trail."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from office_day import office

from tegoed.agreements.models import SectorAgreement
from tegoed.audit.models import Event

ONE = {
    "joint_committee": "PC 200",
    "product": "eco",
    "starts_on": "2026-01-01",
    "ends_on": "",
    "amount": "250",
    "reference": "CBA of 1 March 2026, no. 123456",
    "url": "https://example.org/200",
}
HEAD = "joint_committee;product;from;to;amount;reference;url\n"


@pytest.fixture
def dora(cast, browser_of):
    return browser_of(cast.staff_member)


def send(browser, text: str):
    file = SimpleUploadedFile("sectors.csv", text.encode())
    return browser.post(office("sector-agreement-import"), {"file": file}, follow=True)


def actions() -> list[str]:
    return list(
        Event.objects.filter(action__startswith="sector-agreement").order_by("id").values_list("action", flat=True)
    )


def test_one_noted_by_hand_stands_in_the_list_with_who_noted_it(dora) -> None:
    page = dora.post(office("sector-agreement-add"), ONE, follow=True).content.decode()
    assert "no. 123456" in page
    assert 'href="https://example.org/200"' in page
    noted = SectorAgreement.objects.get()
    assert (noted.joint_committee, noted.amount_cents, noted.noted_by.full_name) == ("200", 25_000, "Dora")
    dora.post(office("sector-agreement-add"), ONE)
    assert actions() == ["sector-agreement:note"]
    again = dora.post(office("sector-agreement-add"), ONE | {"amount": "100"})
    assert again.status_code == 422
    assert "noted already" in again.content.decode()
    assert "No agreement found" in dora.get(office("sector-agreements"), {"words": "118"}).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"joint_committee": "1"}, "joint_committee"),
        ({"reference": ""}, "reference"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"amount": "99999999"}, "amount"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2025-01-01"}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_noted(changes, field, dora) -> None:
    answer = dora.post(office("sector-agreement-add"), ONE | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not SectorAgreement.objects.exists()


def test_a_file_is_taken_in_whole_once_and_not_half(dora) -> None:
    rows = HEAD + "200;eco;2026-01-01;;250;R 1;\n118.01;meal;2026-01-01;2026-12-31;8,00;<script>R 2</script>;\n"
    assert "Taken in: 2 new, 0 noted before" in send(dora, rows).content.decode()
    page = send(dora, rows).content.decode()
    assert "Taken in: 0 new, 2 noted before" in page
    assert "<script>R 2" not in page
    assert actions() == ["sector-agreement:note"] * 2
    wrong = send(dora, HEAD + "300;eco;2026-01-01;;250;R;\n200;eco;2026-01-01;;99;R 1;\n50;eco;2026-01-01;;;R;\n")
    assert wrong.status_code == 422
    assert "Row 4:" in wrong.content.decode()
    differs = send(dora, HEAD + "300;eco;2026-01-01;;250;R;\n200;eco;2026-01-01;;99;R 1;\n")
    assert "Row 3:" in differs.content.decode()
    assert SectorAgreement.objects.count() == 2


def test_its_last_day_is_noted_and_kept_in_the_trail(dora) -> None:
    dora.post(office("sector-agreement-add"), ONE)
    noted = SectorAgreement.objects.get()
    address = office("sector-agreement-end", agreement_id=noted.pk)
    for typed in ("2025-12-31", "never"):
        dora.post(address, {"ends_on": typed})
        noted.refresh_from_db()
        assert noted.ends_on is None
    dora.post(address, {"ends_on": "2026-06-30"})
    dora.post(address, {"ends_on": "2026-06-30"})
    noted.refresh_from_db()
    assert str(noted.ends_on) == "2026-06-30"
    assert actions() == ["sector-agreement:note", "sector-agreement:end"]


def test_nobody_else_reaches_it(cast, browser_of) -> None:
    for user in (cast.alice, cast.bob, cast.charlie):
        assert browser_of(user).get(office("sector-agreements")).status_code == 404
        assert browser_of(user).post(office("sector-agreement-add"), ONE).status_code == 404
    assert not SectorAgreement.objects.exists()
