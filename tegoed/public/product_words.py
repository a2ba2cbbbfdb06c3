"""What the public pages say of each product, in our words; figures of the law are in `product_facts`."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import ProductChoice
from tegoed.refusals.sentence import Sentence
from tegoed.rules.products import Product


@dataclass(frozen=True, slots=True)
class ProductWords:
    """`slug`: in the address, the same in every language. `points`: what makes it worth giving."""

    product: Product
    slug: str
    icon: str
    tagline: Sentence
    lead: Sentence
    points: tuple[Sentence, ...]

    @property
    def name(self) -> Sentence:
        return ProductChoice(self.product).label


WORDS = {
    words.product: words
    for words in (
        ProductWords(
            Product.MEAL,
            "meal",
            "tools-kitchen-2",
            _("A meal for each day worked."),
            _(
                "One voucher for each day that somebody really worked, to pay a meal or food for the table. You choose the "
                "value; the employee pays a small share of it."
            ),
            (
                _("A number times a value: 20 vouchers of 8 euro are loaded as 160 euro."),
                _("The number follows the days worked: the order form counts them for you, less absences."),
                _("Loaded on a card, which an employee keeps for all vouchers."),
            ),
        ),
        ProductWords(
            Product.ECO,
            "eco",
            "leaf",
            _("A greener choice, once or twice a year."),
            _(
                "For what is good for the environment: a bicycle, insulation, a second-hand device, plants. In "
                "some sectors a collective agreement grants it to everybody."
            ),
            (
                _("An amount for each employee, typed once or taken from your Excel file."),
                _("On the same card as meal vouchers: no second card to pay for."),
                _("The order keeps count of the year, also over several orders."),
            ),
        ),
        ProductWords(
            Product.GIFT,
            "gift",
            "gift",
            _("A present at the end of the year, or for a great day."),
            _(
                "Saint Nicholas, Christmas and New Year, a marriage, an honour, a retirement: a gift voucher says thank you. "
                "What may be given depends on the occasion, and on the children."
            ),
            (
                _("The order asks for the occasion and checks what the law exempts for it."),
                _("On a card, or on paper to put into an envelope."),
                _("Paper vouchers are numbered, and brought to the place you choose."),
            ),
        ),
        ProductWords(
            Product.SPORT_CULTURE,
            "sport-culture",
            "bike",
            _("Free time well spent."),
            _(
                "A season at the club, a concert, a museum, a book fair: for sport and culture of the employee and of the family."
            ),
            (
                _("One amount a year, ordered when it suits you."),
                _("On the same card as the other vouchers."),
                _("A balance of its own: nobody spends it on something else by mistake."),
            ),
        ),
    )
}


def icon_of(product: Product) -> str:
    """The same picture of a product on every public page; a parcel for one that has no page of its own."""
    words = WORDS.get(product)
    return words.icon if words else "package"
