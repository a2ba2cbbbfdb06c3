"""The default provider: files that are whole or not there, and answers as files beside them."""

import os
from pathlib import Path

import pytest

from tegoed.outbox.providers.folder import FolderProvider
from tegoed.outbox.providers.interface import Answer, EInvoice, NotAccepted

DOCUMENT = EInvoice("P2026-000001.xml", "<é/>".encode())


@pytest.fixture
def provider(tmp_path) -> FolderProvider:
    return FolderProvider(tmp_path / "peppol")


def send(provider: FolderProvider, document: EInvoice = DOCUMENT) -> str:
    return provider.send(document, sender="0208:0123456749", receiver="0208:0403170701", key="peppol:invoice:1")


def test_the_file_lies_there_under_its_number(provider) -> None:
    assert send(provider) == "P2026-000001"
    (file,) = provider.outbox.iterdir()
    assert (file.name, file.read_bytes()) == ("P2026-000001.xml", DOCUMENT.content)


def test_sent_twice_it_lies_there_once(provider) -> None:
    assert send(provider) == send(provider)
    assert len(list(provider.outbox.iterdir())) == 1


@pytest.mark.parametrize("step", ["rename", "fsync"])
def test_a_file_that_could_not_be_finished_is_no_file(provider, monkeypatch, step) -> None:
    def full(*_args) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(*((Path, "rename") if step == "rename" else (os, "fsync")), full)
        with pytest.raises(OSError, match="disk full"):
            send(provider)
    assert list(provider.outbox.iterdir()) == []
    send(provider)
    assert len(list(provider.outbox.iterdir())) == 1


def test_it_is_on_the_disk_before_it_counts_as_sent(provider, monkeypatch) -> None:
    order: list[str] = []
    fsync, rename = os.fsync, Path.rename
    monkeypatch.setattr(os, "fsync", lambda descriptor: (order.append("fsync"), fsync(descriptor))[1])
    monkeypatch.setattr(Path, "rename", lambda file, target: (order.append("rename"), rename(file, target))[1])
    send(provider)
    assert order == ["fsync", "rename", "fsync"]


@pytest.mark.parametrize("name", ["../x.xml", "a/b.xml", ".xml", "a b.xml", "é.xml", "P2026.xml.exe"])
def test_a_name_that_is_no_number_is_refused(provider, name) -> None:
    with pytest.raises(NotAccepted):
        send(provider, EInvoice(name, b"<a/>"))


def test_without_an_answer_nobody_knows(provider) -> None:
    assert provider.poll("P2026-000001") is None
    assert provider.poll(send(provider)) is None


@pytest.mark.parametrize("state", ["delivered", "failed"])
def test_a_file_beside_it_is_the_answer(provider, state) -> None:
    reference = send(provider)
    (provider.answers / f"{reference}.{state}").write_bytes(b"line one\nline two \xff\x00" + b"x" * 10_000)
    answer = provider.poll(reference)
    assert answer.state == state
    assert answer.detail.startswith("line one line two")
    assert len(answer.detail) <= 300
    assert answer.detail.isprintable()


def test_failed_and_delivered_is_failed(provider) -> None:
    reference = send(provider)
    for state in ("delivered", "failed"):
        (provider.answers / f"{reference}.{state}").write_text("")
    assert provider.poll(reference) == Answer("failed", "")


def test_sent_again_the_answer_to_the_first_time_counts_no_more(provider) -> None:
    reference = send(provider)
    (provider.answers / f"{reference}.failed").write_text("unknown receiver")
    assert provider.poll(send(provider)) is None
