"""Wallets and lots: the vouchers a person has, product by product, each lot with its own expiry date.

Its one law: a lot is a ledger account; what is in it is what the ledger says, nothing here repeats a balance. One lot per
order line, ever (SPEC L3). It does not spend yet: a later chapter takes shortest validity first (`rules.lots`).
"""

from django.db import models

from tegoed.beneficiaries.models import Person
from tegoed.clients.models import ProductChoice
from tegoed.ledger.models import Account
from tegoed.orders.models import OrderLine


class Wallet(models.Model):
    """All lots of one product of one person, whoever ordered them."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="wallets")
    product = models.CharField(max_length=20, choices=ProductChoice)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "product"], name="one_wallet_per_person_and_product")]


class Lot(models.Model):
    """What one order line put in a wallet, or in vouchers on paper (then without one: nothing of it is spent by card).

    `expires_on` is the last day it can be spent.
    """

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="lot")
    wallet = models.ForeignKey(Wallet, models.PROTECT, null=True, related_name="lots")
    order_line = models.OneToOneField(OrderLine, models.PROTECT, related_name="lot")
    amount_cents = models.BigIntegerField()
    credited_at = models.DateTimeField()
    expires_on = models.DateField()
