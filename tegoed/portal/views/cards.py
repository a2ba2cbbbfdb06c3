"""Pages on cards: where they are, which expire and must not be renewed, one that was lost, stolen or damaged."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.actions import CardNotReportable, RenewalsDecided, block_card, decide_renewals
from tegoed.cards.models import Card
from tegoed.clients.models import Membership
from tegoed.portal.access import for_members, for_writers, page
from tegoed.portal.client_cards import (
    GROUPS,
    REPORTABLE_STATES,
    card_of_beneficiary,
    cards_page,
    cards_shown,
    expiring_cards,
    expiring_cards_of_leavers,
    has_cards,
)
from tegoed.portal.forms.card_report import CardReportForm
from tegoed.refusals import message_of
from tegoed.rules.card_need import CardReason
from tegoed.rules.dates import brussels_today

ID_DIGITS_MAX = 18
"""What an id of the database has at most."""


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The cards of the client's people; `?show=` one filter of `GROUPS`, `?q=` words of a name or a staff number."""
    client = membership.client
    group = request.GET.get("show", "")
    group = group if group in GROUPS else ""
    words = request.GET.get("q", "").replace("\0", "").strip()
    today = brussels_today()
    matching = cards_shown(client, group=group, words=words, today=today)
    if group or words:
        count, expiring_count = None, expiring_cards(client, today=today).count()
    else:
        count, expiring_count = matching.count_with_expiring(today)
    return page(
        request,
        membership,
        "cards/overview.html",
        section="beneficiaries",
        tab="cards",
        cards=cards_page(request, matching, client=client, today=today, finds_few=bool(group), count=count),
        expiring_count=expiring_count,
        group=group,
        groups=GROUPS.items(),
        words=words,
        today=today,
        has_any=has_cards(client),
    )


@for_members
@require_safe
def expiring(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The cards that expire in the next three months, with ticks for those that must not be renewed (SPEC C5)."""
    client = membership.client
    today = brussels_today()
    leavers, leaver_count = expiring_cards_of_leavers(client, today=today)
    return page(
        request,
        membership,
        "cards/expiring.html",
        section="beneficiaries",
        tab="cards",
        cards=cards_page(request, expiring_cards(client, today=today), client=client, today=today),
        leavers=leavers,
        leaver_count=leaver_count,
        today=today,
    )


@for_writers
@require_POST
def save_renewals(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Take over the ticks of one page of the list: ticked is not renewed, not ticked is."""
    decided = decide_renewals(
        client=membership.client,
        shown_card_ids=_ids(request.POST.getlist("shown")),
        refused_card_ids=_ids(request.POST.getlist("refused")),
        actor=membership.user,
    )
    messages.success(request, _decided_in_words(decided))
    address = reverse("portal:cards-expiring", args=[membership.client.pk])
    number = request.POST.get("page", "")
    return redirect(f"{address}?page={number}" if number.isascii() and number.isdigit() else address)


def _ids(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX}


def _decided_in_words(decided: RenewalsDecided) -> str:
    parts = []
    if decided.refused_count:
        parts.append(
            ngettext(
                "%(count)s card will not be renewed by your orders.",
                "%(count)s cards will not be renewed by your orders.",
                decided.refused_count,
            )
            % {"count": decided.refused_count}
        )
    if decided.wanted_count:
        parts.append(
            ngettext(
                "%(count)s card will be renewed again.",
                "%(count)s cards will be renewed again.",
                decided.wanted_count,
            )
            % {"count": decided.wanted_count}
        )
    return " ".join(parts) or _("Nothing was changed.")


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, membership: Membership, card_id: int) -> HttpResponse:
    """Ask what happened to the card; then it is blocked at once, and the next order asks for a new one (SPEC C4)."""
    card, beneficiary = _card_or_404(membership, card_id)
    form = CardReportForm(request.POST or None)
    refused = "" if card.state in REPORTABLE_STATES else message_of(CardNotReportable(card_id=card.pk))
    if not refused and form.is_valid():
        try:
            block_card(
                card=card,
                reason=CardReason(form.cleaned_data["reason"]),
                actor=membership.user,
                client=membership.client,
            )
        except CardNotReportable as refusal:
            refused = message_of(refusal)
        else:
            messages.success(
                request,
                _("The card of %(name)s is blocked. A new one comes with your next order.") % {"name": beneficiary},
            )
            return redirect("portal:beneficiary", client_id=membership.client.pk, beneficiary_id=beneficiary.pk)
    return page(
        request,
        membership,
        "cards/report.html",
        section="beneficiaries",
        card=card,
        beneficiary=beneficiary,
        form=form,
        refused=refused,
    )


def _card_or_404(membership: Membership, card_id: int) -> tuple[Card, Beneficiary]:
    try:
        return card_of_beneficiary(membership.client, card_id)
    except Card.DoesNotExist as missing:
        raise Http404 from missing
