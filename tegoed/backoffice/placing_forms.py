"""What staff type about money in suspense: what to look for, how to divide it, why it is corrected.

Its one law: a form only reads; whether the money may go there is judged by `tegoed.flows`.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import WORDS_LENGTH_MAX, FilterForm
from tegoed.backoffice.payment_queue import AGES, KINDS
from tegoed.banking.models import Explanation, StatementLine
from tegoed.billing.models import Invoice
from tegoed.flows.correct_payments import NOTE_LENGTH_MAX
from tegoed.refusals import message_of
from tegoed.rules.money import AmountInvalid, format_euro, parse_euro


class QueueFilter(FilterForm):
    """Which payments."""

    words = forms.CharField(
        label=_("Amount, name, account number or reference"), max_length=WORDS_LENGTH_MAX, required=False
    )
    kind = forms.ChoiceField(label=_("Which"), choices=KINDS, required=False)
    age = forms.ChoiceField(label=_("Waits"), choices=AGES, required=False)


class EuroField(forms.CharField):
    """An amount in euro as people type it; cents. Left empty: 0."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, required=False, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int:
        """The cents. A text that is no amount is said why."""
        typed = str(super().clean(value) or "")
        if not typed:
            return 0
        try:
            return parse_euro(typed)
        except AmountInvalid as refusal:
            raise ValidationError(message_of(refusal), code=refusal.code) from refusal


class DivisionForm(forms.Form):
    """So much for each open invoice of a client, the rest on account."""

    on_account = EuroField(label=_("On account for the client"))
    writes_off = forms.BooleanField(required=False)

    def __init__(
        self, data: Any, *, line: StatementLine, invoices: Sequence[Invoice], language: str, cents_max: int
    ) -> None:
        super().__init__(data)
        self.invoices = {f"invoice_{invoice.pk}": invoice for invoice in invoices}
        left_cents = line.unplaced_cents
        for name, invoice in self.invoices.items():
            suggested = min(left_cents, invoice.open_cents) if len(invoices) == 1 else 0
            self.fields[name] = EuroField(
                label=_("Invoice %(number)s, still to pay: %(amount)s")
                % {"number": invoice.number, "amount": format_euro(invoice.open_cents, language)},
                initial=f"{suggested / 100:.2f}" if suggested else "",
            )
        self.fields["writes_off"].label = _(
            "Write off what is then missing of these invoices (at most %(amount)s each)"
        ) % {"amount": format_euro(cents_max, language)}
        self.order_fields([*self.invoices, "on_account", "writes_off"])

    def cents_by_invoice(self) -> dict[int, int]:
        """What each invoice should get, in cents."""
        return {
            invoice.pk: self.cleaned_data[name] for name, invoice in self.invoices.items() if self.cleaned_data[name]
        }


class NoteForm(forms.Form):
    """Why money is corrected; the second person reads it."""

    note = forms.CharField(label=_("Why?"), max_length=NOTE_LENGTH_MAX)


class ExplanationForm(forms.Form):
    """What money that left is."""

    explanation = forms.ChoiceField(
        label=_("What is it?"),
        choices=[choice for choice in Explanation.choices if choice[0] != Explanation.OWN_MONEY],
    )
    note = forms.CharField(label=_("Note"), max_length=NOTE_LENGTH_MAX, required=False)


class OwnMoneyForm(forms.Form):
    """The issuer's own money came in."""

    explanation = forms.CharField(widget=forms.HiddenInput, initial=Explanation.OWN_MONEY.value, required=False)
    note = forms.CharField(label=_("Where does it come from?"), max_length=NOTE_LENGTH_MAX)

    def clean_explanation(self) -> str:
        """There is only one."""
        return Explanation.OWN_MONEY.value
