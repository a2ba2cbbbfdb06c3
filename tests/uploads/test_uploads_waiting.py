"""Files that wait: for a worker, for an answer, for nobody; and their keys."""

import base64
import secrets
from datetime import timedelta

import pytest
from beneficiary_forms import apply, newcomer, read, workbook
from cast import niss
from django.utils import timezone

from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary, PersonIdentifier
from tegoed.flows import read_upload as reading
from tegoed.flows.catch_up import catch_up
from tegoed.flows.receive_upload import discard_upload, receive_upload
from tegoed.flows.rotate_keys import Renewed, rotate_keys
from tegoed.portal.remark_workbook import make_remarked_workbook
from tegoed.uploads import actions
from tegoed.uploads.actions import ATTEMPTS_MAX, REMARKS_KEPT_MAX, WAITING_MAX, NewRemark, add_remarks, remarked_of
from tegoed.uploads.models import StagedPerson, Upload
from tegoed.uploads.queries import KEPT_DAYS_MAX
from tegoed.uploads.refusals import UploadsUndecided, UploadsWaiting


def received(client, number: int = 1) -> Upload:
    return receive_upload(
        client=client,
        kind="beneficiaries",
        file_name="x.xlsx",
        content=workbook(newcomer(number)),
        wishes={},
        actor=None,
    )


def test_a_lost_job_is_caught_up(cast) -> None:
    upload = received(cast.bakery)
    catch_up()
    upload.refresh_from_db()
    assert upload.state == "ready"


def test_so_many_files_of_one_client_are_read_at_once_and_no_more(cast) -> None:
    for number in range(WAITING_MAX):
        received(cast.bakery, number)
    with pytest.raises(UploadsWaiting):
        received(cast.bakery, WAITING_MAX)
    assert received(cast.garage, 0).state == "received"


def test_files_that_nobody_decides_on_do_not_pile_up(cast, monkeypatch) -> None:
    monkeypatch.setattr(actions, "UNDECIDED_MAX", 2)
    first = read(cast.bakery, workbook(newcomer(1)))
    read(cast.bakery, workbook(newcomer(2)))
    with pytest.raises(UploadsUndecided):
        received(cast.bakery, 3)
    discard_upload(client=cast.bakery, upload_id=first.pk, actor=None)
    assert received(cast.bakery, 3).state == "received"


def test_what_nobody_decided_on_is_dropped_after_some_days(cast) -> None:
    upload, younger = read(cast.bakery, workbook(newcomer(1))), read(cast.bakery, workbook(newcomer(2)))
    long_ago = timezone.now() - timedelta(days=KEPT_DAYS_MAX, hours=1)
    Upload.objects.update(created_at=long_ago)
    Upload.objects.filter(pk=upload.pk).update(read_at=long_ago)
    catch_up()
    upload.refresh_from_db()
    younger.refresh_from_db()
    assert (upload.state, upload.content, younger.state) == ("discarded", None, "ready")
    assert set(StagedPerson.objects.values_list("upload_id", flat=True)) == {younger.pk}


def test_a_file_that_breaks_the_worker_again_and_again_is_refused(cast, monkeypatch) -> None:
    upload = received(cast.bakery)

    def breaks(*_arguments, **_more):
        raise MemoryError("on purpose")

    monkeypatch.setattr(reading, "read_form", breaks)
    for _ in range(ATTEMPTS_MAX):
        with pytest.raises(MemoryError):
            reading.read_upload(upload_id=upload.pk)
    reading.read_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal_code, upload.content) == ("refused", "upload-tried-too-often", None)


def test_a_file_discarded_while_it_is_read_stays_discarded(cast, monkeypatch) -> None:
    upload = received(cast.bakery)
    real = reading.read_form

    def discards_first(*arguments, **more):
        for part in real(*arguments, **more):
            if isinstance(part, reading.FormRows):
                discard_upload(client=cast.bakery, upload_id=upload.pk, actor=None)
            yield part

    monkeypatch.setattr(reading, "read_form", discards_first)
    reading.read_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.state == "discarded"
    assert not StagedPerson.objects.exists()


def test_only_the_first_remarks_are_kept_and_all_are_counted(cast) -> None:
    upload = received(cast.bakery)
    add_remarks(
        upload=upload, remarks=(NewRemark(row=row, code="site-not-used") for row in range(REMARKS_KEPT_MAX + 5))
    )
    upload.refresh_from_db()
    assert (upload.remark_count, upload.remarks.count()) == (REMARKS_KEPT_MAX + 5, REMARKS_KEPT_MAX)


def test_a_newer_key_renews_files_and_staged_numbers_so_that_the_old_one_can_go(cast, settings) -> None:
    ready = read(cast.bakery, workbook(newcomer(1)))
    refused = read(cast.bakery, workbook(newcomer(2, site="Depot")))
    make_remarked_workbook(upload_id=refused.pk)
    old_keys, newest = (
        settings.IDENTIFIER_ENCRYPTION_KEYS,
        f"newest:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    )
    settings.IDENTIFIER_ENCRYPTION_KEYS = f"{newest} {old_keys}"
    assert rotate_keys(actor=None) == Renewed(number_count=1, file_count=2)
    assert rotate_keys(actor=None) == Renewed(number_count=0, file_count=0)
    settings.IDENTIFIER_ENCRYPTION_KEYS = newest
    assert remarked_of(refused)[:2] == b"PK"
    apply(ready)
    identifier = PersonIdentifier.objects.get()
    value = identifier_vault.decrypt(
        identifier.key_id, bytes(identifier.ciphertext), person_id=Beneficiary.objects.get().person_id
    )
    assert value == niss(1)
