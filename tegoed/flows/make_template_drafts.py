"""The monthly orders whose time has come: a draft for each, and a mail that asks somebody to check it (SPEC O6).

Its one law: nothing is ordered. Draft, month and mails are one transaction, so a worker killed halfway leaves nothing and
the next round makes it; done twice, it changes nothing.
"""

from contextlib import suppress

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.clients.billing_contacts import MailPurpose, recipients_for
from tegoed.clients.models import Client, Membership, Role, SocialSecretariat
from tegoed.clients.queries import ContractMissing, the_issuer
from tegoed.flows.mails import page_address
from tegoed.orders.models import Order, OrderTemplate
from tegoed.orders.monthly_templates import end_template, make_draft
from tegoed.orders.queries import left_out_of
from tegoed.outbox.actions import queue_message
from tegoed.rules.dates import brussels_today
from tegoed.rules.money import format_euro

WRITERS = (Role.OWNER, Role.ORDERER)


@transaction.atomic
def make_template_draft(*, template_id: int) -> Order | None:
    """Make the draft of one template if it is due, and tell the client; None when there is nothing to do.

    Without a running contract nothing can be ordered: the template ends, and the client is told that instead.
    """
    try:
        order = make_draft(template_id=template_id, today=brussels_today())
    except ContractMissing:
        with suppress(OrderTemplate.DoesNotExist):  # another worker ended it meanwhile
            _end_without_contract(OrderTemplate.objects.select_related("client", "source").get(pk=template_id))
        return None
    if order is None or order.template is None:
        return None
    sums = order.lines.aggregate(people=Count("pk"), cents=Sum("amount_cents"))
    left_out_count = left_out_of(order.template.source).count()
    issuer_name = the_issuer().name
    for recipient, language in _readers_of(order.client).items():
        words = monthly_draft_mail(
            order,
            order.template,
            language=language,
            issuer_name=issuer_name,
            people_count=sums["people"],
            face_value_cents=sums["cents"] or 0,
            left_out_count=left_out_count,
        )
        _queue(order.client, f"monthly-draft:order:{order.pk}", recipient, language, words)
    return order


def _end_without_contract(template: OrderTemplate) -> None:
    client = template.client
    end_template(client=client, template_id=template.pk, actor=None, reason="contract-missing")
    issuer_name = the_issuer().name
    for recipient, language in _readers_of(client).items():
        words = monthly_order_ended_mail(template, language=language, issuer_name=issuer_name)
        _queue(client, f"monthly-order-ended:template:{template.pk}", recipient, language, words)


def _queue(client: Client, event: str, recipient: str, language: str, words: tuple[str, str]) -> None:
    subject, text = words
    queue_message(
        event_key=f"{event}:{recipient}",
        kind="monthly_draft",
        client_id=client.pk,
        recipient=recipient,
        language=language,
        subject=subject,
        text=text,
    )


def _readers_of(client: Client) -> dict[str, str]:
    """Who is told, each once, with the language: those who may confirm the order, and who gets notices about money.

    A social secretariat that may confirm it is told at its own address, not each of its people.
    """
    members = Membership.objects.filter(client=client, role__in=WRITERS, user__is_active=True, mandate=None).order_by(
        "id"
    )
    secretariats = SocialSecretariat.objects.filter(mandates__client=client, mandates__ended_at=None).order_by("id")
    contacts = {to.email.lower(): to.language for to in recipients_for(client, MailPurpose.PAYMENT_NOTICES)}
    contacts |= {told.email.lower(): told.language for told in secretariats}
    return contacts | dict(members.values_list("user__email", "user__language"))


def monthly_draft_mail(
    order: Order,
    template: OrderTemplate,
    *,
    language: str,
    issuer_name: str,
    people_count: int,
    face_value_cents: int,
    left_out_count: int,
) -> tuple[str, str]:
    """(subject, text): a monthly order is ready to check and confirm; nothing is ordered yet."""
    with override(language):
        facts = {
            "name": template.name,
            "people": people_count,
            "amount": format_euro(face_value_cents, language),
            "day": date_format(order.loading_on, "DATE_FORMAT"),
            "left_out": left_out_count,
            "page": page_address("portal:order-lines", client_id=order.client_id, order_id=order.pk),
            "issuer": issuer_name,
        }
        subject = gettext("Your monthly order “%(name)s” is ready to check and confirm") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "Your monthly order “%(name)s” is ready to check: %(amount)s for %(people)s beneficiaries, to be loaded "
                "on %(day)s. People of the earlier order who are no longer active and were left out: %(left_out)s.\n\n"
                "Nothing is ordered yet. Look at the amounts and confirm the order: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def monthly_order_ended_mail(template: OrderTemplate, *, language: str, issuer_name: str) -> tuple[str, str]:
    """(subject, text): a monthly order stopped, because its product has no running contract."""
    with override(language):
        facts = {
            "name": template.name,
            "product": template.source.get_product_display(),
            "page": page_address("portal:order-new", client_id=template.client_id),
            "issuer": issuer_name,
        }
        subject = gettext("Your monthly order “%(name)s” stopped") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "Your monthly order “%(name)s” can't be prepared any more: you have no running contract for %(product)s. "
                "It stopped, and nothing was ordered. Contact customer service to sign a contract, then place the order "
                "again: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text
