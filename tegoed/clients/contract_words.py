"""What a contract costs and includes, in words and in the language that is active now (SPEC Q4).

Its one law: page, signed sentence and PDF say the same, since all of them take it from here; prices are those of the
tariff, days and months those of the rules. It signs nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from tegoed.clients.models import FormChoice, ProductChoice, Tariff
from tegoed.rules.card_need import CARD_DELIVERY_WORKING_DAYS
from tegoed.rules.dates import brussels_today
from tegoed.rules.money import BASIS_POINTS_OF_WHOLE, format_euro
from tegoed.rules.paper_vouchers import PAPER_VALUES_CENTS
from tegoed.rules.products import Form, Product, is_open_for_orders, validity_months

PERCENT_OF_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Price:
    """What is charged, and how much in words."""

    label: str
    text: str

    @property
    def in_words(self) -> str:
        """Both as one."""
        return gettext("%(label)s: %(text)s") % {"label": self.label, "text": self.text}


def prices_in_words(tariff: Tariff, form: str) -> list[Price]:
    """Each price of a contract in that form, without VAT; what costs nothing says so. VAT comes last."""
    prices = [Price(gettext("Service"), _service(tariff))]
    if form == Form.PAPER:
        prices += [
            Price(
                gettext("Printing"),
                _each(tariff.paper_printing_per_voucher_cents, gettext("%(amount)s for each voucher")),
            ),
            Price(
                gettext("Delivery"),
                _each(tariff.paper_delivery_per_site_cents, gettext("%(amount)s for each delivery place")),
            ),
        ]
    else:
        prices += [
            Price(
                gettext("Loading"),
                _each(tariff.loading_per_beneficiary_cents, gettext("%(amount)s for each beneficiary")),
            ),
            Price(gettext("New card"), _each(tariff.card_production_cents, gettext("%(amount)s for each card"))),
            Price(gettext("Replaced card"), _each(tariff.card_replacement_cents, gettext("%(amount)s for each card"))),
            Price(
                gettext("Cards brought to a workplace"),
                _each(tariff.card_delivery_per_site_cents, gettext("%(amount)s for each workplace")),
            ),
            Price(
                gettext("Card sent home"),
                _each(tariff.card_delivery_home_cents, gettext("%(amount)s for each card")),
            ),
        ]
    vat = gettext("%(percent)s on these prices; the face value of the vouchers is outside VAT")
    return [*prices, Price(gettext("VAT"), vat % {"percent": _percent(tariff.vat_basis_points)})]


def _service(tariff: Tariff) -> str:
    share = gettext("%(percent)s of the face value") % {"percent": _percent(tariff.service_basis_points)}
    each = _each(tariff.service_per_voucher_cents, gettext("%(amount)s for each voucher"))
    if not tariff.service_basis_points:
        return each
    if not tariff.service_per_voucher_cents:
        return share
    return gettext("%(share)s and %(each)s") % {"share": share, "each": each}


def _each(cents: int, pattern: str) -> str:
    return pattern % {"amount": format_euro(cents, _language())} if cents else gettext("nothing")


def _percent(basis_points: int) -> str:
    percent = Decimal(basis_points) * PERCENT_OF_WHOLE / BASIS_POINTS_OF_WHOLE
    return f"{number_format(percent.normalize(), use_l10n=True)} %" if percent % 1 else f"{int(percent)} %"


def _language() -> str:
    return (get_language() or "en")[:2]


def included_in_words(product: str, form: str) -> list[str]:
    """What the issuer does under such a contract, one sentence each."""
    sentences = [
        *(_of_paper() if form == Form.PAPER else _of_cards()),
        gettext(
            "Every order is priced before you confirm it, with all costs by reason. Invoices come by mail, as PDF and as "
            "e-invoice."
        ),
    ]
    today = brussels_today()
    if is_open_for_orders(Product(product), today):
        months = validity_months(Product(product), today)
        validity = ngettext(
            "The vouchers can be spent for %(months)s month, from the day they are made.",
            "The vouchers can be spent for %(months)s months, from the day they are made.",
            months,
        )
        sentences.append(validity % {"months": months})
    return sentences


def _of_cards() -> list[str]:
    days = ngettext(
        "One card for each beneficiary, for all products together, delivered within %(days)s working day. Who has a valid "
        "card gets no other and pays none.",
        "One card for each beneficiary, for all products together, delivered within %(days)s working days. Who has a valid "
        "card gets no other and pays none.",
        CARD_DELIVERY_WORKING_DAYS,
    )
    return [
        gettext("Vouchers loaded on the loading date you choose, once your payment is in."),
        days % {"days": CARD_DELIVERY_WORKING_DAYS},
        gettext("Orders by hand or with the Excel form."),
    ]


def _of_paper() -> list[str]:
    values = [format_euro(cents, _language()) for cents in PAPER_VALUES_CENTS]
    printed = gettext(
        "Printed vouchers of the value you choose for each order (%(values)s or %(last)s), each with its own number and "
        "barcode. Nobody needs a card."
    )
    return [
        printed % {"values": ", ".join(values[:-1]), "last": values[-1]},
        gettext(
            "Printed once your payment is in and the day you choose has come, sorted by person, and brought to each of your "
            "workplaces; for who has none, to your company's address."
        ),
        gettext("Orders by hand, in three steps. The Excel form is for vouchers on cards only."),
    ]


def sentence_to_sign(*, company: str, product: str, form: str, tariff: Tariff) -> str:
    """What is ticked, and kept as it was read: for whom, for what, at which prices."""
    prices = "; ".join(price.in_words for price in prices_in_words(tariff, form))
    sentence = gettext(
        "I may act for %(company)s, and I sign the contract for %(product)s (%(form)s) at these prices without VAT: "
        "%(prices)s."
    )
    return sentence % {
        "company": company,
        "product": ProductChoice(product).label,
        "form": FormChoice(form).label,
        "prices": prices,
    }
