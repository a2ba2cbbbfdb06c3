"""What a checkout makes up for itself: only what is missing, once, readable by its owner only."""

import base64
import stat
import threading

import pytest

from tegoed import local

FILLED = (
    "DATABASE_URL",
    "TEGOED_SECRET_KEY",
    "TEGOED_IDENTIFIER_ENCRYPTION_KEYS",
    "TEGOED_IDENTIFIER_LOOKUP_KEY",
    "TEGOED_MAIL",
    "TEGOED_OTHER_HOSTS",
)


@pytest.fixture
def empty_environment(monkeypatch, tmp_path):
    for name in FILLED:
        monkeypatch.setenv(name, "x")  # so that what the code sets is undone afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEGOED_VAR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql:///nowhere")
    return tmp_path


def environment() -> dict[str, str | None]:
    return {name: local.os.environ.get(name) for name in FILLED}


def test_keys_are_made_once_and_kept_for_their_owner_only(empty_environment) -> None:
    local.fill_environment(is_real=False)
    first = environment()
    assert len(base64.b64decode(first["TEGOED_IDENTIFIER_LOOKUP_KEY"])) == 32
    assert first["TEGOED_IDENTIFIER_ENCRYPTION_KEYS"].startswith("local-1:")
    assert len({value for value in first.values() if value}) == len(FILLED)
    for path in (empty_environment / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((empty_environment / "keys").stat().st_mode) == 0o700
    for name in FILLED[1:]:
        local.os.environ.pop(name)
    local.fill_environment(is_real=False)
    assert environment() == first


def test_with_a_secret_key_nothing_else_is_made_up(empty_environment, monkeypatch) -> None:
    monkeypatch.setenv("TEGOED_SECRET_KEY", "real")
    local.fill_environment()
    assert environment() == dict.fromkeys(FILLED) | {
        "DATABASE_URL": "postgresql:///nowhere",
        "TEGOED_SECRET_KEY": "real",
    }
    assert not (empty_environment / "keys").exists()


def test_for_a_named_database_no_keys_are_made_up(empty_environment) -> None:
    local.fill_environment()
    assert environment() == dict.fromkeys(FILLED) | {"DATABASE_URL": "postgresql:///nowhere"}
    assert not (empty_environment / "keys").exists()


def test_processes_that_start_together_agree_on_one_whole_key(empty_environment, monkeypatch) -> None:
    """The first is stopped between making the file and filling it; the others must not read half a key."""
    kept: list[str] = []
    is_making, may_go_on = threading.Event(), threading.Event()
    real = local.secrets.token_bytes

    def slow(count: int) -> bytes:
        if not is_making.is_set():
            is_making.set()
            may_go_on.wait(timeout=20)
        return real(count)

    monkeypatch.setattr(local.secrets, "token_bytes", slow)
    threads = [threading.Thread(target=lambda: kept.append(local._kept_secret("one"))) for _ in range(5)]
    threads[0].start()
    assert is_making.wait(timeout=20)
    for thread in threads[1:]:
        thread.start()
    for thread in threads[1:]:
        thread.join(timeout=20)
    may_go_on.set()
    threads[0].join(timeout=20)
    assert len(kept) == 5
    assert len(set(kept)) == 1
    assert len(base64.b64decode(kept[0])) == 32
    assert [path.name for path in (empty_environment / "keys").iterdir()] == ["one"]
