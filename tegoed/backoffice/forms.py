"""What staff type: what to look for in a list, and the file of the bank.

Its one law: a form only reads. A filter that makes no sense finds nothing and says why; whether a file is a statement
is judged by `tegoed.flows.receive_statement`, never here.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.banking.models import LineState
from tegoed.banking.refusals import StatementFileTooLarge
from tegoed.errors import Refusal
from tegoed.orders.models import OrderState
from tegoed.outbox.models import MessageState, TransmissionState
from tegoed.outbox.queries import ATTENTION
from tegoed.refusals import message_of
from tegoed.refusals.banking import told
from tegoed.rules import identifiers
from tegoed.rules.participants import read_participant

WORDS_LENGTH_MAX = 100
ALL: tuple[str, str | Promise] = ("", _("All states"))


class FilterForm(forms.Form):
    """A form of GET: everything may be left out."""

    def wish(self, name: str) -> Any:
        """The cleaned value, empty when it was left out or makes no sense."""
        return self.cleaned_data.get(name, "") if self.is_valid() else ""


class OrderFilter(FilterForm):
    """Which orders."""

    words = forms.CharField(
        label=_("Order number, client, reference or invoice"), max_length=WORDS_LENGTH_MAX, required=False
    )
    state = forms.ChoiceField(label=_("State"), choices=[ALL, *OrderState.choices], required=False)


class ClientFilter(FilterForm):
    """Which clients."""

    words = forms.CharField(label=_("Name, enterprise number or e-mail"), max_length=WORDS_LENGTH_MAX, required=False)


class LineFilter(FilterForm):
    """Which lines of a statement file."""

    state = forms.ChoiceField(choices=[ALL, *LineState.choices], required=False)


class MessageFilter(FilterForm):
    """Which messages."""

    words = forms.CharField(label=_("Recipient or subject"), max_length=WORDS_LENGTH_MAX, required=False)
    state = forms.ChoiceField(label=_("State"), choices=[ALL, *MessageState.choices], required=False)


STATEMENT_FILE_TYPES = ".cod,.coda,.txt,.xml,.camt,.053,.ccod,text/plain,text/xml,application/xml"
"""What the browser offers first; banks name their files as they like, so any other may be chosen too."""


class TransmissionFilter(FilterForm):
    """Which e-invoices."""

    words = forms.CharField(label=_("Number or Peppol address"), max_length=WORDS_LENGTH_MAX, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[ALL, (ATTENTION, _("Waiting for somebody")), *TransmissionState.choices],
        required=False,
    )


class PeppolForm(forms.Form):
    """Whether and where a client receives e-invoices."""

    is_on_peppol = forms.BooleanField(
        label=_("Send e-invoices over Peppol"),
        help_text=_("Without it they go by mail only, as PDF and XML."),
        required=False,
    )
    peppol_id = forms.CharField(
        label=_("Another Peppol address"),
        help_text=_("Only if the client receives its invoices under another number: 0208: and ten digits."),
        max_length=60,
        required=False,
    )

    def clean_peppol_id(self) -> str:
        """The address as the network writes it."""
        text: str = self.cleaned_data["peppol_id"].strip()
        try:
            return read_participant(text) if text else ""
        except Refusal as refusal:
            raise ValidationError(message_of(refusal), code=refusal.code) from refusal


class StatementUpload(forms.Form):
    """A file of the bank. Its size is looked at before a byte of it is read."""

    file = forms.FileField(
        label=_("Statement of the bank: CODA or camt.053"),
        help_text=_(
            "The whole file is checked before anything is booked. The same day twice, in one format or in both, is booked "
            "once."
        ),
        widget=forms.FileInput(attrs={"accept": STATEMENT_FILE_TYPES}),
        allow_empty_file=True,
        max_length=None,
    )

    def clean_file(self) -> UploadedFile:
        """Refuses what is larger than `settings.STATEMENT_FILE_BYTES_MAX`."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.STATEMENT_FILE_BYTES_MAX:
            refusal = StatementFileTooLarge(byte_count=file.size, byte_count_max=settings.STATEMENT_FILE_BYTES_MAX)
            raise ValidationError(message_of(told(refusal)))
        return file


class RefusalReasonForm(forms.Form):
    """Why something a client asked is refused; the client reads it."""

    reason = forms.CharField(
        label=_("Why not? The client reads this."),
        help_text=_("Without any national number in it."),
        max_length=200,
    )

    def clean_reason(self) -> str:
        """A number in it would go into a mail and the trail."""
        reason: str = self.cleaned_data["reason"]
        if sum(letter.isdigit() for letter in reason) >= identifiers.DIGIT_COUNT:
            raise ValidationError(_("Leave the number out: this goes into a mail."), code="number-in-reason")
        return reason


class IdentifierForm(forms.Form):
    """The right number of a person."""

    identifier = forms.CharField(
        label=_("National number (NISS) or BIS number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_identifier(self) -> identifiers.Identifier:
        """The number as the rules read it."""
        try:
            return identifiers.read_identifier(self.cleaned_data["identifier"])
        except Refusal as refusal:
            raise ValidationError(message_of(refusal), code=refusal.code) from refusal
