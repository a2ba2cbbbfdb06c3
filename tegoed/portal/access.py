"""Who may open a page of the portal.

Its one law: a page of a client opens for the members of that client; for others it doesn't exist (404, SPEC X3).
What changes something opens for owners and orderers only: another member is told so (403, SPEC Q5). An accountant opens what
is about money and names nobody (`for_bookkeeping`), and nothing else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tegoed.clients.models import Membership, Role, User
from tegoed.clients.queries import membership_of

P = ParamSpec("P")
PortalView = Callable[Concatenate[HttpRequest, Membership, P], HttpResponseBase]
View = Callable[..., HttpResponseBase]


def for_members(view: PortalView[P]) -> View:
    """Open for every member but accountants (403); the view gets the membership in place of `client_id`."""

    @wraps(view)
    def not_for_accountants(
        request: HttpRequest, membership: Membership, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if membership.role == Role.ACCOUNTANT:
            raise PermissionDenied
        return view(request, membership, *args, **kwargs)

    return for_bookkeeping(not_for_accountants)


def for_bookkeeping(view: PortalView[P]) -> View:
    """Open for every member, accountants too: nothing on the page names a beneficiary."""

    @login_required
    @wraps(view)
    def walled(request: HttpRequest, client_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = cast("User", request.user)  # login_required
        membership = membership_of(user, client_id)
        if membership is None:
            raise Http404
        membership.user = user  # loaded already: views take it as the actor
        return view(request, membership, *args, **kwargs)

    return walled


def for_writers(view: PortalView[P]) -> View:
    """Open for who may write (owners, orderers); another member gets 403."""

    @wraps(view)
    def owned(request: HttpRequest, membership: Membership, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_write(membership):
            raise PermissionDenied
        return view(request, membership, *args, **kwargs)

    return for_members(owned)


def may_write(membership: Membership) -> bool:
    """Whether this member may add beneficiaries, prepare orders and confirm them."""
    return membership.role in {Role.OWNER, Role.ORDERER}


def may_approve(membership: Membership) -> bool:
    """Whether this member may approve what somebody else confirmed (four eyes)."""
    return membership.role in {Role.OWNER, Role.APPROVER}


def for_approvers(view: PortalView[P]) -> View:
    """Open for owners and approvers; another member gets 403."""

    @wraps(view)
    def approved(request: HttpRequest, membership: Membership, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_approve(membership):
            raise PermissionDenied
        return view(request, membership, *args, **kwargs)

    return for_members(approved)


def may_manage_contacts(membership: Membership) -> bool:
    """Whether this member says who gets the mails about money."""
    return membership.role in {Role.OWNER, Role.ACCOUNTANT}


def for_contact_managers(view: PortalView[P]) -> View:
    """Open for owners and accountants; another member gets 403."""

    @wraps(view)
    def managed(request: HttpRequest, membership: Membership, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_manage_contacts(membership):
            raise PermissionDenied
        return view(request, membership, *args, **kwargs)

    return for_bookkeeping(managed)


def for_owners(view: PortalView[P]) -> View:
    """Open for owners; another member gets 403."""

    @wraps(view)
    def owned(request: HttpRequest, membership: Membership, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if membership.role != Role.OWNER:
            raise PermissionDenied
        return view(request, membership, *args, **kwargs)

    return for_members(owned)


def page(
    request: HttpRequest, membership: Membership, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the client: each template finds `client`, `membership`, `may_write`, `may_approve`, `is_accountant`."""
    facts = {
        "client": membership.client,
        "membership": membership,
        "may_write": may_write(membership),
        "may_approve": may_approve(membership),
        "is_accountant": membership.role == Role.ACCOUNTANT,
    }
    return render(request, f"portal/{template}", facts | context, status=status)
