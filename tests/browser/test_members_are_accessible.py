"""axe finds nothing on the pages of users, log, sessions and secretariats; nothing sticks out of a phone, in any language."""

from datetime import timedelta

import pytest
from cast import draft_of, hire
from django.utils import timezone
from looks import OPEN_DETAILS, PHONE, barriers, misfits
from payroll import mandate_for, new_member, payroll_of
from steps import ALICE, DORA
from story import invoiced

from tegoed.clients.members import change_role
from tegoed.clients.models import Invitation, Membership, Role, User
from tegoed.flows.invitations import invite_by_mail

pytestmark = pytest.mark.browser

LANGUAGES = ("nl", "fr", "de")
SOFIE = "sofie@loonburo.example"


@pytest.fixture
def paths(site) -> dict[str, list[str]]:
    """The pages by who opens them, with something in every list."""
    bakery, alice = site.cast.bakery, site.cast.alice
    payroll = payroll_of(site.cast)
    alice.refresh_from_db()  # with the password that the server reads
    User.objects.filter(email__endswith="loonburo.example").update(password=alice.password)
    mandate_for(payroll.secretariat, bakery, alice)
    people = hire(bakery, 1)
    invoiced(bakery, people)
    draft_of(bakery, people)
    new_member(site.cast, "wilhelmina-alexandra", Role.ACCOUNTANT)
    bob = Membership.objects.get(user=site.cast.bob)
    change_role(client=bakery, membership_id=bob.pk, role=Role.APPROVER, actor=alice)
    for name in ("nina", "een-veel-langer-adres-dan-de-meeste"):
        invite_by_mail(
            email=f"{name}@bakkerij.example",
            full_name="",
            language="nl",
            client=bakery,
            role="orderer",
            actor=alice,
        )
    Invitation.objects.filter(email__startswith="nina").update(expires_at=timezone.now() - timedelta(days=1))
    invite_by_mail(
        email="uma@loonburo.example", full_name="Uma", language="nl", secretariat=payroll.secretariat, actor=None
    )
    office, own = f"/office/secretariats/{payroll.secretariat.pk}/", f"/secretariat/{payroll.secretariat.pk}/"
    portal = ["company/", "users/", "users/invite/", f"users/{bob.pk}/", "log/", "secretariat/"]
    return {
        ALICE: [*[f"/c/{bakery.pk}/{path}" for path in portal], "/account/sessions/"],
        SOFIE: [own, f"{own}colleagues/", f"{own}colleagues/invite/", f"/c/{bakery.pk}/"],
        DORA: ["/office/secretariats/", "/office/secretariats/add/", office],
    }


def test_pages_of_users_and_secretariats_keep_nobody_out_and_fit(site, paths, axe: str) -> None:
    faults: dict[str, list[str]] = {}
    for email, addresses in paths.items():
        page = site.open_page(reduced_motion="reduce")
        site.sign_in(page, email)
        faults |= barriers(page, addresses, axe=axe)
        for language in LANGUAGES:
            User.objects.filter(email=email).update(language=language)
            for path in addresses:
                page.goto(path)
                page.evaluate(OPEN_DETAILS)
                found = misfits(page, PHONE)
                if found:
                    faults[f"{path} {language}"] = found
    assert faults == {}
