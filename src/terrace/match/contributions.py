"""What a pair's score is made of: the ranker is linear, so its parts add up to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from terrace.match.features.table import FeatureTable
from terrace.match.rank import Ranker
from terrace.match.scoring import Examined

Floats = npt.NDArray[np.float32]

_PARTS: Mapping[str, tuple[str, str]] = {
    "bm25": ("words in common, the rarer the more", "共同用词，越少见分量越重"),
    "lsa": ("words that go together in this collection", "本库中常同现的词"),
    "multilingual": ("meaning, by the multilingual model", "语义（多语言模型）"),
    "monolingual": ("meaning, by the English model", "语义（英文模型）"),
    "monolingual_white": (
        "meaning, by the English model tuned to this collection",
        "语义（按本库调整的英文模型）",
    ),
    "first": ("first impression: words and meaning, default weights", "初评：用词与语义，默认权重"),
    "feedback": ("likeness to the best candidates", "与最佳候选的相似度"),
    "smoothed": ("how well its nearest neighbours fit", "相近成果的契合度"),
    "nearest": ("a near double among the best", "最佳候选中有近似者"),
    "length": ("length of the text", "文本长度"),
    "coverage": ("share of the need's words found", "需求用词的覆盖率"),
    "lead_coverage": (
        "share of the need's words found at the beginning",
        "开头部分对需求用词的覆盖率",
    ),
    "rarest_missing": (
        "rarity of the need's words that are missing, the less the better",
        "所缺需求用词的少见程度，越低越好",
    ),
    "passage": ("the best passage", "最契合的段落"),
    "phrases": ("phrases found together", "词组同现"),
}
_OF_HEAD = (" (title alone)", "（仅标题）")
_NEIGHBOURS = ("feedback", "smoothed", "nearest")
_HEAD = "_head"


@dataclass(frozen=True, slots=True)
class Contribution:
    """``points`` is what a feature adds to the pair's score, against the average candidate."""

    feature: str
    name_en: str
    name_zh: str
    points: float


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """All contributions, the strongest first; their sum is ``score``.

    ``place`` counts from 1 among ``candidates`` by this score, before what the
    record loses by fitting others better (contention).
    """

    contributions: tuple[Contribution, ...]
    score: float
    place: int
    candidates: int


def find_score_parts(
    examined: Sequence[Examined], record_ids: Sequence[str], wanted: str, ranker: Ranker
) -> ScoreParts | None:
    """The parts of the score of the record ``wanted``; None where it is no candidate.

    ``record_ids`` names the record of each row of the index. Of several
    passages of the record the one with the highest score counts.
    """
    found = [
        _take_apart(each.table, row, ranker)
        for each in examined
        for row, place in enumerate(each.table.rows.tolist())
        if record_ids[place] == wanted
    ]
    return max(found, key=lambda parts: parts.score, default=None)


def name_feature(feature: str) -> tuple[str, str]:
    """A feature in plain words, in English and in Chinese."""
    base = feature.removesuffix(_HEAD)
    english, chinese = _name_base(base)
    if base == feature:
        return english, chinese
    return english + _OF_HEAD[0], chinese + _OF_HEAD[1]


def _name_base(base: str) -> tuple[str, str]:
    kind, _, space = base.partition("_")
    if kind not in _NEIGHBOURS or not space:
        return _PARTS.get(base, (base, base))
    (english, chinese), (of_english, of_chinese) = _PARTS[kind], _PARTS.get(space, (space, space))
    return f"{english} ({of_english})", f"{chinese}（{of_chinese}）"


def _take_apart(table: FeatureTable, row: int, ranker: Ranker) -> ScoreParts:
    weights = ranker.choices[ranker.choose(table.names)].weights
    scores = ranker.score(table)
    points = _share_points(table, row, weights)
    parts = [
        Contribution(name, *name_feature(name), float(value))
        for name, value in zip(weights, points, strict=True)
    ]
    return ScoreParts(
        contributions=tuple(sorted(parts, key=lambda part: -abs(part.points))),
        score=float(scores[row]),
        place=int((scores > scores[row]).sum()) + 1,
        candidates=len(scores),
    )


def _share_points(table: FeatureTable, row: int, weights: Mapping[str, float]) -> Floats:
    """What each weighted feature adds [w], on the scale of ``Ranker.score``."""
    columns = [table.names.index(name) for name in weights]
    weighted = table.values[:, columns] * np.array(list(weights.values()), dtype=np.float32)
    scale = weighted[table.sets_scale]
    spread = float(scale.sum(axis=1).std()) if len(scale) else 0.0
    if not spread:
        return np.zeros(len(columns), dtype=np.float32)
    return np.asarray((weighted[row] - scale.mean(axis=0)) / spread, dtype=np.float32)
