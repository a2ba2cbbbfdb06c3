"""The statement of account of any client, for staff: look, download, send by mail; and its pauses of reminders."""

from datetime import date, timedelta

from django import forms
from django.conf import settings
from django.contrib.messages import error, success
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.banking.statement_of_account import StatementOfAccount, statement_of_account
from tegoed.billing.queries import open_invoices_of
from tegoed.billing.reminders import PAUSE_DAYS_MAX, REASON_LENGTH_MAX, running_pauses
from tegoed.clients.models import Client
from tegoed.errors import Refusal
from tegoed.flows.statement_papers import send_statement_of_account, statement_pdf
from tegoed.public.downloads import Period, as_download, period_of
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today

PAUSE_DAYS_USUAL = 14
OPEN_INVOICES_CHOSEN_MAX = 500


class PauseForm(forms.Form):
    """No reminders of all, or of one open invoice, until a day, and why."""

    invoice = forms.ChoiceField(label=_("Of which invoice"), required=False)
    until_on = forms.DateField(
        label=_("Up to and including"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Why"), max_length=REASON_LENGTH_MAX, help_text=_("Disputed, promised, … It stays in the trail.")
    )

    def __init__(self, data: QueryDict | None = None, *, client: Client, today: date) -> None:
        super().__init__(data, initial={"until_on": today + timedelta(days=PAUSE_DAYS_USUAL)})
        numbers = open_invoices_of(client).values_list("pk", "number")[:OPEN_INVOICES_CHOSEN_MAX]
        choices = [("", str(_("All invoices of the client"))), *((str(pk), number) for pk, number in numbers)]
        self.fields["invoice"].choices = choices  # type: ignore[attr-defined]
        limits = {"min": today.isoformat(), "max": (today + timedelta(days=PAUSE_DAYS_MAX)).isoformat()}
        self.fields["until_on"].widget.attrs |= limits


@for_staff
@require_safe
def account(request: HttpRequest, client_id: int) -> HttpResponse:
    """The account between two days, this year unless asked otherwise; and who is not reminded of what."""
    client = get_object_or_404(Client, pk=client_id)
    return account_page(request, client, PauseForm(client=client, today=brussels_today()))


def account_page(request: HttpRequest, client: Client, form: PauseForm, *, status: int = 200) -> HttpResponse:
    """The page, with the form as it was filled in."""
    period, statement = _asked(request, client)
    return page(
        request,
        "clients/account.html",
        section="clients",
        status=status,
        shown=client,
        period=period,
        statement=statement,
        entries=Paginator(statement.entries, settings.PAGE_ROWS_MAX).get_page(request.GET.get("page")),
        pauses=running_pauses(brussels_today()).filter(client=client),
        form=form,
    )


@for_staff
@require_safe
def pdf(request: HttpRequest, client_id: int) -> HttpResponse:
    """As PDF, in the client's language; too long for paper: back to the page, with why."""
    client = get_object_or_404(Client, pk=client_id)
    period, statement = _asked(request, client)
    try:
        content = statement_pdf(statement, language=client.language, today=brussels_today())
    except Refusal as refusal:
        error(request, message_of(refusal))
        return redirect(_page_of(client, period))
    name = gettext("statement-of-account")
    answer = HttpResponse(content, content_type="application/pdf")
    return as_download(answer, f"{name}-{period.from_on}-{period.to_on}.pdf")


@for_staff
@require_POST
def send(request: HttpRequest, client_id: int) -> HttpResponse:
    """By mail, to the contacts of the client that receive statements."""
    client = get_object_or_404(Client, pk=client_id)
    today = brussels_today()
    period = period_of(request.POST, otherwise=Period(today.replace(month=1, day=1), today))
    try:
        count = send_statement_of_account(
            client=client,
            from_on=period.from_on,
            to_on=period.to_on,
            actor=request.user,  # type: ignore[arg-type]  # for_staff
        )
    except Refusal as refusal:
        error(request, message_of(refusal))
    else:
        if count:
            told = ngettext("It goes to %(count)s contact.", "It goes to %(count)s contacts.", count)
            success(request, told % {"count": count})
        else:
            error(request, gettext("None of the client's contacts receives statements of account. Nothing was sent."))
    return redirect(_page_of(client, period))


def _asked(request: HttpRequest, client: Client) -> tuple[Period, StatementOfAccount]:
    today = brussels_today()
    period = period_of(request.GET, otherwise=Period(today.replace(month=1, day=1), today))
    return period, statement_of_account(client, from_on=period.from_on, to_on=period.to_on)


def _page_of(client: Client, period: Period) -> str:
    return f"{reverse('backoffice:client-account', kwargs={'client_id': client.pk})}?{period.query}"
