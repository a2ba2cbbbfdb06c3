"""How facts are written on every page: amounts, dates, structured communications; icons and form fields.

A builtin library: templates need no `{% load %}`. Its one law: a figure is written as the reader's language writes it,
and the same way everywhere. It is not for rules: a filter formats what a view already decided.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.forms import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tegoed.public.looks import BUTTONS, MESSAGES, NEUTRAL, STATES
from tegoed.rules.enterprise import pretty_iban
from tegoed.rules.money import format_euro
from tegoed.rules.structured_communication import pretty
from tegoed.treasury.reasons import reason_in_words

register = template.Library()

ICONS = Path(settings.BASE_DIR) / "tegoed" / "static" / "vendor" / "icons.json"
LONG_DATES = {"de": "j. F Y"}
SHORT_DATES = {"de": "d.m.Y"}


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


@cache
def _icon_bodies() -> dict[str, str]:
    bodies: dict[str, str] = json.loads(ICONS.read_text())
    return bodies


@register.simple_tag
def icon(name: str, extra_class: str = "") -> SafeString:
    """The Tabler icon `name` as inline SVG, invisible to screen readers: the words beside it say the same.

    Names are listed in `static/tegoed/icons.txt`; another one raises `KeyError`.
    """
    if name not in _icon_bodies():
        raise KeyError(f"icon {name!r}: add it to static/tegoed/icons.txt and run tools/front_end.py")
    return mark_safe(  # noqa: S308 - drawings from a package, and class names from our templates
        f'<svg class="icon {extra_class}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">'
        f"{_icon_bodies()[name]}</svg>"
    )


@register.filter
def euro(cents: int | None) -> str:
    """An amount in cents as the reader's language writes it; nothing for no amount."""
    return "" if cents is None or cents == "" else format_euro(int(cents), _language())


@register.filter
def structured(communication: str | None) -> str:
    """The twelve digits of a structured communication as people type them: `+++312/4013/98067+++`."""
    return pretty(communication) if communication else ""


@register.filter
def iban(account: str) -> str:
    """An account number in groups of four."""
    return pretty_iban(account)


@register.filter
def bank_reason(code: str) -> str:
    """Why a bank sent money back, in words with the code behind them."""
    return reason_in_words(code)


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | None) -> str:
    """A date in words: 23 november 2026. A moment counts as its day in Brussels."""
    return formats.date_format(_local(value), LONG_DATES.get(_language(), "j F Y")) if value else ""


@register.filter
def day_short(value: date | None) -> str:
    """A date in figures, for tables: 23/11/2026."""
    return formats.date_format(_local(value), SHORT_DATES.get(_language(), "d/m/Y")) if value else ""


@register.filter
def month(value: date | None) -> str:
    """The month of a date in words: november 2026."""
    return formats.date_format(value, "F Y") if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the time of it in Brussels: 23/11/2026 14:05."""
    return f"{day_short(value)} {formats.date_format(_local(value), 'H:i')}" if value else ""


@register.filter
def of_key(table: Mapping[int, object], key: int) -> object:
    """What a table holds under a key that is a variable of the template; nothing when it holds none."""
    return table.get(key, "")


@register.filter
def state_class(code: str) -> str:
    """The class of a state's colour."""
    return f"state-{STATES.get(code, NEUTRAL).tone}"


@register.filter
def state_icon(code: str) -> str:
    """The name of a state's icon."""
    return STATES.get(code, NEUTRAL).icon


@register.filter
def alert_class(kind: str) -> str:
    """The class of a message's colour."""
    return f"state-{MESSAGES.get(kind, NEUTRAL).tone}"


@register.filter
def alert_icon(kind: str) -> str:
    """The name of a message's icon."""
    return MESSAGES.get(kind, NEUTRAL).icon


@register.filter
def button_class(kind: str) -> str:
    """The class of a kind of button; an unknown kind raises `KeyError`."""
    return BUTTONS[kind]


def _widget_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple | CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control form-control-file" if isinstance(widget, FileInput) else "form-control"


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the field is one tick, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the field is a list of radio buttons or ticks, which needs a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field's widget in our look; Django links it to its help and its errors.

    No placeholder: it vanishes when needed most. An example stands in the help text.
    """
    classes = [field.field.widget.attrs.get("class", ""), _widget_class(field), "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes)), "placeholder": False})


@register.filter
def styled_choice(choice: BoundWidget) -> SafeString:
    """One radio button or tick of a list, without its label."""
    choice.data["attrs"]["class"] = "form-check-input"
    return choice.tag()
