"""The front door, sign-in, and where somebody is signed in.

Of allauth only what Tegoed uses is routed: no sign-up, no management of addresses, no codes by mail.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from tegoed.public.views import (
    accept,
    contact,
    front,
    help_centre,
    invitation,
    offers,
    places,
    products,
    quote,
    sessions,
)

sign_in = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("security/", include("allauth.mfa.urls")),
    path("sessions/", sessions.overview, name="sessions"),
    path("sessions/<int:session_id>/end/", sessions.end, name="session-end"),
    path("sessions/end-others/", sessions.end_others, name="sessions-end-others"),
]

urlpatterns = [
    path("", front.home, name="home"),
    path("products/", products.products, name="products"),
    path("products/<slug:slug>/", products.product, name="product"),
    path("help/", help_centre.start, name="help"),
    path("help/search/", help_centre.search_results, name="help-search"),
    path("help/guides/<slug:form>.<slug:language>.pdf", help_centre.guide, name="help-guide"),
    path("help/<slug:slug>/", help_centre.article, name="help-article"),
    path("language/", front.choose_language, name="set_language"),
    path("theme/", front.choose_theme, name="set_theme"),
    path("quote/<str:token>/accept/", accept.accept, name="quote-accept"),
    path("quote/<str:token>/accepted/", accept.accepted, name="quote-accepted"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("invitation/<str:token>/new-link/", invitation.new_link, name="invitation-new-link"),
    path("account/welcome/", invitation.welcome, name="welcome"),
    path("quote/<str:token>/decline/", offers.decline, name="quote-decline"),
    path("contact/", contact.contact, name="contact"),
    path("contact/received/<str:receipt>/", contact.received, name="contact-received"),
    path("quote/", quote.calculator, name="quote"),
    path("quote/<str:token>/", quote.stored, name="quote-stored"),
    path("quote/<str:token>/pdf/", quote.pdf, name="quote-pdf"),
    path("quote/<str:token>/mail/", quote.mail, name="quote-mail"),
    path("acceptance-points/", places.places, name="places"),
    path("acceptance-points/map/", places.points_on_map, name="places-map"),
    path("account/", include(sign_in)),
]
