"""The products a client can order now."""

from tegoed.clients.models import Client
from tegoed.clients.queries import running_contracts
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product

FormsByProduct = dict[Product, frozenset[Form]]


def forms_to_order(client: Client) -> FormsByProduct:
    """The products of the client's running contracts with the forms signed for, the most usual first."""
    signed = set(running_contracts(client, brussels_today()).values_list("product", "form"))
    by_product = {product: frozenset(form for form in Form if (product, form) in signed) for product in Product}
    return {product: forms for product, forms in by_product.items() if forms}


def products_to_order(client: Client) -> list[Product]:
    """Those of the client's running contracts for vouchers on card, the most usual first."""
    contracts = running_contracts(client, brussels_today()).filter(form=Form.ELECTRONIC)
    signed = set(contracts.values_list("product", flat=True))
    return [product for product in Product if product in signed]
