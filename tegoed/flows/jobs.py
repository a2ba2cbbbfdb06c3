"""What the worker does. Each job only nudges: the state in the database says what is still to do.

Its one law: a job lost, run twice or killed halfway changes nothing in the end, since `catch_up` (at the start of each
worker and every minute) finds all that is waiting. Jobs are deferred in the transaction of their cause.
"""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="invoice_order", retry=RETRY)
def invoice_order_job(order_id: int) -> None:
    from tegoed.flows.invoice_order import invoice_order  # noqa: PLC0415 - the stories defer these jobs

    invoice_order(order_id=order_id)


@app.task(name="send_invoices", retry=RETRY)
def send_invoices_job(order_id: int) -> None:
    from tegoed.flows.invoice_order import send_invoices  # noqa: PLC0415

    send_invoices(order_id=order_id)


@app.task(name="send_credit_notes", retry=RETRY)
def send_credit_notes_job(order_id: int) -> None:
    from tegoed.flows.send_credit_notes import send_credit_notes  # noqa: PLC0415

    send_credit_notes(order_id=order_id)


@app.task(name="release_held_orders", retry=RETRY)
def release_held_orders_job(client_id: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from tegoed.flows.release_held_orders import release_held_orders  # noqa: PLC0415

    release_held_orders(client_ids=[client_id], at=timezone.now())


@app.task(name="book_statement_file", retry=RETRY)
def book_statement_file_job(file_id: int) -> None:
    from tegoed.flows.receive_statement import book_statement_file  # noqa: PLC0415

    book_statement_file(file_id=file_id)


@app.task(name="load_due_orders", retry=RETRY)
def load_due_orders_job() -> None:
    from tegoed.flows.load_due_orders import load_due_orders  # noqa: PLC0415

    load_due_orders()


@app.task(name="read_upload", retry=RETRY)
def read_upload_job(upload_id: int) -> None:
    from tegoed.flows.read_upload import read_upload  # noqa: PLC0415

    read_upload(upload_id=upload_id)


@app.task(name="apply_upload", retry=RETRY)
def apply_beneficiaries_job(upload_id: int) -> None:
    from tegoed.flows.apply_beneficiaries import apply_beneficiaries  # noqa: PLC0415

    apply_beneficiaries(upload_id=upload_id)


@app.task(name="send_messages", retry=RETRY)
def send_messages_job() -> None:
    from tegoed.outbox.actions import send_due_messages  # noqa: PLC0415
    from tegoed.outbox.transmissions import send_due_transmissions  # noqa: PLC0415

    send_due_messages()
    send_due_transmissions()


@app.task(name="send_transmissions", retry=RETRY)
def send_transmissions_job() -> None:
    from tegoed.outbox.transmissions import send_due_transmissions  # noqa: PLC0415

    send_due_transmissions()


def ask_for_remarked_workbook(*, upload_id: int) -> None:
    """Have the client's workbook made with its remarks. It takes sentences, so the task itself is `portal.jobs`'."""
    app.configure_task("keep_remarked_workbook", allow_unknown=True).defer(upload_id=upload_id)


@app.periodic(cron="* * * * *")
@app.task(name="catch_up", queueing_lock="catch_up")
def catch_up_job(timestamp: int) -> None:  # noqa: ARG001 - the scheduler passes the minute
    from tegoed.flows.catch_up import catch_up  # noqa: PLC0415

    catch_up()


@app.periodic(cron="15 7-14 * * 1-5")
@app.task(name="send_reminders", queueing_lock="send_reminders")
def send_reminders_job(timestamp: int) -> None:  # noqa: ARG001
    from tegoed.flows.send_reminders import send_due_reminders  # noqa: PLC0415

    send_due_reminders()


@app.periodic(cron="30 3 * * *")
@app.task(name="close_days", queueing_lock="close_days")
def close_days_job(timestamp: int) -> None:  # noqa: ARG001
    from tegoed.ledger.day_totals import close_days  # noqa: PLC0415

    close_days()


@app.periodic(cron="45 3 * * *")
@app.task(name="clear_expired_sessions", queueing_lock="clear_expired_sessions")
def clear_expired_sessions_job(timestamp: int) -> None:  # noqa: ARG001
    from tegoed.clients.sessions import clear_expired_sessions  # noqa: PLC0415

    clear_expired_sessions(at=timezone.now())
