"""Which entrance answers which address."""

from django.urls import include, path

handler400 = "tegoed.public.views.failures.bad_request"
handler403 = "tegoed.public.views.failures.forbidden"
handler404 = "tegoed.public.views.failures.not_found"
handler500 = "tegoed.public.views.failures.server_error"

urlpatterns = [
    path("c/<int:client_id>/", include("tegoed.portal.urls")),
    path("secretariat/<int:secretariat_id>/", include("tegoed.portal.secretariat_urls")),
    path("office/", include("tegoed.backoffice.urls")),
    path("", include("tegoed.public.urls")),
]
