"""After the whole main job no national number stands in clear anywhere: not in a table, the trail, a mail, a job."""

import re
from io import BytesIO

import pytest
from cast import draft_of, hire, niss
from django.db import connection
from pypdf import PdfReader
from story import confirmed, paid

from tegoed.audit.models import Event
from tegoed.beneficiaries.actions import NissAlreadyKnown
from tegoed.flows.catch_up import catch_up
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.outbox.models import Document, Message
from tegoed.wallets.models import Lot

TEXT_TYPES = (
    "text",
    "character varying",
    "json",
    "jsonb",
    "character",
    "bytea",
    "bigint",
    "integer",
    "numeric",
    "ARRAY",
    "USER-DEFINED",
)
PEOPLE_COUNT = 12


@pytest.fixture
def whole_job(cast) -> list[str]:
    """Ordered, invoiced, paid, loaded, all mails sent; the numbers of the people in it."""
    people = hire(cast.bakery, PEOPLE_COUNT)
    with pytest.raises(NissAlreadyKnown):
        hire(cast.bakery, 1)
    order = confirmed(draft_of(cast.bakery, people))
    catch_up()
    paid(*order.invoices.all())
    load_due_orders()
    catch_up()
    assert Lot.objects.count() == PEOPLE_COUNT
    return [niss(number) for number in range(PEOPLE_COUNT)]


def readable_columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = ANY(%s) ORDER BY 1, 2",
            [list(TEXT_TYPES)],
        )
        return cursor.fetchall()


def columns_holding(spellings: list[str]) -> list[str]:
    """The columns of all tables in which one of these texts stands, as text or as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table, column in readable_columns():
            cursor.execute(
                f"""
                SELECT count(*) FROM "{table}"
                WHERE "{column}"::text LIKE ANY(%(texts)s) OR "{column}"::text LIKE ANY(%(bytes)s)
                """,
                {
                    "texts": [f"%{spelling}%" for spelling in spellings],
                    "bytes": [f"%{spelling.encode().hex()}%" for spelling in spellings],
                },
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def spellings_of(number: str) -> list[str]:
    return [
        number,
        f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}",
        f"{number[:6]}-{number[6:]}",
    ]


def test_no_column_of_any_table_holds_a_national_number(whole_job) -> None:
    spellings = [spelling for number in whole_job for spelling in spellings_of(number)]
    assert len(readable_columns()) > 150
    assert columns_holding(spellings) == []


def test_the_search_finds_a_number_when_there_is_one(whole_job) -> None:
    """Negative control: in clear text, in JSON, in bytes."""
    Message.objects.filter(pk=Message.objects.first().pk).update(text=f"Hello {spellings_of(whole_job[0])[1]}")
    Document.objects.filter(pk=Document.objects.first().pk).update(content=f"x{whole_job[1]}".encode())
    Event.objects.create(actor_label="x", action="x:y", facts={"deep": [whole_job[2]]})
    spellings = [spelling for number in whole_job for spelling in spellings_of(number)]
    assert columns_holding(spellings) == ["audit_event.facts", "outbox_document.content", "outbox_message.text"]


def test_the_pages_of_the_invoices_name_nobody_by_number(whole_job) -> None:
    for document in Document.objects.filter(media_type="application/pdf"):
        words = " ".join(page.extract_text() for page in PdfReader(BytesIO(bytes(document.content))).pages)
        assert not [number for number in whole_job if number in re.sub(r"[^0-9]", "", words)]


def test_the_trail_tells_the_whole_job_once(whole_job) -> None:
    told = list(Event.objects.filter(action__startswith="order:").order_by("id").values_list("action", flat=True))
    assert told == ["order:start", "order:change", "order:confirm", "order:invoice", "order:load"]
    assert Event.objects.filter(action="beneficiary:add").count() == PEOPLE_COUNT
    told = Event.objects.filter(action__startswith="statement:").order_by("id").values_list("action", flat=True)
    assert list(told) == ["statement:receive", "statement:book"]
