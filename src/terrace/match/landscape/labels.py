"""Labels: what the records of a region speak of more than their sources would let expect.

A source has its own way of speaking: a form's headings, a programme's conditions. Of a phrase
``expected`` is in how many of a region's records it would be if each source spoke in the region
as it does everywhere (Mantel and Haenszel 1959). What every record of one source says is as
frequent as expected, whatever region its records are in, and names nothing.

A phrase's weight is by how much its share exceeds the expected one, times the logarithm of how
many times. Phrases that less than a fifth of the records say, all together, name no region;
those that one or two records alone use could tell whose it is, and are left out.
"""

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import log

from terrace.match.landscape.phrases import Phrases, usual_forms

_FEWEST_RECORDS = 3
_FEWEST_HEADS, _SHARE_OF_HEADS = 2, 0.025
_SHARE_OF_RECORDS = 0.06
_ENDS = 0.4
_TELLING, _TELLING_PHRASE = 2.5, 2.0
_MOST_TIMES = 8.0
_LONE, _LARGE = 2.0, 0.05
_COVERED = 0.2
_PHRASE_BONUS = 2.0
_REGIONS_FULL = 2
MOST_LABELS = 3


@dataclass(frozen=True)
class Speech:
    """The records of one language: their phrases, regions and sources, in one order."""

    phrases: Sequence[Phrases]
    clusters: Sequence[int]
    sources: Sequence[Hashable]

    def rows_of(self, cluster: int) -> list[int]:
        """Where the records of a region stand."""
        return [row for row, each in enumerate(self.clusters) if each == cluster]


def label_clusters(speech: Speech) -> dict[int, list[str]]:
    """The most telling phrases of each region, best first, as they are written."""
    forms, names = usual_forms(speech.phrases), _find_names(speech)
    by_source = _count_by_source(speech)
    return {
        cluster: [forms[each] for each in _choose(speech, cluster, names, by_source)]
        for cluster in sorted(set(speech.clusters))
    }


def _choose(
    speech: Speech,
    cluster: int,
    names: Set[str],
    by_source: Mapping[Hashable, tuple[int, Counter[str]]],
) -> list[str]:
    rows = speech.rows_of(cluster)
    said = Counter(_each(speech.phrases[row].text for row in rows))
    headed = Counter(_each(speech.phrases[row].ends for row in rows))
    sources = Counter(speech.sources[row] for row in rows)
    least = max(_FEWEST_HEADS, _SHARE_OF_HEADS * len(rows))
    weights = {}
    for phrase in names & {p for p, count in headed.items() if count >= least}:
        expected = sum(n * by_source[s][1][phrase] / by_source[s][0] for s, n in sources.items())
        least_times = _least_times(phrase, by_source)
        weight = _weigh(said[phrase], expected, len(rows), least_times)
        weight *= _PHRASE_BONUS if " " in phrase else 1.0
        weights[phrase] = weight * (headed[phrase] / said[phrase]) ** 0.5
    ranked = sorted(weights, key=lambda phrase: (-weights[phrase], phrase))
    chosen = _without_repetition(phrase for phrase in ranked if weights[phrase] > 0)
    covered = sum(not speech.phrases[row].text.keys().isdisjoint(chosen) for row in rows)
    return chosen if covered >= _COVERED * len(rows) else []


def _weigh(count: int, expected: float, records: int, least_times: float) -> float:
    times = count / expected
    if count < _SHARE_OF_RECORDS * records or times < least_times:
        return 0.0
    return (count - expected) / records * log(min(times, _MOST_TIMES))


def _least_times(phrase: str, by_source: Mapping[Hashable, tuple[int, Counter[str]]]) -> float:
    """How many times as frequent as expected a phrase has to be to tell anything.

    What one source alone says may be its own way of speaking, and has to stand out more.
    """
    records = sum(count for count, _ in by_source.values())
    large = [said for count, said in by_source.values() if count >= _LARGE * records]
    is_lone = len(large) > 1 and sum(phrase in said for said in large) == 1
    return (_TELLING_PHRASE if " " in phrase else _TELLING) * (_LONE if is_lone else 1.0)


def _find_names(speech: Speech) -> set[str]:
    """Phrases of three records or more that heads end in; none ends in a common word."""
    said = Counter(_each(each.text for each in speech.phrases))
    headed = Counter(_each(each.head for each in speech.phrases))
    ends = Counter(_each(each.ends for each in speech.phrases))
    # What far more records say than one region has is no region's own.
    most = _REGIONS_FULL * len(speech.phrases) / max(len(set(speech.clusters)), 1)
    return {
        phrase
        for phrase, count in ends.items()
        if said[phrase] >= _FEWEST_RECORDS and count >= _ENDS * headed[phrase]
        if said[phrase.rpartition(" ")[2]] <= most or " " in phrase
    }


def _count_by_source(speech: Speech) -> dict[Hashable, tuple[int, Counter[str]]]:
    """For each source how many records it has, and how many of them say a phrase."""
    found: dict[Hashable, tuple[int, Counter[str]]] = {}
    for source, phrases in zip(speech.sources, speech.phrases, strict=True):
        records, said = found.get(source, (0, Counter()))
        said.update(phrases.text.keys())
        found[source] = records + 1, said
    return found


def _each(phrases: Iterable[Iterable[str]]) -> Iterable[str]:
    return itertools.chain.from_iterable(phrases)


def _without_repetition(ranked: Iterable[str]) -> list[str]:
    """What has a word of a better one says nothing new."""
    kept: list[str] = []
    for phrase in ranked:
        if all(set(phrase.split()).isdisjoint(other.split()) for other in kept):
            kept.append(phrase)
    return kept[:MOST_LABELS]
