"""Quotes that prospects make and offers that sales makes: what vouchers would cost at most (SPEC Q1–Q3).

Its one law: what was shown is kept as it was shown (lines, tariff, costs); a quote moves along `states.TRANSITIONS`, and
accepted is final. It opens no client and signs nothing: `flows.accept_quote` does.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, Evidence, FormChoice, Language, ProductChoice, Tariff, User


class LeadState(models.TextChoices):
    """How far sales is with a prospect."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    OFFERED = "offered", _("Offer sent")
    WON = "won", _("Became a client")
    LOST = "lost", _("Lost")


class Lead(models.Model):
    """A prospect that left its name: who they are, how far sales is. `client`: what it became."""

    company_name = models.CharField(max_length=120)
    enterprise_number = models.CharField(max_length=10, blank=True)
    contact_name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=Language)
    state = models.CharField(max_length=10, choices=LeadState, default=LeadState.NEW)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="leads")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-created_at"], name="lead_by_state")]

    def __str__(self) -> str:
        return self.company_name


class LeadNote(models.Model):
    """What somebody of sales wrote down about a lead. Only added."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)


class QuoteKind(models.TextChoices):
    """Made by the prospect on the public page, or by sales."""

    QUOTE = "quote", _("Quote")
    OFFER = "offer", _("Offer")


class QuoteState(models.TextChoices):
    """Whether it can still be accepted. Past its last day it can't, whatever this says."""

    DRAFT = "draft", _("In preparation")
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REPLACED = "replaced", _("Replaced by a newer version")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CardDelivery(models.TextChoices):
    """Where the cards of a quote would go."""

    SITE = "site", _("To workplaces")
    HOME = "home", _("To each home")


class Quote(models.Model):
    """What vouchers would cost at most, good until a day; `token` is the secret part of its address.

    `has_same_people`: the people of its lines are the same ones, so that each needs one card for all products. `site_count`:
    how many workplaces the cards go to. `previous`: the version of an offer that this one replaces. `total_cents`: all lines,
    VAT included. A quote without `lead` was made by somebody who left no name.
    """

    kind = models.CharField(max_length=10, choices=QuoteKind, default=QuoteKind.QUOTE)
    state = models.CharField(max_length=10, choices=QuoteState, default=QuoteState.OPEN)
    token = models.CharField(max_length=43, unique=True)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="quotes")
    version = models.PositiveSmallIntegerField(default=1)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")
    language = models.CharField(max_length=2, choices=Language)
    has_same_people = models.BooleanField(default=True)
    card_delivery = models.CharField(max_length=10, choices=CardDelivery, default=CardDelivery.SITE)
    site_count = models.PositiveIntegerField(default=1)
    total_cents = models.BigIntegerField(default=0)
    message = models.TextField(blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_on = models.DateField()
    valid_until = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-created_at"], name="quote_by_state")]

    def __str__(self) -> str:
        return str(self.pk)


class QuoteLine(models.Model):
    """One product in one form. Meal: `voucher_count` for each beneficiary × `face_value_cents`; else only the total.

    On paper `face_value_cents` is what one voucher is worth. `worker_share_cents`: of a meal voucher, where it was told.
    `amount_cents`: face value of the line, for all beneficiaries. `costs`: what it costs with each reason, as `costs.as_kept`
    writes them down.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=20, choices=ProductChoice)
    form = models.CharField(max_length=12, choices=FormChoice, default=FormChoice.ELECTRONIC)
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="+")
    beneficiary_count = models.PositiveIntegerField()
    voucher_count = models.PositiveSmallIntegerField(default=0)
    face_value_cents = models.PositiveIntegerField(default=0)
    worker_share_cents = models.PositiveIntegerField(null=True)
    amount_cents = models.BigIntegerField()
    costs = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_line_position_once"),
            models.UniqueConstraint(fields=["quote", "product", "form"], name="quote_line_once_per_product_and_form"),
        ]


class QuoteAcceptance(Evidence):
    """Who accepted a quote, and the client it opened; never changed. `email`: where the welcome mail went."""

    quote = models.OneToOneField(Quote, models.PROTECT, related_name="acceptance")
    email = models.EmailField()
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")


class QuoteDecline(models.Model):
    """The prospect said no on the public page, perhaps why."""

    quote = models.OneToOneField(Quote, models.PROTECT, related_name="decline")
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
