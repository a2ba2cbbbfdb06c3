"""What a new client still has to do, on its overview (SPEC Q3): read from what is there, so that no tick can lie.

Its one law: a step is done when its result exists, whoever did it; only the second factor is the reader's own. The list goes
away when all is done, when an owner puts it away, or when the client is no longer new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.clients.models import Membership, Role
from tegoed.clients.queries import open_sites_of
from tegoed.orders.models import OrderState
from tegoed.orders.queries import orders_of
from tegoed.portal.access import may_write

NEW_CLIENT_DAYS = 90
"""So long after it was opened a client is new: an old one needs no list."""
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do, where, and whether it is done."""

    title: str | Promise
    help: str | Promise
    address: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The list as one reader sees it."""

    steps: Sequence[FirstStep]
    may_dismiss: bool

    @property
    def done_count(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)


def first_steps_of(membership: Membership) -> FirstSteps | None:
    """The list for this reader; None when there is none to show. At most four short queries, and only for a new client."""
    client = membership.client
    is_new = timezone.now() - client.created_at < timedelta(days=NEW_CLIENT_DAYS)
    if not is_new or client.first_steps_dismissed_at is not None or not may_write(membership):
        return None
    steps = _steps(membership)
    if all(step.is_done for step in steps):
        return None
    return FirstSteps(steps, may_dismiss=membership.role == Role.OWNER)


def _steps(membership: Membership) -> list[FirstStep]:
    client, here = membership.client, {"client_id": membership.client_id}
    factors = Authenticator.objects.filter(user=membership.user, type__in=SECOND_FACTORS)
    orders = orders_of(client).exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
    return [
        FirstStep(
            _("Protect your account with a second factor"),
            _("A passkey, or a code from an app on your phone."),
            reverse("mfa_index"),
            factors.exists(),
        ),
        FirstStep(
            _("Enter your workplaces"),
            _("Cards are delivered there. Your company's address is the first one."),
            reverse("portal:sites", kwargs=here),
            open_sites_of(client).exists(),
        ),
        FirstStep(
            _("Add your beneficiaries"),
            _("One by one, or all at once with the Excel form."),
            reverse("portal:beneficiaries", kwargs=here),
            active_beneficiaries_of(client).exists(),
        ),
        FirstStep(
            _("Place your first order"),
            _("You see every cost before you confirm."),
            reverse("portal:order-new", kwargs=here),
            orders.exists(),
        ),
    ]
