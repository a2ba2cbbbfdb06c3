"""What is filled in to sign a contract: who, in which function, and the tick.

Its one law: a form only reads; it is signed by `tegoed.clients.contracts`, which keeps who, when and from where.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tegoed.portal.forms.fields import LineField


class ContractForm(forms.Form):
    """`sentence`: what the tick says, with the prices, in the reader's language."""

    name = LineField(label=_("Name of who signs"), max_length=120)
    function = LineField(label=_("Function in the company"), max_length=80)
    agreed = forms.BooleanField(error_messages={"required": _("Without this tick nothing is signed.")})

    def __init__(self, *args: Any, sentence: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agreed"].label = sentence
