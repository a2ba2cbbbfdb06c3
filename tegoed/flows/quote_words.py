"""What a quote says, in the language that is active now: its lines and costs, why it is a maximum, what the law adds.

Its one law: page, mail and PDF say the same, because all of them say this. It prices nothing and decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from tegoed.clients.models import FormChoice, ProductChoice
from tegoed.flows.legal_words import Source, period_in_words, sources_of
from tegoed.orders.models import CostReasonChoice, InvoiceKind
from tegoed.rules.money import format_euro, portion_cents
from tegoed.rules.pricing import Cost, CostReason, Pricing, Totals
from tegoed.rules.products import has_face_value
from tegoed.rules.quote_hints import Hint, HintKind
from tegoed.rules.quoting import Circumstances, Delivery, QuotedLine


@dataclass(frozen=True, slots=True)
class CostInWords:
    """One cost: `how` says how it is made up (10 × € 4,50), and may be empty."""

    what: str
    how: str
    net_cents: int


@dataclass(frozen=True, slots=True)
class InvoiceInWords:
    """What one of the two invoices of a line would say."""

    title: str
    costs: Sequence[CostInWords]
    totals: Totals


@dataclass(frozen=True, slots=True)
class LineInWords:
    """One product in one form. `detail`: for how many, how much each."""

    title: str
    detail: str
    invoices: Sequence[InvoiceInWords]
    total_cents: int


@dataclass(frozen=True, slots=True)
class HintInWords:
    """What the law says beside a line, since when, and where that stands."""

    title: str
    text: str
    period: str
    sources: Sequence[Source]
    is_warning: bool


def euro(cents: int) -> str:
    """An amount as the active language writes it."""
    return format_euro(cents, (get_language() or settings.LANGUAGE_CODE)[:2])


def count(number: int) -> str:
    """A number as the active language writes it: 1.000."""
    return str(number_format(number, force_grouping=True))


def line_in_words(line: QuotedLine, pricing: Pricing) -> LineInWords:
    """The line with its costs."""
    product = ProductChoice(line.product.value).label
    parts = [
        (InvoiceKind.PRODUCT, pricing.product_costs, pricing.product_totals),
        (InvoiceKind.CARD, pricing.card_costs, pricing.card_totals),
    ]
    return LineInWords(
        title=str(product) if line.is_on_card else f"{product} ({str(FormChoice(line.form.value).label).lower()})",
        detail=_detail(line),
        invoices=[
            InvoiceInWords(str(kind.label), [_cost_in_words(cost, line) for cost in costs], totals)
            for kind, costs, totals in parts
            if costs
        ],
        total_cents=pricing.total_cents,
    )


def _detail(line: QuotedLine) -> str:
    people = ngettext("%(people)s person", "%(people)s people", line.beneficiary_count) % {
        "people": count(line.beneficiary_count)
    }
    if has_face_value(line.product):
        return f"{people} × {count(line.voucher_count)} × {euro(line.face_value_cents)}"
    facts = {"people": people, "average": euro(line.average_cents), "value": euro(line.face_value_cents)}
    facts["vouchers"] = count(line.all_voucher_count)
    if line.is_on_card:
        return gettext("%(people)s, %(average)s each on average") % facts
    return gettext("%(people)s, %(vouchers)s vouchers of %(value)s") % facts


def _cost_in_words(cost: Cost, line: QuotedLine) -> CostInWords:
    what = str(CostReasonChoice(cost.reason.value).label)
    if cost.reason == CostReason.CARD_REPLACEMENT:
        what = gettext("Card, at the price of a replaced one")
    return CostInWords(what, _how(cost, line), cost.net_cents)


def _how(cost: Cost, line: QuotedLine) -> str:
    """How a cost is made up, as far as it can be told: of a tariff that changed since, not any more."""
    if cost.unit_cents is not None:
        return f"{count(cost.quantity)} × {euro(cost.unit_cents)}"
    if cost.reason == CostReason.FACE_VALUE:
        is_counted = has_face_value(line.product) or not line.is_on_card
        words = ngettext("%(count)s voucher", "%(count)s vouchers", cost.quantity) % {"count": count(cost.quantity)}
        return words if is_counted else ""
    share, per_voucher_cents = line.tariff.service_basis_points, line.tariff.service_per_voucher_cents
    share_cents = portion_cents(line.amount_cents, share)
    if share_cents + cost.quantity * per_voucher_cents != cost.net_cents:
        return ""
    how = f"{number_format(Decimal(share) / 100, use_l10n=True)} % × {euro(line.amount_cents)}"
    return f"{how} + {count(cost.quantity)} × {euro(per_voucher_cents)}" if per_voucher_cents else how


def why_at_most(lines: Sequence[QuotedLine], pricings: Sequence[Pricing], circumstances: Circumstances) -> list[str]:
    """Why the total is a maximum, and for what it holds: a sentence or two each, the most important first."""
    if not any(line.is_on_card for line in lines):
        return [*_where_paper_goes(lines, circumstances), _holds_for()]
    said = [
        gettext(
            "This is the most you pay: it counts a card for every beneficiary, because nobody knows yet who has one. Your "
            "order counts again: whoever has a valid card keeps it, and you pay nothing for it."
        )
    ]
    if _is_same_card(lines, circumstances):
        said.append(gettext("One card carries all products, so each person's card is counted once."))
    if sum(bool(pricing.card_costs) for pricing in pricings) > 1 and circumstances.has_same_people:
        said.append(
            gettext(
                "Each order brings cards for those who had none yet. We count the dearest way: the order for the fewest people "
                "placed first, so that cards travel more than once."
            )
        )
    if any(cost.reason == CostReason.CARD_REPLACEMENT for pricing in pricings for cost in pricing.card_costs):
        said.append(
            gettext(
                "Cards are counted at the price of a replaced card, which is the higher one: somebody may have lost a card "
                "at an earlier employer. A first card costs less."
            )
        )
    said += [_where_cards_go(lines, circumstances), *_where_paper_goes(lines, circumstances), _holds_for()]
    return said


def _is_same_card(lines: Sequence[QuotedLine], circumstances: Circumstances) -> bool:
    return circumstances.has_same_people and sum(line.is_on_card for line in lines) > 1


def _where_cards_go(lines: Sequence[QuotedLine], circumstances: Circumstances) -> str:
    facts = {
        "sites": count(circumstances.site_count),
        "home": euro(max(line.tariff.card_delivery_home_cents for line in lines)),
    }
    if circumstances.delivery == Delivery.SITE:
        return (
            ngettext(
                "It holds when all cards go to %(sites)s workplace. A card that goes to somebody's home instead costs "
                "%(home)s more, VAT not included.",
                "It holds when all cards go to these %(sites)s workplaces. A card that goes to somebody's home instead costs "
                "%(home)s more, VAT not included.",
                circumstances.site_count,
            )
            % facts
        )
    if not circumstances.site_count:
        return gettext("It holds when all cards go to people's homes.")
    return (
        ngettext(
            "It holds when cards go to people's homes and to at most %(sites)s workplace.",
            "It holds when cards go to people's homes and to at most %(sites)s workplaces.",
            circumstances.site_count,
        )
        % facts
    )


def _where_paper_goes(lines: Sequence[QuotedLine], circumstances: Circumstances) -> list[str]:
    """One more place can cost more than the quote says: an order is charged for each that it is brought to."""
    costs_cents = [line.tariff.paper_delivery_per_site_cents for line in lines if not line.is_on_card]
    if not any(costs_cents):
        return []
    words = ngettext(
        "It holds when vouchers on paper are brought to %(places)s place: a workplace, or your company's address for who has "
        "none. Each further place costs %(place)s more, VAT not included.",
        "It holds when vouchers on paper are brought to at most %(places)s places: workplaces, and your company's address for "
        "who has none. Each further place costs %(place)s more, VAT not included.",
        circumstances.paper_place_count,
    )
    return [words % {"places": count(circumstances.paper_place_count), "place": euro(max(costs_cents))}]


def _holds_for() -> str:
    return gettext(
        "It holds for one order of each product, for these people and amounts. With an invoice for each cost centre VAT is "
        "rounded on each, which can make a few cents' difference."
    )


def hint_in_words(hint: Hint) -> HintInWords:
    """The hint, with its date and sources."""
    return HintInWords(
        title=str(ProductChoice(hint.product.value).label),
        text=_hint_text(hint),
        period=period_in_words(hint.law.from_on, hint.law.to_on),
        sources=sources_of(hint.law.sources),
        is_warning=hint.is_warning,
    )


def _hint_text(hint: Hint) -> str:
    facts = {
        "maximum": euro(hint.maximum_cents),
        "asked": euro(hint.asked_cents),
        "more": euro(hint.more_cents),
        "less": euro(hint.less_cents),
    }
    return _hint_sentence(hint.kind) % facts


def _hint_sentence(kind: HintKind) -> str:
    sentences = {
        HintKind.MEAL_VALUE_ROOM: gettext("One voucher may be worth up to %(maximum)s; you chose %(asked)s."),
        HintKind.MEAL_DEDUCTION_STEP: gettext(
            "If you pay %(maximum)s of each voucher yourself, the highest employer's share, you deduct %(more)s of it from your "
            "taxable profit instead of %(less)s. Now you pay %(asked)s."
        ),
        HintKind.MEAL_DEDUCTION_REACHED: gettext(
            "You pay the highest employer's share, %(maximum)s, so you deduct %(more)s of each voucher from your taxable profit."
        ),
        HintKind.YEAR_ROOM: gettext(
            "Each person may get up to %(maximum)s a year from you; you chose %(asked)s on average."
        ),
        HintKind.YEAR_PASSED: gettext(
            "The law exempts up to %(maximum)s a year for each person; this is %(asked)s on average. What goes above "
            "it counts as wage, and an order for it can be refused."
        ),
        HintKind.GIFT_ROOM: gettext(
            "At the end of the year each person may get up to %(maximum)s, and %(more)s more for each dependent child; you "
            "chose %(asked)s on average."
        ),
        HintKind.GIFT_PASSED: gettext(
            "At the end of the year the law exempts up to %(maximum)s for each person and %(more)s for each dependent child; "
            "this is %(asked)s on average. Other occasions have maximums of their own."
        ),
    }
    return sentences[kind]
