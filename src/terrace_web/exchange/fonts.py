"""Text in English and Chinese on pictures, in the font that comes with the platform.

The font is split into about a hundred small files by ranges of characters; each run of
characters is drawn from the file that has them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).parents[1] / "ui" / "static" / "vendor" / "cards"
_FACE = re.compile(r"url\(\./files/([\w.-]+)\).*?unicode-range:\s*([^;]+);", re.S)
_RANGE = re.compile(r"U\+([0-9a-f]+)(?:-([0-9a-f]+))?", re.I)
_UNIT = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef][，。、；：！？）》」』】]*|\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+"
)
_FALLBACK = "\u25a1"

Face = ImageFont.FreeTypeFont


def text_width(text: str, size: int, weight: int) -> float:
    """How wide a line is, in pixels."""
    return sum(font.getlength(run) for run, font in _runs(text, size, weight))


def draw_text(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    *,
    size: int,
    weight: int,
    fill: str,
) -> None:
    """Draw one line; ``place`` is the left end of its baseline."""
    left, baseline = place
    for run, font in _runs(text, size, weight):
        draw.text((left, baseline), run, font=font, fill=fill, anchor="ls")
        left += font.getlength(run)


def wrap_text(text: str, size: int, weight: int, width: float, most: int) -> list[str]:
    """The text in at most ``most`` lines of this width; the last one ends in … where it is cut.

    Chinese may break between any two characters, but not before a closing mark.
    """
    lines, line = [], ""
    for unit in _units(text, size, weight, width):
        if text_width(line + unit, size, weight) <= width:
            line += unit
            continue
        lines.append(line.rstrip())
        line = unit.lstrip()
        if len(lines) == most:
            break
    else:
        return [*lines, line.rstrip()] if line.strip() else lines
    lines[-1] = _cut(lines[-1], size, weight, width)
    return lines


def _units(text: str, size: int, weight: int, width: float) -> Iterator[str]:
    for unit in _UNIT.findall(" ".join(text.split())):
        # A word wider than the line is broken between its letters.
        yield from unit if text_width(unit, size, weight) > width else [unit]


def _cut(line: str, size: int, weight: int, width: float) -> str:
    while line and text_width(f"{line}…", size, weight) > width:
        line = line[:-1]
    return f"{line.rstrip(' ,.;:，。、；：')}…"


def _runs(text: str, size: int, weight: int) -> Iterator[tuple[str, Face]]:
    for file, letters in groupby(_drawable(text), key=lambda each: each[1]):
        yield "".join(letter for letter, _file in letters), _font(file, size, weight)


def _drawable(text: str) -> Iterator[tuple[str, str]]:
    for letter in text:
        file = file_of(letter)
        if file:
            yield letter, file
        else:
            yield _FALLBACK, file_of(_FALLBACK)


@cache
def file_of(letter: str) -> str:
    """The file that has this character, '' where none has."""
    starts, ranges = _ranges()
    place = bisect_right(starts, ord(letter)) - 1
    if place < 0:
        return ""
    _start, end, file = ranges[place]
    return file if ord(letter) <= end else ""


@cache
def _ranges() -> tuple[list[int], list[tuple[int, int, str]]]:
    css = (FONTS / "ranges.txt").read_text(encoding="utf-8")
    found = [
        (int(first, 16), int(last or first, 16), file)
        for file, ranges in _FACE.findall(css)
        for first, last in _RANGE.findall(ranges)
    ]
    # The basic Latin file comes last in the sheet and wins, as it does in a browser.
    kept = {start: (start, end, file) for start, end, file in found}
    ordered = sorted(kept.values())
    return [start for start, _end, _file in ordered], ordered


@lru_cache(maxsize=200)
def _font(file: str, size: int, weight: int) -> Face:
    font = ImageFont.truetype(str(FONTS / file), size)
    font.set_variation_by_axes([weight])
    return font
