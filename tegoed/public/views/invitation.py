"""The page of a one-time link: make an account, or join with the one there is (SPEC Q3).

Its one law: opening it uses nothing up (programs that look at mails open links too); only the form does. A link that does
nothing any more explains itself and tells nothing else: neither the address nor the company.
"""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.clients.invitations import InvitationState, find_invitation, open_account, state_of, use_invitation
from tegoed.clients.models import Invitation, User
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.flows.invitations import answer_reader
from tegoed.public.downloads import reader_language
from tegoed.public.private_pages import for_its_reader_only
from tegoed.public.rate_limits import within_limit
from tegoed.public.text_fields import NameField
from tegoed.refusals import message_of


class AccountForm(forms.Form):
    """Who makes an account: the name, and a password twice."""

    full_name = NameField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._email = email
        words = _("At least %(length)s characters. Not your name or mail address, and none that many people use.")
        self.fields["password"].help_text = words % {"length": _password_length_min()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password:
            try:
                validate_password(password, User(email=self._email, full_name=cleaned.get("full_name", "")))
            except ValidationError as error:
                self.add_error("password", error)
            if cleaned.get("repeated") and cleaned["repeated"] != password:
                self.add_error("repeated", ValidationError(_("The two passwords differ."), code="differs"))
        return cleaned


def _password_length_min() -> int:
    validators = get_default_password_validators()
    return max(each.min_length for each in validators if isinstance(each, MinimumLengthValidator))


@for_its_reader_only
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link does for whoever opens it."""
    found = find_invitation(token)
    if found is None:
        return render(request, "public/invitation/unknown.html", status=HTTPStatus.NOT_FOUND)
    if state_of(found, timezone.now()) != InvitationState.OPEN:
        return _stopped(request, found, token)
    if request.method == "POST" and not within_limit(request, action="invitation-use"):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    if request.user.is_authenticated:
        return _join(request, found, token)
    if User.objects.filter(email=found.email).exists():
        return _page(request, "sign_in.html", token, invitation=found)
    return _open_account(request, found, token)


@for_its_reader_only
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link to the address that this one was sent to, whatever became of it; the answer tells nothing."""
    found = find_invitation(token)
    if found is None:
        return render(request, "public/invitation/unknown.html", status=HTTPStatus.NOT_FOUND)
    if within_limit(request, action="invitation-link", key=found.email):
        answer_reader(found)
        told = _("A mail is on its way to the address that this link was sent to. Look in the spam folder too.")
        messages.success(request, told)
    else:
        messages.warning(request, _("A mail was sent a moment ago. Wait ten minutes before you ask for another one."))
    return redirect("invitation", token=token)


@never_cache
@require_safe
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Right after the account was made: a second factor, then the portal."""
    return render(request, "public/invitation/welcome.html")


def _stopped(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """Why the link does nothing any more; who used it just goes on."""
    if request.user.is_authenticated and request.user.pk == found.used_by_id:
        return redirect(_onward(found))
    return _page(request, "stopped.html", token, state=state_of(found, timezone.now()), email=the_issuer().email)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """For who is signed in: join, or be told that the link is somebody else's."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type
    if user.email.lower() != found.email.lower():
        return _page(request, "another.html", token, status=HTTPStatus.FORBIDDEN)
    if request.method == "POST":
        try:
            use_invitation(token=token, user=user)
        except Refusal as refusal:
            messages.error(request, message_of(refusal))
            return redirect("invitation", token=token)
        messages.success(request, _("You have access from now on."))
        return redirect(_onward(found))
    return _page(request, "join.html", token, invitation=found)


def _open_account(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = AccountForm(request.POST or None, email=found.email, initial={"full_name": found.full_name})
    if form.is_valid():
        try:
            _used, user = open_account(
                token=token,
                full_name=form.cleaned_data["full_name"],
                password=form.cleaned_data["password"],
                language=reader_language(),
            )
        except Refusal as refusal:  # somebody was quicker
            messages.error(request, message_of(refusal))
            return redirect("invitation", token=token)
        answer = perform_login(request, user, redirect_url=resolve_url("welcome"))
        reauthenticate_by_password(request)  # it was chosen a moment ago: a second factor doesn't ask for it again
        return answer
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return _page(request, "account.html", token, status=status, invitation=found, form=form)


def _onward(found: Invitation) -> str:
    """Where the work is that the invitation was for."""
    if found.client_id is None:
        return resolve_url("home")
    return resolve_url("portal:overview", client_id=found.client_id)


def _page(
    request: HttpRequest, template: str, token: str, *, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    return render(request, f"public/invitation/{template}", {"token": token} | context, status=status)
