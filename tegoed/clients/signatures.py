"""Who agrees to something, as pages tell it; and who signed a contract, kept for good (SPEC Q3, Q4)."""

from dataclasses import asdict, dataclass

from tegoed.clients.models import Contract, ContractSignature, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who agrees: the fields of `clients.Evidence`. `statement` is the very sentence that was ticked."""

    name: str
    function: str
    statement: str
    language: str
    ip_address: str | None
    user_agent: str


def keep_signature(
    *, contract: Contract, signer: Signer, signed_by: User | None = None, quote_id: int | None = None
) -> ContractSignature:
    """Write down who signed a new contract; `quote_id`: by accepting that quote. A second one is refused by the database."""
    return ContractSignature.objects.create(contract=contract, signed_by=signed_by, quote_id=quote_id, **asdict(signer))
