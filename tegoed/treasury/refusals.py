"""Why money is not paid back or collected."""

from tegoed.errors import Refusal


class CreditShort(Refusal):
    """There is less credit than is asked. Params: `available_cents`."""

    code = "credit-short"


class NothingToPay(Refusal):
    """Nothing of the invoice is open, or it is being collected already. Params: `number`."""

    code = "nothing-to-pay"


class RefundAskedAlready(Refusal):
    """The same amount to the same account is asked already and waits. Params: `amount_cents`, `iban`."""

    code = "refund-asked-already"


class RefundNotWaiting(Refusal):
    """Somebody decided about it already. Params: `reason` (its state)."""

    code = "refund-not-waiting"


class ApproverAskedItself(Refusal):
    """Who asked for a refund can't decide about it too."""

    code = "refund-by-one-person"


class IbanNotChecked(Refusal):
    """Money never came from that account, and nobody said that they checked whose it is. Params: `iban`."""

    code = "refund-iban-not-checked"


class RefundIbanOfIssuer(Refusal):
    """The account is the issuer's own. Params: `iban`."""

    code = "refund-iban-of-issuer"


class LinePlacedMeanwhile(Refusal):
    """The payment has its place already, or is being paid back."""

    code = "line-placed-meanwhile"


class PayerUnknown(Refusal):
    """The bank didn't say from which account the payment came."""

    code = "refund-payer-unknown"


class NothingForTheBank(Refusal):
    """Nothing is ready to be put into a file."""

    code = "nothing-for-the-bank"


class CreditorIdentifierMissing(Refusal):
    """The issuer has no creditor identifier, so it can't collect."""

    code = "creditor-identifier-missing"


class MandateInForce(Refusal):
    """The client has a mandate already: revoke it first. Params: `reference`."""

    code = "mandate-in-force"


class MandateNotInForce(Refusal):
    """The mandate was revoked already. Params: `reference`."""

    code = "mandate-not-in-force"


class CollectionNotOnItsWay(Refusal):
    """The bank answered already. Params: `reason` (its state)."""

    code = "collection-not-on-its-way"
