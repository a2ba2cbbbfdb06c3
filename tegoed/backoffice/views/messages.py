"""What was told to whom: mails with their state, and another try for those that failed."""

from django.contrib.messages import error, success
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import MessageFilter
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.queries import messages_found
from tegoed.clients.models import Client
from tegoed.flows.jobs import send_messages_job
from tegoed.outbox.actions import retry_message
from tegoed.outbox.models import Message, MessageState
from tegoed.outbox.secret_part import MessageSecretGone, is_secret_gone
from tegoed.refusals import message_of


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All messages, newest first, as filtered."""
    wishes = MessageFilter(request.GET)
    found = messages_found(words=wishes.wish("words"), state=wishes.wish("state"))
    return page(
        request,
        "messages/overview.html",
        section="overview",
        filter=wishes,
        is_filtered=bool(wishes.wish("words") or wishes.wish("state")),
        mails=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_safe
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message as its reader got it, what is attached, and how sending it went."""
    shown = get_object_or_404(Message, pk=message_id)
    return page(
        request,
        "messages/message.html",
        section="overview",
        mail=shown,
        about=Client.objects.filter(pk=shown.client_id).first() if shown.client_id else None,
        documents=shown.documents.defer("content").order_by("id"),
        is_failed=shown.state == MessageState.FAILED,
        is_secret_gone=is_secret_gone(shown),
    )


@for_staff
@require_POST
@transaction.atomic
def retry(request: HttpRequest, message_id: int) -> HttpResponse:
    """Put a failed message in the queue again; one that isn't failed (any more) is left as it is."""
    get_object_or_404(Message.objects.only("pk"), pk=message_id)
    try:
        is_queued = retry_message(message_id=message_id, actor=request.user)
    except MessageSecretGone as refusal:
        error(request, message_of(refusal))
        return redirect("backoffice:message", message_id=message_id)
    if is_queued:
        send_messages_job.defer()
        success(request, gettext("The mail waits to be sent again."))
    return redirect("backoffice:message", message_id=message_id)
