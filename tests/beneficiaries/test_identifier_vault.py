"""National numbers: encrypted for one person, found by a keyed hash, turned to a new key in batches."""

import base64
import secrets

import pytest
from cast import hire, niss
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from tegoed.audit.models import Event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.actions import identifiers as identifier_actions
from tegoed.beneficiaries.actions import rotate_identifier_keys
from tegoed.beneficiaries.models import PersonIdentifier
from tegoed.rules.identifiers import read_identifier


def new_key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def read_all() -> dict[int, str]:
    return {
        row.person_id: identifier_vault.decrypt(row.key_id, bytes(row.ciphertext), person_id=row.person_id)
        for row in PersonIdentifier.objects.all()
    }


@given(st.text("0123456789ABCXYZ./-", min_size=1, max_size=20), st.integers(1, 10**9))
def test_what_was_encrypted_for_a_person_is_read_back_for_that_person_only(value, person_id) -> None:
    key_id, ciphertext = identifier_vault.encrypt(value, person_id=person_id)
    assert identifier_vault.decrypt(key_id, ciphertext, person_id=person_id) == value
    with pytest.raises(InvalidTag):
        identifier_vault.decrypt(key_id, ciphertext, person_id=person_id + 1)


def test_two_people_with_swapped_rows_can_not_be_read(cast) -> None:
    hire(cast.bakery, 2)
    first, second = PersonIdentifier.objects.order_by("id")
    assert read_all() == {first.person_id: niss(0), second.person_id: niss(1)}
    PersonIdentifier.objects.filter(pk=first.pk).update(ciphertext=bytes(second.ciphertext))
    with pytest.raises(InvalidTag):
        read_all()


def test_a_changed_byte_is_noticed(cast) -> None:
    hire(cast.bakery, 1)
    row = PersonIdentifier.objects.get()
    for position in (0, 12, len(row.ciphertext) - 1):
        damaged = bytearray(row.ciphertext)
        damaged[position] ^= 1
        with pytest.raises(InvalidTag):
            identifier_vault.decrypt(row.key_id, bytes(damaged), person_id=row.person_id)


def test_the_same_number_is_never_encrypted_to_the_same_bytes(cast) -> None:
    twice = {identifier_vault.encrypt(niss(1), person_id=1)[1] for _ in range(50)}
    assert len({ciphertext[:12] for ciphertext in twice}) == 50


def test_a_national_number_is_one_for_all_clients_and_a_temporary_number_one_per_client() -> None:
    national = read_identifier(niss(3))
    assert identifier_vault.lookup_hash(national, client_id=1) == identifier_vault.lookup_hash(national, client_id=2)
    temporary = read_identifier("SD-0001", temporary=True)
    assert identifier_vault.lookup_hash(temporary, client_id=1) != identifier_vault.lookup_hash(temporary, client_id=2)


def test_a_temporary_number_that_looks_national_is_not_found_as_the_national_one() -> None:
    looks_national = read_identifier(niss(3), temporary=True)
    national = read_identifier(niss(3))
    assert identifier_vault.lookup_hash(looks_national, client_id=1) != identifier_vault.lookup_hash(
        national, client_id=1
    )


def test_without_the_lookup_key_a_hash_says_nothing(settings) -> None:
    national = read_identifier(niss(3))
    before = identifier_vault.lookup_hash(national, client_id=1)
    settings.IDENTIFIER_LOOKUP_KEY = new_key("x").partition(":")[2]
    assert identifier_vault.lookup_hash(national, client_id=1) != before


def test_rotation_encrypts_everything_anew_in_batches_and_the_old_key_can_go(cast, settings, monkeypatch) -> None:
    monkeypatch.setattr(identifier_actions, "ROTATION_BATCH_ROWS", 2)
    people = hire(cast.bakery, 5)
    before = read_all()
    newest = new_key("2027-a")
    settings.IDENTIFIER_ENCRYPTION_KEYS = f"{newest} {settings.IDENTIFIER_ENCRYPTION_KEYS}"
    assert rotate_identifier_keys(actor=cast.staff_member) == len(people)
    assert set(PersonIdentifier.objects.values_list("key_id", flat=True)) == {"2027-a"}
    facts = list(Event.objects.filter(action="identifier-keys:rotate").order_by("id").values_list("facts", flat=True))
    assert facts == [{"row_count": 2}, {"row_count": 2}, {"row_count": 1}]
    assert rotate_identifier_keys(actor=None) == 0
    settings.IDENTIFIER_ENCRYPTION_KEYS = newest
    assert read_all() == before


def test_rotation_that_stopped_halfway_goes_on_where_it_was(cast, settings, monkeypatch) -> None:
    monkeypatch.setattr(identifier_actions, "ROTATION_BATCH_ROWS", 2)
    hire(cast.bakery, 5)
    before = read_all()
    settings.IDENTIFIER_ENCRYPTION_KEYS = f"{new_key('b')} {settings.IDENTIFIER_ENCRYPTION_KEYS}"
    real, calls = identifier_vault.encrypt, []

    def stops_at_the_fourth(value, *, person_id):
        calls.append(person_id)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(value, person_id=person_id)

    monkeypatch.setattr(identifier_vault, "encrypt", stops_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        rotate_identifier_keys(actor=None)
    assert PersonIdentifier.objects.filter(key_id="b").count() == 2
    assert read_all() == before
    monkeypatch.setattr(identifier_vault, "encrypt", real)
    assert rotate_identifier_keys(actor=None) == 3
    assert read_all() == before


def test_a_key_taken_away_too_early_is_named(cast, settings) -> None:
    hire(cast.bakery, 1)
    settings.IDENTIFIER_ENCRYPTION_KEYS = new_key("other")
    with pytest.raises(ImproperlyConfigured, match="no encryption key"):
        read_all()


GOOD = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "keys",
    ["", "   ", "a:not base64!", f"a:{GOOD[:20]}", GOOD, f":{GOOD}", f"a:{GOOD} a:{GOOD}", f"{'k' * 41}:{GOOD}"],
    ids=["empty", "spaces", "no base64", "short", "no id", "empty id", "one id twice", "id too long"],
)
def test_keys_that_can_not_be_right_are_refused_without_showing_them(settings, keys) -> None:
    settings.IDENTIFIER_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured) as refused:
        identifier_vault.newest_key_id()
    assert GOOD[:20] not in str(refused.value)
