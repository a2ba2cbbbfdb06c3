"""Social secretariats: payroll bureaus that act for many clients, each under a mandate (SPEC S1)."""

from django.db import models

from tegoed.clients.models.companies import Client
from tegoed.clients.models.evidence import Evidence
from tegoed.clients.models.people import Language, User


class SocialSecretariat(models.Model):
    """A payroll bureau. Staff take it in; its users act for the clients that gave it a mandate."""

    name = models.CharField(max_length=120)
    enterprise_number = models.CharField(max_length=10, unique=True)
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class SecretariatUser(models.Model):
    """A user works for a social secretariat; `is_manager`: invites colleagues."""

    secretariat = models.ForeignKey(SocialSecretariat, models.PROTECT, related_name="users")
    user = models.ForeignKey(User, models.CASCADE, related_name="secretariats")
    is_manager = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["secretariat", "user"], name="secretariat_user_once")]


class SecretariatMandate(Evidence):
    """A client lets its social secretariat order for it, until it is ended. The evidence is never changed."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="secretariat_mandates")
    secretariat = models.ForeignKey(SocialSecretariat, models.PROTECT, related_name="mandates")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "secretariat"],
                condition=models.Q(ended_at__isnull=True),
                name="one_running_mandate_per_client_and_secretariat",
            )
        ]
