"""Order forms as they come out of the reader: staged without a spreadsheet, then taken as the worker does."""

from io import BytesIO
from typing import Any

from cast import niss
from django.db import transaction

from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import PersonIdentifier
from tegoed.clients.models import Client, User
from tegoed.flows.take_order_form import take_order_form
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.writer import write_form
from tegoed.orders.models import Order
from tegoed.orders.staged import FormWishes
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import IdentifierKind, masked, read_identifier
from tegoed.uploads.actions import conclude_reading
from tegoed.uploads.models import StagedLine, StagedPerson, Upload, UploadKind
from tegoed.uploads.staging import LINE_FACTS, PERSON_FACTS, stage_lines, stage_people

KEYS = ["identifier", "product", "voucher_count", "face_value", "amount", "loading_on"]
"""The columns of the simplest form."""
FIRST_ROW = 5
"""Of the people, as in the forms we hand out."""


def meal_row(number: int, **facts: Any) -> dict[str, Any]:
    """20 meal vouchers of 8 euro, loaded today, for the `number`th invented person; `facts` by column key."""
    return {
        "identifier": niss(number),
        "product": "meal",
        "voucher_count": 20,
        "face_value": 800,
        "loading_on": brussels_today(),
    } | facts


def eco_row(number: int, amount_cents: int = 100_00, **facts: Any) -> dict[str, Any]:
    """Eco vouchers for an amount."""
    return {
        "identifier": niss(number),
        "product": "eco",
        "amount": amount_cents,
        "loading_on": brussels_today(),
    } | facts


def newcomer(number: int, **facts: Any) -> dict[str, Any]:
    """What a form must tell of somebody who isn't known yet."""
    return {
        "last_name": f"Vermeulen {number}",
        "first_name": "Lies",
        "birth_on": read_identifier(niss(number)).birth_on,
        "language": "nl",
        "card_delivery": "site",
        "site": "Winkel",
    } | facts


def staged_form(client: Client, rows: list[dict[str, Any]], *, actor: User | None = None, **wishes: Any) -> Upload:
    """An upload whose rows are staged, still `received`."""
    upload = Upload.objects.create(
        client=client,
        kind=UploadKind.ORDERS,
        file_name="bestelling.xlsx",
        sha256="0" * 64,
        byte_count=1,
        key_id="",
        content=b"",
        wishes=FormWishes(**wishes).as_json(),
        created_by=actor,
        head={"sheet": "Bestelling", "keys": list(rows[0]), "positions": list(range(len(rows[0]))), "header_row": 4},
    )
    sites = {site.name: site.pk for site in client.sites.filter(is_active=True)}
    new_ids: dict[bytes, int] = {}
    people, lines = [], []
    for position, row in enumerate(rows):
        identifier = read_identifier(row["identifier"])
        lookup_hash = identifier_vault.lookup_hash(identifier, client_id=client.pk)
        known = PersonIdentifier.objects.filter(lookup_hash=lookup_hash).first()
        person_id = known.person_id if known else new_ids.setdefault(lookup_hash, 9_000_000 + position)
        key_id, ciphertext = identifier_vault.encrypt(identifier.value, person_id=person_id)
        people.append(
            (
                upload.pk,
                FIRST_ROW + position,
                person_id,
                known is None,
                None,
                identifier.kind,
                lookup_hash,
                ciphertext,
                key_id,
                masked(identifier.value, IdentifierKind(identifier.kind)),
                sites.get(row.get("site", "")),
                "",
                *(row.get(key) for key in PERSON_FACTS),
            )
        )
        lines.append((upload.pk, FIRST_ROW + position, *(row.get(key) for key in LINE_FACTS)))
    stage_people(people)
    stage_lines(lines)
    assert StagedPerson.objects.filter(upload=upload).count() == StagedLine.objects.filter(upload=upload).count()
    return upload


def taken(client: Client, rows: list[dict[str, Any]], *, actor: User | None = None, **wishes: Any) -> Upload:
    """The form after the worker looked at it: `ready` with drafts, or `refused` with remarks."""
    upload = staged_form(client, rows, actor=actor, **wishes)
    with transaction.atomic():
        conclude_reading(upload=upload, summary=take_order_form(upload=upload))
    return upload


def remarks_of_form(upload: Upload) -> list[tuple[int, str, str, str]]:
    """(row, column, code, reason) of each remark, errors first."""
    rows = upload.remarks.order_by("is_warning", "row", "id").values_list("row", "column_key", "code", "params")
    return [(row, column_key, code, params.get("reason", "")) for row, column_key, code, params in rows]


def drafts_of(upload: Upload) -> list[Order]:
    """The orders of the form, by id."""
    return list(Order.objects.filter(upload=upload).order_by("id"))


def workbook(rows: list[dict], *, keys: list[str] = KEYS) -> bytes:
    """The form with these rows, as somebody filled it in."""
    target = BytesIO()
    texts = [
        {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()} for row in rows
    ]
    write_form(
        target, layout=ORDER_FORM, language="nl", keys=keys, rows=[[row.get(key) for key in keys] for row in texts]
    )
    return target.getvalue()
