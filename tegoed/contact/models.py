"""Questions that people ask by the contact form, and the answers of staff (SPEC Q7).

Its one law: what was asked and what was answered is only added, never changed; a question moves along
`states.TRANSITIONS`. It sends no mail: `flows.contact_questions` does. It is no chat: who has more to ask writes again.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Language, User


class Asker(models.TextChoices):
    """Who somebody is that asks."""

    EMPLOYER = "employer", _("Employer")
    EMPLOYEE = "employee", _("Employee")
    MERCHANT = "merchant", _("Merchant")
    SECRETARIAT = "secretariat", _("Social secretariat")
    OTHER = "other", _("Somebody else")


class Topic(models.TextChoices):
    """What a question is about; `topics.TOPICS` says who may choose which."""

    PRICES = "prices", _("Prices and becoming a client")
    ORDERS = "orders", _("Orders and beneficiaries")
    PAYMENTS = "payments", _("Invoices and payments")
    CARDS = "cards", _("Cards of our people")
    ACCESS = "access", _("Getting into the portal")
    LAW = "law", _("Rules and agreements")
    LOST_CARD = "lost_card", _("My card is lost, stolen or broken")
    BALANCE = "balance", _("My vouchers and how long they are valid")
    SPENDING = "spending", _("Where to pay with vouchers")
    ACCEPTING = "accepting", _("Accepting vouchers")
    LISTING = "listing", _("How my shop stands in the list")
    MANDATE = "mandate", _("Mandates of clients")
    EXCEL = "excel", _("Excel forms")
    PRIVACY = "privacy", _("My personal data")
    OTHER = "other", _("Something else")


class QuestionState(models.TextChoices):
    """How far staff are with a question."""

    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("Being looked at")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


MESSAGE_LENGTH_MAX = 4_000
ANSWER_LENGTH_MAX = 8_000


class ContactQuestion(models.Model):
    """What somebody asked, in which language, and who of staff looks after it."""

    asker = models.CharField(max_length=12, choices=Asker)
    topic = models.CharField(max_length=12, choices=Topic)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    company = models.CharField(max_length=120, blank=True)
    message = models.TextField(max_length=MESSAGE_LENGTH_MAX)
    language = models.CharField(max_length=2, choices=Language)
    state = models.CharField(max_length=12, choices=QuestionState, default=QuestionState.NEW)
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="question_by_state")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """The number that the asker gets, and names when writing again: `Q-000042`."""
        return f"Q-{self.pk:06d}"


class ContactAnswer(models.Model):
    """What staff answered by mail. Only added."""

    question = models.ForeignKey(ContactQuestion, models.PROTECT, related_name="answers")
    text = models.TextField(max_length=ANSWER_LENGTH_MAX)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
