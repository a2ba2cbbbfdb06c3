"""The safeguarding report in the words of the reader, for paper."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tegoed.backoffice.report_words import owed_words
from tegoed.clients.models import ProductChoice
from tegoed.clients.queries import the_issuer
from tegoed.flows.safeguarding import Safeguarding
from tegoed.formats.report_pdf import Report, ReportFact, ReportTable
from tegoed.public.templatetags.tegoed import day, euro


def safeguarding_paper(report: Safeguarding) -> Report:
    """What is owed, what is in the bank, the margin, and a place to sign."""
    issuer = the_issuer()
    amount, what = _("Amount"), _("What")
    tables = [
        ReportTable(
            _("Owed to others"),
            [what, amount],
            [[owed_words(row), euro(row.cents)] for row in report.owed],
            [_("Together"), euro(report.owed_cents)],
        ),
        ReportTable(
            _("In the bank, as the books say"),
            [_("Bank account"), amount],
            [[f"{row.iban} · {row.holder}", euro(row.cents)] for row in report.bank],
            [_("Together"), euro(report.bank_cents)],
        ),
    ]
    if report.by_product:
        tables.append(
            ReportTable(
                _("Owed by product"),
                [_("Product"), amount],
                [[str(ProductChoice(product).label), euro(cents)] for product, cents in report.by_product.items()],
            )
        )
    return Report(
        language=(get_language() or "en")[:2],
        title=_("Safeguarding report"),
        subject=_("At the end of %(day)s") % {"day": day(report.on)},
        author=issuer.name,
        on=report.on,
        verdict=verdict_of(report),
        good=report.is_covered,
        facts=[
            ReportFact(_("In the bank"), euro(report.bank_cents)),
            ReportFact(_("Owed"), euro(report.owed_cents)),
            ReportFact(_("Margin"), euro(report.margin_cents), strong=True),
        ],
        tables=tables,
        notes=[
            _(
                "Owed are vouchers on cards and on paper, what clients paid and is not loaded yet, what stands on account, what "
                "is not placed yet, what is to be paid back and what merchants get. Days are those of Brussels."
            )
        ],
        signature=[_("Date"), _("Name and signature"), _("Name and signature")],
        footer=f"{issuer.name} · {issuer.enterprise_number}",
    )


def verdict_of(report: Safeguarding) -> str:
    """The answer in one sentence."""
    if report.is_covered:
        return _("The bank covers all that is owed, with %(margin)s to spare.") % {"margin": euro(report.margin_cents)}
    return _("The bank does NOT cover what is owed: %(short)s is missing.") % {"short": euro(-report.margin_cents)}
