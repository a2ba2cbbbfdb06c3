"""Leads: entered, taken, moved on, won (SPEC Q2)."""

import pytest
from cast import niss
from office_day import office

from tegoed.audit.models import Event
from tegoed.clients.models import User
from tegoed.quotes.leads import LeadNotInState, win_lead
from tegoed.quotes.models import Lead, LeadNote

TYPED = {
    "company_name": "Fietsen <b>Claes</b> bv",
    "enterprise_number": "BE 0417.497.106",
    "contact_name": "Ine Claes",
    "email": "ine@claes.example",
    "phone": "03 123 45 67",
    "language": "fr",
}


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def eva(cast) -> User:
    return User.objects.create_user("eva@uitgever.example", full_name="Eva", language="en", is_staff=True)


@pytest.fixture
def lead(browser) -> Lead:
    browser.post(office("lead-add"), TYPED)
    return Lead.objects.get()


def of(name: str, lead: Lead) -> str:
    return office(name, lead_id=lead.pk)


def verbs(lead: Lead) -> list[str]:
    events = Event.objects.filter(subject_id=lead.pk, action__startswith="lead:").order_by("id")
    return [event.action.split(":")[1] for event in events]


def test_a_lead_by_hand_is_of_who_entered_it_and_shows_no_markup(cast, lead, browser) -> None:
    assert (lead.owner, lead.state, lead.enterprise_number) == (cast.staff_member, "new", "0417497106")
    for address in (of("lead", lead), office("leads"), of("lead-edit", lead)):
        page = browser.get(address).text
        assert "<b>Claes" not in page
        assert "&lt;b&gt;Claes" in page
    assert browser.get(office("overview")).context["lead_count"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"enterprise_number": "0417497107"},
        {"email": "ine@claes.example\nBcc: x@y.example"},
        {"contact_name": f"Ine {niss(4)}"},
        {"language": "it"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(wrong, browser) -> None:
    assert browser.post(office("lead-add"), TYPED | wrong).status_code == 422
    assert not Lead.objects.exists()


def test_leads_are_found_newest_first(cast, lead, browser, browser_of, eva) -> None:
    browser_of(eva).post(office("lead-add"), TYPED | {"company_name": "Drukkerij Maes", "enterprise_number": ""})

    def found(**wishes: str) -> list[str]:
        return [one.company_name for one in browser.get(office("leads"), wishes).context["leads"]]

    both = ["Drukkerij Maes", TYPED["company_name"]]
    assert found() == both
    assert found(words="claes bv", state="waiting") == found(words="zzz")
    assert found(words="0417.497.106") == both[1:]
    assert found(words="ine@") == both
    assert found(whose="mine") == both[1:]
    assert found(whose="nobody") == found(state="won") == found(state="nonsense") == []


def test_notes_steps_and_the_trail(cast, lead, browser, browser_of, eva) -> None:
    browser.post(of("lead-note", lead), {"text": "Belt <i>terug</i>\r\n\r\n\r\nmaandag"})
    assert browser.post(of("lead-note", lead), {"text": f"Nummer {niss(2)}"}).status_code == 422
    assert LeadNote.objects.get().text == "Belt <i>terug</i>\n\nmaandag"
    for state in ("contacted", "won", "offered", "lost", "contacted", "nonsense"):
        browser.post(of("lead-move", lead), {"state": state})
    lead.refresh_from_db()
    assert lead.state == "contacted"
    browser_of(eva).post(of("lead-take", lead), {"seen_owner_id": str(cast.staff_member.pk)})
    assert (
        "Eva took this lead"
        in browser.post(of("lead-take", lead), {"seen_owner_id": str(cast.staff_member.pk)}, follow=True).text
    )
    lead.refresh_from_db()
    assert lead.owner == eva
    assert verbs(lead) == ["enter", "note", "move", "move", "move", "take"]
    assert "&lt;i&gt;terug" in browser.get(of("lead", lead)).text


def test_two_who_change_particulars_at_once_lose_nothing(lead, browser) -> None:
    shown = {f"shown_{name}": getattr(lead, name) for name in TYPED}
    now = TYPED | {"enterprise_number": lead.enterprise_number}
    assert browser.post(of("lead-edit", lead), now | shown | {"phone": "1"}).status_code == 302
    late = browser.post(of("lead-edit", lead), now | shown | {"phone": "2"})
    assert late.status_code == 422
    assert 'value="2"' in late.text
    lead.refresh_from_db()
    assert lead.phone == "1"
    again = shown | {"shown_phone": "1"}
    assert browser.post(of("lead-edit", lead), now | again | {"phone": "2"}).status_code == 302
    assert verbs(lead) == ["enter", "change", "change"]


def test_a_lead_is_won_once_for_one_client(cast, lead) -> None:
    for _twice in range(2):
        won = win_lead(lead=lead, client=cast.garage)
    assert (won.state, won.client) == ("won", cast.garage)
    assert verbs(lead) == ["enter", "move"]
    with pytest.raises(LeadNotInState):
        win_lead(lead=lead, client=cast.bakery)
