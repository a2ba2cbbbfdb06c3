"""The products a client can order now."""

from tegoed.clients.models import Client
from tegoed.clients.queries import running_contracts
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product


def products_to_order(client: Client) -> list[Product]:
    """Those of the client's running contracts for vouchers on card, the most usual first."""
    contracts = running_contracts(client, brussels_today()).filter(form=Form.ELECTRONIC)
    signed = set(contracts.values_list("product", flat=True))
    return [product for product in Product if product in signed]
