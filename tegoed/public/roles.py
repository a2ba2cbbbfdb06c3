"""What each role may do, in one sentence: the one table of which pages and mails explain roles (SPEC Q5).

Its one law: what it says is what the walls do (`tegoed.portal.access`); it decides nothing itself.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tegoed.clients.models import Role

ROLE_WORDS: Mapping[str, str | Promise] = {
    Role.OWNER: _("does everything: orders, approves, signs contracts, and says who may do what"),
    Role.ORDERER: _("registers beneficiaries, prepares and confirms orders, sees the invoices"),
    Role.APPROVER: _("looks at everything, and approves orders where a second person has to"),
    Role.ACCOUNTANT: _("sees invoices, payments and costs, and no names of beneficiaries"),
    Role.VIEWER: _("looks at everything and changes nothing"),
}


def role_choices() -> list[tuple[str, str | Promise]]:
    """For a form: each role with what it may do."""
    return [(role.value, format_lazy("{}: {}", role.label, ROLE_WORDS[role])) for role in Role]


def roles_explained() -> list[tuple[str | Promise, str | Promise]]:
    """For a page: the name of each role, and what it may do."""
    return [(role.label, ROLE_WORDS[role]) for role in Role]
