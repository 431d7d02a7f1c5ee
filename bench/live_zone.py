"""A zone of the size of a large city's, generated around the sample: six corpora on disk.

Achievements are the sample's and changed copies of them, with vectors turned a little, so
that nothing but the sample has to be embedded. All other records are short texts made of
the sample's words, found by words alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from terrace.match import Matcher
from terrace.match.embed import default_embedders
from terrace.match.passages import make_passages
from terrace.match.vectors import VectorCache
from terrace.progress import Progress, silent
from terrace.records import SCHEMAS, Company, Expert, Work, to_frame
from terrace.zone import sample_zone
from trial.enlarge import change_words, resize_vectors

SIZES: Mapping[str, int] = {
    "achievement": 7_325,
    "need": 480,
    "company": 120_000,
    "expert": 19_401,
    "equipment": 14_553,
    "service": 2_000,
}
EMBEDDED = ("achievement", "need")
_CORE_KINDS = {"equipment": "achievement", "service": "achievement"}
_CACHE_FILE = "vectors.sqlite"
_PUT_AT_ONCE = 20_000
_SNIPPET_WORDS = 14
_WORKS_OF_EXPERT = 3


def open_matcher(folder: Path, kind: str) -> Matcher:
    """The matcher of one kind in the zone's folder, as a process of the platform opens it."""
    return Matcher(
        kind=_CORE_KINDS.get(kind, kind),
        asked_by="achievement" if kind == "need" else "need",
        folder=folder / kind,
        embedders=default_embedders() if kind in EMBEDDED else (),
        cache_path=folder / _CACHE_FILE,
        fallback_vectors=sorted(sample_zone().vectors_path.glob("*.npz")),
    )


def build_zone(folder: Path, progress: Progress = silent) -> None:
    """Write what is not there yet; some minutes at the first time."""
    for kind, size in SIZES.items():
        matcher = open_matcher(folder, kind)
        if not len(matcher.corpus.view()):
            _fill(matcher, kind, size, progress)
        matcher.close()


def _fill(matcher: Matcher, kind: str, size: int, progress: Progress) -> None:
    frame = make_records(kind, size)
    if kind == "achievement":
        _give_vectors(matcher.corpus.cache, frame)
    for part in frame.iter_slices(_PUT_AT_ONCE):
        matcher.corpus.put(part, progress)
    if kind in EMBEDDED:
        matcher.corpus.embed(progress)
    if kind == "achievement":
        matcher.learn_rivals(sample_zone().records("need"), progress)


def make_records(kind: str, size: int) -> pl.DataFrame:
    """So many records of a kind; the same at every call."""
    rng = np.random.default_rng(size)
    if kind == "need":
        return sample_zone().records("need").head(size)
    if kind == "achievement":
        return _enlarge(sample_zone().records(kind), size, rng)
    snippets = _cut_snippets(rng)
    if kind == "company":
        return to_frame(kind, [_make_company(n, next(snippets)) for n in range(size)])
    if kind == "expert":
        return to_frame(kind, [_make_expert(n, snippets) for n in range(size)])
    return _frame_minimal([f"{kind}-{n}" for n in range(size)], snippets)


def _enlarge(records: pl.DataFrame, size: int, rng: np.random.Generator) -> pl.DataFrame:
    """All records and then copies with changed words, ids and bodies of their own."""
    rows = records.to_dicts()
    words = [_body_of(row).split() for row in rows]
    copies = [
        _copy(rows[n % len(rows)], n, change_words(words[n % len(rows)], words, rng))
        for n in range(len(rows), size)
    ]
    return pl.DataFrame([*rows, *copies], schema=records.schema, orient="row").head(size)


def _body_of(row: Mapping[str, Any]) -> str:
    return " ".join(text["body"] or text["summary"] or text["title"] for text in row["texts"])


def _copy(row: Mapping[str, Any], number: int, body: str) -> dict[str, Any]:
    text = {**row["texts"][0], "body": body}
    return {**row, "id": f"{row['id']}-{number}", "texts": [text]}


def _give_vectors(cache: VectorCache, records: pl.DataFrame) -> None:
    """The copies' vectors are the sample's with noise; they are put where embedding would look."""
    texts = [make_passages(row)[0].text for row in records.iter_rows(named=True)]
    known = sample_zone().records("achievement").height
    for model in default_embedders():
        vectors = cache.encode(model, texts[:known], "document")
        resized = resize_vectors(vectors, len(texts), np.random.default_rng(0))
        cache.put(model, texts[known:], resized[known:], "document")


def _cut_snippets(rng: np.random.Generator) -> Iterator[str]:
    """Short texts out of the sample's, without end."""
    bodies = [_body_of(row).split() for row in sample_zone().records("achievement").to_dicts()]
    while True:
        words = bodies[int(rng.integers(len(bodies)))]
        start = int(rng.integers(max(1, len(words) - _SNIPPET_WORDS)))
        yield " ".join(words[start : start + _SNIPPET_WORDS])


def _make_company(number: int, snippet: str) -> Company:
    name = f"{' '.join(snippet.split()[:2])} {number}"
    return Company(id=f"C-{number}", name=name, works=(Work(title=name, body=snippet),))


def _make_expert(number: int, snippets: Iterator[str]) -> Expert:
    works = tuple(Work(title=next(snippets)) for _ in range(_WORKS_OF_EXPERT))
    return Expert(id=f"E-{number}", name=f"Expert {number}", works=works)


def _frame_minimal(ids: Sequence[str], snippets: Iterator[str]) -> pl.DataFrame:
    """The least that a corpus takes: id, texts and visibility."""
    public = {"teaser": "public", "identity": "public", "confidential": "private"}
    texts = [
        [{"language": "en", "title": text[:40], "summary": text, "body": ""}]
        for text, _ in zip(snippets, ids, strict=False)
    ]
    schema = {name: SCHEMAS["achievement"][name] for name in ("id", "texts", "visibility")}
    columns = {"id": list(ids), "texts": texts, "visibility": [public] * len(ids)}
    return pl.DataFrame(columns, schema=schema)
