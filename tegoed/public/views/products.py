"""What can be given: each product, and what the law says of it today (SPEC O7)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tegoed.public.product_facts import PRODUCTS_SHOWN, facts_of
from tegoed.public.product_words import WORDS
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product, forms_allowed


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """All products beside each other."""
    return render(
        request,
        "public/products/overview.html",
        {"section": "products", "products": [WORDS[product] for product in PRODUCTS_SHOWN]},
    )


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One product: what it is for, and its facts with date and source. 404 for a word that is no product of ours."""
    words = next((words for words in WORDS.values() if words.slug == slug), None)
    if words is None:
        raise Http404
    on = brussels_today()
    return render(
        request,
        "public/products/product.html",
        {
            "section": "products",
            "words": words,
            "facts": facts_of(Product(words.product), on=on),
            "on": on,
            "is_on_paper": Form.PAPER in forms_allowed(Product(words.product), on),
            "others": [other for other in WORDS.values() if other is not words],
        },
    )
