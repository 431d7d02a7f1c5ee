"""Why an achievement may fit a need: requirement by requirement, with what it says itself.

A verdict says what the achievement's own words show. "No evidence" says that
nothing was found in them, never that the achievement does not fit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from terrace.match.evidence import (
    Encode,
    Floats,
    Idf,
    Sentence,
    compute_cosines,
    compute_overlap,
    find_shared_words,
    quote_sentences,
)
from terrace.match.figures import Figure, FigureCheck, check_figures, find_figures, measure_alike
from terrace.match.requirements import Requirement, cut_requirements
from terrace.match.summary import Coverage, compare_sides, write_chinese, write_english
from terrace.records import Achievement, Need

Verdict = Literal["covered", "partly", "no_evidence"]
FRAME_SCHEMA = pl.Schema(
    {
        "need_id": pl.String(),
        "achievement_id": pl.String(),
        "place": pl.Int64(),
        "requirement": pl.String(),
        "requirement_part": pl.String(),
        "weight": pl.Float64(),
        "verdict": pl.String(),
        "agreement": pl.Float64(),
        "quote": pl.String(),
        "quote_part": pl.String(),
        "quote_language": pl.String(),
        "shared_words": pl.List(pl.String()),
        "figures_required": pl.List(pl.String()),
        "figures_offered": pl.List(pl.String()),
        "figures_outcome": pl.List(pl.String()),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainConfig:
    """How signs become an agreement (0 to 1) and an agreement a verdict.

    Each line is (intercept, weight of the overlap's square root, weight of
    the cosine) of a logistic function. ``both`` and ``words_only`` are
    regressions of "this pair is linked" on the signs of the best sentence,
    against random and lexically similar unlinked pairs of US solicitations
    and awards. ``across`` serves pairs in two languages; it is set so that
    about 3% of Chinese titles find something in a random English abstract.
    The cosines' weights suit the bundled multilingual model.
    """

    both: tuple[float, float, float] = (-3.35, 4.4, 3.5)
    words_only: tuple[float, float, float] = (-2.9, 5.5, 0.0)
    across: tuple[float, float, float] = (-2.9, 0.0, 8.5)
    covered_from: float = 0.6
    partly_from: float = 0.35
    most_requirements: int = 12


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """One requirement, what the achievement says to it, and what follows.

    ``agreement`` is that of the closest sentence. ``quote`` is the one that answers
    most of the required figures, else the closest, also where there is no evidence;
    None where the achievement says nothing at all or nothing could be compared.
    """

    requirement: Requirement
    verdict: Verdict
    agreement: float
    quote: Sentence | None
    shared_words: tuple[str, ...]
    figures: tuple[FigureCheck, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All verdicts on a pair, and one line for the technology manager in two languages."""

    need_id: str
    achievement_id: str
    requirements: tuple[RequirementVerdict, ...]
    summary_en: str
    summary_zh: str

    @property
    def counted(self) -> tuple[RequirementVerdict, ...]:
        """The verdicts that count; that on the title only where it stands alone."""
        return _leave_title(self.requirements)


def explain_pair(
    need: Need,
    achievement: Achievement,
    *,
    idf: Idf,
    encode: Encode | None = None,
    config: ExplainConfig | None = None,
) -> Explanation:
    """What speaks for this pair.

    ``idf`` gives a term's rarity in the corpus. Without ``encode`` only words
    are compared: a Chinese need then finds nothing in an English text.
    """
    config = config or ExplainConfig()
    sentences = quote_sentences(achievement)
    language = _find_language(sentences)
    requirements = cut_requirements(need, language=language, limit=config.most_requirements)
    agreement = _compute_agreement(requirements, sentences, idf, encode, config)
    verdicts = tuple(
        _judge(requirement, sentences, row, config)
        for requirement, row in zip(requirements, agreement, strict=True)
    )
    counts = Counter(verdict.verdict for verdict in _leave_title(verdicts))
    coverage = Coverage(counts["covered"], counts["partly"], counts.total())
    sides = compare_sides(need, achievement, coverage, idf=idf)
    return Explanation(
        need.id, achievement.id, verdicts, write_english(sides), write_chinese(sides)
    )


def _leave_title(verdicts: tuple[RequirementVerdict, ...]) -> tuple[RequirementVerdict, ...]:
    """A title sums up what the others ask for: it is shown with them, and not counted twice."""
    others = tuple(each for each in verdicts if each.requirement.part != "title")
    return others or verdicts


def to_frame(explanations: Iterable[Explanation]) -> pl.DataFrame:
    """One row per requirement of each explanation, with the columns of ``FRAME_SCHEMA``."""
    rows = [
        _make_row(explanation, place, verdict)
        for explanation in explanations
        for place, verdict in enumerate(explanation.requirements, start=1)
    ]
    return pl.DataFrame(rows, schema=FRAME_SCHEMA)


def _find_language(sentences: Sequence[Sentence]) -> str:
    """The language that most sentences are in."""
    counted = Counter(sentence.language for sentence in sentences).most_common(1)
    return counted[0][0] if counted else ""


def _compute_agreement(
    requirements: Sequence[Requirement],
    sentences: Sequence[Sentence],
    idf: Idf,
    encode: Encode | None,
    config: ExplainConfig,
) -> Floats:
    """[requirements, sentences]: agreement, 0 where the two cannot be compared."""
    wanted, offered = [r.text for r in requirements], [s.text for s in sentences]
    overlap = np.sqrt(compute_overlap([_drop_figures(r) for r in requirements], offered, idf))
    crossing = _find_crossings(requirements, sentences)
    if encode is None:
        line = _apply_line(config.words_only, overlap, np.zeros_like(overlap))
        return np.where(crossing, np.float32(0), line)
    cosines = compute_cosines(wanted, offered, encode)
    by_vectors = _apply_line(config.across, overlap, cosines)
    return np.where(crossing, by_vectors, _apply_line(config.both, overlap, cosines))


def _drop_figures(requirement: Requirement) -> str:
    """The words of a requirement; its figures are checked by their numbers, not as words."""
    words = requirement.text
    for figure in requirement.figures:
        words = words.replace(figure.quote, " ")
    return words


def _find_crossings(
    requirements: Sequence[Requirement], sentences: Sequence[Sentence]
) -> NDArray[np.bool_]:
    """[requirements, sentences]: whether the two are in different languages."""
    wanted = np.array([requirement.language for requirement in requirements], dtype=str)
    offered = np.array([sentence.language for sentence in sentences], dtype=str)
    said = (wanted != "")[:, None] & (offered != "")[None, :]
    crossings: NDArray[np.bool_] = said & np.not_equal.outer(wanted, offered)
    return crossings


def _apply_line(line: tuple[float, float, float], overlap: Floats, cosines: Floats) -> Floats:
    intercept, by_overlap, by_cosine = line
    logit = intercept + by_overlap * overlap + by_cosine * cosines
    return (1 / (1 + np.exp(-logit))).astype(np.float32)


def _judge(
    requirement: Requirement, sentences: Sequence[Sentence], row: Floats, config: ExplainConfig
) -> RequirementVerdict:
    if not row.any():
        return RequirementVerdict(requirement, "no_evidence", 0.0, None, (), ())
    quote = sentences[_choose_sentence(requirement, sentences, row, config)]
    agreement = float(row.max())
    checks = tuple(check_figures(requirement.figures, _read_figures(quote.text)))
    return RequirementVerdict(
        requirement=requirement,
        verdict=_choose_verdict(agreement, checks, config),
        agreement=agreement,
        quote=quote,
        shared_words=find_shared_words(requirement.text, quote.text),
        figures=checks if agreement >= config.partly_from else (),
    )


def _choose_sentence(
    requirement: Requirement, sentences: Sequence[Sentence], row: Floats, config: ExplainConfig
) -> int:
    """The closest sentence; of those that speak to a figure, the one that answers most of it.

    Once one speaks to the requirement, a figure of the same quantity counts wherever it stands.
    """
    closest = int(row.argmax())
    if not requirement.figures or row[closest] < config.partly_from:
        return closest
    answered = [
        _count_answered(requirement, sentence, is_close=said >= config.partly_from)
        for sentence, said in zip(sentences, row, strict=True)
    ]
    return max(range(len(row)), key=lambda place: (answered[place], row[place]))


def _count_answered(requirement: Requirement, sentence: Sentence, *, is_close: bool) -> int:
    offered = _read_figures(sentence.text)
    if not is_close and not measure_alike(requirement.figures, offered):
        return 0
    checks = check_figures(requirement.figures, offered)
    return sum(check.outcome != "unclear" for check in checks)


@lru_cache(maxsize=2_000)
def _read_figures(text: str) -> tuple[Figure, ...]:
    """Each requirement asks for those of the same sentences."""
    return tuple(find_figures(text))


def _choose_verdict(
    agreement: float, checks: Sequence[FigureCheck], config: ExplainConfig
) -> Verdict:
    """A requirement with a figure is covered only where the quote shows that it is reached."""
    if agreement < config.partly_from:
        return "no_evidence"
    reached = all(check.outcome == "reached" for check in checks)
    return "covered" if agreement >= config.covered_from and reached else "partly"


def _make_row(explanation: Explanation, place: int, verdict: RequirementVerdict) -> dict[str, Any]:
    requirement, quote = verdict.requirement, verdict.quote
    return {
        "need_id": explanation.need_id,
        "achievement_id": explanation.achievement_id,
        "place": place,
        "requirement": requirement.text,
        "requirement_part": requirement.part,
        "weight": requirement.weight,
        "verdict": verdict.verdict,
        "agreement": verdict.agreement,
        "quote": quote.text if quote else "",
        "quote_part": quote.part if quote else "",
        "quote_language": quote.language if quote else "",
        "shared_words": list(verdict.shared_words),
        "figures_required": [check.required for check in verdict.figures],
        "figures_offered": [check.offered for check in verdict.figures],
        "figures_outcome": [check.outcome for check in verdict.figures],
    }
