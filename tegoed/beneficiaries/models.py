"""People who receive vouchers: the person, the identifier, and what each employer knows of them.

Its one law: a person is one, whoever employs them, found by a keyed hash of the identifier; the identifier itself is
stored encrypted and leaves only through `identifier_vault` (SPEC X2). What one client wrote of a person (name, address)
is that client's and no other client sees it. It holds no cards and no vouchers.
Where `db_constraint` is False a trigger checks all rows of a statement at once (`migrations/0004_references`).
"""

from django.db import models
from django.db.models import Case, When
from django.db.models.functions import Length, Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Client, Language, ProductChoice, Site, User
from tegoed.rules.identifiers import IdentifierKind
from tegoed.rules.names import ACCENTED_LETTERS, PLAIN_LETTERS


class Person(models.Model):
    """Somebody with an identifier. Cards and wallets belong to the person, not to the employment."""

    created_at = models.DateTimeField(auto_now_add=True)


class IdentifierKindChoice(models.TextChoices):
    NISS = IdentifierKind.NISS.value, _("National number")
    BIS = IdentifierKind.BIS.value, _("BIS number")
    TEMPORARY = IdentifierKind.TEMPORARY.value, _("Temporary number")


class PersonIdentifier(models.Model):
    """An identifier of a person: encrypted (owner = the person), looked up by keyed hash, shown masked."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identifiers", db_constraint=False)
    kind = models.CharField(max_length=10, choices=IdentifierKindChoice)
    lookup_hash = models.BinaryField(max_length=32, unique=True)
    ciphertext = models.BinaryField()
    key_id = models.CharField(max_length=40)
    masked = models.CharField(max_length=20)
    replaced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_current_identifier_per_person",
            )
        ]
        indexes = [
            models.Index(
                fields=["person"],
                name="identifier_to_be_replaced",
                condition=models.Q(kind="temporary", replaced_at__isnull=True),
            )
        ]


class IdentifierChangeState(models.TextChoices):
    ASKED = "asked", _("Waits for customer service")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Gender(models.TextChoices):
    FEMALE = "f", _("Woman")
    MALE = "m", _("Man")
    OTHER = "x", _("Other or not said")


class CardDelivery(models.TextChoices):
    SITE = "site", _("At the workplace")
    HOME = "home", _("At home")


class _OctetLength(models.Func):
    """How many bytes a text takes; as many as letters when it is plain ASCII."""

    function = "octet_length"
    output_field = models.IntegerField()


_SEARCHED = models.Func(
    models.F("last_name"),
    models.Value(" "),
    models.F("first_name"),
    models.Value(" "),
    models.F("staff_number"),
    template="(%(expressions)s)",
    arg_joiner=" || ",
    output_field=models.TextField(),
)


class Beneficiary(models.Model):
    """A person as one client knows them (SPEC B1).

    `search_text`: last name, first name and staff number in small letters without accents; the database keeps it, so
    every way in (form, Excel, set-up) fills it. `rules.names.search_words` writes what is looked for the same way.
    """

    client = models.ForeignKey(
        Client, models.PROTECT, related_name="beneficiaries", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="beneficiaries", db_constraint=False)
    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=80)
    birth_on = models.DateField()
    language = models.CharField(max_length=2, choices=Language, default=Language.NL)
    gender = models.CharField(max_length=1, choices=Gender, default=Gender.OTHER)
    email = models.EmailField(blank=True)
    staff_number = models.CharField(max_length=30, blank=True)
    cost_centre = models.CharField(max_length=40, blank=True)
    card_delivery = models.CharField(max_length=4, choices=CardDelivery, default=CardDelivery.SITE)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="beneficiaries", db_constraint=False
    )
    home_street = models.CharField(max_length=120, blank=True)
    home_postcode = models.CharField(max_length=10, blank=True)
    home_town = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search_text = models.GeneratedField(
        expression=Lower(
            Case(
                # Most names have no accents, and taking them out is what makes a row slow to store.
                When(Exact(_OctetLength(_SEARCHED), Length(_SEARCHED)), then=_SEARCHED),
                default=models.Func(
                    _SEARCHED,
                    models.Value(ACCENTED_LETTERS),
                    models.Value(PLAIN_LETTERS),
                    function="translate",
                    output_field=models.TextField(),
                ),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "person"], name="one_beneficiary_per_client_and_person"),
            models.CheckConstraint(
                condition=models.Q(card_delivery="site", site__isnull=False)
                | (models.Q(card_delivery="home") & ~models.Q(home_street="") & ~models.Q(home_town="")),
                name="card_has_somewhere_to_go",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "last_name", "first_name", "id"], name="beneficiary_by_name"),
            models.Index(fields=["client", "birth_on"], name="beneficiary_by_birth"),
            models.Index(fields=["client", "cost_centre"], name="beneficiary_by_cost_centre"),
        ]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"


class BeneficiaryProduct(models.Model):
    """A product a beneficiary usually gets, with the usual amount: vouchers and face value (meal), or a total in cents."""

    beneficiary = models.ForeignKey(
        Beneficiary, models.CASCADE, related_name="products", db_index=False, db_constraint=False
    )
    product = models.CharField(max_length=20, choices=ProductChoice)
    voucher_count = models.PositiveSmallIntegerField(default=0)
    face_value_cents = models.PositiveIntegerField(default=0)
    amount_cents = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["beneficiary", "product"], name="one_usual_amount_per_product"),
        ]


class CostCentreGroup(models.Model):
    """A cost centre that shares its invoices with others, under the name of their billing group.

    Without a row it is a group of its own, by its own name; so are the people without a cost centre.
    """

    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_index=False)
    cost_centre = models.CharField(max_length=40)
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "cost_centre"], name="one_group_per_cost_centre"),
            models.CheckConstraint(
                condition=~models.Q(cost_centre="") & ~models.Q(name=""), name="cost_centre_and_group_have_names"
            ),
        ]


class IdentifierChange(models.Model):
    """A client asks that a beneficiary's number be replaced by the real one (SPEC B3); staff decide. No second person."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="identifier_changes")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="identifier_changes")
    kind = models.CharField(max_length=10, choices=IdentifierKindChoice)
    lookup_hash = models.BinaryField(max_length=32)
    ciphertext = models.BinaryField()
    key_id = models.CharField(max_length=40)
    masked = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=IdentifierChangeState, default=IdentifierChangeState.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["beneficiary"], condition=models.Q(state="asked"), name="one_identifier_change_asked"
            ),
        ]
