"""The order form a client downloads: empty, or filled with who usually gets what (SPEC O2).

Its one law: national numbers in clear leave here only for the client's own active beneficiaries, and the trail says who
took them. What the client's contracts don't need has no column.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.queries import cost_centre_names_of
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contracts, sites_of
from tegoed.formats.order_form import ORDER_FORM, USUAL_KEYS
from tegoed.formats.workbook.writer import write_form
from tegoed.orders.prefilled import PrefilledRow, prefilled_rows
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product, has_face_value

IN_MEMORY_BYTES_MAX = 4 * 1024 * 1024
"""A larger workbook goes through a temporary file."""

_KEYS_OF_PRODUCT = {
    Product.MEAL: ("worker_share", "month_on"),
    Product.GIFT: ("occasion", "child_count"),
}
_KEYS_OF_MEAL = {"voucher_count", "face_value"}


def empty_order_form(*, client: Client, language: str, actor: User | None) -> BinaryIO:
    """The form without rows, for the products the client has a contract for."""
    products = _products(client)
    file = _written(client, language, products, _keys(products, has_temporary=False), rows=())
    _record(client, actor, row_count=0)
    return file


@transaction.atomic
def filled_order_form(*, client: Client, language: str, loading_on: date | None, actor: User | None) -> BinaryIO:
    """The form with the client's active beneficiaries, numbers in clear; each row loads on `loading_on`, where given."""
    products = _products(client)
    has_temporary = client.beneficiaries.filter(
        is_active=True, person__identifiers__kind="temporary", person__identifiers__replaced_at=None
    ).exists()
    keys = _keys(products, has_temporary=has_temporary)
    rows = _CountedRows(client, products, keys, loading_on)
    file = _written(client, language, products, keys, rows=iter(rows))
    _record(client, actor, row_count=rows.count)
    return file


def _products(client: Client) -> list[Product]:
    running = running_contracts(client, brussels_today()).filter(form=Form.ELECTRONIC)
    signed = set(running.values_list("product", flat=True))
    return [product for product in Product if product in signed]


def _keys(products: Sequence[Product], *, has_temporary: bool) -> list[str]:
    """The columns these contracts need, in the order of the form."""
    keys = [key for key in USUAL_KEYS if Product.MEAL in products or key not in _KEYS_OF_MEAL]
    if products and all(has_face_value(product) for product in products):
        keys.remove("amount")
    for product in products:
        keys += _KEYS_OF_PRODUCT.get(product, ())
    if has_temporary:
        keys.insert(1, "identifier_is_temporary")
    return keys


class _CountedRows:
    """The rows as the writer takes them, one value for each key; counted while they are written."""

    def __init__(
        self, client: Client, products: Sequence[Product], keys: Sequence[str], loading_on: date | None
    ) -> None:
        self.count = 0
        self._client = client
        self._products = products
        self._keys = keys
        self._loading_on = loading_on.isoformat() if loading_on else None

    def __iter__(self) -> Iterator[list[Any]]:
        for row in prefilled_rows(self._client, self._products):
            self.count += 1
            values = self._values(row)
            yield [values.get(key) for key in self._keys]

    def _values(self, row: PrefilledRow) -> dict[str, Any]:
        is_meal = row.product is not None and has_face_value(Product(row.product))
        return {
            "identifier": identifier_vault.decrypt(row.key_id, bytes(row.ciphertext), person_id=row.person_id),
            "identifier_is_temporary": row.is_temporary,
            "last_name": row.last_name,
            "first_name": row.first_name,
            "birth_on": row.birth_on,
            "language": row.language,
            "card_delivery": row.card_delivery,
            "site": row.site,
            "cost_centre": row.cost_centre,
            "product": row.product,
            "voucher_count": (row.voucher_count or None) if is_meal else None,
            "face_value": (row.face_value_cents or None) if is_meal else None,
            "amount": None if is_meal else row.amount_cents or None,
            "worker_share": row.worker_share_cents if is_meal else None,
            "loading_on": self._loading_on,
            "occasion": row.occasion or None,
            "child_count": row.child_count if row.product == Product.GIFT else None,
        }


def _written(client: Client, language: str, products: Sequence[Product], keys: Sequence[str], rows: Any) -> BinaryIO:
    file = cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY_BYTES_MAX))  # noqa: SIM115 - the answer closes it
    with override(language):
        facts = {_("Company"): client.name, _("Made on"): date_format(timezone.localtime(), "j F Y H:i")}
    write_form(
        file,
        layout=ORDER_FORM,
        language=language,
        keys=keys,
        rows=rows,
        choices={
            "product": [product.value for product in products] or [product.value for product in Product],
            "site": list(sites_of(client).filter(is_active=True).values_list("name", flat=True)),
            "cost_centre": cost_centre_names_of(client),
        },
        facts=facts,
    )
    file.seek(0)
    return file


def _record(client: Client, actor: User | None, *, row_count: int) -> None:
    record_event(actor=actor, action=Action.ORDER_FORM_EXPORTED, client_id=client.pk, row_count=row_count)
