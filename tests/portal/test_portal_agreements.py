"""Agreements in the portal: which one is needed, model texts as files, and what an owner attests."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from tegoed.agreements.models import Attestation, ClientJointCommittee
from tegoed.agreements.queries import attested_amounts
from tegoed.agreements.sector_table import note_sector_agreement
from tegoed.audit.models import Event
from tegoed.clients.actions import add_member
from tegoed.clients.models import Client, Role, User
from tegoed.formats.sector_rows import SectorRow
from tegoed.rules.dates import brussels_today

TODAY = brussels_today()
ATTESTED = {
    "product": "meal",
    "kind": "company",
    "joint_committee": "200",
    "agreed_on": "2026-01-05",
    "starts_on": "",
    "ends_on": "",
    "amount": "8,00",
    "name": "Alice Peeters",
    "function": "Zaakvoerder",
    "agreed": "on",
}
TEXT = {
    "product": "meal",
    "kind": "company",
    "joint_committee": "200",
    "amount": "8,00",
    "worker_share": "1,09",
    "counting": "days",
    "starts_on": "2026-12-01",
    "ends_on": "",
}


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def url(name: str, cast) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def needs(answer) -> dict[str, str]:
    return {one["shown"].product.value: one["shown"].need.need.value for one in answer.context["products"]}


def tell(browser, cast, number: str, delegation: str = ""):
    told = {"joint_committee": number, "has_union_delegation": delegation}
    return browser.post(url("agreement-committee", cast), told, follow=True)


def attest(browser, cast, **changes):
    return browser.post(url("agreement-attest", cast), ATTESTED | changes)


def note(cast, number: str = "200", product: str = "eco", **changes):
    told = {"starts_on": TODAY - timedelta(days=30), "reference": "CBA of 1 March, no. 123456"} | changes
    return note_sector_agreement(
        row=SectorRow(joint_committee=number, product=product, **told), actor=cast.staff_member
    )


def test_before_anything_is_told_the_page_asks_the_joint_committee_and_claims_nothing(cast, alice_browser):
    page = alice_browser.get(url("agreements", cast))
    assert needs(page) == {"meal": "not_told", "eco": "not_told", "gift": "no_rule", "sport_culture": "no_rule"}
    assert "First tell us your joint committee" in text_of(page)
    assert "socialsecurity.be" in text_of(page)


def test_what_is_needed_follows_the_union_delegation_and_the_register_is_named(cast, alice_browser):
    page = tell(alice_browser, cast, "PC 140.3", "yes")
    assert needs(page)["meal"] == "company"
    assert "whether joint committee 140.03 has an agreement" in text_of(page)
    assert "FPS Employment" in text_of(page)
    page = tell(alice_browser, cast, "140.03", "no")
    assert needs(page)["meal"] == "company_or_individual"
    assert Event.objects.filter(action="joint-committee:tell", client_id=cast.bakery.pk).count() == 2
    tell(alice_browser, cast, "140.03", "no")
    assert Event.objects.filter(action="joint-committee:tell").count() == 2


@pytest.mark.parametrize("number", ["", "99", "400", "200.100", "abc", "200\x00", "<i>200</i>"])
def test_a_wrong_number_is_refused_beside_its_field(number, cast, alice_browser):
    answer = tell(alice_browser, cast, number)
    assert answer.status_code == 422
    assert answer.context["form"].errors["joint_committee"]
    assert not ClientJointCommittee.objects.exists()


def test_an_agreement_of_the_sector_that_staff_noted_comes_first_while_it_holds(cast, alice_browser):
    noted = note(cast, amount_cents=25_000)
    page = tell(alice_browser, cast, "200.01", "yes")
    assert needs(page)["eco"] == "nothing"
    assert "no. 123456" in text_of(page)
    assert "€250.00 a person a year" in text_of(page)
    own = note(cast, number="200.01", reference="Own agreement")
    assert "Own agreement" in text_of(alice_browser.get(url("agreements", cast)))
    yesterday = TODAY - timedelta(days=1)
    type(noted).objects.filter(pk__in=[noted.pk, own.pk]).update(ends_on=yesterday)
    assert needs(alice_browser.get(url("agreements", cast)))["eco"] == "company"


def test_a_client_that_knows_its_sector_better_attests_it(cast, alice_browser):
    tell(alice_browser, cast, "200", "yes")
    assert attest(alice_browser, cast, product="eco", kind="sector", amount="250").status_code == 302
    page = alice_browser.get(url("agreements", cast))
    assert needs(page)["eco"] == "nothing"
    assert "we have noted none ourselves" in text_of(page)


def test_what_is_attested_is_kept_with_its_evidence_and_the_newest_that_holds_counts(cast, alice_browser):
    attest(alice_browser, cast, amount="7,50")
    attest(alice_browser, cast, amount="8,00", ends_on=(TODAY - timedelta(days=1)).isoformat())
    attest(alice_browser, cast, amount="9,00", starts_on=(TODAY + timedelta(days=10)).isoformat())
    assert attested_amounts(cast.bakery, TODAY)["meal"].amount_cents == 750
    assert attested_amounts(cast.bakery, TODAY + timedelta(days=10))["meal"].amount_cents == 900
    first = Attestation.objects.order_by("id")[0]
    assert (first.name, first.function, first.signed_by, first.language) == (
        "Alice Peeters",
        "Zaakvoerder",
        cast.alice,
        "en",
    )
    assert first.starts_on == first.agreed_on
    assert first.ip_address == "127.0.0.1"
    assert "I attest that this agreement exists" in first.statement
    assert cast.bakery.name in first.statement
    assert Event.objects.filter(action="agreement:attest", client_id=cast.bakery.pk).count() == 3
    assert text_of(alice_browser.get(url("agreements", cast))).count("Alice Peeters (Zaakvoerder)") == 3


@pytest.mark.parametrize(
    "statement",
    ["UPDATE agreements_attestation SET amount_cents = 1", "DELETE FROM agreements_attestation"],
)
def test_an_attestation_is_never_changed(statement, cast, alice_browser):
    attest(alice_browser, cast)
    with (
        pytest.raises(DatabaseError, match="what somebody signed stays"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agreed": ""}, "agreed"),
        ({"agreed_on": (TODAY + timedelta(days=1)).isoformat()}, "agreed_on"),
        ({"agreed_on": "1066-10-14"}, "agreed_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"amount": "0"}, "amount"),
        ({"amount": "10.000,01"}, "amount"),
        ({"amount": "-8"}, "amount"),
        ({"joint_committee": "12"}, "joint_committee"),
        ({"product": "consumption"}, "product"),
        ({"kind": "gentlemen"}, "kind"),
        ({"name": ""}, "name"),
        ({"function": "88.02.03-123.45 " + "x" * 80}, "function"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(changes, field, cast, alice_browser):
    answer = attest(alice_browser, cast, **changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Attestation.objects.exists()


def test_more_than_the_legal_maximum_is_told_with_figure_date_and_source_and_kept_when_it_is_known(cast, alice_browser):
    answer = attest(alice_browser, cast, amount="10,01")
    said = text_of(answer)
    assert answer.status_code == 422
    for words in ("€10.01 is more than the legal maximum of €10.00", "since 1 January 2026", "fiduciaire-finacces.be"):
        assert words in said
    assert attest(alice_browser, cast, amount="10,01", knows_maximum="on").status_code == 302
    assert Attestation.objects.get().legal_maximum_cents == 1000
    assert attest(alice_browser, cast, amount="10,00").status_code == 302
    assert Attestation.objects.latest("id").legal_maximum_cents is None


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_the_model_text_comes_as_pdf_and_as_docx_with_the_clients_own_data(language, cast, alice_browser):
    Client.objects.filter(pk=cast.bakery.pk).update(name="Bakkerij <b>Peeters</b> & #zn")
    for kind, read in (("pdf", pdf_words), ("docx", docx_words)):
        answer = alice_browser.get(url("agreement-text", cast), TEXT | {"language": language, "file": kind})
        assert answer["Content-Disposition"] == f'attachment; filename="meal-company-{language}.{kind}"'
        words = read(answer.content)
        assert "Bakkerij <b>Peeters</b> & #zn" in words
        assert "0403.170.701" in words
        assert {"nl": "neerlegging", "fr": "Dépôt", "en": "Filing", "de": "Hinterlegung"}[
            language
        ].lower() in words.lower()
        assert cast.issuer.name in words


def pdf_words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def docx_words(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "10000,01"}, "amount"),
        ({"worker_share": "1,08"}, "worker_share"),
        ({"worker_share": "8,00"}, "worker_share"),
        ({"ends_on": "2026-11-30"}, "ends_on"),
        ({"kind": "sector"}, "kind"),
        ({"language": "es"}, "language"),
        ({"product": "../../etc"}, "product"),
        ({"starts_on": ""}, "starts_on"),
    ],
)
def test_a_model_text_of_something_impossible_is_no_file(changes, field, cast, alice_browser):
    answer = alice_browser.get(url("agreement-text", cast), TEXT | {"language": "nl", "file": "pdf"} | changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_viewers_look_and_only_owners_tell_and_attest_and_strangers_find_nothing(cast, browser_of):
    erik = User.objects.create_user("erik@bakkerij.example", full_name="Erik", language="en")
    add_member(client=cast.bakery, user=erik, role=Role.ORDERER, actor=None)
    for user in (cast.bob, erik):
        browser = browser_of(user)
        assert browser.get(url("agreements", cast)).status_code == 200
        assert browser.get(url("agreement-text", cast)).status_code == 200
        assert attest(browser, cast).status_code == 403
        assert tell(browser, cast, "200").status_code == 403
    for name in ("agreements", "agreement-text", "agreement-attest"):
        assert browser_of(cast.charlie).get(url(name, cast)).status_code == 404
    assert attest(browser_of(cast.charlie), cast).status_code == 404
    assert tell(browser_of(cast.charlie), cast, "200").status_code == 404
    assert not Attestation.objects.exists()


def test_the_company_page_hints_gently_until_something_is_attested(cast, alice_browser):
    hint = "You have told us of none yet"
    assert hint in text_of(alice_browser.get(url("company", cast)))
    attest(alice_browser, cast)
    assert hint not in text_of(alice_browser.get(url("company", cast)))
