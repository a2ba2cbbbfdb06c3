"""Social secretariats: their people, and the mandates under which these act for clients (SPEC S1).

Its one law: every user of a secretariat with a running mandate is an orderer of the client, and nobody else is through it; who
acts for the client in the own right keeps that. Each change gives and takes for all concerned in one statement, while the
secretariat's row is held: who joins meanwhile waits. Mails are `flows.secretariats`'.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from tegoed.audit.actions import Action, record_event, record_for_clients
from tegoed.clients.models import (
    Client,
    Invitation,
    Membership,
    Role,
    SecretariatMandate,
    SecretariatUser,
    SocialSecretariat,
    User,
)
from tegoed.clients.signatures import Signer
from tegoed.errors import Refusal
from tegoed.rules.enterprise import read_enterprise_number

ROLE_UNDER_MANDATE = Role.ORDERER
ROLE_OF_MANAGER = Role.OWNER
"""What an invitation of a secretariat carries as its role when it makes a manager; else its role is empty."""


class SecretariatKnown(Refusal):
    """A secretariat with that enterprise number was taken in before, perhaps closed. Param: `name`."""

    code = "secretariat-known"


class SecretariatClosed(Refusal):
    """The secretariat takes no mandates any more. Param: `name`."""

    code = "secretariat-closed"


class SecretariatMandateRunning(Refusal):
    """The client gave this secretariat a mandate already. Param: `name`."""

    code = "secretariat-mandate-running"


class OwnPlaceStays(Refusal):
    """Nobody takes oneself away from a secretariat: a colleague or staff do."""

    code = "own-place-stays"


def secretariats_found(words: str = "") -> QuerySet[SocialSecretariat]:
    """By name, each with `user_count` and `mandate_count` (running). `words`: part of name or enterprise number."""
    running = SecretariatMandate.objects.filter(secretariat=OuterRef("pk"), ended_at=None).order_by()
    counted = running.values("secretariat").annotate(count=Count("pk")).values("count")
    found = SocialSecretariat.objects.annotate(
        user_count=Count("users"), mandate_count=Coalesce(Subquery(counted), 0)
    ).order_by("name", "id")
    return found.filter(_named(words))


def open_secretariats() -> QuerySet[SocialSecretariat]:
    """Those that take mandates, by name."""
    return SocialSecretariat.objects.filter(is_active=True).order_by("name", "id")


def users_of_secretariat(secretariat: SocialSecretariat) -> QuerySet[SecretariatUser]:
    """Its people by name, with their user."""
    return secretariat.users.select_related("user").order_by("user__full_name", "id")


def place_in_secretariat(user: User, secretariat_id: int) -> SecretariatUser | None:
    """How this user works for this open secretariat, with it loaded; None: not at all."""
    places = SecretariatUser.objects.select_related("secretariat").filter(secretariat__is_active=True)
    return places.filter(user=user, secretariat_id=secretariat_id).first()


def secretariats_of(user: User) -> QuerySet[SocialSecretariat]:
    """The open secretariats this user works for, by name."""
    return open_secretariats().filter(users__user=user)


def clients_of_secretariat(secretariat: SocialSecretariat, words: str = "") -> QuerySet[Client]:
    """Those it has a running mandate of, by name. `words`: part of name or enterprise number."""
    clients = Client.objects.filter(
        secretariat_mandates__secretariat=secretariat, secretariat_mandates__ended_at=None
    ).order_by("name", "id")
    return clients.filter(_named(words))


def mandates_of(client: Client) -> QuerySet[SecretariatMandate]:
    """All the client ever gave, the running ones first, the newest first."""
    mandates = client.secretariat_mandates.select_related("secretariat", "signed_by", "ended_by")
    return mandates.order_by("-ended_at", "-at", "-id")


@transaction.atomic
def add_secretariat(*, particulars: Mapping[str, Any], actor: User) -> SocialSecretariat:
    """Take one in: name, enterprise_number, email, language. Raises `EnterpriseNumberInvalid`, `SecretariatKnown`."""
    number = read_enterprise_number(particulars["enterprise_number"])
    try:
        with transaction.atomic():
            secretariat = SocialSecretariat.objects.create(**{**particulars, "enterprise_number": number})
    except IntegrityError:
        raise SecretariatKnown(name=SocialSecretariat.objects.get(enterprise_number=number).name) from None
    record_event(actor=actor, action=Action.SECRETARIAT_ADDED, subject_id=secretariat.pk, name=secretariat.name)
    return secretariat


@transaction.atomic
def close_secretariat(*, secretariat: SocialSecretariat, actor: User) -> list[SecretariatMandate]:
    """It takes no mandates any more: all end, with what its people could do; links to join it work no more.

    The mandates ended, with their client. Closed already: nothing happens.
    """
    locked = _locked(secretariat.pk)
    if not locked.is_active:
        return []
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    now = timezone.now()
    Invitation.objects.filter(secretariat=locked, used_at=None, revoked_at=None).update(revoked_at=now)
    ended = list(SecretariatMandate.objects.select_related("client").filter(secretariat=locked, ended_at=None))
    SecretariatMandate.objects.filter(pk__in=[mandate.pk for mandate in ended]).update(ended_at=now, ended_by=actor)
    _take_memberships(Membership.objects.filter(mandate__secretariat=locked), actor=actor)
    record_event(
        actor=actor,
        action=Action.SECRETARIAT_CLOSED,
        subject_id=locked.pk,
        name=locked.name,
        mandate_ids=[mandate.pk for mandate in ended],
    )
    return ended


@transaction.atomic
def reopen_secretariat(*, secretariat: SocialSecretariat, actor: User) -> None:
    """It takes mandates again; those that ended stay so. Open already: nothing happens."""
    locked = _locked(secretariat.pk)
    if locked.is_active:
        return
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    record_event(actor=actor, action=Action.SECRETARIAT_REOPENED, subject_id=locked.pk, name=locked.name)


@transaction.atomic
def join_secretariat(
    *, secretariat: SocialSecretariat, user: User, is_manager: bool, actor: User | None
) -> SecretariatUser:
    """A user works for it from now on, for all clients that gave it a mandate. There already: at most becomes a manager.

    Raises `SecretariatClosed`.
    """
    locked = _locked(secretariat.pk)
    if not locked.is_active:
        raise SecretariatClosed(name=locked.name)
    place, is_new = SecretariatUser.objects.get_or_create(secretariat=locked, user=user)
    if is_manager and not place.is_manager:
        place.is_manager = True
        place.save(update_fields=["is_manager"])
    give_memberships(secretariat_id=locked.pk, user_ids=[user.pk], actor=actor)
    if is_new:
        record_event(
            actor=actor,
            action=Action.SECRETARIAT_USER_ADDED,
            subject_id=user.pk,
            email=user.email,
            secretariat_id=locked.pk,
        )
    return place


@transaction.atomic
def leave_secretariat(*, secretariat: SocialSecretariat, user_id: int, actor: User) -> User:
    """A user works for it no longer, and acts for its clients no longer. Who it was.

    Raises `SecretariatUser.DoesNotExist`, `OwnPlaceStays`.
    """
    locked = _locked(secretariat.pk)
    place = SecretariatUser.objects.select_related("user").get(secretariat=locked, user_id=user_id)
    if place.user_id == actor.pk:
        raise OwnPlaceStays
    place.delete()
    _take_memberships(Membership.objects.filter(mandate__secretariat=locked, user_id=user_id), actor=actor)
    record_event(
        actor=actor,
        action=Action.SECRETARIAT_USER_REMOVED,
        subject_id=user_id,
        email=place.user.email,
        secretariat_id=locked.pk,
    )
    return place.user


@transaction.atomic
def open_mandate(*, client: Client, secretariat: SocialSecretariat, signer: Signer, actor: User) -> SecretariatMandate:
    """The client lets the secretariat order for it. Raises `SecretariatClosed`, `SecretariatMandateRunning`."""
    locked = _locked(secretariat.pk)
    if not locked.is_active:
        raise SecretariatClosed(name=locked.name)
    if SecretariatMandate.objects.filter(client=client, secretariat=locked, ended_at=None).exists():
        raise SecretariatMandateRunning(name=locked.name)
    mandate = SecretariatMandate.objects.create(
        client=client,
        secretariat=locked,
        signed_by=actor,
        **asdict(signer),
    )
    give_memberships(client_ids=[client.pk], secretariat_id=locked.pk, actor=actor)
    record_event(
        actor=actor,
        action=Action.SECRETARIAT_MANDATE_SIGNED,
        client_id=client.pk,
        subject_id=mandate.pk,
        secretariat=locked.name,
        signer=signer.name,
    )
    return mandate


@transaction.atomic
def end_mandate(*, client: Client, mandate_id: int, actor: User) -> SecretariatMandate | None:
    """The secretariat's people act for the client no longer. None: it had ended already.

    Raises `SecretariatMandate.DoesNotExist`.
    """
    mandate = SecretariatMandate.objects.select_related("secretariat").get(client=client, pk=mandate_id)
    _locked(mandate.secretariat_id)
    now = timezone.now()
    if not SecretariatMandate.objects.filter(pk=mandate.pk, ended_at=None).update(ended_at=now, ended_by=actor):
        return None
    _take_memberships(Membership.objects.filter(client=client, mandate=mandate), actor=actor)
    record_event(
        actor=actor,
        action=Action.SECRETARIAT_MANDATE_ENDED,
        client_id=client.pk,
        subject_id=mandate.pk,
        secretariat=mandate.secretariat.name,
    )
    return mandate


def give_memberships(
    *,
    client_ids: list[int] | None = None,
    secretariat_id: int | None = None,
    user_ids: list[int] | None = None,
    actor: User | None,
) -> None:
    """A membership for each user under each running mandate, of these clients, this secretariat, these users (None: any).

    Who acts for the client already keeps what there is. A mandate that is being ended, or somebody who is being taken away, at
    the same moment is waited for. Two statements, with the trail.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH given AS (
                INSERT INTO clients_membership (user_id, client_id, role, mandate_id, created_at)
                SELECT place.user_id, mandate.client_id, %(role)s, mandate.id, statement_timestamp()
                FROM clients_secretariatmandate mandate
                JOIN clients_socialsecretariat bureau ON bureau.id = mandate.secretariat_id AND bureau.is_active
                JOIN clients_secretariatuser place ON place.secretariat_id = mandate.secretariat_id
                WHERE mandate.ended_at IS NULL
                    AND (%(clients)s::bigint[] IS NULL OR mandate.client_id = ANY (%(clients)s::bigint[]))
                    AND (%(secretariat)s::bigint IS NULL OR mandate.secretariat_id = %(secretariat)s::bigint)
                    AND (%(users)s::bigint[] IS NULL OR place.user_id = ANY (%(users)s::bigint[]))
                ORDER BY mandate.id, place.id FOR SHARE OF mandate, place
                ON CONFLICT (user_id, client_id) DO NOTHING
                RETURNING client_id, user_id, mandate_id
            )
            SELECT given.client_id, given.user_id, person.email, bureau.name
            FROM given
            JOIN clients_user person ON person.id = given.user_id
            JOIN clients_secretariatmandate mandate ON mandate.id = given.mandate_id
            JOIN clients_socialsecretariat bureau ON bureau.id = mandate.secretariat_id
            ORDER BY given.client_id, given.user_id
            """,
            {
                "role": ROLE_UNDER_MANDATE.value,
                "clients": client_ids,
                "secretariat": secretariat_id,
                "users": user_ids,
            },
        )
        given = cursor.fetchall()
    record_for_clients(
        actor=actor,
        action=Action.MEMBER_ADDED,
        told=[
            (client_id, user_id, {"role": ROLE_UNDER_MANDATE.value, "email": email, "secretariat": name})
            for client_id, user_id, email, name in given
        ],
    )


def _take_memberships(taken: QuerySet[Membership], *, actor: User) -> None:
    """Take these away; who also works for another secretariat of the client goes on through that one."""
    gone = list(taken.values_list("client_id", "user_id", "user__email", "mandate__secretariat__name"))
    if not gone:
        return
    taken.delete()
    record_for_clients(
        actor=actor,
        action=Action.MEMBER_REMOVED,
        told=[
            (client_id, user_id, {"role": ROLE_UNDER_MANDATE.value, "email": email, "secretariat": name})
            for client_id, user_id, email, name in gone
        ],
    )
    give_memberships(
        client_ids=sorted({client_id for client_id, *_rest in gone}),
        user_ids=sorted({user_id for _client_id, user_id, *_rest in gone}),
        actor=actor,
    )


def _named(words: str) -> Q:
    """Who has these words in the name, or these digits in the enterprise number; everybody for no words."""
    words = words.strip()
    digits = re.sub(r"[.\s]", "", words).upper().removeprefix("BE")
    if not words:
        return Q()
    wanted = Q(name__icontains=words)
    return wanted | Q(enterprise_number__contains=digits) if digits.isascii() and digits.isdigit() else wanted


def _locked(secretariat_id: int) -> SocialSecretariat:
    return SocialSecretariat.objects.select_for_update(no_key=True).get(pk=secretariat_id)
