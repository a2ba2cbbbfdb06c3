"""The issuer that runs this installation."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class BlockingRule(models.TextChoices):
    """Which older invoices hold back a new one (SPEC O3)."""

    OVERDUE = "overdue", _("Invoices past their due date")
    ANY_OPEN = "any_open", _("Any open invoice")


def face_value_vat_reasons() -> dict[str, str]:
    """Why no VAT is asked on the face value, in the words that stand on invoices (SPEC I4); the issuer may set others.

    Source: statutory row `invoice,vat_face_value`; Directive 2006/112/EC, article 30b.
    """
    return {
        "nl": "Geen btw op de nominale waarde van vouchers (Richtlijn 2006/112/EG, artikel 30 ter)",
        "fr": "Pas de TVA sur la valeur nominale des bons (directive 2006/112/CE, article 30 ter)",
        "en": "No VAT on the face value of vouchers (Directive 2006/112/EC, Article 30b)",
        "de": "Keine Mehrwertsteuer auf den Nennwert von Gutscheinen (Richtlinie 2006/112/EG, Artikel 30b)",
    }


REMINDER_DAYS = (7, 14, 28)
"""How many days after the due date each of the three reminders goes out, unless the issuer sets others."""

WRITE_OFF_CENTS_MOST = 100
"""No issuer may let more than this be written off without asking anybody: above it, it is no rounding."""


class Issuer(models.Model):
    """The issuer that runs this installation: one row. Its particulars stand on every document.

    `places_known_accounts`: a payment without usable number, from an account that one client pays from, is placed by itself
    when its amount leaves no doubt. `write_off_cents_max`: up to so much missing of an invoice is written off.
    `creditor_identifier`: under which it collects by direct debit, empty when it doesn't. `collection_lead_days`: how many
    days of settlement its bank wants between file and collection.
    """

    name = models.CharField(max_length=120)
    enterprise_number = models.CharField(max_length=10)
    vat_number = models.CharField(max_length=14)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    email = models.EmailField()
    payment_days = models.PositiveSmallIntegerField(default=14)
    blocking_rule = models.CharField(max_length=10, choices=BlockingRule, default=BlockingRule.OVERDUE)
    allows_above_maximum = models.BooleanField(default=False)
    places_known_accounts = models.BooleanField(default=False, db_default=False)
    write_off_cents_max = models.PositiveSmallIntegerField(
        default=5, db_default=5, validators=[MaxValueValidator(WRITE_OFF_CENTS_MOST)]
    )
    face_value_vat_reasons = models.JSONField(default=face_value_vat_reasons)
    reminder_days = models.JSONField(db_default=models.Value(list(REMINDER_DAYS), models.JSONField()))
    creditor_identifier = models.CharField(max_length=35, blank=True, db_default="")
    collection_lead_days = models.PositiveSmallIntegerField(default=2, db_default=2)
    is_only_row = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(is_only_row=True), name="issuer_is_one_row")]
