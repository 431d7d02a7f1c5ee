"""Draw a part of `terrace demo` as docs/pictures/demo.svg: `python tools/draw_demo.py`."""

import html
import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "demo.svg"
COLUMNS = 100
SHOWN = ("A solicitation under export control", "Asked in Chinese")
# The drawing must not call a font from elsewhere.
FORMAT_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
DRAWN_TEXT = re.compile(r'textLength="([\d.]+)"([^>]*)>([^<]*)<')


def widen_chinese(drawn: re.Match[str]) -> str:
    """Rich gives a Chinese character the width of a letter; it takes two."""
    length, between, escaped = drawn.groups()
    text = html.unescape(escaped)
    wide = float(length) * cell_len(text) / max(len(text), 1)
    return f'textLength="{wide:.1f}"{between}>{escaped}<'


def run_demo() -> list[str]:
    wide = {**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1"}
    command = [sys.executable, "-m", "terrace.cli.main", "demo", "--quiet"]
    done = subprocess.run(command, env=wide, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def cut_sections(lines: list[str]) -> list[str]:
    """The lines of the sections that are shown; a section begins with a ruled title."""
    kept, shown = [], False
    for line in lines:
        if line.count("\u2500\u2500\u2500\u2500") and "\u253c" not in line and "\u2502" not in line:
            plain = Text.from_ansi(line).plain
            if re.search(r"\u2500 [A-Z]", plain):
                shown = any(title in plain for title in SHOWN)
        if shown:
            kept.append(line)
    return kept


def main() -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    for line in cut_sections(run_demo()):
        console.print(Text.from_ansi(line), soft_wrap=True)
    drawing = FORMAT_FONT.sub("", console.export_svg(title="terrace demo"))
    drawing = DRAWN_TEXT.sub(widen_chinese, drawing)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawing, encoding="utf-8")


if __name__ == "__main__":
    main()
