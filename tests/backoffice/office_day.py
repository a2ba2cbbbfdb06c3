"""What happens before the office opens a page: orders confirmed and invoiced, bank files booked as the worker does."""

from bank import Payment, coda_file, payment_of
from cast import Cast, draft_of, hire, hire_temporary, niss
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from payroll import payroll_of
from sales import a_question, an_offer

from tegoed.backoffice.urls import urlpatterns
from tegoed.banking.models import Proposal, StatementFile, StatementLine
from tegoed.beneficiaries.actions import ask_identifier_change
from tegoed.beneficiaries.models import Beneficiary
from tegoed.billing.models import Invoice
from tegoed.billing.reminders import pause_reminders
from tegoed.cards.models import Card
from tegoed.clients.invitations import invite
from tegoed.clients.models import Client
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.correct_payments import ask_undo
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.flows.payment_files import make_collection_file
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.flows.refunds import ask_refund_of_line
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of
from tegoed.outbox.models import Message, Transmission
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import read_identifier
from tegoed.treasury.models import Collection, MandateScheme, Refund


def office(name: str, **kwargs: int) -> str:
    return reverse(f"backoffice:{name}", kwargs=kwargs)


def ordered(client: Client, people: list[Beneficiary], *, actor=None) -> tuple[Order, list[Invoice]]:
    """A confirmed order with its invoices sent (none when older ones hold it back)."""
    order = draft_of(client, people)
    total_cents = preview_of(order).pricing.total_cents
    confirm_order(client=client, order_id=order.pk, actor=actor, confirmed_total_cents=total_cents)
    invoices = invoice_order(order_id=order.pk)
    send_invoices(order_id=order.pk)
    order.refresh_from_db()
    return order, invoices


def booked(content: bytes, name: str = "monday.cod") -> StatementFile:
    """A bank file in the books."""
    file = receive_statement_file(file_name=name, content=content, actor=None)
    book_statement_file(file_id=file.pk)
    file.refresh_from_db()
    return file


def a_day(cast: Cast) -> dict[str, int]:
    """One of everything an address of the office can name."""
    people = hire(cast.bakery, 3)
    order, invoices = ordered(cast.bakery, people, actor=cast.alice)
    file = booked(coda_file([*map(payment_of, invoices), Payment(invoices[0].total_cents, free="voor november")]))
    later, _invoices = ordered(cast.bakery, people, actor=cast.alice)
    allocation = invoices[1].allocations.get()
    correction = ask_undo(allocation_id=allocation.pk, note="verkeerd", actor=cast.staff_member)
    newcomer = hire_temporary(cast.bakery)
    change = ask_identifier_change(
        client=cast.bakery, beneficiary_id=newcomer.pk, identifier=read_identifier(niss(90)), actor=cast.alice
    )
    pause = pause_reminders(
        client=cast.bakery,
        invoice_id=None,
        until_on=brussels_today(),
        reason="Promised",
        on=brussels_today(),
        actor=cast.staff_member,
    )
    refund, collection, line = money_back_and_forth(cast)
    invitation, _token = invite(
        email="noor@bakkerij.example", full_name="Noor", language="nl", client=cast.bakery, role="viewer", actor=None
    )
    payroll = payroll_of(cast)
    secretariat_invitation, _token = invite(
        email="uma@loonburo.example", full_name="Uma", language="nl", secretariat=payroll.secretariat, actor=None
    )
    offer = an_offer(cast)
    return {
        "invitation_id": invitation.pk,
        "secretariat_id": payroll.secretariat.pk,
        "secretariat_invitation_id": secretariat_invitation.pk,
        "user_id": payroll.tom.pk,
        "question_id": a_question().pk,
        "lead_id": offer.lead_id,
        "offer_id": offer.pk,
        "position": 1,
        "pause_id": pause.pk,
        "refund_id": refund.pk,
        "collection_id": collection.pk,
        "batch_id": collection.batch_id,
        "line_id": line.pk,
        "order_id": order.pk,
        "file_id": file.pk,
        "client_id": cast.bakery.pk,
        "beneficiary_id": newcomer.pk,
        "change_id": change.pk,
        "card_id": Card.objects.order_by("id")[0].pk,
        "transmission_id": Transmission.objects.order_by("id")[0].pk,
        "proposal_id": Proposal.objects.get(parts__invoice__order=later, state="open").pk,
        "allocation_id": allocation.pk,
        "invoice_id": invoices[0].pk,
        "correction_id": correction.pk,
        "message_id": Message.objects.order_by("id")[0].pk,
    }


def money_back_and_forth(cast: Cast) -> tuple[Refund, Collection, StatementLine]:
    """A refund asked, an invoice on its way to be collected, and a payment not placed."""
    issuer = cast.issuer
    issuer.creditor_identifier, issuer.payment_days = "BE81ZZZ0123456749", 5
    issuer.save()
    sign_mandate(
        client=cast.garage,
        scheme=MandateScheme.CORE,
        iban="BE71096123456769",
        signer_name="Charlie",
        signer_function="Owner",
        signed_from="192.0.2.7",
        actor=cast.charlie,
    )
    ordered(cast.garage, hire(cast.garage, 1, first=50))
    batch = make_collection_file(actor=cast.staff_member)
    last = StatementFile.objects.order_by("id").last().statements.get()
    unknown = [Payment(4_200, free="?", account="NL91ABNA0417164300"), Payment(100, free="?")]
    booked(coda_file(unknown, sequence=2, old_balance_cents=last.new_balance_cents), name="tuesday.cod")
    back, line = StatementLine.objects.order_by("-id")[1], StatementLine.objects.order_by("-id")[0]
    refund = ask_refund_of_line(line_id=back.pk, reason="", actor=cast.staff_member)
    return refund, batch.collections.first(), line


def every_address(things: dict[str, int]) -> dict[str, str]:
    """All addresses of the office by name, filled in."""
    return {
        pattern.name: office(pattern.name, **{key: things[key] for key in pattern.pattern.converters})
        for pattern in urlpatterns
    }


def upload(browser, content: bytes, name: str = "monday.cod"):
    return browser.post(office("statements"), {"file": SimpleUploadedFile(name, content)})
