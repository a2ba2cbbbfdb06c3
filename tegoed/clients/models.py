"""Companies that order vouchers: who they are, what they signed, who may act for them; and the issuer itself.

Its one law: everything of a client is reached through the client, so that no page can show another one's (SPEC X3).
It holds no orders and no money.
"""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tegoed.rules.pricing import Tariff as TariffTerms
from tegoed.rules.products import Form, Product


class Language(models.TextChoices):
    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    EN = "en", "English"
    DE = "de", "Deutsch"


class ProductChoice(models.TextChoices):
    """The names a reader sees for `tegoed.rules.products.Product`."""

    MEAL = Product.MEAL.value, _("Meal vouchers")
    ECO = Product.ECO.value, _("Eco vouchers")
    GIFT = Product.GIFT.value, _("Gift vouchers")
    SPORT_CULTURE = Product.SPORT_CULTURE.value, _("Sport and culture vouchers")
    CONSUMPTION = Product.CONSUMPTION.value, _("Consumption vouchers")


class FormChoice(models.TextChoices):
    """The names a reader sees for `tegoed.rules.products.Form`."""

    ELECTRONIC = Form.ELECTRONIC.value, _("Electronic")
    PAPER = Form.PAPER.value, _("On paper")


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: a client's user (through memberships) or issuer staff (`is_staff`)."""

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ", maxsplit=1)[0]


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


class Tariff(models.Model):
    """What the issuer asks, in cents without VAT and in basis points (1/100 %). A contract names its tariff."""

    name = models.CharField(max_length=80, unique=True)
    service_basis_points = models.PositiveIntegerField(default=0)
    service_per_voucher_cents = models.PositiveIntegerField(default=0)
    loading_per_beneficiary_cents = models.PositiveIntegerField(default=0)
    card_production_cents = models.PositiveIntegerField(default=0)
    card_replacement_cents = models.PositiveIntegerField(default=0)
    card_delivery_per_site_cents = models.PositiveIntegerField(default=0)
    card_delivery_home_cents = models.PositiveIntegerField(default=0)
    vat_basis_points = models.PositiveIntegerField(default=2100)

    def terms(self) -> TariffTerms:
        """This tariff as the pricing rules take it."""
        return TariffTerms(
            service_basis_points=self.service_basis_points,
            service_per_voucher_cents=self.service_per_voucher_cents,
            loading_per_beneficiary_cents=self.loading_per_beneficiary_cents,
            card_production_cents=self.card_production_cents,
            card_replacement_cents=self.card_replacement_cents,
            card_delivery_per_site_cents=self.card_delivery_per_site_cents,
            card_delivery_home_cents=self.card_delivery_home_cents,
            vat_basis_points=self.vat_basis_points,
        )


class Client(models.Model):
    """An employer that orders.

    `is_on_peppol`: e-invoices go over the network, not by mail only. `peppol_id`: where to, if it isn't the company's own
    enterprise number. `pays_from_credit`: its credit on account is used for the next invoice by itself.
    `invoices_by_group`: each billing group of its cost centres gets orders and invoices of its own.
    """

    name = models.CharField(max_length=120)
    enterprise_number = models.CharField(max_length=10, unique=True)
    vat_number = models.CharField(max_length=14, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    billing_email = models.EmailField()
    is_on_peppol = models.BooleanField(default=True, db_default=True)
    peppol_id = models.CharField(max_length=60, blank=True, default="", db_default="")
    needs_approval = models.BooleanField(default=False)
    pays_from_credit = models.BooleanField(default=False, db_default=False)
    invoices_by_group = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class BillingContact(models.Model):
    """An address that gets the client's mails about money, in its own language, and which of them it gets."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="billing_contacts")
    email = models.EmailField()
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2, choices=Language)
    receives_invoices = models.BooleanField(default=True)
    receives_reminders = models.BooleanField(default=True)
    receives_payment_notices = models.BooleanField(default=True)
    receives_statements = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("client", Lower("email"), name="billing_contact_once_per_client")]

    def __str__(self) -> str:
        return self.email


class Site(models.Model):
    """A place of work of a client, where cards can be delivered."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="sites")
    name = models.CharField(max_length=80)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=80)
    contact_name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="site_name_once_per_client")]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """What a client signed: one product in one form, at a tariff (SPEC Q4)."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="contracts")
    product = models.CharField(max_length=20, choices=ProductChoice)
    form = models.CharField(max_length=12, choices=FormChoice, default=FormChoice.ELECTRONIC)
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="contracts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "product", "form"],
                condition=models.Q(ends_on__isnull=True),
                name="one_running_contract_per_product_and_form",
            )
        ]


class Role(models.TextChoices):
    """What a portal user may do for a client (SPEC Q5)."""

    OWNER = "owner", _("Owner")
    ORDERER = "orderer", _("Orderer")
    APPROVER = "approver", _("Approver")
    ACCOUNTANT = "accountant", _("Accountant")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A user acts for a client in a role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    client = models.ForeignKey(Client, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "client"], name="one_role_per_user_and_client")]
