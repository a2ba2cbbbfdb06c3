"""The addresses of the back office, under `/office/`. Every one of them is walled by `access.for_staff`."""

from django.urls import path

from tegoed.backoffice.views import (
    books,
    cards,
    clients,
    corrections,
    identifier_changes,
    messages,
    orders,
    overview,
    payments,
    statements,
)

app_name = "backoffice"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("orders/", orders.overview, name="orders"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("statements/", statements.overview, name="statements"),
    path("statements/<int:file_id>/", statements.file, name="statement"),
    path("statements/<int:file_id>/progress/", statements.progress, name="statement-progress"),
    path("suspense/", payments.queue, name="suspense"),
    path("lines/<int:line_id>/", payments.line, name="line"),
    path("lines/<int:line_id>/place/", payments.place, name="line-place"),
    path("lines/<int:line_id>/explain/", payments.explain, name="line-explain"),
    path("lines/<int:line_id>/write-off/<int:invoice_id>/", payments.write_off, name="line-write-off"),
    path("proposals/<int:proposal_id>/accept/", payments.accept, name="proposal-accept"),
    path("allocations/<int:allocation_id>/undo/", payments.undo, name="allocation-undo"),
    path("corrections/", corrections.overview, name="corrections"),
    path("corrections/<int:correction_id>/approve/", corrections.approve, name="correction-approve"),
    path("corrections/<int:correction_id>/refuse/", corrections.refuse, name="correction-refuse"),
    path("cards/", cards.overview, name="cards"),
    path("cards/move/", cards.move_batch, name="cards-move"),
    path("cards/list/", cards.card_list, name="card-list"),
    path("cards/list/move/", cards.move_cards, name="card-list-move"),
    path("cards/<int:card_id>/", cards.card, name="card"),
    path("cards/<int:card_id>/block/", cards.block, name="card-block"),
    path("cards/<int:card_id>/unblock/", cards.unblock, name="card-unblock"),
    path("clients/", clients.overview, name="clients"),
    path("clients/<int:client_id>/", clients.client, name="client"),
    path("identifier-changes/", identifier_changes.overview, name="identifier-changes"),
    path("identifier-changes/<int:change_id>/", identifier_changes.change, name="identifier-change"),
    path("identifier-changes/<int:change_id>/approve/", identifier_changes.approve, name="identifier-change-approve"),
    path("identifier-changes/<int:change_id>/refuse/", identifier_changes.refuse, name="identifier-change-refuse"),
    path("people/", identifier_changes.people, name="people"),
    path("people/<int:beneficiary_id>/", identifier_changes.person, name="person"),
    path("messages/", messages.overview, name="messages"),
    path("messages/<int:message_id>/", messages.message, name="message"),
    path("messages/<int:message_id>/retry/", messages.retry, name="message-retry"),
    path("books/", books.books, name="books"),
]
