"""From an order that lacks its contract to signing it, and back (SPEC Q4).

Its one law: the way back stays inside the pages of the same client; anything else leads to the contracts.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tegoed.clients.models import Membership, Role
from tegoed.clients.queries import ContractMissing
from tegoed.refusals import message_of

BACK_LENGTH_MAX = 500


def signing_address(membership: Membership, *, product: str, form: str, back: str) -> str:
    """Where an owner signs the contract for that product and form, and is then led `back`; others read who can."""
    if membership.role != Role.OWNER:
        return reverse("portal:contracts", args=[membership.client_id])
    address = reverse("portal:contract-sign", args=[membership.client_id, product, form])
    return f"{address}?{urlencode({'next': back})}"


def to_signing(request: HttpRequest, membership: Membership, refusal: ContractMissing, *, back: str) -> HttpResponse:
    """Say which contract is missing, on the page where it is signed or that says who can."""
    messages.error(request, message_of(refusal))
    facts = refusal.params
    return redirect(signing_address(membership, product=str(facts["product"]), form=str(facts["form"]), back=back))


def way_back(request: HttpRequest, client_id: int) -> str:
    """Where `next` of the address or the form leads, if to a page of this client; else the contracts."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.isprintable()
    if is_ours and asked.startswith(reverse("portal:overview", args=[client_id])) and len(asked) <= BACK_LENGTH_MAX:
        return asked
    return reverse("portal:contracts", args=[client_id])
