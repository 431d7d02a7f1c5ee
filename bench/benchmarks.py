"""The link benchmarks, read by the protocol of the documentation.

A query is the need's title, or title and objective; a document is the achievement's abstract or
text, never its title, acronym, programme or keywords. Unlinked pairs are unjudged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from terrace.match.runs import read_qrels
from terrace.sources import read_records

Part = Literal["title", "objective"]
_TEXT_PARTS = ("title", "summary", "body")


@dataclass(frozen=True)
class Benchmark:
    """One collection: frames of records, links, and each need's fold group."""

    name: str
    part: Part
    needs: pl.DataFrame
    achievements: pl.DataFrame
    links: pl.DataFrame
    group_of: dict[str, str]

    @property
    def linked_needs(self) -> set[str]:
        return set(self.links["need_id"].to_list())


def read_benchmark(folder: Path, part: Part = "title", *, language: str = "") -> Benchmark:
    """The collection in a folder, with queries of a title, or of title and objective.

    ``language`` is written into the queries where it must not be detected.
    """
    name = folder.name
    needs = read_records("need", folder / "needs.jsonl", source=_source_of(name)).frame
    found = read_records(
        "achievement", folder / "achievements.jsonl", source=_source_of(name), skip_bad=True
    ).frame
    kept = ("title",) if part == "title" else ("title", "summary")
    links = read_qrels(folder / "qrels.tsv")
    links = links.filter(pl.col("achievement_id").is_in(found["id"].implode()))
    queries = keep_parts(needs, kept if name != "cranfield" else _TEXT_PARTS, language=language)
    documents = keep_parts(found, ("summary", "body"))
    return Benchmark(
        name, part, queries, documents, links, _group_needs(name, needs, documents, links)
    )


def keep_parts(frame: pl.DataFrame, parts: Sequence[str], *, language: str = "") -> pl.DataFrame:
    """The records with only these parts of their texts, and without keywords."""
    entry = pl.element().struct
    said = pl.lit(language) if language else entry.field("language")
    fields = [
        entry.field(part) if part in parts else pl.lit("").alias(part) for part in _TEXT_PARTS
    ]
    texts = pl.col("texts").list.eval(pl.struct(said.alias("language"), *fields))
    return frame.with_columns(texts, keywords=pl.lit([], dtype=pl.List(pl.String)))


def _source_of(name: str) -> str:
    sources = {"horizon_europe": "horizon", "zh_csl": "csl", "cranfield": "cranfield"}
    return sources.get(name, "sbir")


def _group_needs(
    name: str, needs: pl.DataFrame, documents: pl.DataFrame, links: pl.DataFrame
) -> dict[str, str]:
    """The call of each need; calls that share an identical abstract count as one."""
    call_of = dict(zip(needs["id"], _calls(name, needs), strict=True))
    text = documents.select(
        "id", key=pl.col("texts").list.first().struct.field("body").str.replace_all(r"\W+", "")
    )
    shared = links.join(text, left_on="achievement_id", right_on="id")
    joined: dict[str, str] = {}
    first_call: dict[str, str] = {}
    for need_id, key in shared.select("need_id", "key").iter_rows():
        root = _root(joined, call_of[need_id])
        joined[root] = _root(joined, first_call.setdefault(key, root))
    return {need_id: _root(joined, call) for need_id, call in call_of.items()}


def _root(joined: dict[str, str], call: str) -> str:
    while joined.get(call, call) != call:
        call = joined[call]
    return call


def _calls(name: str, needs: pl.DataFrame) -> list[str]:
    if name.startswith("sbir"):
        return needs["extra"].str.json_path_match("$.solicitation").fill_null("").to_list()
    if name == "horizon_europe":
        return [re.sub(r"(-\d+)+$", "", need_id) for need_id in needs["id"]]
    return needs["id"].to_list()
