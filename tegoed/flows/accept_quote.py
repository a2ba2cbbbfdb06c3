"""A prospect accepts a quote or offer: a client with its contracts, and a mail to create the account (SPEC Q3).

Its one law: all of it in one transaction, once for each quote and each company; whoever accepts at the same moment waits at
the quote. For a company that is a client already nothing is opened and the answer is the same: staff see to it, since who is
our client is nobody else's business (docs/adr/0027).
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from tegoed.audit.actions import Action, record_event
from tegoed.clients.actions import add_site, open_client, sign_contract
from tegoed.clients.invitations import invite
from tegoed.clients.models import Client, Invitation, Role
from tegoed.clients.signatures import Signer, keep_signature
from tegoed.contact.actions import NewQuestion
from tegoed.contact.models import Asker, Topic
from tegoed.flows.contact_questions import ask_question
from tegoed.flows.invitations import answer_reader, send_invitation
from tegoed.quotes.acceptance import QuoteNotToBeAccepted, QuotePricesChanged, keep_acceptance, lead_of
from tegoed.quotes.actions import Prospect
from tegoed.quotes.models import Quote, QuoteAcceptance, QuoteState
from tegoed.quotes.queries import circumstances_of, has_expired, line_costs, quoted_line
from tegoed.rules.dates import brussels_today
from tegoed.rules.enterprise import pretty, read_enterprise_number
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import price_quote, refusals_of_quoted_line


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompany:
    """The company as it is typed. `vat_number`: None for `BE` and the enterprise number, empty for who isn't liable."""

    name: str
    enterprise_number: str
    vat_number: str | None
    street: str
    postcode: str
    town: str
    billing_email: str
    language: str


@transaction.atomic
def accept_quote(*, quote_id: int, company: NewCompany, signer: Signer, email: str) -> Client | None:
    """Open the client and send the welcome mail to `email`; None where that company is a client already: staff are told.

    Accepted before, it stays as it was, and gives that client. Raises `Quote.DoesNotExist`, `QuoteNotToBeAccepted`,
    `QuotePricesChanged`, `EnterpriseNumberInvalid`, `ProductClosed`, `FormNotAllowed`, `IssuerNotSetUp`.
    """
    email = email.strip().lower()
    quote = Quote.objects.select_for_update(of=["self"]).select_related("lead").get(pk=quote_id)
    accepted = QuoteAcceptance.objects.select_related("client").filter(quote=quote).first()
    if accepted is not None:
        return accepted.client
    number = read_enterprise_number(company.enterprise_number)
    check_can_be_accepted(quote)
    client = _opened(company, number)
    if client is None:
        _tell_staff(quote, company, number, signer, email)
        return None
    with override(company.language):
        site_name = gettext("Head office")
    add_site(client=client, name=site_name, street=company.street, postcode=company.postcode, town=company.town)
    for line in quote.lines.select_related("tariff"):
        contract = sign_contract(
            client=client,
            product=Product(line.product),
            form=Form(line.form),
            tariff=line.tariff,
            starts_on=brussels_today(),
            actor=None,
        )
        keep_signature(contract=contract, signer=signer, quote_id=quote.pk)
    keep_acceptance(quote=quote, client=client, signer=signer, email=email)
    invitation, token = invite(
        email=email,
        full_name=signer.name,
        language=company.language,
        client=client,
        role=Role.OWNER,
        is_welcome=True,
        actor=None,
    )
    send_invitation(invitation, token)
    return client


def check_can_be_accepted(quote: Quote) -> None:
    """Raises `QuoteNotToBeAccepted`, `ProductClosed`, `FormNotAllowed`, `QuotePricesChanged`."""
    today = brussels_today()
    if quote.state != QuoteState.OPEN:
        raise QuoteNotToBeAccepted(quote_id=quote.pk, reason=quote.state)
    if has_expired(quote, today):
        raise QuoteNotToBeAccepted(quote_id=quote.pk, reason="expired")
    lines = list(quote.lines.select_related("tariff"))
    quoted = [quoted_line(line) for line in lines]
    for line in quoted:
        for refusal in refusals_of_quoted_line(line, month=today):
            raise refusal
    if [line_costs(line) for line in lines] != price_quote(quoted, circumstances_of(quote)):
        raise QuotePricesChanged


def send_welcome_again(acceptance: QuoteAcceptance) -> None:
    """The mail that was sent when the quote was accepted, to the same address, with a link that works."""
    welcome = Invitation.objects.filter(client=acceptance.client, email=acceptance.email, is_welcome=True)
    first = welcome.select_related("client", "secretariat").order_by("id").first()
    if first is not None:
        answer_reader(first)


def _opened(company: NewCompany, number: str) -> Client | None:
    """The new client; None when there is one of that number, also by somebody else at the same moment."""
    if Client.objects.filter(enterprise_number=number).exists():
        return None
    try:
        with transaction.atomic():
            return open_client(
                name=company.name,
                enterprise_number=number,
                vat_number=company.vat_number,
                language=company.language,
                street=company.street,
                postcode=company.postcode,
                town=company.town,
                billing_email=company.billing_email,
                actor=None,
            )
    except IntegrityError:
        return None


def _tell_staff(quote: Quote, company: NewCompany, number: str, signer: Signer, email: str) -> None:
    """The quote stays open; a question waits for staff in its words, and its sender gets the mail that one came in."""
    lead_of(quote, prospect=Prospect(company.name, signer.name, email))
    with override(company.language):
        message = gettext(
            "I want to accept quote %(quote)s for %(company)s (%(number)s), as %(function)s. This enterprise number belongs "
            "to a client already."
        ) % {"quote": quote.pk, "company": company.name, "number": pretty(number), "function": signer.function}
    asked = NewQuestion(
        asker=Asker.EMPLOYER,
        topic=Topic.PRICES,
        name=signer.name,
        email=email,
        company=company.name,
        message=message,
        language=company.language,
    )
    question = ask_question(asked=asked, is_confirmed=True)
    record_event(
        actor=None,
        action=Action.QUOTE_NOT_ACCEPTED,
        subject_id=quote.pk,
        enterprise_number=number,
        email=email,
        question_id=question.pk,
    )
