"""The mails that a site's worker wrote, as their reader opens them."""

import email
import email.policy
import re
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

MAIL_SECONDS_MAX = 60


def mail_to(site: Any, address: str, *, subject: str = "") -> EmailMessage:
    """The first mail to that address whose subject begins so, as soon as it is there."""
    until = time.monotonic() + MAIL_SECONDS_MAX
    while time.monotonic() < until:
        for path in sorted((Path(site.environment["TEGOED_VAR"]) / "mail").glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if mail["To"] == address and mail["Subject"].startswith(subject):
                return mail
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}: {subject}")


def text_of(mail: EmailMessage) -> str:
    """What stands in it."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_to(site: Any, address: str) -> str:
    """The one-time link in the mail to that address."""
    text = text_of(mail_to(site, address))
    found = re.search(r"http://\S+/invitation/\S+", text)
    assert found, text
    return found[0]
