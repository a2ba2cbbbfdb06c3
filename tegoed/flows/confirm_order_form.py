"""The client confirms all drafts of an order form, together (SPEC O2)."""

from django.db import transaction

from tegoed.clients.models import Client, User
from tegoed.flows.confirm_order import confirm_orders
from tegoed.flows.refusals import FormHasNoDrafts
from tegoed.log_safety import without_identifiers_in
from tegoed.orders.checks import above_maximum_together, issuer_allows_above_maximum
from tegoed.orders.models import Order, OrderState
from tegoed.uploads.actions import locked_upload
from tegoed.uploads.models import UploadKind, UploadState

REASON_LENGTH_MAX = 200


@transaction.atomic
def confirm_order_form(
    *,
    client: Client,
    upload_id: int,
    actor: User | None,
    confirmed_total_cents: int,
    above_maximum_reason: str = "",
    shown_mark: str | None = None,
) -> list[Order]:
    """Take all drafts of the form on, or hand them to who approves; by id.

    `above_maximum_reason` goes with the drafts that go past a legal maximum, where the issuer allows that; what looks
    like a national number is cut out. Raises `Upload.DoesNotExist`, `UploadNotInState`, `FormHasNoDrafts`, and what
    `confirm_orders` raises.
    """
    upload = locked_upload(upload_id, UploadState.READY, client=client)
    drafts = list(Order.objects.filter(upload=upload, state=OrderState.DRAFT).order_by("id"))
    if upload.kind != UploadKind.ORDERS or not drafts:
        raise FormHasNoDrafts(upload_id=upload.pk)
    reason = without_identifiers_in(above_maximum_reason)[:REASON_LENGTH_MAX]
    if reason and issuer_allows_above_maximum():
        above = [order_id for order_id, figures in above_maximum_together(drafts).items() if figures]
        Order.objects.filter(pk__in=above).update(above_maximum_reason=reason)
    return confirm_orders(
        client=client,
        order_ids=[draft.pk for draft in drafts],
        actor=actor,
        confirmed_total_cents=confirmed_total_cents,
        shown_mark=shown_mark,
    )
