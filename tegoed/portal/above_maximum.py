"""What goes past a legal maximum with the issuer's leave, in words for the last look before confirming (SPEC O7)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tegoed.orders.checks import AboveMaximum
from tegoed.refusals.facts import readable
from tegoed.rules.order_lines import (
    AboveLegalMaximum,
    AmountAboveOccasionMaximum,
    AmountAboveYearlyMaximum,
    EmployerShareAboveMaximum,
    FaceValueAboveMaximum,
)

SENTENCES: dict[type[AboveLegalMaximum], str | Promise] = {
    FaceValueAboveMaximum: _(
        "A voucher of %(total_cents)s; the legal maximum is %(maximum_cents)s (%(period)s; source: %(sources)s)."
    ),
    EmployerShareAboveMaximum: _(
        "An employer's share of %(total_cents)s a voucher; the legal maximum is %(maximum_cents)s (%(period)s; "
        "source: %(sources)s)."
    ),
    AmountAboveYearlyMaximum: _(
        "%(total_cents)s in the year; the legal maximum is %(maximum_cents)s (%(period)s; source: %(sources)s)."
    ),
    AmountAboveOccasionMaximum: _(
        "%(total_cents)s for this occasion in the year; the legal maximum is %(maximum_cents)s (%(period)s; "
        "source: %(sources)s)."
    ),
}


def in_words(figure: AboveMaximum) -> str:
    """The highest figure, the maximum with its dates and source, and for how many people."""
    facts = readable(figure.refusal.params | {"total_cents": figure.total_cents})
    people = ngettext("%(count)s person", "%(count)s people", figure.line_count) % {"count": figure.line_count}
    return f"{people}: {str(SENTENCES[type(figure.refusal)]) % facts}"
