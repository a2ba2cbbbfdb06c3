"""The words for changing several beneficiaries at once: what can be done, and why not for somebody."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.many import ManyKind, Obstacle

Words = str | Promise

KIND_LABELS: dict[str, Words] = {
    ManyKind.DEACTIVATE: _("Deactivate"),
    ManyKind.REACTIVATE: _("Reactivate"),
    ManyKind.TO_SITE: _("Cards to a workplace"),
    ManyKind.TO_HOME: _("Cards to the home address"),
    ManyKind.COST_CENTRE: _("Change the cost centre"),
}
TITLES: dict[str, Words] = {
    ManyKind.DEACTIVATE: _("Deactivate these people?"),
    ManyKind.REACTIVATE: _("Reactivate these people?"),
    ManyKind.TO_SITE: _("Send cards of these people to a workplace?"),
    ManyKind.TO_HOME: _("Send cards of these people home?"),
    ManyKind.COST_CENTRE: _("Change the cost centre of these people?"),
}
OBSTACLES: dict[str, Words] = {
    Obstacle.NO_HOME_ADDRESS: _("no home address known: enter it on the profile"),
    Obstacle.SITE_CLOSED: _("their workplace is closed: choose another on the profile"),
}
