"""The commands an operator types, as processes of their own on a database of their own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from bank import coda_file, payment_of
from cast import hire, play
from story import invoiced

from tegoed.banking.models import StatementFile
from tegoed.clients.models import Client, Contract, Issuer
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order

DEMO_SET_UP = Path(__file__).resolve().parents[2] / "tegoed" / "demo" / "demo.toml"


@pytest.fixture
def tegoed(committed_database, tmp_path):
    """Run a command; the finished process."""

    def run(*words: str) -> subprocess.CompletedProcess:
        environment = dict(os.environ) | {
            "DATABASE_URL": committed_database.url,
            "TEGOED_VAR": str(tmp_path),
            "TEGOED_MAIL": "file",
            "LANG": "en_GB.UTF-8",
            "COLUMNS": "120",
        }
        command = [sys.executable, "-m", "tegoed", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)

    return run


def test_a_good_file_is_booked_loaded_and_proved(tegoed, tmp_path) -> None:
    cast = play()
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    file = tmp_path / "day.cod"
    file.write_bytes(coda_file([payment_of(invoice) for invoice in invoices]))
    booked = tegoed("import-statement", str(file))
    assert booked.returncode == 0, booked.stderr
    assert "2 lines booked, 2 matched, 0 not placed, 0 outgoing; 2 invoices and 1 orders paid" in booked.stdout
    loaded = tegoed("load-due")
    assert "2 lots" in loaded.stdout
    assert "0 orders loaded" in tegoed("load-due").stdout
    proved = tegoed("check-books")
    assert (proved.returncode, "The books agree." in proved.stdout) == (0, True)
    again = tegoed("import-statement", str(file))
    assert again.returncode == 1
    assert "statement-file-known" in again.stderr


def test_a_bad_file_is_refused_in_words_and_nothing_is_booked(tegoed, tmp_path) -> None:
    play()
    cut = tmp_path / "cut.cod"
    cut.write_bytes(coda_file([])[:130])
    for file, words in ((cut, "Nothing was booked"), (tmp_path / "absent.cod", "No such file")):
        refused = tegoed("import-statement", str(file))
        assert refused.returncode == 1
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr
    assert (StatementFile.objects.count(), Transfer.objects.count()) == (0, 0)


def test_books_that_do_not_agree_are_a_failure(tegoed) -> None:
    cast = play()
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=order.pk).update(state="paid")
    failed = tegoed("check-books")
    assert failed.returncode == 1
    assert "order-paid-without-paid-invoice" in failed.stderr


def test_the_journal_goes_out_in_both_formats(tegoed) -> None:
    cast = play()
    invoiced(cast.bakery, hire(cast.bakery, 1))
    text = tegoed("export-journal", "--to", "2099-12-31").stdout
    assert f"liabilities:funds-due:client-{cast.bakery.pk}  0.00 EUR = -160.00 EUR" in text
    lines = tegoed("export-journal", "--format", "csv").stdout.splitlines()
    assert len(lines) == 1 + Transfer.objects.count()
    assert len(tegoed("export-journal", "--format", "csv", "--to", "2020-01-01").stdout.splitlines()) == 1
    for words in (("--from", "yesterday"), ("--from", "2026-02-01", "--to", "2026-01-31")):
        assert tegoed("export-journal", *words).returncode == 2


def test_a_set_up_file_is_applied_once_and_a_faulty_one_not_at_all(tegoed, tmp_path) -> None:
    for _ in range(2):
        assert tegoed("set-up", str(DEMO_SET_UP)).returncode == 0
    before = (Issuer.objects.count(), Client.objects.count(), Contract.objects.count())
    assert before == (1, 2, 3)
    faulty = tmp_path / "faulty.toml"
    text = DEMO_SET_UP.read_text(encoding="utf-8").replace("Tegoed Demo nv", "Een andere naam")
    for wrong in ("payment_dais = 3\n", ""):
        faulty.write_text(text.replace("payment_days = 14\n", wrong).replace("2000", "2000" if wrong else '2000" "'))
        refused = tegoed("set-up", str(faulty))
        assert refused.returncode == 1
        assert "set-up-file-faulty" in refused.stderr
    assert tegoed("set-up", str(tmp_path / "absent.toml")).returncode == 1
    assert Issuer.objects.get().name == "Tegoed Demo nv"
    assert (Issuer.objects.count(), Client.objects.count(), Contract.objects.count()) == before


def test_the_demo_runs_the_main_job_through_the_pages(tegoed, tmp_path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = tegoed("demo", "--no-serve", "--port", str(port))
    assert told.returncode == 0, told.stdout + told.stderr
    assert "The books agree" in told.stdout
    assert "€3,991.20" in told.stdout  # 24 × 20 × 8 € + 20 × 7.56 €
    assert "From payment matched to vouchers loaded" in told.stdout
    files = sorted(path.name.split("-")[0][0] + path.suffix for path in (tmp_path / "demo").iterdir())
    assert files == ["C.pdf", "C.xml", "P.pdf", "P.xml", "b.cod", "b.xlsx"]
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 4  # two invoices, payment received, loaded
    known = tegoed("import-statement", str(tmp_path / "demo" / "bank-of-today.cod"))
    assert (known.returncode, "statement-file-known" in known.stderr) == (1, True)
    again = tegoed("demo", "--no-serve", "--port", str(port))
    assert again.returncode == 1
    assert "empty one" in again.stdout


@pytest.mark.parametrize("name", ["TEGOED_DEBUG", "TEGOED_STATEMENT_FILE_BYTES_MAX", "TEGOED_LOG_LEVEL"])
def test_a_setting_that_makes_no_sense_stops_the_start(tegoed, monkeypatch, name) -> None:
    monkeypatch.setenv(name, "perhaps")
    stopped = tegoed("check-books")
    assert stopped.returncode != 0
    assert f"{name} must be" in stopped.stderr
