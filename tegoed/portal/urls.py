"""The addresses of the portal, under `/c/<client_id>/`."""

from django.urls import path

from tegoed.portal.views import beneficiaries, invoices, order_steps, orders, overview

app_name = "portal"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("beneficiaries/", beneficiaries.overview, name="beneficiaries"),
    path("beneficiaries/search/", beneficiaries.search, name="beneficiary-search"),
    path("beneficiaries/add/", beneficiaries.add, name="beneficiary-add"),
    path("beneficiaries/<int:beneficiary_id>/", beneficiaries.profile, name="beneficiary"),
    path("orders/", orders.overview, name="orders"),
    path("orders/new/", order_steps.start, name="order-new"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/progress/", orders.progress, name="order-progress"),
    path("orders/<int:order_id>/start/", order_steps.change, name="order-start"),
    path("orders/<int:order_id>/lines/", order_steps.lines, name="order-lines"),
    path("orders/<int:order_id>/check/", order_steps.check, name="order-check"),
    path("orders/<int:order_id>/discard/", order_steps.discard, name="order-discard"),
    path("invoices/", invoices.overview, name="invoices"),
    path("invoices/<int:invoice_id>/", invoices.invoice, name="invoice"),
    path("invoices/<int:invoice_id>/pdf/", invoices.pdf, name="invoice-pdf"),
    path("invoices/<int:invoice_id>/xml/", invoices.xml, name="invoice-xml"),
]
