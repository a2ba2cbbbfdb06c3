"""A model agreement for one client, as a file: its own particulars and what it filled in. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tegoed.clients.models import Client
from tegoed.clients.queries import the_issuer
from tegoed.formats.agreement_paper import AgreementTerms, Counting, write_agreement_docx, write_agreement_pdf
from tegoed.formats.invoice import Party
from tegoed.rules.agreements import AgreementKind
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Product

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE_KINDS = {"pdf": "application/pdf", "docx": DOCX}


@dataclass(frozen=True, slots=True)
class AgreementFile:
    """What is downloaded."""

    file_name: str
    media_type: str
    content: bytes


def agreement_file(*, client: Client, file_kind: str, wish: Mapping[str, Any]) -> AgreementFile:
    """The model text as `pdf` or `docx`.

    `wish`: product, kind (company or individual), joint_committee, amount and worker_share in cents, counting, starts_on,
    ends_on, language. Raises `IssuerNotSetUp`.
    """
    terms = _terms(client, wish)
    write = write_agreement_pdf if file_kind == "pdf" else write_agreement_docx
    return AgreementFile(
        file_name=f"{terms.product.value}-{terms.kind}-{wish['language']}.{file_kind}",
        media_type=FILE_KINDS[file_kind],
        content=write(terms, language=wish["language"]),
    )


def _terms(client: Client, wish: Mapping[str, Any]) -> AgreementTerms:
    product = Product(wish["product"])
    return AgreementTerms(
        product=product,
        kind="company" if wish["kind"] == AgreementKind.COMPANY else "individual",
        employer=Party(
            name=client.name,
            enterprise_number=client.enterprise_number,
            vat_number=client.vat_number or None,
            street=client.street,
            postcode=client.postcode,
            town=client.town,
            country_code="BE",
        ),
        issuer_name=the_issuer().name,
        joint_committee=wish["joint_committee"],
        amount_cents=wish["amount"],
        worker_share_cents=wish["worker_share"] if product == Product.MEAL else 0,
        counting=Counting(wish["counting"] or Counting.DAYS),
        starts_on=wish["starts_on"],
        ends_on=wish["ends_on"],
        on=brussels_today(),
    )
