"""Where vouchers are accepted: merchants and their acceptance points, and the files they came in (SPEC M1).

Its one law: a point is either a shop that has a place (street, postcode, coordinates) or an online shop that has an address
on the web, never both. `merchant_name` on a point is the database's own copy (a foreign key that follows the merchant), so
that a search looks into one table. It holds no money: spending and settlement are not here.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import ProductChoice, User
from tegoed.rules.names import ACCENTED_LETTERS, PLAIN_LETTERS

NAME_LENGTH_MAX = 120
STREET_LENGTH_MAX = 120
TOWN_LENGTH_MAX = 80
WEB_ADDRESS_LENGTH_MAX = 200
SOUTH, NORTH, WEST, EAST = 49.4, 51.6, 2.4, 6.5
"""The box around Belgium that every place lies in, in degrees."""

is_web_address = URLValidator(schemes=["http", "https"])


def _folded(*columns: str) -> Func:
    """The columns in small letters without accents, every sign a space: as `rules.names.search_words` writes them."""
    joined = Func(*map(F, columns), template="(%(expressions)s)", arg_joiner=" || ' ' || ")
    plain = Func(joined, Value(ACCENTED_LETTERS), Value(PLAIN_LETTERS), function="translate")
    return Func(Lower(plain), Value("[^a-z0-9]+"), Value(" "), Value("g"), function="regexp_replace")


class Merchant(models.Model):
    """A company that takes vouchers. `is_invented`: made up for the demo, and said so wherever it shows."""

    name = models.CharField(max_length=NAME_LENGTH_MAX)
    enterprise_number = models.CharField(max_length=10, blank=True)
    website = models.CharField(max_length=WEB_ADDRESS_LENGTH_MAX, blank=True, validators=[is_web_address])
    is_active = models.BooleanField(default=True)
    is_invented = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    search_text = models.GeneratedField(
        expression=_folded("name"), output_field=models.TextField(), db_persist=True, editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="merchant_has_a_name"),
            models.CheckConstraint(
                condition=Q(enterprise_number="") | Q(enterprise_number__regex=r"^[01][0-9]{9}$"),
                name="merchant_enterprise_number_has_ten_digits",
            ),
            models.UniqueConstraint(
                fields=["enterprise_number"],
                condition=~Q(enterprise_number=""),
                name="one_merchant_per_enterprise_number",
            ),
            models.UniqueConstraint(
                Lower("name"), condition=Q(enterprise_number=""), name="one_merchant_per_name_without_number"
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="merchant_by_name")]

    def __str__(self) -> str:
        return self.name


class AcceptancePoint(models.Model):
    """A shop, or an online shop, where a merchant takes certain products. Coordinates: of the postcode unless given."""

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="points")
    merchant_name = models.CharField(max_length=NAME_LENGTH_MAX)
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    street = models.CharField(max_length=STREET_LENGTH_MAX, blank=True)
    postcode = models.CharField(max_length=4, blank=True)
    town = models.CharField(max_length=TOWN_LENGTH_MAX, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    products = ArrayField(models.CharField(max_length=20, choices=ProductChoice))
    is_online = models.BooleanField(default=False)
    online_address = models.CharField(max_length=WEB_ADDRESS_LENGTH_MAX, blank=True, validators=[is_web_address])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=Func(
            _folded("name", "merchant_name", "town", "street"),
            template="to_tsvector('simple'::regconfig, %(expressions)s)",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="point_has_a_name"),
            models.CheckConstraint(
                condition=Q(is_online=True, street="", postcode="", latitude=None, longitude=None)
                & ~Q(online_address="")
                | Q(is_online=False, online_address="", postcode__regex=r"^[1-9][0-9]{3}$")
                & Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(SOUTH, NORTH), longitude__range=(WEST, EAST))
                & ~Q(street="")
                & ~Q(town=""),
                name="point_has_a_place_or_is_online",
            ),
            models.CheckConstraint(
                condition=Q(products__len__gt=0, products__contained_by=ProductChoice.values),
                name="point_takes_known_products",
            ),
            models.UniqueConstraint(
                F("merchant"),
                F("postcode"),
                Lower("street"),
                condition=Q(is_online=False),
                name="one_point_per_merchant_and_street",
            ),
            models.UniqueConstraint(
                F("merchant"),
                Lower("online_address"),
                condition=Q(is_online=True),
                name="one_point_per_merchant_and_web_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["latitude", "longitude"], name="point_by_place", condition=Q(is_active=True, is_online=False)
            ),
            models.Index(fields=["name", "id"], name="point_by_name", condition=Q(is_active=True)),
            models.Index(
                fields=["name", "id"], name="point_online_by_name", condition=Q(is_active=True, is_online=True)
            ),
            GinIndex(fields=["search"], name="point_by_words"),
        ]

    def __str__(self) -> str:
        return self.name


class MerchantFileState(models.TextChoices):
    """What became of a file of merchants. One with an error in it is not kept at all."""

    READY = "ready", _("Checked, waits for you")
    APPLIED = "applied", _("Taken over")
    DISCARDED = "discarded", _("Given up")


class MerchantFile(models.Model):
    """A CSV file of merchants, kept between its preview and taking it over; `content` is empty afterwards.

    `preview`: the difference as it was shown. Taken over is only what was shown.
    """

    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=MerchantFileState, default=MerchantFileState.READY)
    preview = models.JSONField()
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
