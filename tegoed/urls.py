"""Which entrance answers which address."""

from django.urls import include, path

handler400 = "tegoed.public.views.bad_request"
handler403 = "tegoed.public.views.forbidden"
handler404 = "tegoed.public.views.not_found"
handler500 = "tegoed.public.views.server_error"

urlpatterns = [
    path("c/<int:client_id>/", include("tegoed.portal.urls")),
    path("office/", include("tegoed.backoffice.urls")),
    path("", include("tegoed.public.urls")),
]
