"""The default provider: a folder, from which a program of the access point (or a person) takes the files.

Its one law: a file is there whole or not at all, and is on the disk before it counts as sent. `<number>.xml` goes into
`outbox/`; whoever takes it away may answer by a text file `answers/<number>.delivered` or `answers/<number>.failed`
with the reason in it. It replaces a file of the same name: the same document, sent again by a worker that was killed.
"""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tegoed.outbox.providers.interface import Answer, EInvoice, NotAccepted, in_one_line

ANSWER_BYTES_MAX = 4_096


class FolderProvider:
    """Writes into `root/outbox`, reads answers from `root/answers`."""

    def __init__(self, root: Path) -> None:
        self.outbox = root / "outbox"
        self.answers = root / "answers"

    def send(self, document: EInvoice, *, sender: str, receiver: str, key: str) -> str:  # noqa: ARG002 - in the document
        """The name of the file without `.xml`. Both addresses stand in the document itself."""
        name = document.file_name.removesuffix(".xml")
        if not name or not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name):
            raise NotAccepted(f"not a name for a file: {document.file_name!r}")
        for folder in (self.outbox, self.answers):
            folder.mkdir(parents=True, exist_ok=True)
        for suffix in ("delivered", "failed"):  # what was answered to an earlier try says nothing about this one
            (self.answers / f"{name}.{suffix}").unlink(missing_ok=True)
        unfinished = self.outbox / f".{name}.{os.getpid()}.part"
        try:
            with unfinished.open("wb") as file:
                file.write(document.content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.outbox / f"{name}.xml")
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        _sync(self.outbox)
        return name

    def poll(self, reference: str) -> Answer | None:
        """What the file beside says; a reason to fail counts more than a delivery."""
        for state in ("failed", "delivered"):
            with suppress(FileNotFoundError), (self.answers / f"{reference}.{state}").open("rb") as file:
                told = file.read(ANSWER_BYTES_MAX).decode("utf-8", errors="replace")
                return Answer(state="failed" if state == "failed" else "delivered", detail=in_one_line(told))
        return None


def _sync(folder: Path) -> None:
    """Put the new name itself on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def from_settings() -> FolderProvider:
    """The folder of this installation."""
    return FolderProvider(Path(settings.PEPPOL_FOLDER))
