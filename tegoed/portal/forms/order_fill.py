"""Filling many rows of step 2 at once: the same for everybody, a workplace, a cost centre or the ticked rows (SPEC O1).

Its one law: only what was typed in the row above is filled in; what can't be ordered for anybody leaves the table as it
was. Nothing is saved by filling.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from tegoed.portal.forms.order_lines import OF_COST_CENTRE, OF_SITE, TICKED, LinesForm, Row, RowReader, read_count

_FILLED = ("count", "value", "amount", "children")


def fill_rows(form: LinesForm) -> None:
    """Put what was typed for everybody in the rows it is for; `form.everybody.error` says why it can't be."""
    told = {name: text for name in _FILLED if (text := getattr(form.everybody, name))}
    if not told:
        form.everybody.error = _("Fill in what each of them gets.")
        return
    meant = _rows_meant(form)
    before = [(row, replace(row.typed)) for row in meant]
    reader = RowReader(form.order)
    for row in meant:
        for name, text in told.items():
            setattr(row.typed, name, text)
        reader.read(row)
    if meant and all(row.error for row in meant):
        form.everybody.error = meant[0].error
        for row, typed in before:
            row.typed = typed
            reader.read(row)


def fill_working_days(form: LinesForm) -> None:
    """As many vouchers as the month has working days, less the days of absence typed in the row."""
    complaint = _("Enter a whole number of days of absence, for example 2.")
    reader = RowReader(form.order)
    for row in _rows_meant(form):
        try:
            absent_days = read_count(row.typed.absent, complaint)
        except ValueError as error:
            row.error, row.wish = str(error), None
        else:
            row.typed.count = str(max(form.working_days - absent_days, 0))
            reader.read(row)


def _rows_meant(form: LinesForm) -> list[Row]:
    """The rows that `whom` says; `form.everybody.error` when there are none."""
    meant = [row for row in form.rows if _is_meant(form, row)]
    if not meant:
        form.everybody.error = _("Tick the people first, or choose for whom it is.")
    return meant


def _is_meant(form: LinesForm, row: Row) -> bool:
    if form.whom == TICKED:
        return row.is_ticked
    if form.whom.startswith(OF_SITE):
        return row.beneficiary.site_id == form.chosen_site
    if form.whom.startswith(OF_COST_CENTRE):
        return row.beneficiary.cost_centre == form.chosen_cost_centre
    return True
