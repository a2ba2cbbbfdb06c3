"""A real Chromium in front of a real server and a real worker, on a database of the test's own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cast import PASSWORD, Cast, play
from django.contrib.auth.hashers import ScryptPasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tegoed.clients.models import User

# Playwright keeps an event loop in this thread; the tests' own look into the database is synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS_MAX = 60
WAIT_MILLISECONDS_MAX = 10_000


def chromium_path(playwright: Playwright) -> str | None:
    """The Chromium to use: CHROMIUM, then PATH, then Playwright's own; None when there is none."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    found.append(playwright.chromium.executable_path)
    return next((path for path in found if Path(path).exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            with warnings.catch_warnings():
                warnings.simplefilter("default")
                warnings.warn("THE BROWSER TESTS DID NOT RUN: no Chromium found (set CHROMIUM)", stacklevel=2)
            pytest.skip("no Chromium here")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Site:
    """A running installation: its address, the cast, and how a page of it is opened."""

    address: str
    cast: Cast
    open_page: Callable[..., Page]
    faults: list[str]

    def sign_in(self, page: Page, email: str) -> None:
        page.goto(f"{self.address}/account/sign-in/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button:not(.needs-script)")
        page.wait_for_url(lambda url: "sign-in" not in url)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    began = time.monotonic()
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() - began < START_SECONDS_MAX, log.read_text()
            time.sleep(0.1)


@pytest.fixture
def site(committed_database, chromium: Browser, tmp_path: Path) -> Iterator[Site]:
    """The installation; what a page's console or the content policy complains of is a failure at the end."""
    port = free_port()
    address = f"http://localhost:{port}"
    environment = dict(os.environ) | {
        "DATABASE_URL": committed_database.url,
        "TEGOED_VAR": str(tmp_path),
        "TEGOED_MAIL": "file",
        "TEGOED_SITE_URL": address,
        "TEGOED_STATIC_IS_COLLECTED": "no",
    }
    cast = play()
    hasher = ScryptPasswordHasher()  # the tests' own quick one is unknown to a real server
    User.objects.update(password=hasher.encode(PASSWORD, hasher.salt()))
    log = tmp_path / "site.log"
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(**options) -> Page:
        context = chromium.new_context(base_url=address, locale="en-GB", **options)
        context.set_default_timeout(WAIT_MILLISECONDS_MAX)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    with log.open("w") as output:
        processes = [
            subprocess.Popen([sys.executable, "-m", "tegoed", *words], env=environment, stdout=output, stderr=output)
            for words in (["serve", "--port", str(port)], ["worker"])
        ]
        try:
            wait_for(address, processes[0], log)
            yield Site(address, cast, open_page, faults)
        finally:
            for context in contexts:
                context.close()
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=30)
