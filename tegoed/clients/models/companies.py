"""Companies that order, their workplaces, and where their mails about money go."""

from django.db import models
from django.db.models.functions import Lower

from tegoed.clients.models.people import Language


class Client(models.Model):
    """An employer that orders.

    `is_on_peppol`: e-invoices go over the network, not by mail only. `peppol_id`: where to, if it isn't the company's own
    enterprise number. `pays_from_credit`: its credit on account is used for the next invoice by itself.
    `invoices_by_group`: each billing group of its cost centres gets orders and invoices of its own.
    `first_steps_dismissed_at`: since when its owner wants no list of first steps.
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
    first_steps_dismissed_at = models.DateTimeField(null=True, blank=True)
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
