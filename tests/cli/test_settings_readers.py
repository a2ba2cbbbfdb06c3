"""Settings come from the environment only, and whatever makes no sense stops the start by name."""

import os
import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tegoed import settings as settings_module

SETTINGS = str(Path(settings_module.__file__))
REAL = {
    "DATABASE_URL": "postgresql://tegoed:s%40cret@db.internal:5433/vouchers?sslmode=require",
    "TEGOED_SECRET_KEY": "x" * 50,
    "TEGOED_IDENTIFIER_ENCRYPTION_KEYS": "a:" + "A" * 43 + "=",
    "TEGOED_IDENTIFIER_LOOKUP_KEY": "A" * 43 + "=",
}


@pytest.fixture
def read(monkeypatch):
    """Read the settings file anew in an environment with these variables and no others of ours."""

    def settings_with(**variables: str | None) -> dict[str, object]:
        for name in [name for name in os.environ if name.startswith("TEGOED_") or name == "DATABASE_URL"]:
            monkeypatch.delenv(name)
        for name, value in (REAL | variables).items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(SETTINGS)

    return settings_with


def test_a_real_installation_is_read_as_it_is_told(read) -> None:
    told = read(TEGOED_SITE_URL="https://vouchers.issuer.example/", TEGOED_OTHER_HOSTS="a.example  b.example")
    database = told["DATABASES"]["default"]
    assert (database["NAME"], database["HOST"], database["PORT"]) == ("vouchers", "db.internal", "5433")
    assert (database["PASSWORD"], database["OPTIONS"]) == ("s@cret", {"sslmode": "require"})
    assert told["SITE_URL"] == "https://vouchers.issuer.example"
    assert told["ALLOWED_HOSTS"] == ["vouchers.issuer.example", "a.example", "b.example"]
    assert told["SESSION_COOKIE_SECURE"] is told["CSRF_COOKIE_SECURE"] is True
    assert told["SECURE_HSTS_SECONDS"] > 0
    assert told["DEBUG"] is False


@pytest.mark.parametrize("name", REAL)
def test_what_must_be_set_and_is_not_is_named(read, name) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be set"):
        read(**{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TEGOED_DEBUG", "true"),
        ("TEGOED_DEBUG", ""),
        ("TEGOED_BEHIND_PROXY", "1"),
        ("TEGOED_STATIC_IS_COLLECTED", "Yes"),
        ("TEGOED_STATEMENTS_IN_SEVERAL_FILES", "on"),
        ("TEGOED_STATEMENT_FILE_BYTES_MAX", "999"),
        ("TEGOED_STATEMENT_FILE_BYTES_MAX", "500000001"),
        ("TEGOED_STATEMENT_FILE_BYTES_MAX", "-1"),
        ("TEGOED_STATEMENT_FILE_BYTES_MAX", "1e6"),
        ("TEGOED_STATEMENT_FILE_BYTES_MAX", "\u0661\u0660\u0660\u0660\u0660"),
        ("TEGOED_MAIL", "sendmail"),
        ("TEGOED_LOG_LEVEL", "info"),
        ("TEGOED_MAIL_FROM", "Issuer"),
        ("TEGOED_SITE_URL", "vouchers.issuer.example"),
        ("TEGOED_SITE_URL", "localhost:8000"),
        ("TEGOED_SITE_URL", "ftp://vouchers.issuer.example"),
        ("TEGOED_SITE_URL", ""),
        ("TEGOED_SMTP_URL", "mail.internal"),
        ("TEGOED_SMTP_URL", "smtp+ssl://mail.internal"),
        ("TEGOED_SMTP_URL", "smtp://"),
        ("TEGOED_SMTP_URL", "smtp://mail.internal:many"),
        ("TEGOED_SECRET_KEY", ""),
        ("DATABASE_URL", "postgresql://tegoed@db.internal"),
        ("DATABASE_URL", "db.internal/tegoed"),
    ],
)
def test_a_value_that_makes_no_sense_stops_the_start(read, name, value) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{name: value})


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        ("smtp://mail.internal", ("mail.internal", 25, "", "", False, False)),
        ("smtp+tls://user:p%40ss%2Fw@mail.internal:587", ("mail.internal", 587, "user", "p@ss/w", True, False)),
        ("smtps://u%40x.example:p@mail.internal:465", ("mail.internal", 465, "u@x.example", "p", False, True)),
    ],
)
def test_the_mail_server_is_read_whole(read, url, facts) -> None:
    told = read(TEGOED_SMTP_URL=url)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(told[f"EMAIL_{name}"] for name in names) == facts


def test_no_refusal_shows_a_secret(read) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(DATABASE_URL="postgresql://tegoed:topsecret@db.internal")
    assert "topsecret" not in str(refused.value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read(TEGOED_SMTP_URL="smtp+ssl://user:topsecret@mail.internal")
    assert "topsecret" not in str(refused.value)
