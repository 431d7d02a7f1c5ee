"""A flow drawn as SVG that stands alone: readable aloud, on a phone, and under a strict CSP.

There is no style element and no style attribute: colours come from presentation attributes,
which the classes of a page's own style sheet may override.
"""

from collections.abc import Collection, Iterator, Mapping
from xml.etree import ElementTree as ET

from terrace.flow.flow import FlowVersion, Move, Tone
from terrace.flow.label import Label
from terrace.flow.layout import (
    MARGIN,
    NAME_SIZE,
    SMALL_SIZE,
    Box,
    Layout,
    Row,
    Words,
    lay_out,
)

_TONES: Mapping[Tone, str] = {
    "neutral": "#5b6b7f",
    "waiting": "#9a6700",
    "good": "#1a7f37",
    "warning": "#bc4c00",
    "bad": "#cf222e",
}
_LINE_COLOUR = "#5b6b7f"
_HERE, _VISITED = "●", "✓"
_ARROW = 7.0
_STUB = MARGIN + 14


def draw_flow(
    version: FlowVersion,
    language: str,
    *,
    at: str | None = None,
    visited: Collection[str] = (),
) -> str:
    """The stages and moves of a version as an SVG element.

    Args:
        version: what to draw.
        language: ``en`` or ``zh``, also ``zh-hans``.
        at: the stage a thing is in, drawn filled in and marked.
        visited: the stages it was in, marked as well.

    Raises:
        NotFound: the version has no stage ``at``.
    """
    if at is not None:
        version.stage(at)
    signs = {**dict.fromkeys(visited, _VISITED), **({at: _HERE} if at else {})}
    layout = lay_out(version, language, marked=signs.keys())
    svg = _frame(version, language, layout)
    _describe(svg, version, language, at)
    svg.extend(_draw_lines(layout))
    for box in layout.boxes.values():
        svg.append(_draw_box(box, layout, signs.get(box.stage.id, "")))
    return ET.tostring(svg, encoding="unicode")


def _draw_lines(layout: Layout) -> Iterator[ET.Element]:
    left = {row.source for row in layout.rows}
    for box in layout.boxes.values():
        if box.stage.id in left:
            yield _draw_spine(box, layout)
        if box.stage.id in layout.lanes:
            yield _draw_lane(box, layout)
    yield from (_draw_row(row, layout) for row in layout.rows)


def _frame(version: FlowVersion, language: str, layout: Layout) -> ET.Element:
    name = _name_of(version)
    return ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "flow",
            "role": "img",
            "lang": "zh-Hans" if language.lower().startswith("zh") else "en",
            "width": _number(layout.width),
            "height": _number(layout.height),
            "viewBox": f"0 0 {_number(layout.width)} {_number(layout.height)}",
            "font-family": "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif",
            "aria-labelledby": f"{name}-title {name}-desc",
        },
    )


def _name_of(version: FlowVersion) -> str:
    return f"flow-{version.flow}-{version.number}"


def _describe(svg: ET.Element, version: FlowVersion, language: str, at: str | None) -> None:
    title = ET.SubElement(svg, "title", {"id": f"{_name_of(version)}-title"})
    title.text = version.name.text(language)
    description = ET.SubElement(svg, "desc", {"id": f"{_name_of(version)}-desc"})
    sentences = [_say_move(version, move).text(language) for move in version.moves.values()]
    if at is not None:
        name = version.stages[at].name
        sentences.insert(0, Label(f"Now: {name.en}.", f"当前阶段：{name.zh}。").text(language))
    description.text = ("" if language.lower().startswith("zh") else " ").join(sentences)


def _say_move(version: FlowVersion, move: Move) -> Label:
    sources = [version.stages[source].name for source in move.sources]
    target = version.stages[move.target].name
    return Label(
        f"{move.name.en}: from {' or '.join(each.en for each in sources)} to {target.en}.",
        f"{move.name.zh}：由{'或'.join(each.zh for each in sources)}到{target.zh}。",
    )


def _draw_box(box: Box, layout: Layout, sign: str) -> ET.Element:
    colour = _TONES[box.stage.tone]
    state = {_HERE: " is-current", _VISITED: " is-visited"}.get(sign, "")
    group = ET.Element("g", {"class": f"flow-stage tone-{box.stage.tone}{state}"})
    ET.SubElement(
        group,
        "rect",
        {
            "x": _number(MARGIN),
            "y": _number(box.y),
            "width": _number(layout.box_width),
            "height": _number(box.height),
            "rx": "8",
            "fill": colour if sign == _HERE else "#ffffff",
            "stroke": colour,
            "stroke-width": "3" if box.stage.is_final else "1.5",
        },
    )
    ink = "#ffffff" if sign == _HERE else "#1f2933"
    if sign:
        name = box.words[0]
        group.append(_draw_words(Words(MARGIN + 10, name.y, sign), ink))
    group.extend(_draw_words(each, ink) for each in box.words)
    return group


def _draw_row(row: Row, layout: Layout) -> ET.Element:
    """The words of a move, and the line from its source through them to its target's lane."""
    kind = " is-automatic" if row.move.is_automatic else ""
    group = ET.Element("g", {"class": f"flow-move{kind}"})
    lane = layout.lanes[row.move.target]
    line = f"M{_number(_STUB)} {_number(row.y)}h10M{_number(row.end)} {_number(row.y)}"
    dashes = {"stroke-dasharray": "4 3"} if row.move.is_automatic else {}
    group.append(_draw_line(f"{line}H{_number(lane)}", **dashes))
    joint = {"cx": _number(lane), "cy": _number(row.y), "r": "2.5", "fill": _LINE_COLOUR}
    ET.SubElement(group, "circle", joint)
    group.extend(_draw_words(each, "currentColor") for each in row.words)
    return group


def _draw_spine(box: Box, layout: Layout) -> ET.Element:
    """The line down from a stage along the moves that leave it."""
    last = max(row.y for row in layout.rows if row.source == box.stage.id)
    return _draw_line(f"M{_number(_STUB)} {_number(box.y + box.height)}V{_number(last)}")


def _draw_lane(box: Box, layout: Layout) -> ET.Element:
    """The lane of a stage: what comes to it, ending in its arrow."""
    lane, edge = layout.lanes[box.stage.id], MARGIN + layout.box_width
    heights = [row.y for row in layout.rows if row.move.target == box.stage.id]
    group = ET.Element("g", {"class": "flow-lane"})
    first, last = min(*heights, box.middle), max(*heights, box.middle)
    way = f"M{_number(lane)} {_number(first)}V{_number(last)}"
    into = f"M{_number(lane)} {_number(box.middle)}H{_number(edge + _ARROW)}"
    group.append(_draw_line(way + into))
    ET.SubElement(group, "path", {"d": _arrow(edge, box.middle), "fill": _LINE_COLOUR})
    return group


def _draw_line(path: str, **attributes: str) -> ET.Element:
    line = {"fill": "none", "stroke": _LINE_COLOUR, "stroke-width": "1.5"}
    return ET.Element("path", {"d": path, **line, **attributes})


def _arrow(x: float, y: float) -> str:
    return f"M{_number(x)} {_number(y)}l{_number(_ARROW)} -4v8z"


def _draw_words(words: Words, ink: str) -> ET.Element:
    attributes = {
        "x": _number(words.x),
        "y": _number(words.y),
        "font-size": _number(SMALL_SIZE if words.is_small else NAME_SIZE),
        "fill": ink,
    }
    element = ET.Element("text", attributes)
    element.text = words.text
    return element


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
