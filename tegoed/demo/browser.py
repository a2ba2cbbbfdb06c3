"""A user of the demo: opens pages over HTTP, fills in their forms and sends them, as a browser without JavaScript does.

Its one law: it knows nothing but what the pages show; a form is found by a field it has, and hidden fields go along.
"""

import http.cookiejar
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml import html

TIMEOUT_SECONDS = 60
ERRORS = "//*[contains(concat(' ', @class, ' '), ' errorlist ')]//li | //*[@role='alert']"


class PageError(Exception):
    """A page did not come, or a form was refused; the message says which and what it showed."""


class Browser:
    """One user. `page` is the page last opened, `address` where it is."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.address = site
        self.page: Any = html.fromstring("<html></html>")
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def open(self, path: str) -> Any:
        """Open a page by its path."""
        self._show(*self._fetch(urllib.request.Request(urljoin(self.site, path))))  # noqa: S310 - our own site
        return self.page

    def download(self, path: str) -> bytes:
        """The bytes of a file the site offers."""
        return self._fetch(urllib.request.Request(urljoin(self.site, path)))[1]  # noqa: S310

    def send(
        self,
        fields: Mapping[str, str],
        *,
        form_with: str = "csrfmiddlewaretoken",
        form_to: str = "",
        button: tuple[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Any:
        """Fill in the form that has the field `form_with` (and an address that ends on `form_to`), and send it by a button;
        the page that follows.

        Raises `PageError` when the form lacks a field, or when the answer shows an error.
        """
        form = self._form(form_with, form_to)
        for name, value in fields.items():
            if name not in form.fields:
                raise PageError(f"{self.address}: the form has no field {name}")
            form.fields[name] = value
        values = [(name, value) for name, value in form.form_values() if value is not None]
        values += [button] if button else []
        address = urljoin(self.address, form.get("action") or self.address)
        if files:
            body, media_type = _multipart(values, files)
        else:
            body, media_type = urlencode(values).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": media_type, "Referer": self.address, "Origin": self.site}
        self._show(*self._fetch(urllib.request.Request(address, data=body, headers=headers)))  # noqa: S310
        errors = [" ".join(error.text_content().split()) for error in self.page.xpath(ERRORS)]
        if errors:
            raise PageError(f"{self.address}: {'; '.join(errors)}")
        return self.page

    def hidden(self, name: str) -> str:
        """The value a form of this page carries along."""
        return str(self._form(name).fields[name])

    def links(self, ending: str) -> list[str]:
        """The addresses on this page that end like this, each once."""
        return list(dict.fromkeys(str(link) for link in self.page.xpath("//a/@href") if str(link).endswith(ending)))

    def _form(self, field: str, ending: str = "") -> Any:
        for form in self.page.forms:
            if field in form.fields and str(form.get("action") or "").endswith(ending):
                return form
        raise PageError(f"{self.address}: no form with a field {field}")

    def _fetch(self, request: urllib.request.Request) -> tuple[str, bytes]:
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.geturl(), answer.read()
        except urllib.error.HTTPError as error:
            page = html.fromstring(error.read() or b"<html></html>")
            raise PageError(
                f"{request.full_url}: {error.code} {' '.join(page.text_content().split())[:300]}"
            ) from error

    def _show(self, address: str, content: bytes) -> None:
        self.address = address
        self.page = html.fromstring(content.decode(), base_url=address)


def _multipart(values: list[tuple[str, Any]], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in values:
        if name not in files:
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            parts.append(head.encode())
    for name, (file_name, content) in files.items():
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
