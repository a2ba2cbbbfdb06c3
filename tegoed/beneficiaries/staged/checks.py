"""What is wrong with staged rows, and what is only odd (SPEC B2, B3, B4, B6).

Its one law: every remark names its row, its column and the facts of its sentence; a remark that is no warning keeps the
whole form from being applied. All of it reads `compared_person` (see `difference.compare`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from tegoed.beneficiaries.staged.difference import USUAL_AMOUNTS
from tegoed.clients.models import Client
from tegoed.clients.queries import running_contracts
from tegoed.errors import Refusal
from tegoed.rules.order_lines import LineToOrder, refusals_of_line
from tegoed.rules.products import Form, Product
from tegoed.uploads.actions import NewRemark
from tegoed.uploads.models import Upload

CODES = frozenset(
    {
        "person-twice-in-form", "site-unknown", "value-missing-for-new", "birth-date-in-future", "card-without-place",
        "workplace-closed", "usual-amount-refused", "looks-like-known", "leaver-without-address", "site-not-used",
        "usual-amount-without-contract",
    }
)  # fmt: skip
"""What these checks remark; the reader and the rows themselves have other codes."""
KNOWN_SITES_NAMED_MAX = 8
_COLUMN_KEYS = {"site_id": "site", "meal_face_value_cents": "meal_face_value"} | {
    f"{product}_amount_cents": f"{product}_amount" for product in ("eco", "gift", "sport_culture")
}
_DELIVERY_FIELDS = "ARRAY['card_delivery', 'site_id', 'home_street', 'home_postcode', 'home_town']"


def column_key(name: str) -> str:
    """The column of the form for a column of the comparison."""
    return _COLUMN_KEYS.get(name, name)


def errors_of(upload: Upload, *, today: date) -> Iterator[NewRemark]:
    """Why the form can't be applied. A cell that the reader could not read isn't called missing too."""
    yield from _people_twice()
    yield from _unknown_sites(upload.client)
    yield from _missing_values(upload)
    yield from _future_births(today)
    yield from _cards_without_place(upload)
    yield from _closed_places()
    yield from _impossible_amounts(today)


def warnings_of(upload: Upload, *, today: date) -> Iterator[NewRemark]:
    """What is odd and may be right."""
    yield from _look_alikes(upload.client)
    yield from _leavers_without_address()
    yield from _unused_sites()
    yield from _amounts_without_contract(upload.client, today)


def _rows(sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _people_twice() -> Iterator[NewRemark]:
    """One person in two rows, also under two numbers; each row names the one before, the first names the second."""
    for row, other_row in _rows(
        """
        SELECT row, other_row FROM (
            SELECT row, COALESCE(lag(row) OVER one_person, lead(row) OVER one_person) AS other_row
            FROM compared_person WINDOW one_person AS (PARTITION BY person_id ORDER BY row)
        ) twice WHERE other_row IS NOT NULL ORDER BY row
        """
    ):
        yield NewRemark(
            row=row, code="person-twice-in-form", column_key="identifier", params={"other_row": str(other_row)}
        )


def _unknown_sites(client: Client) -> Iterator[NewRemark]:
    found = _rows("SELECT row, site_name FROM compared_person WHERE site_name IS NOT NULL AND asked_site_id IS NULL")
    if not found:
        return
    names = list(client.sites.filter(is_active=True).order_by("name").values_list("name", flat=True))
    params = {
        "known_sites": ", ".join(names[:KNOWN_SITES_NAMED_MAX]) + (" …" if len(names) > KNOWN_SITES_NAMED_MAX else ""),
        "reason": "" if names else "none",
    }
    for row, site_name in found:
        yield NewRemark(row=row, code="site-unknown", column_key="site", params={"site_name": site_name, **params})


_NOT_REMARKED = """
    NOT EXISTS (
        SELECT 1 FROM uploads_uploadremark r
        WHERE r.upload_id = %(upload_id)s AND NOT r.is_warning AND r.row = c.row AND r.column_key = ANY(%(keys)s)
    )
"""


def _missing_values(upload: Upload) -> Iterator[NewRemark]:
    """Somebody new needs a name and a birth date."""
    for name in ("last_name", "first_name", "birth_on"):
        for (row,) in _rows(
            f"""
            SELECT row FROM compared_person c
            WHERE known_id IS NULL AND (new_{name} IS NULL OR new_{name}::text = '') AND {_NOT_REMARKED} ORDER BY row
            """,
            {"upload_id": upload.pk, "keys": [name]},
        ):
            yield NewRemark(row=row, code="value-missing-for-new", column_key=name)


def _future_births(today: date) -> Iterator[NewRemark]:
    for row, birth_on in _rows(
        "SELECT row, new_birth_on FROM compared_person WHERE new_birth_on > %s AND 'birth_on' = ANY(fields) ORDER BY row",
        [today],
    ):
        params = {"birth_on": birth_on.isoformat()}
        yield NewRemark(row=row, code="birth-date-in-future", column_key="birth_on", params=params)


def _cards_without_place(upload: Upload) -> Iterator[NewRemark]:
    """A card needs a workplace or a full home address (SPEC B5). Rows that change nothing about it are left alone."""
    for row, delivery, missing in _rows(
        f"""
        SELECT row, new_card_delivery, CASE
            WHEN new_card_delivery IS NULL THEN 'card_delivery'
            WHEN new_card_delivery = 'site' THEN 'site'
            WHEN new_home_street = '' THEN 'home_street'
            WHEN new_home_postcode = '' THEN 'home_postcode'
            ELSE 'home_town' END
        FROM compared_person c
        WHERE (known_id IS NULL OR fields && {_DELIVERY_FIELDS})
            AND (new_card_delivery IS NULL
                OR (new_card_delivery = 'site' AND new_site_id IS NULL AND site_name IS NULL)
                OR (new_card_delivery = 'home' AND '' IN (new_home_street, new_home_postcode, new_home_town)))
            AND {_NOT_REMARKED}
        ORDER BY row
        """,
        {
            "upload_id": upload.pk,
            "keys": ["card_delivery", "site", "home_street", "home_postcode", "home_town"],
        },
    ):
        reason = delivery or "unknown"
        yield NewRemark(row=row, code="card-without-place", column_key=missing, params={"reason": reason})


def _closed_places() -> Iterator[NewRemark]:
    """Somebody comes back, and the workplace where the card went was closed; by hand it is refused too."""
    for row, name in _rows(
        """
        SELECT c.row, site.name FROM compared_person c JOIN clients_site site ON site.id = c.new_site_id
        WHERE c.verdict = 'reactivated' AND NOT site.is_active ORDER BY c.row
        """
    ):
        yield NewRemark(row=row, code="workplace-closed", column_key="site", params={"site_name": name})


def _impossible_amounts(today: date) -> Iterator[NewRemark]:
    """What would become usual must be orderable now; judged once for each amount that occurs, as by hand (SPEC O7)."""
    for product, names in _amounts_by_product().items():
        columns = ", ".join(f"new_{name}" for name in names)
        is_any = " OR ".join(f"new_{name} > 0" for name in names)
        for values in _rows(
            f"SELECT DISTINCT {columns} FROM compared_person WHERE ({is_any}) AND fields && %s::text[]", [names]
        ):
            refusals = refusals_of_line(_line(product, values), month=today)
            if refusals:
                yield from _rows_with(names, values, refusals[0])


def _amounts_by_product() -> dict[Product, list[str]]:
    names: dict[Product, list[str]] = {}
    for name, (product, _) in USUAL_AMOUNTS.items():
        names.setdefault(Product(product), []).append(name)
    return names


def _line(product: Product, values: tuple[int, ...]) -> LineToOrder:
    if product == Product.MEAL:
        return LineToOrder(product=product, voucher_count=values[0], face_value_cents=values[1])
    return LineToOrder(product=product, amount_cents=values[0])


def _rows_with(names: list[str], values: tuple[int, ...], refusal: Refusal) -> Iterator[NewRemark]:
    same = " AND ".join(f"new_{name} = %s" for name in names)
    params = {"code": refusal.code, "facts": as_json(refusal.params)}
    key = column_key(names[0] if refusal.code == "voucher-count-impossible" else names[-1])
    for (row,) in _rows(
        f"SELECT row FROM compared_person WHERE fields && %s::text[] AND {same} ORDER BY row", [names, *values]
    ):
        yield NewRemark(row=row, code="usual-amount-refused", column_key=key, params=params)


def as_json(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a refusal as they are kept with a remark: dates as `YYYY-MM-DD`."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def _look_alikes(client: Client) -> Iterator[NewRemark]:
    """Somebody new has name and birth date of somebody with a temporary or BIS number: perhaps the same (SPEC B3)."""
    for row, name, beneficiary_id in _rows(
        """
        SELECT c.row, b.last_name || ' ' || b.first_name, b.id
        FROM beneficiaries_beneficiary b
        JOIN beneficiaries_personidentifier i
            ON i.person_id = b.person_id AND i.replaced_at IS NULL AND i.kind IN ('temporary', 'bis')
        JOIN compared_person c ON c.known_id IS NULL AND c.new_birth_on = b.birth_on
            AND lower(c.new_last_name) = lower(b.last_name) AND lower(c.new_first_name) = lower(b.first_name)
        WHERE b.client_id = %s ORDER BY c.row, b.id
        """,
        [client.pk],
    ):
        params = {"name": name, "beneficiary_id": beneficiary_id}
        yield NewRemark(row=row, code="looks-like-known", column_key="identifier", params=params, is_warning=True)


def _leavers_without_address() -> Iterator[NewRemark]:
    """The card of somebody who leaves should go home, and no home address is known (SPEC B4)."""
    for (row,) in _rows(
        """
        SELECT row FROM compared_person WHERE verdict = 'deactivated' AND new_card_delivery = 'site'
            AND '' IN (new_home_street, new_home_postcode, new_home_town) ORDER BY row
        """
    ):
        yield NewRemark(row=row, code="leaver-without-address", column_key="home_street", is_warning=True)


def _unused_sites() -> Iterator[NewRemark]:
    for (row,) in _rows(
        """
        SELECT row FROM compared_person
        WHERE asked_site_id IS NOT NULL AND new_card_delivery = 'home' AND verdict <> 'deactivated' ORDER BY row
        """
    ):
        yield NewRemark(row=row, code="site-not-used", column_key="site", is_warning=True)


def _amounts_without_contract(client: Client, today: date) -> Iterator[NewRemark]:
    contracts = running_contracts(client, today).filter(form=Form.ELECTRONIC)
    signed = set(contracts.values_list("product", flat=True))
    for product, names in _amounts_by_product().items():
        if product in signed:
            continue
        is_any = " OR ".join(f"new_{name} > 0" for name in names)
        for (row,) in _rows(
            f"SELECT row FROM compared_person WHERE ({is_any}) AND fields && %s::text[] ORDER BY row", [names]
        ):
            yield NewRemark(
                row=row,
                code="usual-amount-without-contract",
                column_key=column_key(names[-1]),
                params={"product": product.value},
                is_warning=True,
            )
