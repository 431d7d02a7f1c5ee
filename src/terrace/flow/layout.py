"""Where the stages and moves of a flow are drawn.

Stages stand below each other, layer by layer as a run comes to them. The moves that leave a
stage are rows below it. From each row a line runs right to the lane of its target, and
along the lane to that stage: lanes stand right of all words, so that no line crosses any.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from terrace.flow.flow import FlowVersion, Move, Stage
from terrace.flow.label import join_labels
from terrace.flow.soundness import stages_from
from terrace.flow.wrapping import width_of, wrap_words

NAME_SIZE, SMALL_SIZE = 14.0, 11.0
LINE_HEIGHT = 16.0
MARGIN, INDENT = 12.0, 28.0
_MOST_WIDE = 232.0
_BOX_PADDING = 10.0
_GAP = 18.0
_LANE_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: where its base line begins, whether small, what it says."""

    x: float
    y: float
    text: str
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A stage as drawn."""

    stage: Stage
    y: float
    height: float
    words: tuple[Words, ...]

    @property
    def middle(self) -> float:
        """The height at which lines come in."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Row:
    """A move from one stage as drawn; its line runs at ``y``."""

    move: Move
    source: str
    y: float
    height: float
    words: tuple[Words, ...]
    end: float


@dataclass(frozen=True, slots=True)
class Layout:
    """All places, in pixels; ``lanes`` has the x of each target's lane."""

    width: float
    height: float
    box_width: float
    boxes: Mapping[str, Box]
    rows: tuple[Row, ...]
    lanes: Mapping[str, float]


def lay_out(version: FlowVersion, language: str, *, marked: Collection[str] = ()) -> Layout:
    """The places of a version's stages and moves.

    ``marked`` are the stages before whose name a sign is drawn.
    """
    boxes: dict[str, Box] = {}
    rows: list[Row] = []
    y = MARGIN
    for stage_id in stages_from(version, version.initial.id):
        box = _place_box(version.stages[stage_id], language, y, stage_id in marked)
        boxes[stage_id] = box
        y = box.y + box.height
        for move in _moves_of(version, stage_id):
            row = _place_row(version, move, stage_id, language, y)
            rows.append(row)
            y += row.height
        y += _GAP
    box_width = _right_of(each for box in boxes.values() for each in box.words) - MARGIN
    return _finish(boxes, rows, box_width + _BOX_PADDING, y - _GAP + MARGIN)


def _moves_of(version: FlowVersion, stage_id: str) -> Iterator[Move]:
    return (move for move in version.moves.values() if stage_id in move.sources)


def _place_box(stage: Stage, language: str, y: float, is_marked: bool) -> Box:
    # A sign and the space after it, as wide as one Chinese character.
    indent = MARGIN + _BOX_PADDING + NAME_SIZE * 1.4 * is_marked
    names = wrap_words(stage.name.text(language), NAME_SIZE, _MOST_WIDE)
    words = list(_lines(names, indent, y + _BOX_PADDING, is_small=False))
    if stage.due:
        limits = wrap_words(stage.due.label.text(language), SMALL_SIZE, _MOST_WIDE)
        below = y + _BOX_PADDING + LINE_HEIGHT * len(names)
        words += _lines(limits, MARGIN + _BOX_PADDING, below, is_small=True)
    return Box(stage, y, 2 * _BOX_PADDING + LINE_HEIGHT * len(words), tuple(words))


def _place_row(version: FlowVersion, move: Move, source: str, language: str, y: float) -> Row:
    names = wrap_words(move.name.text(language), NAME_SIZE, _MOST_WIDE)
    roles = join_labels(version.roles[role] for role in move.who).text(language)
    words = [
        *_lines(names, INDENT + MARGIN, y + 8, is_small=False),
        *_lines(
            wrap_words(roles, SMALL_SIZE, _MOST_WIDE),
            INDENT + MARGIN,
            y + 8 + LINE_HEIGHT * len(names),
            is_small=True,
        ),
    ]
    end = INDENT + MARGIN + width_of(words[0].text, NAME_SIZE) + 6
    return Row(
        move, source, y + 8 + LINE_HEIGHT / 2, 8 + LINE_HEIGHT * len(words), tuple(words), end
    )


def _lines(texts: Sequence[str], x: float, y: float, *, is_small: bool) -> Iterator[Words]:
    for place, text in enumerate(texts, start=1):
        yield Words(x, y + LINE_HEIGHT * place - 4, text, is_small)


def _right_of(words: Iterator[Words]) -> float:
    return max(
        each.x + width_of(each.text, SMALL_SIZE if each.is_small else NAME_SIZE) for each in words
    )


def _finish(boxes: dict[str, Box], rows: list[Row], box_width: float, height: float) -> Layout:
    words = (each for row in rows for each in row.words)
    right = max(MARGIN + box_width, _right_of(words) if rows else 0.0) + _LANE_GAP
    lanes = _place_lanes(boxes, rows, right)
    width = max([right, *lanes.values()]) + MARGIN
    return Layout(width, height, box_width, boxes, tuple(rows), lanes)


def _place_lanes(boxes: Mapping[str, Box], rows: Sequence[Row], left: float) -> dict[str, float]:
    """One lane per target; lanes that run side by side stand apart, short ones inside."""
    spans = _spans_of(boxes, rows)
    lanes: dict[str, int] = {}
    for stage_id in sorted(spans, key=lambda name: spans[name][1] - spans[name][0]):
        taken = {lane for other, lane in lanes.items() if _meet(spans[other], spans[stage_id])}
        lanes[stage_id] = next(lane for lane in range(len(spans)) if lane not in taken)
    return {stage_id: left + _LANE_GAP * lane for stage_id, lane in lanes.items()}


def _spans_of(boxes: Mapping[str, Box], rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    heights: dict[str, list[float]] = {}
    for row in rows:
        target = row.move.target
        heights.setdefault(target, [boxes[target].middle]).append(row.y)
    return {stage_id: (min(each), max(each)) for stage_id, each in heights.items()}


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
