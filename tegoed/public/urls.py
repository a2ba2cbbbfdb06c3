"""The front door and sign-in.

Of allauth only what Tegoed uses is routed: no sign-up, no management of addresses, no codes by mail.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from tegoed.public.views import front, help_centre

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
    path("help/", help_centre.start, name="help"),
    path("help/search/", help_centre.search_results, name="help-search"),
    path("help/guides/<slug:form>.<slug:language>.pdf", help_centre.guide, name="help-guide"),
    path("help/<slug:slug>/", help_centre.article, name="help-article"),
    path("language/", front.choose_language, name="set_language"),
    path("theme/", front.choose_theme, name="set_theme"),
    path("account/", include(sign_in)),
]
