"""Whether the books and the documents tell one story, checked while the reader waits."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.flows.check_books import check_books


@for_staff
@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Run the check and show what it found, with the figures of the day."""
    report = check_books()
    return page(
        request,
        "books.html",
        section="books",
        part="check",
        report=report,
        figures=list(report.figures.items()),
        checked_at=timezone.now(),
    )
