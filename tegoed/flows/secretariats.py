"""A client lets its social secretariat order for it, and ends that (SPEC S1).

Its one law: whatever starts or ends a mandate tells the client's owners, each in the own language, and the secretariat.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext, override

from tegoed.clients.company import second_person_is_there
from tegoed.clients.models import Client, Membership, Role, SecretariatMandate, SocialSecretariat, User
from tegoed.clients.queries import the_issuer
from tegoed.clients.secretariats import close_secretariat, end_mandate, open_mandate
from tegoed.clients.signatures import Signer
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.mails import page_address
from tegoed.outbox.actions import MessageToQueue, queue_messages

MAIL_KIND = "secretariat_mandate"


@transaction.atomic
def sign_secretariat_mandate(
    *, client: Client, secretariat: SocialSecretariat, signer: Signer, actor: User
) -> SecretariatMandate:
    """From now on the secretariat's people order for the client. Raises `SecretariatClosed`, `SecretariatMandateRunning`."""
    mandate = open_mandate(client=client, secretariat=secretariat, signer=signer, actor=actor)
    _tell([mandate], secretariat=secretariat, is_ended=False)
    return mandate


@transaction.atomic
def end_secretariat_mandate(*, client: Client, mandate_id: int, actor: User) -> bool:
    """From now on they don't; whether orders can still be approved by a second person, where the client wants that.

    Ended already: nothing happens. Raises `SecretariatMandate.DoesNotExist`.
    """
    mandate = end_mandate(client=client, mandate_id=mandate_id, actor=actor)
    if mandate is not None:
        _tell([mandate], secretariat=mandate.secretariat, is_ended=True)
    return not Client.objects.get(pk=client.pk).needs_approval or second_person_is_there(client)


@transaction.atomic
def end_secretariat(*, secretariat: SocialSecretariat, actor: User) -> int:
    """The secretariat orders for nobody any more; how many mandates ended."""
    ended = close_secretariat(secretariat=secretariat, actor=actor)
    _tell(ended, secretariat=secretariat, is_ended=True)
    return len(ended)


def _tell(mandates: Sequence[SecretariatMandate], *, secretariat: SocialSecretariat, is_ended: bool) -> None:
    """Queue the mails about mandates of one secretariat. Two queries, however many they are."""
    by_client = {mandate.client_id: mandate for mandate in mandates}
    owners = Membership.objects.select_related("user", "client").filter(
        client__in=by_client, role=Role.OWNER, user__is_active=True
    )
    readers = [(owner.client, owner.user.email, owner.user.language, f"owner:{owner.user_id}") for owner in owners]
    readers += [(mandate.client, secretariat.email, secretariat.language, "secretariat") for mandate in mandates]
    issuer_name = the_issuer().name
    mails = []
    for client, email, language, key in readers:
        mandate = by_client[client.pk]
        subject, text = secretariat_mail(
            mandate, client, secretariat, language=language, is_ended=is_ended, issuer_name=issuer_name
        )
        mails.append(
            MessageToQueue(
                event_key=f"secretariat-mandate:{mandate.pk}:{'ended' if is_ended else 'signed'}:{key}",
                kind=MAIL_KIND,
                client_id=client.pk,
                recipient=email,
                language=language,
                subject=subject,
                text=text,
            )
        )
    if mails:
        queue_messages(mails)
        send_messages_job.defer()


def secretariat_mail(
    mandate: SecretariatMandate,
    client: Client,
    secretariat: SocialSecretariat,
    *,
    language: str,
    is_ended: bool,
    issuer_name: str,
) -> tuple[str, str]:
    """(subject, text): a mandate starts or ends. Its reader is an owner of the client or the secretariat."""
    with override(language):
        facts = {
            "client": client.name,
            "secretariat": secretariat.name,
            "signer": mandate.name,
            "page": page_address("portal:secretariat", client_id=client.pk),
            "issuer": issuer_name,
        }
        if is_ended:
            subject = gettext("%(secretariat)s no longer orders for %(client)s") % facts
            told = gettext(
                "The mandate of %(client)s has ended: the people of %(secretariat)s can no longer open its account. What they "
                "ordered before goes on."
            )
        else:
            subject = gettext("%(secretariat)s orders for %(client)s from now on") % facts
            told = gettext(
                "%(signer)s signed a mandate for %(client)s: the people of %(secretariat)s can register its beneficiaries, "
                "prepare and confirm orders and see its invoices. They can't change the company, its users or this mandate."
            )
        text = gettext(
            "Hello,\n\n%(told)s\n\nThe owners of %(client)s see mandates and end them here: %(page)s\n\n%(issuer)s"
        ) % (facts | {"told": told % facts})
    return subject, text
