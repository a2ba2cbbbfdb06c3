"""The addresses of the back office, under `/office/`. Every one of them is walled by `access.for_staff`."""

from django.urls import path

from tegoed.backoffice.views import (
    accounts,
    books,
    cards,
    clients,
    identifier_changes,
    messages,
    orders,
    overview,
    reminders,
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
    path("suspense/", statements.suspense, name="suspense"),
    path("cards/", cards.overview, name="cards"),
    path("cards/move/", cards.move_batch, name="cards-move"),
    path("cards/list/", cards.card_list, name="card-list"),
    path("cards/list/move/", cards.move_cards, name="card-list-move"),
    path("cards/<int:card_id>/", cards.card, name="card"),
    path("cards/<int:card_id>/block/", cards.block, name="card-block"),
    path("cards/<int:card_id>/unblock/", cards.unblock, name="card-unblock"),
    path("clients/", clients.overview, name="clients"),
    path("clients/<int:client_id>/", clients.client, name="client"),
    path("clients/<int:client_id>/account/", accounts.account, name="client-account"),
    path("clients/<int:client_id>/account/pdf/", accounts.pdf, name="client-account-pdf"),
    path("clients/<int:client_id>/account/send/", accounts.send, name="client-account-send"),
    path("clients/<int:client_id>/reminders/pause/", reminders.pause, name="reminders-pause"),
    path("reminders/", reminders.overview, name="reminders"),
    path("reminders/pauses/<int:pause_id>/end/", reminders.end, name="reminder-pause-end"),
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
