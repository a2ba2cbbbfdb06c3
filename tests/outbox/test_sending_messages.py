"""The outbox: told once, sent at least once, tried again with growing patience, given up at last."""

import email
import email.policy
import smtplib
from datetime import timedelta

import pytest
import time_machine
from cast import IBAN, hire
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import override
from story import invoiced

from tegoed.clients.models import Language
from tegoed.flows.invoice_order import send_invoice, send_invoices
from tegoed.outbox import actions as outbox
from tegoed.outbox.actions import FIRST_RETRY, keep_document, queue_message, retry_message, send_due_messages
from tegoed.outbox.file_mail import EmailBackend
from tegoed.outbox.models import Document, Message
from tegoed.rules.money import format_euro
from tegoed.rules.structured_communication import pretty


def queued(number: int = 1, **particulars) -> Message:
    told = {
        "event_key": f"test:{number}",
        "kind": "test",
        "client_id": None,
        "recipient": f"reader{number}@client.example",
        "language": "nl",
        "subject": f"Message {number}",
        "text": "Hello é €",
    }
    return queue_message(**(told | particulars))


@pytest.fixture
def mail_server(monkeypatch):
    """What the mail server does: `refuses` holds the addresses it refuses, `seen` what it was asked."""

    class Server:
        refuses: set[str] = set()
        seen: list[str] = []

    def send(self, fail_silently=False) -> int:
        Server.seen.append(self.to[0])
        if self.to[0] in Server.refuses:
            raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"no such box")})
        return 1

    Server.refuses, Server.seen = set(), []
    monkeypatch.setattr(EmailMessage, "send", send)
    return Server


def test_a_failing_address_is_tried_with_growing_waits_and_given_up_at_last(db, mail_server, settings) -> None:
    message = queued()
    mail_server.refuses.add(message.recipient)
    waits = []
    with time_machine.travel("2026-07-01T10:00:00Z", tick=False) as clock:
        Message.objects.update(next_attempt_at=timezone.now())
        for attempt in range(1, settings.OUTBOX_ATTEMPTS_MAX + 1):
            assert send_due_messages() == 0
            message.refresh_from_db()
            assert message.attempt_count == attempt
            assert "no such box" in message.last_error
            waits.append(message.next_attempt_at - timezone.now())
            clock.move_to(message.next_attempt_at - timedelta(seconds=1))
            assert send_due_messages() == 0  # not yet
            assert len(mail_server.seen) == attempt
            clock.move_to(message.next_attempt_at)
        assert message.state == "failed"
        clock.shift(timedelta(days=400))
        assert send_due_messages() == 0
    assert waits == [FIRST_RETRY * 2**attempt for attempt in range(settings.OUTBOX_ATTEMPTS_MAX)]
    assert len(mail_server.seen) == settings.OUTBOX_ATTEMPTS_MAX


def test_the_others_go_out_whatever_happens_to_one(db, mail_server) -> None:
    bad, *good = [queued(number) for number in range(1, 5)]
    mail_server.refuses.add(bad.recipient)
    assert send_due_messages() == 3
    assert set(Message.objects.filter(state="sent").values_list("pk", flat=True)) == {message.pk for message in good}


def test_a_message_given_up_can_be_tried_again_and_one_that_went_out_can_not(db, mail_server, cast) -> None:
    bad, good = queued(1), queued(2)
    send_due_messages()
    Message.objects.filter(pk=bad.pk).update(state="failed", attempt_count=8)
    assert retry_message(message_id=bad.pk, actor=cast.staff_member)
    assert not retry_message(message_id=good.pk, actor=cast.staff_member)
    assert send_due_messages() == 1
    assert mail_server.seen.count(bad.recipient) == 2
    assert mail_server.seen.count(good.recipient) == 1


def test_killed_after_the_server_took_it_and_before_the_mark_it_goes_out_again(db, monkeypatch) -> None:
    queued()
    saved = Message.save

    def killed(self, *args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Message, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        send_due_messages()
    monkeypatch.setattr(Message, "save", saved)
    assert (len(mail.outbox), Message.objects.get().state) == (1, "queued")
    assert send_due_messages() == 1
    first, second = mail.outbox
    # one Message-ID, so that the reader's program may see that it is one message
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert send_due_messages() == 0


def test_one_fact_is_told_once_and_as_it_was_first_told(db) -> None:
    document = keep_document(file_name="a.pdf", media_type="application/pdf", content=b"%PDF")
    first = queued(documents=[document])
    second = queued(subject="Something else", recipient="other@client.example")
    assert second.pk == first.pk
    assert (Message.objects.count(), Message.objects.get().subject) == (1, "Message 1")
    assert Message.objects.get().documents.count() == 1


def test_attachments_arrive_byte_for_byte_in_their_order(db) -> None:
    contents = [b"%PDF-1.7\x00\xff\r\n.\n", "<é/>".encode(), b""]
    documents = [
        keep_document(file_name=f"file {number}.bin", media_type="application/octet-stream", content=content)
        for number, content in enumerate(contents)
    ]
    queued(documents=documents)
    send_due_messages()
    parsed = email.message_from_bytes(mail.outbox[0].message().as_bytes(), policy=email.policy.default)
    arrived = list(parsed.iter_attachments())
    assert [part.get_filename() for part in arrived] == ["file 0.bin", "file 1.bin", "file 2.bin"]
    assert [part.get_content() for part in arrived] == contents
    assert parsed.get_body(("plain",)).get_content().strip() == "Hello é €"


def test_a_subject_with_a_line_break_is_never_sent_and_not_forgotten(db) -> None:
    queued(subject="x\nBcc: all@world.example")
    assert send_due_messages() == 0
    assert mail.outbox == []
    assert "BadHeaderError" in Message.objects.get().last_error


GREETINGS = {"nl": "Hallo", "fr": "Bonjour", "en": "Hello", "de": "Guten Tag"}


@pytest.mark.parametrize("language", Language.values)
def test_the_invoice_mail_says_in_the_contacts_language_what_to_pay_where_and_how(cast, language) -> None:
    cast.bakery.billing_contacts.update(language=language)
    with override("en" if language != "en" else "nl"):  # whoever runs the worker
        order, invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
        send_invoices(order_id=order.pk)
    for invoice in invoices:
        message = Message.objects.get(event_key=f"invoice:{invoice.pk}")
        amount = format_euro(invoice.total_cents, language)
        assert message.recipient == cast.bakery.billing_email
        for words in (amount, IBAN, pretty(invoice.structured_communication), invoice.number):
            assert words in message.text
        assert invoice.number in message.subject
        assert amount in message.subject
        assert {document.file_name for document in message.documents.all()} == {
            f"{invoice.number}.pdf",
            f"{invoice.number}.xml",
        }
        assert message.text.startswith(GREETINGS[language])


def test_an_invoice_is_mailed_once_however_often_the_worker_tries(cast) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    for _ in range(3):
        for invoice in invoices:
            send_invoice(invoice_id=invoice.pk)
    assert (Message.objects.filter(kind="invoice").count(), Document.objects.count()) == (2, 4)


@pytest.fixture
def mail_folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "tegoed.outbox.file_mail.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def test_every_mail_of_one_moment_becomes_a_whole_file_of_its_own(db, mail_folder) -> None:
    with time_machine.travel("2026-07-01T10:00:00Z", tick=False):
        for number in range(5):
            queued(number)
        assert send_due_messages() == 5
    files = sorted(mail_folder.iterdir())
    assert [file.suffix for file in files] == [".eml"] * 5
    parsed = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert sorted(message["To"] for message in parsed) == [f"reader{number}@client.example" for number in range(5)]
    assert {message.get_content().strip() for message in parsed} == {"Hello é €"}


def test_a_mail_that_could_not_be_written_whole_is_no_mail(db, mail_folder, monkeypatch) -> None:
    queued()
    monkeypatch.setattr("pathlib.Path.rename", lambda *_args: (_ for _ in ()).throw(OSError("disk full")))
    assert send_due_messages() == 0
    monkeypatch.undo()
    assert list(mail_folder.glob("*.eml")) == []
    assert Message.objects.get().state == "queued"


def test_the_backend_says_how_many_it_wrote(mail_folder, settings) -> None:
    assert EmailBackend().send_messages([EmailMessage("a", "b", to=["c@d.example"])] * 2) == 2
    assert len(list(mail_folder.glob("*.eml"))) == 2
    assert timedelta(minutes=1) == outbox.FIRST_RETRY
