"""The log of who did what for the company, for its owners."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tegoed.clients.models import Membership
from tegoed.portal.access import for_owners, page
from tegoed.portal.client_trail import KINDS, TrailWish, events_of, people_in_trail, trail_entries
from tegoed.portal.pages import page_of


@for_owners
@require_safe
def log(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What was done, newest first, as asked for in the address, a page at a time."""
    client = membership.client
    people = people_in_trail(client)
    wish = TrailWish.from_query(request.GET, people)
    events = page_of(request, events_of(client, wish))
    return page(
        request,
        membership,
        "log/log.html",
        section="company",
        wish=wish,
        people=people,
        kinds=[(code, label) for code, (label, _subjects) in KINDS.items()],
        events=events,
        trail=trail_entries(client, events.object_list),
    )
