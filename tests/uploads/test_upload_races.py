"""Two clients store forms with the same new people at the same moment: each person is made once."""

import threading

import pytest
from beneficiary_forms import newcomer, read, workbook
from cast import play
from django.db import IntegrityError, connection, connections

from tegoed.beneficiaries.models import Beneficiary, Person, PersonIdentifier
from tegoed.beneficiaries.staged import applying
from tegoed.flows import apply_beneficiaries as story
from tegoed.uploads.models import Upload

pytestmark = pytest.mark.usefixtures("committed_database")

PEOPLE_COUNT = 200


def two_forms() -> list[Upload]:
    """The bakery's and the garage's, with the same people in opposite order; both are wanted."""
    cast = play()
    rows = [newcomer(number) for number in range(PEOPLE_COUNT)]
    uploads = [
        read(cast.bakery, workbook(*rows)),
        read(cast.garage, workbook(*({**row, "site": "Garage"} for row in reversed(rows)))),
    ]
    for upload in uploads:
        assert upload.state == "ready"
        story.want_beneficiaries_applied(client=upload.client, upload_id=upload.pk, actor=None)
    return uploads


def apply_at_once(uploads: list[Upload]) -> list[BaseException]:
    """Both in threads of their own, over connections of their own; what went wrong."""
    errors: list[BaseException] = []

    def one(upload_id: int) -> None:
        try:
            story.apply_beneficiaries(upload_id=upload_id)
        except Exception as error:  # noqa: BLE001 - the test judges it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[upload.pk]) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.fixture
def both_before_the_people(monkeypatch):
    """Neither makes its people before the other is ready to."""
    barrier = threading.Barrier(2, timeout=30)
    real = applying.make_people_of

    def waits(*, upload: Upload) -> int:
        barrier.wait()
        return real(upload=upload)

    monkeypatch.setattr(story, "make_people_of", waits)
    return monkeypatch


def test_the_same_people_in_two_forms_at_once_are_made_once(both_before_the_people) -> None:
    assert apply_at_once(two_forms()) == []
    assert set(Upload.objects.values_list("state", flat=True)) == {"applied"}
    assert Person.objects.count() == PersonIdentifier.objects.count() == PEOPLE_COUNT
    assert Beneficiary.objects.count() == 2 * PEOPLE_COUNT
    assert Beneficiary.objects.values("person").distinct().count() == PEOPLE_COUNT


def test_without_the_care_for_people_made_meanwhile_the_race_is_lost(both_before_the_people) -> None:
    """Negative control: inserted as staged, the second form breaks on the numbers of the first."""
    barrier = threading.Barrier(2, timeout=30)

    def careless(*, upload: Upload) -> int:
        barrier.wait()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO beneficiaries_person (id, created_at)"
                " SELECT person_id, now() FROM uploads_stagedperson WHERE upload_id = %s",
                [upload.pk],
            )
            cursor.execute(
                "INSERT INTO beneficiaries_personidentifier"
                " (person_id, kind, lookup_hash, ciphertext, key_id, masked, created_at)"
                " SELECT person_id, identifier_kind, lookup_hash, ciphertext, key_id, masked, now()"
                " FROM uploads_stagedperson WHERE upload_id = %s ORDER BY lookup_hash",
                [upload.pk],
            )
        return PEOPLE_COUNT

    both_before_the_people.setattr(story, "make_people_of", careless)
    (error,) = apply_at_once(two_forms())
    assert isinstance(error, IntegrityError)


def test_two_workers_with_one_form_store_it_once() -> None:
    upload = two_forms()[0]
    assert apply_at_once([upload, upload]) == []
    story.apply_beneficiaries(upload_id=upload.pk)
    assert Beneficiary.objects.filter(client=upload.client).count() == PEOPLE_COUNT
