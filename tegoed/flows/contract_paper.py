"""A contract on paper: both parties, what it includes and costs, who signed it and how (SPEC Q4).

Its one law: it says what the contract says today and, word for word, what was ticked when it was signed. Written when
somebody asks for it, in the language they read; nothing is kept.
"""

from datetime import date, datetime, time

from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.billing.actions import buyer_party, seller_party
from tegoed.clients.contract_words import included_in_words, prices_in_words
from tegoed.clients.models import Contract, ContractSignature
from tegoed.clients.queries import the_issuer
from tegoed.formats.contract_pdf import ContractFact, ContractPaper, ContractSection, write_contract_pdf
from tegoed.formats.invoice import Party
from tegoed.rules.dates import BRUSSELS
from tegoed.rules.enterprise import pretty


def contract_pdf(contract: Contract, *, language: str) -> bytes:
    """The PDF of a contract, in that language (nl, fr, en or de)."""
    with override(language):
        return write_contract_pdf(_paper(contract, language))


def _paper(contract: Contract, language: str) -> ContractPaper:
    issuer, signature = the_issuer(), signature_of(contract)
    facts = {"product": contract.get_product_display(), "form": contract.get_form_display()}
    return ContractPaper(
        language=language,
        title=gettext("Contract: %(product)s (%(form)s)") % facts,
        lead=gettext("Contract number %(number)s, in force since %(day)s.")
        % {"number": contract.pk, "day": _day(contract.starts_on, language)},
        author=issuer.name,
        sections=(
            _party(gettext("Issuer"), seller_party(issuer)),
            _party(gettext("Client"), buyer_party(contract.client)),
            ContractSection(
                gettext("What it includes"), sentences=tuple(included_in_words(contract.product, contract.form))
            ),
            ContractSection(
                gettext("What it costs, without VAT"),
                facts=tuple(
                    ContractFact(price.label, price.text) for price in prices_in_words(contract.tariff, contract.form)
                ),
            ),
            *([_signed(signature, language)] if signature else []),
        ),
        dated_at=signature.at if signature else datetime.combine(contract.starts_on, time.min, BRUSSELS),
    )


def signature_of(contract: Contract) -> ContractSignature | None:
    """Who signed it; None where that was outside the portal."""
    return ContractSignature.objects.filter(contract=contract).first()


def _party(title: str, party: Party) -> ContractSection:
    return ContractSection(
        title,
        facts=(
            ContractFact(gettext("Name"), party.name),
            ContractFact(gettext("Enterprise number"), pretty(party.enterprise_number)),
            ContractFact(gettext("Address"), f"{party.street}, {party.postcode} {party.town}"),
        ),
    )


def _day(on: date, language: str) -> str:
    return str(date_format(on, "j. F Y" if language == "de" else "j F Y"))


def _signed(signature: ContractSignature, language: str) -> ContractSection:
    at = signature.at.astimezone(BRUSSELS)
    facts = [
        ContractFact(gettext("Name"), signature.name),
        ContractFact(gettext("Function"), signature.function),
        ContractFact(gettext("Signed on"), f"{_day(at, language)} {at:%H:%M}"),
        ContractFact(gettext("Words agreed to"), signature.statement),
    ]
    if signature.ip_address:
        facts.append(ContractFact(gettext("From internet address"), signature.ip_address))
    return ContractSection(gettext("Signature"), facts=tuple(facts))
