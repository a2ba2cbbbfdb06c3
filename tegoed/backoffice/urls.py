"""The addresses of the back office, under `/office/`. Every one of them is walled by `access.for_staff`."""

from django.urls import path

from tegoed.backoffice.views import (
    books,
    cards,
    clients,
    day_close,
    identifier_changes,
    messages,
    orders,
    overview,
    reports,
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
    path("books/aged-balance/", reports.aged, name="aged-balance"),
    path("books/aged-balance/csv/", reports.aged_csv, name="aged-balance-csv"),
    path("books/day-close/", day_close.overview, name="day-closes"),
    path("books/day-close/day/", day_close.day, name="day-close"),
    path("books/day-close/sign/", day_close.sign, name="day-close-sign"),
    path("books/safeguarding/", reports.safeguards, name="safeguarding"),
    path("books/safeguarding/csv/", reports.safeguards_csv, name="safeguarding-csv"),
    path("books/safeguarding/pdf/", reports.safeguards_pdf, name="safeguarding-pdf"),
    path("books/loading/", reports.loading, name="loading"),
    path("books/journal/", reports.journal, name="journal"),
    path("books/journal/download/", reports.journal_download, name="journal-download"),
]
