"""Writes on leads: who may become a client (SPEC Q2). Each is one transaction and in the trail.

Its one law: a lead moves along `lead_states.TRANSITIONS`; notes are only added. It sends nothing and opens no client.
"""

from collections.abc import Mapping

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.quotes.lead_states import TRANSITIONS
from tegoed.quotes.models import Lead, LeadNote, LeadState
from tegoed.rules.enterprise import read_enterprise_number

LEAD_FIELDS = ("company_name", "enterprise_number", "contact_name", "email", "phone", "language")
NOTE_LENGTH_MAX = 4_000


class LeadTaken(Refusal):
    """A colleague took it meanwhile. Param: `name`."""

    code = "lead-taken"


class LeadChangedMeanwhile(Refusal):
    """A colleague changed its particulars since the page was opened."""

    code = "lead-changed-meanwhile"


class LeadNotInState(Refusal):
    """It stands where this step can't be taken (any more)."""

    code = "lead-not-in-state"


@transaction.atomic
def open_lead(*, particulars: Mapping[str, str], actor: User | None) -> Lead:
    """A new lead with `LEAD_FIELDS`; entered by somebody of sales, it is theirs. Raises `EnterpriseNumberInvalid`."""
    lead = Lead.objects.create(owner=actor, **_read(particulars))
    record_event(actor=actor, action=Action.LEAD_ENTERED, subject_id=lead.pk)
    return lead


@transaction.atomic
def change_lead(*, lead_id: int, particulars: Mapping[str, str], shown: Mapping[str, str], actor: User) -> Lead:
    """Correct particulars; the trail keeps old and new. Nothing changed: nothing written.

    `shown`: what the page showed before. Raises `LeadChangedMeanwhile`, `EnterpriseNumberInvalid`.
    """
    lead = _locked(lead_id)
    if any(getattr(lead, name) != shown[name] for name in LEAD_FIELDS):
        raise LeadChangedMeanwhile
    wanted = _read(particulars)
    changes = {name: [getattr(lead, name), wanted[name]] for name in LEAD_FIELDS if getattr(lead, name) != wanted[name]}
    for name, (_old, new) in changes.items():
        setattr(lead, name, new)
    if changes:
        lead.save(update_fields=list(changes))
        record_event(actor=actor, action=Action.LEAD_CHANGED, subject_id=lead.pk, changed=changes)
    return lead


@transaction.atomic
def take_lead(*, lead_id: int, seen_owner_id: int | None, actor: User) -> Lead:
    """Look after a lead, also in a colleague's place. `seen_owner_id`: whose it was on the page. Raises `LeadTaken`."""
    lead = _locked(lead_id)
    if lead.owner_id == actor.pk:
        return lead
    if lead.owner is not None and lead.owner_id != seen_owner_id:
        raise LeadTaken(name=lead.owner.full_name)
    lead.owner = actor
    lead.save(update_fields=["owner"])
    record_event(actor=actor, action=Action.LEAD_TAKEN, subject_id=lead.pk)
    return lead


@transaction.atomic
def add_lead_note(*, lead_id: int, text: str, actor: User) -> LeadNote:
    """Write something down about a lead."""
    note = LeadNote.objects.create(lead=Lead.objects.get(pk=lead_id), text=text, author=actor)
    record_event(actor=actor, action=Action.LEAD_NOTED, subject_id=lead_id, note_id=note.pk)
    return note


@transaction.atomic
def move_lead(*, lead_id: int, state: LeadState, actor: User | None) -> Lead:
    """Take a step; there already: nothing happens. Raises `LeadNotInState`."""
    lead = _locked(lead_id)
    if lead.state != state:
        _move(lead, state, actor=actor)
    return lead


@transaction.atomic
def win_lead(*, lead: Lead, client: Client) -> Lead:
    """The lead became that client: its quote or offer was accepted. Won already, for the same client: nothing happens.

    Raises `LeadNotInState` when it became another one.
    """
    locked = _locked(lead.pk)
    if locked.state == LeadState.WON:
        if locked.client_id != client.pk:
            raise LeadNotInState
        return locked
    locked.client = client
    locked.save(update_fields=["client"])
    _move(locked, LeadState.WON, actor=None)
    return locked


def _move(lead: Lead, state: LeadState, *, actor: User | None) -> None:
    if state not in TRANSITIONS[lead.state]:
        raise LeadNotInState
    before, lead.state = lead.state, state.value
    lead.save(update_fields=["state"])
    record_event(
        actor=actor,
        action=Action.LEAD_MOVED,
        subject_id=lead.pk,
        state_before=before,
        state_after=state.value,
    )


def _locked(lead_id: int) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).select_related("owner").get(pk=lead_id)


def _read(particulars: Mapping[str, str]) -> dict[str, str]:
    """The particulars as they are kept; an enterprise number may be missing, but never wrong."""
    read = {name: particulars.get(name, "") for name in LEAD_FIELDS}
    if read["enterprise_number"]:
        read["enterprise_number"] = read_enterprise_number(read["enterprise_number"])
    return read
