"""The way from a page to the article that answers the question it raises: `{% help_link "order-on-hold" %}`.

A builtin library. Its one law: an unknown article raises `KeyError`, so that no page leads to nowhere.
"""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tegoed.help.articles import articles
from tegoed.public.downloads import reader_language
from tegoed.public.templatetags.tegoed import icon

register = template.Library()


@register.simple_tag
def help_link(slug: str) -> SafeString:
    """A line with the article's question. It opens beside the page, where a form may be half filled in."""
    article = articles(reader_language())[slug]
    return format_html(
        '<p class="help-link"><a href="{}" target="_blank" rel="noopener">{}<span>{}</span>'
        '<span class="visually-hidden"> ({})</span></a></p>',
        reverse("help-article", args=[slug]),
        icon("help"),
        article.title,
        _("opens in a new tab"),
    )


@register.simple_tag
def guide_link(form: str) -> SafeString:
    """A line that leads to the guide to an Excel form, as PDF in the reader's language."""
    return format_html(
        '<p class="help-link"><a href="{}" target="_blank" rel="noopener">{}<span>{}</span>'
        '<span class="visually-hidden"> ({})</span></a></p>',
        reverse("help-guide", args=[form, reader_language()]),
        icon("file-type-pdf"),
        _("User guide to this form (PDF)"),
        _("opens in a new tab"),
    )
