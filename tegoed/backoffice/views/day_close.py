"""The day close: which days are signed, one day's figures, and the signature."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.report_forms import DayOfAccountForm, SignDayForm
from tegoed.backoffice.report_words import DAY_DIFFERENCES, LINE_STATES
from tegoed.errors import Refusal
from tegoed.flows.day_close import close_day, day_figures, days_of_accounts, digest_holds, last_close_of
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The last days that have a statement, signed or not, with what was posted after the signature."""
    days = days_of_accounts()
    return page(
        request,
        "reports/day_closes.html",
        section="books",
        part="day-close",
        days=days,
        late=[day for day in days if day.late_count],
        open_count=sum(day.close is None and day.day_on < brussels_today() for day in days),
    )


@for_staff
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Books against bank on one day of one account, and the button that signs it."""
    form = DayOfAccountForm(request.GET)
    if not form.is_valid():
        return redirect("backoffice:day-closes")
    account, on = form.cleaned_data["account"], form.cleaned_data["on"]
    try:
        figures = day_figures(account, on)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("backoffice:day-closes")
    close = last_close_of(account, on)
    is_changed = close is not None and close.through_transfer_id != figures.through_transfer_id
    return page(
        request,
        "reports/day_close.html",
        section="books",
        part="day-close",
        figures=figures,
        lines=[(LINE_STATES.get(lines.state, lines.state), lines) for lines in figures.lines],
        differences=[(DAY_DIFFERENCES[one.code], one) for one in figures.differences],
        close=close,
        close_holds=close is None or digest_holds(close),
        is_changed=is_changed,
        is_over=on < brussels_today(),
        may_sign=figures.agrees and on < brussels_today() and (close is None or is_changed),
    )


@for_staff
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign the day as it was shown; a refusal is said, and nothing is kept."""
    form = SignDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This day is not there. Choose it from the list."))
        return redirect("backoffice:day-closes")
    account, on = form.cleaned_data["account"], form.cleaned_data["on"]
    try:
        close_day(
            account_id=account.pk,
            day_on=on,
            actor=request.user,  # type: ignore[arg-type]  # for_staff
            shown_digest=form.cleaned_data["digest"],
        )
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The day is closed and signed by you."))
    words = urlencode({"account": account.pk, "on": on.isoformat()})
    return redirect(f"{reverse('backoffice:day-close')}?{words}")
