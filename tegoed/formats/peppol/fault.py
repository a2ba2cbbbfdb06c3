"""Why an e-invoice may not go out. One reason for each remedy, not one for each rule of the standard."""

from tegoed.errors import Refusal


class PeppolFault(Refusal):
    """The rules let the document not go. Params: `reason`, `where` (the element or row), `found` (its text, shortened).

    Of the parties: `seller-...` and `buyer-...` with `particulars` (name or address missing), `number`, `vat-number`,
    `country`. Of the document: `not-readable`, `structure`, `profile`, `reference`, `date`, `text`, `payment`, `currency`,
    `vat`, `sums`, `row`, `attachment`, `credited-invoice`. The receiver: `receiver-differs`.
    """

    code = "peppol-fault"
