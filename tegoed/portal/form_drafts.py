"""Drafts that came with an Excel form aren't edited by hand: cards and costs are counted for the form as a whole.

Its one law: the pages of the three steps lead to the page of the form; to change something the client sends the form again.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tegoed.clients.models import Membership
from tegoed.orders.models import Order, OrderState

View = Callable[[HttpRequest, Membership, int], HttpResponse]


def by_hand_only(view: View) -> View:
    """Goes around a step of an order: a draft of an Excel form is looked at and confirmed on the page of the form."""

    @wraps(view)
    def guarded(request: HttpRequest, membership: Membership, order_id: int) -> HttpResponse:
        draft = Order.objects.filter(client=membership.client_id, pk=order_id, state=OrderState.DRAFT)
        upload_id = draft.values_list("upload_id", flat=True).first()
        if upload_id is None:
            return view(request, membership, order_id)
        messages.info(
            request,
            _(
                "This order came with an Excel form, so it is confirmed or discarded here, with the others of that form."
            ),
        )
        return redirect("portal:order-import", client_id=membership.client_id, upload_id=upload_id)

    return guarded
