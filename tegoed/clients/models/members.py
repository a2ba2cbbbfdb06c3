"""Who may act for a client, and who was asked to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models.companies import Client
from tegoed.clients.models.people import Language, User
from tegoed.clients.models.secretariats import SecretariatMandate, SocialSecretariat


class Role(models.TextChoices):
    """What a portal user may do for a client (SPEC Q5)."""

    OWNER = "owner", _("Owner")
    ORDERER = "orderer", _("Orderer")
    APPROVER = "approver", _("Approver")
    ACCOUNTANT = "accountant", _("Accountant")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A user acts for a client in a role. `mandate`: as somebody of the client's social secretariat; gone when it ends."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    client = models.ForeignKey(Client, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    mandate = models.ForeignKey(SecretariatMandate, models.PROTECT, null=True, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client"], name="one_role_per_user_and_client")]


INVITATION_DAYS = 5
"""How long the one-time link of an invitation works (SPEC Q3)."""


class Invitation(models.Model):
    """One link, for one address, to make a portal account or to join with the one there is (SPEC Q3, Q5).

    Only `token_hash` (SHA-256) of what is in the link is kept. Used, revoked, replaced by a new link or past `expires_at`,
    it does nothing but explain itself. For a client in `role`, or for a social secretariat.
    """

    email = models.EmailField()
    full_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language)
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role, blank=True)
    secretariat = models.ForeignKey(SocialSecretariat, models.PROTECT, null=True, related_name="invitations")
    is_welcome = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(client__isnull=False, secretariat__isnull=True)
                | models.Q(client__isnull=True, secretariat__isnull=False),
                name="invitation_for_a_client_or_a_secretariat",
            ),
        ]
        indexes = [models.Index(fields=["email", "-created_at"], name="invitation_by_address")]
