"""A real Chromium in front of a real server and a real worker, on a database of the test's own.

What a page's console, the content policy, a request or the server's log complains of makes the test fail.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
from cast import PASSWORD, Cast, play
from django.contrib.auth.hashers import ScryptPasswordHasher
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)

from tegoed.clients.models import User

# Playwright keeps an event loop in this thread; the tests' own look into the database is synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
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
STOP_SECONDS_MAX = 30
WAIT_MILLISECONDS_MAX = 15_000
expect.set_options(timeout=WAIT_MILLISECONDS_MAX)
FIRST_BAD_STATUS = 400
REFUSED_FORM = 422  # a page that says what is wrong; the console of Chromium complains of it all the same


def skip_loudly(words: str) -> NoReturn:
    """Skip, as a line of pytest's summary and as a warning, so that nobody takes the run for a whole one."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn(words, stacklevel=2)
    pytest.skip(words)


def chromium_path(playwright: Playwright) -> str | None:
    """The Chromium to use: CHROMIUM, then PATH, then Playwright's own; None when there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        assert Path(named).exists(), f"CHROMIUM names {named}, which is not there"
        return named
    found = [path for name in NAMES if (path := shutil.which(name))]
    return next((path for path in [*found, playwright.chromium.executable_path] if Path(path).exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            skip_loudly("THE BROWSER TESTS DID NOT RUN: no Chromium here (install one, or name it in CHROMIUM)")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.exists():
        skip_loudly("AXE DID NOT RUN on the pages: no node_modules/axe-core here (make sets it up)")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Site:
    """A running installation: its address, its cast, and what went wrong behind the pages (`faults`)."""

    chromium: Browser
    address: str
    environment: dict[str, str]
    log: Path
    cast: Cast
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open_page(self, **options) -> Page:
        """A tab in a browser of its own (own cookies), by Playwright's options of a context."""
        context = self.chromium.new_context(**{"base_url": self.address, "locale": "en-GB"} | options)
        context.set_default_timeout(WAIT_MILLISECONDS_MAX)
        context.on("page", self._watch)
        self.contexts.append(context)
        return context.new_page()

    def sign_in(self, page: Page, email: str) -> None:
        page.goto("/account/sign-in/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "sign-in" not in url)

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", self._look_at)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and f"status of {REFUSED_FORM}" not in said.text:
            self.faults.append(said.text)

    def _look_at(self, answer: Response) -> None:
        if answer.status >= FIRST_BAD_STATUS and answer.status != REFUSED_FORM:
            self.faults.append(f"{answer.status} {answer.url}")


class Worker:
    """The worker beside the site, which can be held still so that what waits for it can be seen."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process

    @contextmanager
    def held(self) -> Iterator[None]:
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@contextmanager
def running(words: list[str], *, environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """One of Tegoed's own commands as a process; ended, by force if need be, with the block."""
    with log.open("a") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tegoed", *words], env=environment, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


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
            time.sleep(0.05)


def complaints(log: Path) -> list[str]:
    """Lines of a log that tell of an error of our own."""
    return [line for line in log.read_text().splitlines() if '"level": "error"' in line or "Traceback" in line]


@pytest.fixture
def site(committed_database, chromium: Browser, tmp_path: Path) -> Iterator[Site]:
    """The pages, with the cast in them; what waits for a worker goes on waiting without the fixture `worker`."""
    port = free_port()
    address = f"http://localhost:{port}"
    log = tmp_path / "site.log"
    environment = dict(os.environ) | {
        "DATABASE_URL": committed_database.url,
        "TEGOED_VAR": str(tmp_path),
        "TEGOED_MAIL": "file",
        "TEGOED_SITE_URL": address,
        "TEGOED_STATIC_IS_COLLECTED": "yes",  # as a real installation serves them, so that the browser keeps them
    }
    cast = play()
    hasher = ScryptPasswordHasher()  # the tests' own quick one is unknown to a real server
    User.objects.update(password=hasher.encode(PASSWORD, hasher.salt()))
    with ExitStack() as stack:
        server = stack.enter_context(running(["serve", "--port", str(port)], environment=environment, log=log))
        site = Site(chromium, address, environment, log, cast)
        stack.callback(site.close)
        wait_for(address, server, log)
        yield site
    assert site.faults + complaints(log) == []


@pytest.fixture
def worker(site: Site) -> Iterator[Worker]:
    with running(["worker"], environment=site.environment, log=site.log) as process:
        yield Worker(process)
