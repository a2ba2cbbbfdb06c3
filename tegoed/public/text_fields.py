"""Form fields for words, shared by all entrances: as they are kept, and never with a national number in them (SPEC X2).

Its one law: a field only reads and refuses; it never repairs what somebody meant.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from tegoed.rules.identifiers import holds_national_number
from tegoed.rules.texts import as_line, as_lines

ADDRESS_LENGTH_MAX = 254
"""Of a mail address, as the database keeps it."""
_LOCAL_PART_LENGTH_MAX = 64
_SIGNS_OF_AN_ADDRESS = ("://", "www.", "@")


class LineField(forms.CharField):
    """A line of text as it is kept: without what can't be printed, and without a national number."""

    def to_python(self, value: Any) -> str:
        return as_line(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if holds_national_number(value):
            raise ValidationError(
                _(
                    "A national number stands here, and it belongs in its own field only, where it is kept encrypted. "
                    "Take it out."
                ),
                code="national-number",
            )


class NameField(LineField):
    """The name of a person or company. It goes into mails, so it may hold no address that a reader could click."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if any(sign in value.lower() for sign in _SIGNS_OF_AN_ADDRESS):
            raise ValidationError(_("Type the name only, without a web or mail address."), code="address-in-name")


class AddressField(forms.EmailField):
    """A mail address as it can be kept, and to which mail goes as it stands.

    Not what the standards allow besides and a mail program reads as another address: quoted signs, encoded words, the
    number of a machine.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_length": ADDRESS_LENGTH_MAX} | options))

    def validate(self, value: str) -> None:
        super().validate(value)
        local, _at, domain = value.rpartition("@")
        is_plain = '"' not in local and "=?" not in local and not domain.startswith("[")
        if value and not (is_plain and len(local) <= _LOCAL_PART_LENGTH_MAX and _is_name_of_a_machine(domain)):
            raise ValidationError(EmailValidator.message, code="invalid")


def _is_name_of_a_machine(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True


class TextField(forms.CharField):
    """Several lines, likewise."""

    def __init__(self, *, rows: int = 6, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return as_lines(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if holds_national_number(value):
            raise ValidationError(
                _("A national number stands in the text. Take it out: it could be read on its way to us."),
                code="national-number",
            )
