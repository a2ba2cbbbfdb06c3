"""The front door and sign-in.

Of allauth only what Tegoed uses is routed: no sign-up, no management of addresses, no codes by mail.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from tegoed.public.views import front, places

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
]

urlpatterns = [
    path("", front.home, name="home"),
    path("language/", front.choose_language, name="set_language"),
    path("theme/", front.choose_theme, name="set_theme"),
    path("acceptance-points/", places.places, name="places"),
    path("acceptance-points/map/", places.points_on_map, name="places-map"),
    path("account/", include(sign_in)),
]
