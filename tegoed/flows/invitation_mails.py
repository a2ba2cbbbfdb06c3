"""The words of the mails with a one-time link, in the language of their reader. (subject, text) each.

Its one law: the link has `SECRET_PLACE` where its secret part belongs, so that no text kept has it. Names that somebody typed
are one line each, since a subject is a line.
"""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from tegoed.clients.models import INVITATION_DAYS, Invitation, Issuer
from tegoed.flows.legal_words import day_in_words
from tegoed.flows.mails import page_address
from tegoed.outbox.secret_part import SECRET_PLACE
from tegoed.rules.texts import as_line


def invitation_mail(invitation: Invitation, *, issuer: Issuer) -> tuple[str, str]:
    """Welcome to a new client; or somebody asks you to act for a client, or to work for a social secretariat."""
    with override(invitation.language):
        facts = _facts(invitation, issuer)
        if invitation.is_welcome:
            subject = gettext("Welcome: create your account for %(company)s") % facts
            why = gettext(
                "Thank you. %(company)s is now a client of %(issuer)s. Create your account, and you can place your "
                "first order."
            )
        elif invitation.client is not None:
            subject = gettext("Your access to the vouchers of %(company)s") % facts
            why = gettext("%(who)s gives you access to the vouchers of %(company)s. Your role: %(role)s.")
        else:
            subject = gettext("Your access for %(company)s") % facts
            why = gettext("%(who)s gives you access as a colleague of the social secretariat %(company)s.")
        text = gettext(
            "Hello%(name)s,\n\n"
            "%(why)s\n\n"
            "Your personal link:\n%(link)s\n\n"
            "It works once, until %(until)s (%(days)s days). Too late? The link itself then offers you a new one.\n\n"
            "Please don't forward this mail: whoever has the link can use it.\n"
            "%(help)s\n\n"
            "%(issuer)s"
        ) % (facts | {"why": why % facts})
    return subject, text


def account_exists_mail(invitation: Invitation, *, issuer: Issuer) -> tuple[str, str]:
    """Somebody asked for a new link where the last one was used: how to sign in instead."""
    with override(invitation.language):
        facts = _facts(invitation, issuer)
        subject = gettext("You have an account already")
        text = (
            gettext(
                "Hello%(name)s,\n\n"
                "A new link was asked for on the page of an invitation for %(company)s. That invitation was accepted already, "
                "so you need no link any more.\n\n"
                "Sign in: %(sign_in)s\n"
                "Choose a new password: %(password)s\n\n"
                "You didn't ask for it? Then you have nothing to do.\n"
                "%(help)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _facts(invitation: Invitation, issuer: Issuer) -> dict[str, object]:
    company = invitation.client.name if invitation.client is not None else str(invitation.secretariat)
    inviter = invitation.invited_by
    name = as_line(invitation.full_name)
    until = localtime(invitation.expires_at)
    return {
        "company": as_line(company),
        "issuer": as_line(issuer.name),
        "name": f" {name}" if name else "",
        "who": as_line(issuer.name) if inviter is None or inviter.is_staff else as_line(inviter.full_name),
        "role": invitation.get_role_display(),
        "link": page_address("invitation", token=SECRET_PLACE),
        "until": f"{day_in_words(until)}, {date_format(until, 'H:i')}",
        "days": INVITATION_DAYS,
        "sign_in": page_address("account_login"),
        "password": page_address("account_reset_password"),
        "help": gettext(
            "Our mails can end up in the spam folder: look there too. Still stuck after 24 hours? Write to %(email)s."
        )
        % {"email": issuer.email},
    }
