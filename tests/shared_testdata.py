"""Files from elsewhere that lie beside the repository on the developers' machines, never inside it."""

import warnings
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "testdata"


def shared_testdata(name: str) -> Path:
    """The path of one such file; where it is absent the test is skipped, and the run says so."""
    path = FOLDER / name
    if not path.exists():
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn(f"SKIPPED FOR LACK OF DATA: {name} is not beside this checkout", stacklevel=2)
        pytest.skip(f"no outside test data here: {name}")
    return path
