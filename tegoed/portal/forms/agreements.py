"""What a client tells of its agreements: the joint committee, what goes into a model text, what an owner attests.

Its one law: a form only reads; what can't be is refused by `tegoed.agreements.actions`, and said beside its field.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.agreements.models import AgreementKindChoice
from tegoed.clients.models import Language, ProductChoice
from tegoed.errors import Refusal
from tegoed.formats.agreement_paper import Counting
from tegoed.portal.forms.fields import DayField, EuroField, LineField, as_form_error
from tegoed.rules.agreements import AgreementKind, read_joint_committee
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import WorkerShareBelowMinimum
from tegoed.rules.products import Product, is_open_for_orders
from tegoed.rules.statutory import statutory_value

DELEGATION_ANSWERS = {"yes": True, "no": False, "": None}
COMMITTEE_TYPED_MAX = 40
KINDS_TO_WRITE = (AgreementKind.COMPANY, AgreementKind.INDIVIDUAL)
AMOUNT_CENTS_MAX = 1_000_000


def products_with_agreement() -> list[Product]:
    """Those that can be ordered today."""
    return [product for product in Product if is_open_for_orders(product, brussels_today())]


def _product_choices() -> list[tuple[str, Any]]:
    return [(product.value, ProductChoice(product).label) for product in products_with_agreement()]


class JointCommitteeField(forms.CharField):
    """A number as people type it (`200`, `PC 140.03`); canonical when cleaned."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(
            label=_("Number of the joint committee"),
            help_text=_("Three digits, 100 to 399; with a sub-committee like 140.03. It stands on your pay slips."),
            max_length=COMMITTEE_TYPED_MAX,
            widget=widget,
            **options,
        )

    def clean(self, value: Any) -> str:
        try:
            return read_joint_committee(super().clean(value))
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal


class JointCommitteeForm(forms.Form):
    """The joint committee, and whether there is a union delegation."""

    joint_committee = JointCommitteeField()
    has_union_delegation = forms.ChoiceField(
        label=_("Is there a union delegation in your company?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("I don't know"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def answer(self) -> bool | None:
        """Whether there is one; None: not known."""
        return DELEGATION_ANSWERS[self.cleaned_data["has_union_delegation"]]


class AgreementTextForm(forms.Form):
    """What a model text is filled with. It changes nothing, so it comes by GET."""

    product = forms.ChoiceField(label=_("Product"), widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Kind of agreement"), choices=[(kind.value, AgreementKindChoice(kind).label) for kind in KINDS_TO_WRITE]
    )
    joint_committee = JointCommitteeField()
    amount = EuroField(
        label=_("Amount"),
        help_text=_("Of a meal voucher its face value; of the others what one person gets in a year."),
    )
    worker_share = EuroField(label=_("Share of the employee in each voucher"), required=False)
    counting = forms.ChoiceField(
        label=_("How the vouchers are counted"),
        choices=[
            (Counting.DAYS.value, _("One for each day worked")),
            (Counting.HOURS.value, _("Hours worked in the quarter, divided by the hours of a normal day")),
        ],
        required=False,
    )
    starts_on = DayField(label=_("In force from"))
    ends_on = DayField(label=_("Last day, if it is for a fixed time"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = _product_choices()
        if (self.data or self.initial).get("product") == Product.MEAL:
            self.fields["worker_share"].required = self.fields["counting"].required = True

    def clean(self) -> dict[str, Any]:
        """What is impossible is said beside its field; an amount above the maximum of the law isn't: the text says it."""
        cleaned = super().clean() or self.cleaned_data
        amount_cents, starts_on, ends_on = (cleaned.get(name) for name in ("amount", "starts_on", "ends_on"))
        if amount_cents is not None and not 0 < amount_cents <= AMOUNT_CENTS_MAX:
            self.add_error("amount", ValidationError(_("Fill in the amount that you want to agree on."), code="amount"))
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", ValidationError(_("The last day lies before the first."), code="ends-before"))
        if cleaned.get("product") == Product.MEAL and cleaned.get("amount") and starts_on:  # an error takes it out
            self._check_share(cleaned)
        return cleaned

    def _check_share(self, cleaned: dict[str, Any]) -> None:
        share_cents = cleaned.get("worker_share", 0)
        minimum = statutory_value(Product.MEAL, "worker_share_min", cleaned["starts_on"])
        if minimum is not None and share_cents < minimum.cents:
            refusal = WorkerShareBelowMinimum(
                product=Product.MEAL.value,
                worker_share_cents=share_cents,
                minimum_cents=minimum.cents,
                sources=minimum.sources,
                reason="share",
            )
            self.add_error("worker_share", as_form_error(refusal))
        elif share_cents >= cleaned["amount"]:
            self.add_error(
                "worker_share", ValidationError(_("The employee's share is smaller than the voucher."), code="share")
            )


class AttestationForm(forms.Form):
    """What an owner attests, and the tick that is the signature."""

    product = forms.ChoiceField(label=_("Product"))
    kind = forms.ChoiceField(
        label=_("Kind of agreement"), choices=AgreementKindChoice.choices, widget=forms.RadioSelect
    )
    joint_committee = JointCommitteeField()
    agreed_on = DayField(label=_("Date of the agreement"))
    starts_on = DayField(
        label=_("In force from"), required=False, help_text=_("Empty: from the date of the agreement.")
    )
    ends_on = DayField(label=_("Last day, if it is for a fixed time"), required=False)
    amount = EuroField(
        label=_("Highest amount in it"),
        help_text=_(
            "Of a meal voucher its face value; of the others what one person gets in a year. Orders above it warn you."
        ),
    )
    knows_maximum = forms.BooleanField(
        label=_("I know that this is more than the legal maximum, and that vouchers above it become wage."),
        required=False,
    )
    name = LineField(label=_("Name of who signs"), max_length=120)
    function = LineField(label=_("Function in the company"), max_length=80)
    agreed = forms.BooleanField(error_messages={"required": _("Without this tick nothing is signed.")})

    def __init__(self, *args: Any, statement: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = _product_choices()
        self.fields["agreed"].label = statement
        self.asks_maximum = "knows_maximum" in self.data

    def ask_maximum(self, refusal: Refusal) -> None:
        """The amount is above the maximum of the law: say so, and ask whether that is known."""
        self.asks_maximum = True
        self.add_error("amount", as_form_error(refusal))
