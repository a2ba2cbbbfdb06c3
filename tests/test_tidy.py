"""House rules, kept by a machine (docs/maintainer.md)."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
LINES_MAX = 400
OUTSIDE = {".venv", "node_modules", "var", "vendor", ".git", "__pycache__", "locale", "results"}
WORDS_OF_UNFINISHED_WORK = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK|XX" + r"X)\b")
VAGUE_NAMES = {"utils", "common", "helpers", "misc", "manager", "handlers", "services"}
VAGUE_VERBS = ("handle_", "process_", "do_")
DJANGO_NAMES = {"process_view"}


def files(*suffixes: str) -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in suffixes and path.is_file() and not OUTSIDE & set(path.relative_to(ROOT).parts)
    ]


def product_modules() -> list[Path]:
    return [path for path in files(".py") if path.is_relative_to(ROOT / "tegoed") and "migrations" not in path.parts]


def test_no_file_outgrows_its_reader() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in files(".py", ".html", ".js", ".css", ".typ")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MAX and "migrations" not in path.parts
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    marked = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files(".py", ".html", ".js", ".css", ".md", ".typ")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if WORDS_OF_UNFINISHED_WORK.search(line)
    ]
    assert marked == []


def test_every_module_of_the_product_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in product_modules()
        if path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


def test_names_say_something() -> None:
    vague = [str(path) for path in product_modules() if path.stem in VAGUE_NAMES or path.parent.name in VAGUE_NAMES]
    for path in product_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.FunctionDef)
                and node.name.startswith(VAGUE_VERBS)
                and node.name not in DJANGO_NAMES
            ):
                vague.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert vague == []


def test_no_file_names_a_place_outside_the_repository() -> None:
    forbidden = re.compile(
        "|".join(("/work" + "/", r"pypi\." + "org", r"registry\." + "npmjs", "files" + r"\.pythonhosted"))
    )
    found = [
        str(path.relative_to(ROOT))
        for path in [
            *files(".py", ".md", ".toml", ".txt", ".json", ".html", ".in", ".js"),
            ROOT / "Makefile",
            ROOT / ".npmrc",
        ]
        if forbidden.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_imports_run_one_way() -> None:
    """The contracts stand in pyproject.toml; import-linter judges."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_migrations_are_complete(db) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_hashes(name) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = [block for block in re.split(r"\n(?=[a-z])", text) if "==" in block]
    assert len(packages) > 20
    assert [block.split()[0] for block in packages if "--hash=sha256:" not in block] == []


def test_every_direct_dependency_has_its_reason_in_the_adrs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "adr").glob("*.md"))
    names = [re.split(r"[\[<>=]", dependency)[0] for dependency in project["dependencies"]]
    assert [name for name in names if name not in reasons] == []
