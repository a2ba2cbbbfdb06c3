"""hledger (Debian package `hledger`) as an outside judge of our journal; where it is absent the tests say so loudly."""

import shutil
import subprocess
import warnings
from decimal import Decimal

import pytest

HLEDGER = shutil.which("hledger")


@pytest.fixture
def hledger():
    """Run hledger on a journal: `hledger(text, "check", "--strict")`; what it prints. Fails with what it objects to."""
    if HLEDGER is None:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("hledger IS NOT INSTALLED: the journal was not judged by it", stacklevel=1)
        pytest.skip("hledger is not installed")

    def run(journal: str, *words: str) -> str:
        result = subprocess.run(
            [HLEDGER, "-f", "-", *words], input=journal, capture_output=True, text=True, check=False, timeout=300
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


def balances_by(hledger, journal: str, *words: str) -> dict[str, int]:
    """What hledger adds up, debits less credits in cents, by account; nothing for what is zero."""
    rows = hledger(journal, "bal", "--flat", "--no-total", "-O", "csv", *words).splitlines()[1:]
    found = {}
    for row in rows:
        path, amount = row.strip('"').split('","')
        found[path] = int(Decimal(amount.removesuffix(" EUR") or "0") * 100)
    return found
