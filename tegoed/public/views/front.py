"""The front door: where a reader belongs, the choice of language and theme."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from tegoed.clients.queries import memberships_of
from tegoed.clients.secretariats import secretariats_of
from tegoed.public.context import THEME_COOKIE, THEMES
from tegoed.public.product_facts import PRODUCTS_SHOWN
from tegoed.public.product_words import WORDS

YEAR_SECONDS = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send a signed-in reader to where the work is; show others what Tegoed is."""
    if not request.user.is_authenticated:
        return render(request, "public/home.html", {"products": [WORDS[product] for product in PRODUCTS_SHOWN]})
    if request.user.is_staff:
        return redirect("backoffice:overview")
    memberships = list(memberships_of(request.user))
    secretariats = list(secretariats_of(request.user))
    if len(memberships) == 1 and not secretariats:
        return redirect("portal:overview", client_id=memberships[0].client_id)
    if len(secretariats) == 1 and not memberships:
        return redirect("secretariat:clients", secretariat_id=secretariats[0].pk)
    return render(request, "public/companies.html", {"memberships": memberships, "secretariats": secretariats})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch language; a signed-in reader's choice is kept with the account."""
    language = request.POST.get("language")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        request.user.language = language
        request.user.save(update_fields=["language"])
    return set_language(request)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark in a cookie; anything else returns to what the device asks."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR_SECONDS, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
