"""Companies that order vouchers: who they are, what they signed, who may act for them; and the issuer itself.

Its one law: everything of a client is reached through the client, so that no page can show another one's (SPEC X3).
It holds no orders and no money.
"""

from tegoed.clients.models.companies import BillingContact, Client, Site
from tegoed.clients.models.contracts import Contract, ContractSignature, Tariff
from tegoed.clients.models.evidence import Evidence
from tegoed.clients.models.issuer import (
    REMINDER_DAYS,
    WRITE_OFF_CENTS_MOST,
    BlockingRule,
    Issuer,
    face_value_vat_reasons,
)
from tegoed.clients.models.members import INVITATION_DAYS, Invitation, Membership, Role
from tegoed.clients.models.people import Language, User, UserManager
from tegoed.clients.models.products import FormChoice, ProductChoice
from tegoed.clients.models.secretariats import SecretariatMandate, SecretariatUser, SocialSecretariat
from tegoed.clients.models.sessions import UserSession

__all__ = [
    "INVITATION_DAYS",
    "REMINDER_DAYS",
    "WRITE_OFF_CENTS_MOST",
    "BillingContact",
    "BlockingRule",
    "Client",
    "Contract",
    "ContractSignature",
    "Evidence",
    "FormChoice",
    "Invitation",
    "Issuer",
    "Language",
    "Membership",
    "ProductChoice",
    "Role",
    "SecretariatMandate",
    "SecretariatUser",
    "Site",
    "SocialSecretariat",
    "Tariff",
    "User",
    "UserManager",
    "UserSession",
    "face_value_vat_reasons",
]
