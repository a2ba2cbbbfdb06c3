"""What staff type about merchants and acceptance points, and the lists they send.

Its one law: a form only reads. A cell of a list and a field of a form are read by the same code (`formats.merchant_cells`).
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tegoed.backoffice.forms import WORDS_LENGTH_MAX, FilterForm
from tegoed.clients.models import ProductChoice
from tegoed.errors import Refusal
from tegoed.formats.merchant_cells import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    CellFaulty,
    read_coordinate,
    read_postcode,
    read_web_address,
)
from tegoed.formats.merchant_file import FILE_BYTES_MAX, MerchantFileRefused
from tegoed.merchants.actions import MerchantParticulars, PointParticulars
from tegoed.merchants.models import (
    NAME_LENGTH_MAX,
    STREET_LENGTH_MAX,
    TOWN_LENGTH_MAX,
    WEB_ADDRESS_LENGTH_MAX,
    AcceptancePoint,
    Merchant,
)
from tegoed.public.money_fields import as_form_error
from tegoed.rules.enterprise import pretty, read_enterprise_number
from tegoed.rules.products import Product
from tegoed.rules.texts import as_line

SHOWN, HIDDEN = "active", "inactive"
_DEGREES_LENGTH_MAX = 20


class MerchantFilter(FilterForm):
    """Which merchants."""

    words = forms.CharField(label=_("Name or enterprise number"), max_length=WORDS_LENGTH_MAX, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), (SHOWN, _("Active")), (HIDDEN, _("Inactive"))],
        required=False,
    )


class _ReadField(forms.CharField):
    """A line of text, read by a function of the rules; its refusal is the error of the field."""

    def __init__(self, read: Callable[[str], Any], **options: Any) -> None:
        self.read = read
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        typed = as_line(super().clean(value))
        try:
            return self.read(typed)
        except Refusal as refusal:
            raise as_form_error(refusal) from refusal


def _needed(text: str) -> str:
    if not text:
        raise CellFaulty(reason="missing")
    return text


class MerchantForm(forms.Form):
    """A merchant."""

    name = _ReadField(_needed, label=_("Name"), max_length=NAME_LENGTH_MAX)
    enterprise_number = _ReadField(
        lambda text: read_enterprise_number(text) if text else "",
        label=_("Enterprise number"),
        max_length=40,
        required=False,
    )
    website = _ReadField(read_web_address, label=_("Website"), max_length=WEB_ADDRESS_LENGTH_MAX, required=False)
    is_active = forms.BooleanField(
        label=_("Active"),
        help_text=_("None of the points of an inactive merchant can be found."),
        required=False,
        initial=True,
    )

    @staticmethod
    def typed(merchant: Merchant) -> dict[str, Any]:
        """The merchant as its fields show it."""
        number = pretty(merchant.enterprise_number) if merchant.enterprise_number else ""
        return {
            "name": merchant.name,
            "enterprise_number": number,
            "website": merchant.website,
            "is_active": merchant.is_active,
        }

    def particulars(self) -> MerchantParticulars:
        """What was typed, once valid."""
        return MerchantParticulars(**self.cleaned_data)


class PointForm(forms.Form):
    """An acceptance point: a shop with an address, or an online shop."""

    name = _ReadField(_needed, label=_("Name of the shop"), max_length=NAME_LENGTH_MAX)
    products = forms.MultipleChoiceField(
        label=_("Takes"), choices=ProductChoice.choices, widget=forms.CheckboxSelectMultiple
    )
    street = _ReadField(str, label=_("Street and number"), max_length=STREET_LENGTH_MAX, required=False)
    postcode = _ReadField(read_postcode, label=_("Postcode"), max_length=10, required=False)
    town = _ReadField(str, label=_("Town"), max_length=TOWN_LENGTH_MAX, required=False)
    latitude = _ReadField(
        lambda text: read_coordinate(text, least=SOUTH, most=NORTH),
        label=_("Latitude"),
        help_text=_("Left empty: the middle of the postcode."),
        max_length=_DEGREES_LENGTH_MAX,
        required=False,
    )
    longitude = _ReadField(
        lambda text: read_coordinate(text, least=WEST, most=EAST),
        label=_("Longitude"),
        max_length=_DEGREES_LENGTH_MAX,
        required=False,
    )
    online_address = _ReadField(
        read_web_address,
        label=_("Address of the online shop"),
        help_text=_("Instead of street, postcode and town."),
        max_length=WEB_ADDRESS_LENGTH_MAX,
        required=False,
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    @staticmethod
    def typed(point: AcceptancePoint) -> dict[str, Any]:
        """The point as its fields show it."""
        names = (
            "name",
            "products",
            "street",
            "postcode",
            "town",
            "latitude",
            "longitude",
            "online_address",
            "is_active",
        )
        return {name: getattr(point, name) for name in names}

    def clean(self) -> dict[str, Any]:
        """A place or an address on the web, and the whole of it."""
        typed = super().clean() or {}
        if self.errors:
            return typed
        place = {name for name in ("street", "postcode", "town") if typed[name]}
        degrees = {name for name in ("latitude", "longitude") if typed[name] is not None}
        if typed["online_address"]:
            if place or degrees:
                self.add_error("online_address", as_form_error(CellFaulty(reason="place-and-online")))
        elif not place:
            self.add_error(None, as_form_error(CellFaulty(reason="neither-place-nor-online")))
        else:
            for name in {"street", "postcode", "town"} - place:
                self.add_error(name, as_form_error(CellFaulty(reason="missing")))
            if len(degrees) == 1:
                self.add_error(degrees.pop(), as_form_error(CellFaulty(reason="one-coordinate")))
        return typed

    def particulars(self) -> PointParticulars:
        """What was typed, once valid."""
        typed = dict(self.cleaned_data)
        typed["products"] = tuple(product for product in Product if product.value in typed["products"])
        return PointParticulars(**typed)


class MerchantUpload(forms.Form):
    """A list of merchants as CSV. Its size is looked at before a byte of it is read."""

    file = forms.FileField(
        label=_("List of merchants and acceptance points (CSV)"),
        help_text=_("The whole list is checked, and you see what it would change before anything is taken over."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> UploadedFile:
        """Refuses what is larger than `FILE_BYTES_MAX`."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES_MAX:
            raise as_form_error(MerchantFileRefused(reason="too-large", megabytes_max=FILE_BYTES_MAX // 1_000_000))
        return file
