"""How amounts, dates and communications are written, and what parts of pages come out as."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from tegoed.public.looks import STATES


def rendered(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("language", "written"),
    [("nl", "€\u00a01.234,56"), ("fr", "1\u202f234,56\u00a0€"), ("en", "€1,234.56"), ("de", "1.234,56\u00a0€")],
)
def test_an_amount_is_written_as_the_language_writes_it(language, written):
    with translation.override(language):
        assert rendered("{{ cents|euro }}", cents=123456) == written


def test_no_amount_is_not_zero():
    assert rendered("{{ cents|euro }}", cents=None) == ""
    assert "0" in rendered("{{ cents|euro }}", cents=0)


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("nl", "5 oktober 2026", "05/10/2026"),
        ("fr", "5 octobre 2026", "05/10/2026"),
        ("en", "5 October 2026", "05/10/2026"),
        ("de", "5. Oktober 2026", "05.10.2026"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(language, long, short):
    with translation.override(language):
        assert rendered("{{ on|day }}|{{ on|day_short }}", on=date(2026, 10, 5)) == f"{long}|{short}"


def test_a_moment_is_told_in_brussels():
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    with translation.override("en"):
        assert rendered("{{ at|moment }}|{{ at|day_short }}", at=at) == "01/01/2027 00:30|01/01/2027"


def test_a_communication_is_written_with_its_plusses():
    assert rendered("{{ digits|structured }}", digits="312401398067") == "+++312/4013/98067+++"


def test_an_unknown_icon_says_where_to_add_it():
    with pytest.raises(KeyError, match=r"icons\.txt"):
        rendered("{% icon 'no-such-icon' %}")


@pytest.mark.parametrize("code", STATES)
def test_every_state_has_an_icon_that_exists_and_shows_its_word(code):
    html = rendered("{% cotton status :code='code' label='Its word' %}{% endcotton %}", code=code)
    assert "Its word" in html
    assert "<svg" in html


class Form(forms.Form):
    name = forms.CharField(help_text="As on the card.", widget=forms.TextInput(attrs={"placeholder": "x"}))
    where = forms.ChoiceField(choices=[("w", "Work"), ("h", "Home")], widget=forms.RadioSelect)
    ticked = forms.BooleanField(required=False)


def field(form: forms.Form, name: str) -> str:
    return rendered("{% cotton field :field='field' %}{% endcotton %}", field=form[name])


def test_a_field_is_tied_to_its_label_help_and_error():
    html = field(Form({}), "name")
    assert '<label class="form-label" for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_has_no_placeholder():
    assert "placeholder" not in field(Form(), "name")


def test_a_list_of_choices_is_a_fieldset_with_a_legend():
    html = field(Form(), "where")
    assert "<legend>" in html
    assert html.count('class="form-check-input"') == 2


def test_a_tick_stands_before_its_label():
    html = field(Form(), "ticked")
    assert html.index('type="checkbox"') < html.index("Ticked")
