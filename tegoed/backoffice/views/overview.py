"""What a day at the office begins with."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.queries import bank_accounts_with_last_statement, office_figures
from tegoed.backoffice.wording import load_delay
from tegoed.banking.queries import corrections_asked
from tegoed.beneficiaries.queries import identifier_changes_asked
from tegoed.contact.queries import new_question_count
from tegoed.orders.models import OrderState
from tegoed.outbox.queries import waiting_counts
from tegoed.paper_vouchers.models import PrintBatchState
from tegoed.paper_vouchers.queries import batch_counts
from tegoed.quotes.lead_queries import new_lead_count
from tegoed.rules.dates import brussels_date
from tegoed.treasury.models import RefundState
from tegoed.treasury.queries import refunds_found


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Figures, and what waits for somebody."""
    now = timezone.now()
    figures = office_figures(brussels_date(now))
    return page(
        request,
        "overview.html",
        section="overview",
        figures=figures,
        states=[(state, figures.order_counts.get(state.value, 0)) for state in OrderState],
        late=[(order, load_delay(order, now=now)) for order in figures.late_orders],
        accounts=bank_accounts_with_last_statement(),
        e_invoices_waiting=waiting_counts(),
        correction_count=corrections_asked().count(),
        refund_count=refunds_found(RefundState.ASKED).count(),
        to_print_count=batch_counts()[PrintBatchState.TO_PRINT],
        identifier_change_count=identifier_changes_asked().count(),
        question_count=new_question_count(),
        lead_count=new_lead_count(),
    )
