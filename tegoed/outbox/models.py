"""What we told whom: mails with their documents, queued in the transaction of their cause and sent by the worker.

Its one law: a message is queued once per `event_key`, and is marked sent only after the mail server took it; a worker
killed in between sends it again rather than never. It is not a mail composer: texts are made by who queues them.
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
    """One mail. `client_id` is the client it is about; `event_key` says in words which fact caused it."""

    event_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    client_id = models.BigIntegerField(null=True)
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
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
