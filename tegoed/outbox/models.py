"""What we told whom: mails with their documents, and e-invoices over a network; queued in the transaction of their cause.

Its one law: each is queued once per `event_key`, and is marked sent only after the mail server or the provider took it; a
worker killed in between sends it again rather than never. It makes no texts and no documents: who queues them does.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """A file we made for somebody (an invoice as PDF or XML). Written once, never changed."""

    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")


class Message(models.Model):
    """One mail. `client_id` is the client it is about; `event_key` says in words which fact caused it.

    `secret`: what `outbox.secret_part` puts into the text at sending, encrypted under `secret_key_id`, wiped afterwards.
    """

    event_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    client_id = models.BigIntegerField(null=True)
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    secret = models.BinaryField(null=True)
    secret_key_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    documents = models.ManyToManyField(Document, related_name="messages")
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(auto_now_add=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="outbox_to_send", condition=models.Q(state=MessageState.QUEUED)
            ),
            models.Index(fields=["client_id", "-created_at"], name="outbox_by_client"),
        ]


class TransmissionType(models.TextChoices):
    PEPPOL = "peppol", _("Peppol network")


class TransmissionState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    REFUSED_BY_RULES = "refused_by_rules", _("Not sent: something isn't right")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Could not be delivered")
    CANCELLED = "cancelled", _("Not to be sent")


class TransmissionKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class Transmission(models.Model):
    """One e-invoice on its way over a network: type, provider, state.

    `kind` and `subject_id` say which paper it is; `document` the very file that goes out, absent while none can be made.
    `refusals`: why the rules let it not go, as codes with their facts. `reference`: what the provider calls it.
    `key_number`: counts the keys that were used up by a refusal of the provider or by another document.
    `next_attempt_at`: when to send it, or once sent when to ask what became of it; None when nothing is to be done.
    """

    event_key = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=10, choices=TransmissionType, default=TransmissionType.PEPPOL)
    provider = models.CharField(max_length=30)
    client_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=TransmissionKind)
    subject_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="transmissions")
    sender = models.CharField(max_length=60)
    receiver = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=TransmissionState, default=TransmissionState.QUEUED)
    state_at = models.DateTimeField(auto_now_add=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    refusals = models.JSONField(default=list)
    key_number = models.PositiveSmallIntegerField(default=1)
    reference = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "kind", "subject_id"], name="one_transmission_per_paper"),
            models.CheckConstraint(
                condition=models.Q(document__isnull=False) | models.Q(state__in=["refused_by_rules", "cancelled"]),
                name="transmission_sends_a_document",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"],
                name="transmission_to_do",
                condition=models.Q(state__in=["queued", "sent"]),
            ),
            models.Index(
                fields=["state"],
                name="transmission_for_staff",
                condition=models.Q(state__in=["refused_by_rules", "failed"]),
            ),
            models.Index(fields=["-created_at", "-id"], name="transmission_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def key(self) -> str:
        """What the provider knows it by: the same at each try, another one once a try was answered by a refusal."""
        return self.event_key if self.key_number == 1 else f"{self.event_key}:{self.key_number}"


class TransmissionStep(models.Model):
    """A try or a decision: what became of a transmission, when, and by whom (`actor_label`, empty: the worker)."""

    transmission = models.ForeignKey(Transmission, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=20, choices=TransmissionState)
    detail = models.CharField(max_length=300, blank=True)
    actor_label = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
