"""Who is on the other side of a request, as far as it shows: what is kept as evidence of a yes (SPEC Q3)."""

from ipaddress import ip_address
from typing import TypedDict

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from tegoed.public.downloads import reader_language

USER_AGENT_LENGTH_MAX = 200


class VisitorEvidence(TypedDict):
    """The part of `clients.Evidence` that the request tells."""

    ip_address: str | None
    user_agent: str
    language: str


def evidence_of(request: HttpRequest) -> VisitorEvidence:
    """Address, browser, and the language that the page was read in."""
    browser = "".join(filter(str.isprintable, request.META.get("HTTP_USER_AGENT", "")))
    return {
        "ip_address": address_of(request),
        "user_agent": browser[:USER_AGENT_LENGTH_MAX],
        "language": reader_language(),
    }


def address_of(request: HttpRequest) -> str | None:
    """The visitor's IP address, counted as the rate limits count it (behind a proxy, the one that the proxy saw)."""
    try:
        return str(ip_address(get_adapter().get_client_ip(request).strip()))
    except (PermissionDenied, ValueError):
        return None
