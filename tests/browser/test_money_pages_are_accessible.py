"""Credit, refunds, mandates, direct debits and files for the bank: nobody is kept out, in any language, on any width."""

import pytest
from bank import Payment, payment_of
from cast import PASSWORD, hire
from looks import faults_of
from steps import ALICE, DORA
from story import invoiced, received_from_bank

from tegoed.banking.models import Explanation, StatementLine
from tegoed.clients.models import User
from tegoed.flows.correct_payments import ask_explanation
from tegoed.flows.payment_files import make_collection_file, make_refund_file
from tegoed.flows.refunds import approve_refund, ask_refund_of_credit, ask_refund_of_line
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.flows.use_credit import use_credit
from tegoed.rules.dates import add_months, brussels_today
from tegoed.treasury.models import MandateScheme

pytestmark = pytest.mark.browser

KNOWN = "BE71096123456769"


@pytest.fixture
def paths(site) -> dict[str, list[str]]:
    """Each page with something on it, by who opens it."""
    bakery, issuer, alice = site.cast.bakery, site.cast.issuer, site.cast.alice
    issuer.creditor_identifier, issuer.payment_days = "BE81ZZZ0123456749", 5
    issuer.save()
    eva = User.objects.create_user("eva@uitgever.example", PASSWORD, full_name="Eva", language="en", is_staff=True)
    later = add_months(brussels_today(), 1)
    _order, (first, _card) = invoiced(bakery, hire(bakery, 2), loading_on=later)
    received_from_bank([payment_of(first, first.total_cents + 30_000)])
    _order, (second,) = invoiced(bakery, list(bakery.beneficiaries.all()), loading_on=later)
    use_credit(client=bakery, invoice_id=second.pk, actor=alice)
    _order, (third,) = invoiced(bakery, list(bakery.beneficiaries.all()), loading_on=later)
    received_from_bank([payment_of(third, third.total_cents + 9_000), Payment(700, free="?"), Payment(800, free="??")])
    paid_back = ask_refund_of_credit(client=bakery, amount_cents=1_000, iban=KNOWN, reason="Terug", actor=alice)
    approve_refund(refund_id=paid_back.pk, is_iban_checked=False, actor=eva)
    refund_file = make_refund_file(actor=eva)
    asked = ask_refund_of_credit(client=bakery, amount_cents=500, iban="NL91ABNA0417164300", reason="", actor=alice)
    back, waiting = StatementLine.objects.filter(amount_cents__in=[700, 800]).order_by("id")
    ask_refund_of_line(line_id=back.pk, reason="", actor=eva)
    ask_explanation(line_id=waiting.pk, explanation=Explanation.OWN_MONEY, note="Kapitaal", actor=eva)
    sign_mandate(
        client=bakery,
        scheme=MandateScheme.CORE,
        iban=KNOWN,
        signer_name="Alice Peeters",
        signer_function="Zaakvoerder",
        signed_from="192.0.2.7",
        actor=alice,
    )
    people = list(bakery.beneficiaries.all())
    invoiced(bakery, people, loading_on=later)
    debit_file = make_collection_file(actor=eva)
    collection = debit_file.collections.get()
    received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
    taken_back = Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="2", reason="AM04")
    received_from_bank([taken_back])
    bounced = StatementLine.objects.order_by("id").last()
    _order, (on_its_way,) = invoiced(bakery, people, loading_on=later)
    return {
        ALICE: [
            f"/c/{bakery.pk}/{path}"
            for path in (
                "credit/",
                "credit/ask-back/",
                "direct-debit/",
                "direct-debit/sign/",
                "invoices/",
                f"invoices/{second.pk}/",
                f"invoices/{on_its_way.pk}/",
            )
        ],
        DORA: [
            f"/office/{path}"
            for path in (
                "",
                "statements/",
                "suspense/",
                "corrections/",
                "reminders/",
                f"lines/{waiting.pk}/",
                f"lines/{back.pk}/?client={bakery.pk}",
                f"lines/{bounced.pk}/",
                f"lines/{bounced.reverses_id}/",
                f"suspense/{waiting.pk}/refund/",
                "refunds/",
                f"refunds/{asked.pk}/",
                f"refunds/{paid_back.pk}/",
                "collections/",
                f"collections/{collection.pk}/",
                f"payment-files/{refund_file.pk}/",
                f"payment-files/{debit_file.pk}/",
                f"clients/{bakery.pk}/refund/",
            )
        ],
    }


def test_no_page_of_money_keeps_anybody_out_in_any_language(site, paths, axe: str) -> None:
    assert faults_of(site, paths, axe=axe) == {}
