"""Names of regions: the field that sets one apart, and what its records speak of.

A language names a region by its own records' words where enough of them speak it, else by a
gloss of the other language's words. Where words say nothing, the names of the fields stand,
which every language has.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from terrace.fields import shipped_fields
from terrace.match.landscape.glossing import Gloss
from terrace.match.landscape.labels import Speech, label_clusters
from terrace.match.landscape.phrases import read_chinese, read_english
from terrace.match.text import terms

_READERS = {"en": read_english, "zh": read_chinese}
_OTHER = {"en": "zh", "zh": "en"}
_JOINERS = {"en": (": ", ", "), "zh": ("：", "、")}
_SPOKEN = 0.3
_LEADS = 0.2
_TELLS_APART = 0.1
_MOST_GLOSSED = 2

Weighed = list[tuple[str, float]]
"""Codes of fields with their weights, best first."""


class Worded(NamedTuple):
    """A region in words: the field that leads them ('' = none), and the words."""

    field: str
    labels: list[str]


def name_clusters(
    records: pl.DataFrame, glosses: Mapping[str, Gloss] = MappingProxyType({})
) -> pl.DataFrame:
    """cluster, label_en and label_zh; '' where nothing sets a region apart.

    ``records`` are the public ones: kind, source, language, head, text, fields and cluster;
    ``glosses`` say the other language's words in a language.
    """
    filed = records.with_columns(
        codes=pl.col("fields").map_elements(_codes_of, return_dtype=pl.List(pl.String))
    )
    fields = _weigh_fields(filed)
    spoken = {each: _word(each, filed, fields) for each in _READERS}
    clusters = pl.Series("cluster", sorted(fields), dtype=pl.Int32)
    named = clusters.to_frame()
    for language, gloss in ((each, glosses.get(each, _no_gloss)) for each in _READERS):
        worded = {**_say(spoken[_OTHER[language]], gloss), **spoken[language]}
        names = [_write(language, worded.get(each), fields[each]) for each in clusters]
        named = named.with_columns(pl.Series(f"label_{language}", names, dtype=pl.String))
    return named


def _word(language: str, filed: pl.DataFrame, fields: Mapping[int, Weighed]) -> dict[int, Worded]:
    """The labels of the regions that enough records of this language lie in."""
    own = _weigh_fields(filed.filter(language=language))
    return {
        cluster: Worded(_leader(fields[cluster], own[cluster]), labels)
        for cluster, labels in _label_in(language, filed).items()
        if labels
    }


def _say(spoken: Mapping[int, Worded], gloss: Gloss) -> dict[int, Worded]:
    said = {
        each: Worded(words.field, gloss(words.labels[:_MOST_GLOSSED]))
        for each, words in spoken.items()
    }
    return {each: words for each, words in said.items() if words.labels}


def _no_gloss(_phrases: Sequence[str]) -> list[str]:
    return []


def _leader(fields: Weighed, own: Weighed) -> str:
    """The leading field's code, if it leads among the records as well that the words are of."""
    code, weight = fields[0] if fields else ("", 0.0)
    return code if min(weight, dict(own).get(code, 0.0)) >= _LEADS else ""


def _label_in(language: str, records: pl.DataFrame) -> dict[int, list[str]]:
    speaking = records.filter(language=language)
    rows = speaking.select("head", "text", "kind", "source", "cluster").rows()
    read = _READERS[language]
    speech = Speech(
        [read(head, text) for head, text, *_ in rows],
        [cluster for *_, cluster in rows],
        [(kind, source) for _, _, kind, source, _ in rows],
    )
    all_in, own = Counter(records["cluster"]), Counter(speech.clusters)
    labels = label_clusters(speech)
    return {each: labels[each] for each in own if own[each] >= _SPOKEN * all_in[each]}


def _weigh_fields(filed: pl.DataFrame) -> dict[int, Weighed]:
    """The fields of each region that are more frequent in it than elsewhere, with weights."""
    everywhere = _shares(filed["codes"].to_list())
    return {
        int(cluster): _weigh(_shares(part["codes"].to_list()), everywhere)
        for (cluster,), part in filed.group_by("cluster")
    }


def _codes_of(names: Sequence[str]) -> list[str]:
    return shipped_fields().file_names(names)[0]


def _shares(filed: Sequence[Sequence[str]]) -> dict[str, float]:
    """The part of the records with any field that has each."""
    total = max(sum(map(bool, filed)), 1)
    counts = Counter(code for codes in filed for code in codes)
    return {code: count / total for code, count in counts.items()}


def _weigh(here: Mapping[str, float], overall: Mapping[str, float]) -> Weighed:
    weights = {code: share * log(share / overall[code]) for code, share in here.items()}
    ranked = sorted(weights.items(), key=lambda each: (-each[1], each[0]))
    return [each for each in ranked if each[1] > 0]


def _write(language: str, worded: Worded | None, fields: Weighed) -> str:
    """The words after the field that leads them; without words the fields that set it apart."""
    if worded is None:
        return _write_fields(language, fields)
    colon, comma = _JOINERS[language]
    name = _name_of(worded.field, language) if worded.field else ""
    fresh = [label for label in worded.labels if not _repeats(label, name)]
    return colon.join(filter(None, [name, comma.join(fresh)]))


def _write_fields(language: str, fields: Weighed) -> str:
    """The first field, and what sets its region apart from others of that field."""
    second = [code for code, weight in fields[1:2] if weight >= _TELLS_APART]
    codes = [*(code for code, _ in fields[:1]), *second]
    return " · ".join(_name_of(code, language) for code in codes)


def _name_of(field: str, language: str) -> str:
    return shipped_fields().by_code[field].name(language)


def _repeats(label: str, name: str) -> bool:
    if not label.isascii():
        return label in name
    return set(terms(label)) <= set(terms(name))
