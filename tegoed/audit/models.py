"""Who did what, when: the trail that nobody can edit.

Its one law: an event is only ever added (a trigger refuses the rest), in the same transaction as what it tells of.
It names people and things by id; it never holds a national number or a secret. It is not a log of requests.
"""

from django.db import models


class Event(models.Model):
    """One thing somebody (or the system: no actor) did. `action` is a tag `subject:verb`, see `tegoed.audit.actions.Action`."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    client_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["client_id", "-at"], name="audit_by_client"),
            models.Index(fields=["action", "subject_id"], name="audit_by_subject"),
        ]
