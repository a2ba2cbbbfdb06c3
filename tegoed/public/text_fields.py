"""Form fields for words, shared by all entrances: as they are kept, and never with a national number in them (SPEC X2).

Its one law: a field only reads and refuses; it never repairs what somebody meant.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tegoed.rules.identifiers import holds_national_number
from tegoed.rules.texts import as_line, as_lines

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
