"""Why a manager is the one for a match: works, fields and words that agree, and the load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrace.fields import shipped_fields
from terrace.match.evidence import Floats, Idf, pair_words
from terrace.match.expertise import Similarity, list_works, write_work
from terrace.match.matches import Match
from terrace.match.text import terms
from terrace.records import Expert, Work

_MOST_WORKS = 2
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Assignment:
    """One match in one manager's hands, with what speaks for it.

    ``works`` are the titles closest to the match, best first; ``load`` counts
    the manager's matches in this plan, of ``capacity``.
    """

    need_id: str
    achievement_id: str
    manager_id: str
    expertise: float
    promise: float
    works: tuple[str, ...]
    fields: tuple[str, ...]
    words: tuple[str, ...]
    load: int
    capacity: int
    reason_en: str
    reason_zh: str


def describe_assignments(
    managers: Sequence[Expert],
    matches: Sequence[Match],
    expertise: Floats,
    chosen: NDArray[np.bool_],
    *,
    capacities: Sequence[int],
    similarities: Mapping[str, Similarity],
    idf: Idf,
) -> tuple[Assignment, ...]:
    """The assignments of ``chosen`` [managers, matches] with their reasons, by match."""
    found: list[Assignment] = []
    for row, manager in enumerate(managers):
        taken: list[int] = np.flatnonzero(chosen[row]).tolist()
        closest = _rank_works(manager, [matches[column] for column in taken], similarities)
        load = (len(taken), int(capacities[row]))
        for column, works in zip(taken, closest, strict=True):
            value = float(expertise[row, column])
            found.append(_explain(manager, matches[column], value, works, load=load, idf=idf))
    order = {(match.need_id, match.achievement_id): n for n, match in enumerate(matches)}
    return tuple(sorted(found, key=lambda a: (order[a.need_id, a.achievement_id], -a.expertise)))


def _rank_works(
    manager: Expert, matches: Sequence[Match], similarities: Mapping[str, Similarity]
) -> list[list[Work]]:
    """For each match the manager's closest works, best first."""
    works = list_works(manager)
    if not works or not matches:
        return [[] for _ in matches]
    texts = [match.text for match in matches]
    written = [write_work(work) for work in works]
    total = np.sum([compare(texts, written) for compare in similarities.values()], axis=0)
    best = np.argsort(-total, axis=1, kind="stable")[:, :_MOST_WORKS].tolist()
    return [[works[place] for place in row] for row in best]


def _explain(
    manager: Expert,
    match: Match,
    expertise: float,
    works: Sequence[Work],
    *,
    load: tuple[int, int],
    idf: Idf,
) -> Assignment:
    fields = tuple(sorted(set(manager.fields) & match.fields))
    words = _find_telling_words(match, works, idf)
    titles = tuple(work.title or work.body[:80] for work in works)
    return Assignment(
        need_id=match.need_id,
        achievement_id=match.achievement_id,
        manager_id=manager.id,
        expertise=expertise,
        promise=match.promise,
        works=titles,
        fields=fields,
        words=words,
        load=load[0],
        capacity=load[1],
        reason_en=_write_english(titles, _name_fields(fields, "en"), words, load),
        reason_zh=_write_chinese(titles, _name_fields(fields, "zh"), words, load),
    )


def _name_fields(codes: Sequence[str], language: str) -> list[str]:
    """What the zone calls them; a code of its own stays as it is."""
    known = shipped_fields().by_code
    return [known[code].name(language) if code in known else code for code in codes]


def _find_telling_words(match: Match, works: Sequence[Work], idf: Idf) -> tuple[str, ...]:
    """The rarest words that the match and the manager's closest works share."""
    asked = set(terms(match.text))
    written = " ".join(write_work(work) for work in works)
    shared = {term: word for term, word in pair_words(written) if term in asked}
    rarest = sorted(shared, key=lambda term: (-idf(term), term))
    return tuple(dict.fromkeys(shared[term] for term in rarest))[:_MOST_WORDS]


def _write_english(
    works: Sequence[str], fields: Sequence[str], words: Sequence[str], load: tuple[int, int]
) -> str:
    parts = [f"Works closest to it: {'; '.join(works)}."] if works else ["No works on record."]
    parts += [f"Fields in common: {', '.join(fields)}."] if fields else []
    parts += [f"Words in common: {', '.join(words)}."] if words else []
    return " ".join([*parts, f"Load in this plan: {load[0]} of {load[1]}."])


def _write_chinese(
    works: Sequence[str], fields: Sequence[str], words: Sequence[str], load: tuple[int, int]
) -> str:
    parts = [f"最接近的业绩：{'；'.join(works)}。"] if works else ["暂无业绩记录。"]
    parts += [f"共同领域：{'、'.join(fields)}。"] if fields else []
    parts += [f"共同用词：{'、'.join(words)}。"] if words else []
    return "".join([*parts, f"本次方案中的工作量：{load[0]}/{load[1]}。"])
