"""Who is told about orders that wait for approval, are approved or sent back (SPEC O3, Q5).

Its one law: a mail is queued in the transaction of its cause, one for each reader. It decides nothing: `confirm_order` does.
"""

from collections.abc import Sequence

from tegoed.clients.models import Client, User
from tegoed.clients.queries import approvers_of, the_issuer
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.order_mails import approval_wanted_mail, approved_mail, sent_back_mail
from tegoed.orders.models import Order
from tegoed.outbox.actions import queue_message


def tell_approvers(orders: Sequence[Order]) -> None:
    """To everybody who may approve these orders, confirmed together: they wait. Who confirmed them is left out."""
    client = orders[0].client
    for approver in approvers_of(client, except_id=orders[0].confirmed_by_id):
        words = approval_wanted_mail(orders, approver, issuer_name=the_issuer().name)
        _queue(client, approver, kind="approval_wanted", about=_event(orders), words=words)
    send_messages_job.defer()


def tell_approved(orders: Sequence[Order], *, approver: User) -> None:
    """To who confirmed them: they are taken on."""
    confirmer = orders[0].confirmed_by
    if confirmer is not None:
        words = approved_mail(orders, confirmer, approver=approver, issuer_name=the_issuer().name)
        _queue(orders[0].client, confirmer, kind="order_approved", about=_event(orders), words=words)
        send_messages_job.defer()


def tell_sent_back(orders: Sequence[Order], *, confirmer: User | None, approver: User, reason: str) -> None:
    """To who confirmed them: they are drafts again, and why."""
    if confirmer is not None:
        words = sent_back_mail(orders, confirmer, approver=approver, reason=reason, issuer_name=the_issuer().name)
        _queue(orders[0].client, confirmer, kind="order_sent_back", about=_event(orders), words=words)
        send_messages_job.defer()


def _event(orders: Sequence[Order]) -> str:
    """The last step of the first order: an order may be confirmed and sent back several times."""
    step = orders[0].transitions.order_by("-id").values_list("pk", flat=True).first()
    return f"order:{orders[0].pk}:step:{step}"


def _queue(client: Client, reader: User, *, kind: str, about: str, words: tuple[str, str]) -> None:
    subject, text = words
    queue_message(
        event_key=f"{kind}:{about}:user:{reader.pk}",
        kind=kind,
        client_id=client.pk,
        recipient=reader.email,
        language=reader.language,
        subject=subject,
        text=text,
    )
