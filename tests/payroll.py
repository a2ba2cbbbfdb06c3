"""The cast around a social secretariat: Sofie manages it, Tom works there, and companies give it a mandate."""

from dataclasses import dataclass

from cast import PASSWORD, Cast

from tegoed.clients.actions import add_member
from tegoed.clients.models import Client, Role, SecretariatMandate, SocialSecretariat, User
from tegoed.clients.secretariats import add_secretariat, join_secretariat
from tegoed.clients.signatures import Signer
from tegoed.flows.secretariats import sign_secretariat_mandate

SIGNER = Signer(
    name="Alice",
    function="Owner",
    statement="I let it order",
    language="en",
    ip_address="192.0.2.7",
    user_agent="",
)


@dataclass
class Payroll:
    secretariat: SocialSecretariat
    sofie: User
    tom: User


def new_user(name: str, domain: str = "loonburo") -> User:
    return User.objects.create_user(f"{name}@{domain}.example", PASSWORD, full_name=name.title(), language="en")


def new_member(cast: Cast, name: str, role: Role) -> User:
    """A colleague of Alice in a role."""
    user = new_user(name, "bakkerij")
    add_member(client=cast.bakery, user=user, role=role, actor=None)
    return user


def payroll_of(cast: Cast) -> Payroll:
    secretariat = add_secretariat(
        particulars={
            "name": "Loonburo vzw",
            "enterprise_number": "0428.759.497",
            "email": "info@loonburo.example",
            "language": "nl",
        },
        actor=cast.staff_member,
    )
    sofie, tom = new_user("sofie"), new_user("tom")
    join_secretariat(secretariat=secretariat, user=sofie, is_manager=True, actor=None)
    join_secretariat(secretariat=secretariat, user=tom, is_manager=False, actor=None)
    return Payroll(secretariat, sofie, tom)


def mandate_for(secretariat: SocialSecretariat, client: Client, actor: User) -> SecretariatMandate:
    return sign_secretariat_mandate(client=client, secretariat=secretariat, signer=SIGNER, actor=actor)
