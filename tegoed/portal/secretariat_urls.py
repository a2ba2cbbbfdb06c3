"""The addresses of a social secretariat's own pages, under `/secretariat/<secretariat_id>/`."""

from django.urls import path

from tegoed.portal.views import bureau

app_name = "secretariat"

urlpatterns = [
    path("", bureau.clients, name="clients"),
    path("colleagues/", bureau.colleagues, name="colleagues"),
    path("colleagues/invite/", bureau.invite, name="invite"),
    path("colleagues/<int:user_id>/remove/", bureau.remove, name="remove"),
    path("colleagues/invitations/<int:invitation_id>/renew/", bureau.renew, name="invitation-renew"),
    path("colleagues/invitations/<int:invitation_id>/withdraw/", bureau.withdraw, name="invitation-withdraw"),
]
