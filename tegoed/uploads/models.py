"""Excel forms that came in: the file, its rows as read, and what is wrong with them.

Its one law: an upload changes nothing outside this app until it is applied, whole or not at all; its rows wait here,
and are wiped once it is applied or discarded. The file itself holds national numbers, so it is stored encrypted and
dropped with the rows. It decides nothing about beneficiaries or orders: they read these rows.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, User


class UploadKind(models.TextChoices):
    BENEFICIARIES = "beneficiaries", _("Beneficiaries")
    ORDERS = "orders", _("Order form")


class UploadState(models.TextChoices):
    ASKING = "asking", _("Waits for your answer")
    RECEIVED = "received", _("Being read")
    REFUSED = "refused", _("To be mended")
    READY = "ready", _("Ready to look at")
    APPLYING = "applying", _("Being stored")
    APPLIED = "applied", _("Done")
    DISCARDED = "discarded", _("Discarded")


class Upload(models.Model):
    """One file of a client. `content` is encrypted and None once it isn't needed any more; so is `remarked`.

    `rows_read` of `row_count` tells how far the worker is. `head`: the sheet and the columns found in it. `summary`: the
    counts shown. `refusal_code`: why the whole file was refused; remarks on cells are `UploadRemark`, and `remarked` is
    the client's workbook with these remarks in place. `same_as`: the client sent the same file before, and is asked
    first. `attempt_count`: how often a worker began with it, since a file that kills workers must not do so for ever.
    `remark_count` and `warning_count`: what is wrong and what is only doubtful; of each only the first are kept.
    `digest`: what the preview shows (`beneficiaries.staged`), so that nothing else is applied.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=15, choices=UploadKind)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveIntegerField()
    key_id = models.CharField(max_length=40)
    content = models.BinaryField(null=True)
    remarked_key_id = models.CharField(max_length=40, blank=True)
    remarked = models.BinaryField(null=True)
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    attempt_count = models.PositiveSmallIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVED)
    row_count = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    head = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    wishes = models.JSONField(default=dict)
    refusal_code = models.CharField(max_length=60, blank=True)
    refusal_params = models.JSONField(default=dict)
    remark_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["client", "kind", "-created_at"], name="upload_by_client"),
            models.Index(fields=["id"], name="upload_to_do", condition=models.Q(state__in=["received", "applying"])),
            models.Index(fields=["client", "sha256"], name="upload_same_file"),
        ]


class UploadRemark(models.Model):
    """What is wrong (or only doubtful) with a cell or a row; `code` and `params` become a sentence for the reader.

    `row` counts from 1 as the spreadsheet shows it; `column` from 0, None: the whole row. Never a number in clear in `params`.
    """

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="remarks", db_index=False)
    sheet = models.CharField(max_length=40)
    row = models.PositiveIntegerField()
    column = models.PositiveIntegerField(null=True)
    column_key = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    is_warning = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["upload", "is_warning", "row", "id"], name="remark_by_upload")]


class StagedPerson(models.Model):
    """The person part of one row. Found by its key only: more indexes cost rows that come and go by the 100,000 too much.

    None: the file has no such column or the cell is empty, so nothing changes there.

    Numbers are as large as a cell can hold; whether they are possible is checked before anything is applied.

    `person_id`: the person with this identifier, known or (`is_new_person`) still to be made with that id; the number is
    encrypted for that person already. `beneficiary_id`: the client's own beneficiary, if there is one.
    """

    pk = models.CompositePrimaryKey("upload_id", "row")
    upload = models.ForeignKey(
        Upload, models.CASCADE, related_name="staged_people", db_index=False, db_constraint=False
    )
    row = models.PositiveIntegerField()
    person_id = models.BigIntegerField(null=True)
    is_new_person = models.BooleanField(default=False)
    beneficiary_id = models.BigIntegerField(null=True)
    identifier_kind = models.CharField(max_length=10, blank=True)
    lookup_hash = models.BinaryField(max_length=32, null=True)
    ciphertext = models.BinaryField(null=True)
    key_id = models.CharField(max_length=40, blank=True)
    masked = models.CharField(max_length=20, blank=True)
    last_name = models.CharField(max_length=80, null=True)
    first_name = models.CharField(max_length=80, null=True)
    birth_on = models.DateField(null=True)
    language = models.CharField(max_length=2, null=True)
    gender = models.CharField(max_length=1, null=True)
    email = models.CharField(max_length=254, null=True)
    staff_number = models.CharField(max_length=30, null=True)
    cost_centre = models.CharField(max_length=40, null=True)
    card_delivery = models.CharField(max_length=4, null=True)
    site_name = models.CharField(max_length=80, null=True)
    site_id = models.BigIntegerField(null=True)
    home_street = models.CharField(max_length=120, null=True)
    home_postcode = models.CharField(max_length=10, null=True)
    home_town = models.CharField(max_length=80, null=True)
    is_active = models.BooleanField(null=True)
    meal_voucher_count = models.PositiveIntegerField(null=True)
    meal_face_value_cents = models.PositiveBigIntegerField(null=True)
    eco_amount_cents = models.PositiveBigIntegerField(null=True)
    gift_amount_cents = models.PositiveBigIntegerField(null=True)
    sport_culture_amount_cents = models.PositiveBigIntegerField(null=True)
    verdict = models.CharField(max_length=12, blank=True)


class StagedLine(models.Model):
    """The order part of one row of an order form; the person stands in the `StagedPerson` of the same row."""

    pk = models.CompositePrimaryKey("upload_id", "row")
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="staged_lines", db_index=False, db_constraint=False)
    row = models.PositiveIntegerField()
    product = models.CharField(max_length=20, null=True)
    voucher_count = models.PositiveIntegerField(null=True)
    face_value_cents = models.PositiveBigIntegerField(null=True)
    worker_share_cents = models.PositiveBigIntegerField(null=True)
    amount_cents = models.BigIntegerField(null=True)
    loading_on = models.DateField(null=True)
    month_on = models.DateField(null=True)
    occasion = models.CharField(max_length=20, null=True)
    child_count = models.PositiveIntegerField(null=True)
