"""What is searched and asked: award abstracts, needs, and the links that carry over."""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

KINDS = ("title", "objective")
"""A need's title alone, or its title and objective."""
_NOT_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents with ``row, id, text, year, phase``; queries with ``id, title, objective``.

    ``links`` are pairs of a query's id and a document's row; ``counts`` says
    where documents came from and how many links, needs and rows they stand for.
    """

    documents: pl.DataFrame
    queries: pl.DataFrame
    links: pl.DataFrame
    counts: Mapping[str, int]


def read_corpus(folder: Path) -> Corpus:
    """The awards of ``sbir_large`` and of ``sbir_2012_2016``, asked with the latter's needs.

    The large set ends where the small one begins, so that hardly a true link
    would be left without the small set's own awards among the many.
    """
    small = folder / "sbir_2012_2016"
    large = frame_documents(read_rows(folder / "sbir_large" / "achievements.jsonl.gz"))
    linked = frame_documents(read_rows(small / "achievements.jsonl"))
    documents = merge_documents(large, linked)
    qrels = pl.read_csv(small / "qrels.tsv", separator="\t")
    links = carry_links(qrels, linked, documents)
    counts = {"large": large.height, "added": documents.height - large.height}
    queries = frame_queries(read_rows(small / "needs.jsonl"))
    return Corpus(documents, queries, links, counts | count_links(qrels, links))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file, compressed or not."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.splitlines()]


def frame_documents(awards: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The awards in file order; a document is its abstract, never its title.

    ``same`` is alike for abstracts that differ in case, spacing or punctuation only.
    """
    rows = [
        (each["id"], each["abstract"], each.get("year", each.get("award_year")), each["phase"])
        for each in awards
    ]
    schema = {"id": pl.String, "text": pl.String, "year": pl.Int32, "phase": pl.String}
    framed = pl.DataFrame(rows, schema=schema, orient="row")
    same = [normalise(text) for text in framed["text"]]
    return framed.with_columns(pl.Series("same", same, pl.String))


def merge_documents(large: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """All of ``large``, then what of ``linked`` says something else, numbered by ``row``."""
    others = linked.join(large, on="same", how="anti", maintain_order="left")
    return pl.concat([large, others]).with_row_index("row")


def frame_queries(needs: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Every need as two queries: its title, and its title with its objective."""
    rows = [
        (need["id"], need["title"], f"{need['title']}. {need.get('objective') or ''}".strip())
        for need in needs
    ]
    return pl.DataFrame(rows, schema=["id", *KINDS], orient="row")


def normalise(text: str) -> str:
    """The text without case, spacing and punctuation, for telling whether two are the same."""
    return _NOT_WORD.sub("", text.casefold())


def carry_links(qrels: pl.DataFrame, linked: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """``need_id, achievement_id, row``: the true links, on every row with the same abstract."""
    true = qrels.filter(pl.col("relevance") > 0).select("need_id", "achievement_id")
    abstracts = linked.select(pl.col("id").alias("achievement_id"), "same")
    rows = documents.select(pl.col("row").cast(pl.Int64), "same")
    found = true.join(abstracts, on="achievement_id").join(rows, on="same")
    return found.select("need_id", "achievement_id", "row").sort(pl.all())


def count_links(qrels: pl.DataFrame, links: pl.DataFrame) -> dict[str, int]:
    """How much of the true links is there."""
    return {
        "links": qrels.filter(pl.col("relevance") > 0).height,
        "links_carried": links.select("need_id", "achievement_id").n_unique(),
        "needs_with_links": links["need_id"].n_unique(),
        "documents_linked": links["row"].n_unique(),
    }
