"""The indexes in live use: single records saved, words typed, two processes at once.

    python bench/live.py [--cache out/live] [--only save,type,cold,growth,follow,memory,map]

The first run builds a zone around the sample in the cache (some minutes). What changes
records works on a copy. Results: ``live.json`` and ``live.md`` in the cache.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from live_zone import EMBEDDED, SIZES, build_zone, make_records, open_matcher
from terrace.match.corpus import Corpus
from terrace.match.landscape import fit_landscape, read_points
from terrace.match.lookup import look_up
from terrace.zone import sample_zone
from trial.enlarge import change_words
from trial.memory import read_own_peak_mb
from trial.tables import describe_machine, lay_out

Figures = dict[str, float]
_SAVED, _GROWN = 30, 500
_TYPED_TITLES = 40
_SHORTEST_TYPED = 2
_TYPED = ("achievement", "need", "company", "expert", "equipment")
_COMPARED_FIRST = 50
_TOP = 200
_CHILD = "memory-child"


def time_save(folder: Path) -> Mapping[str, Figures]:
    """One new need after the other: indexed, embedded, matched with all achievements."""
    needs, achievements = open_matcher(folder, "need"), open_matcher(folder, "achievement")
    spent: dict[str, list[float]] = {"put": [], "embed": [], "match": [], "together": []}
    warm_ms = time_ms(achievements.warm_up)
    first_ms = time_ms(lambda: achievements.match(new_needs(1, seed=9), top=20))
    for frame in new_needs(_SAVED, seed=1).iter_slices(1):
        steps = [
            time_ms(lambda frame=frame: needs.corpus.put(frame)),
            time_ms(needs.corpus.embed),
            time_ms(lambda frame=frame: achievements.match(frame, top=20)),
        ]
        for name, ms in zip(spent, [*steps, sum(steps)], strict=True):
            spent[name].append(ms)
    once = {"warming up": {"ms": warm_ms}, "first match after it": {"ms": first_ms}}
    return once | sum_up(spent)


def time_typing(folder: Path) -> Mapping[str, Figures]:
    """Every prefix of some titles, letter by letter, in each kind; all records are allowed."""
    spent: dict[str, list[float]] = {}
    for kind in _TYPED:
        corpus = open_matcher(folder, kind).corpus
        ids = read_ids(corpus)
        spent[kind] = [time_ms(partial(search_box, corpus, t, ids)) for t in typed_prefixes()]
    return sum_up(spent)


def search_box(corpus: Corpus, text: str, record_ids: pl.Series) -> dict[str, float]:
    """A search as the platform does it: of all records it knows, those somebody may see."""
    now = corpus.pinned()
    allowed = now.align(record_ids).mask(np.ones(len(record_ids), np.bool_))
    return look_up(now, text, allowed=allowed, top=_TOP)


def time_cold(folder: Path) -> Mapping[str, Figures]:
    """The first search in a newly opened corpus, and after another process has written."""
    spent: dict[str, list[float]] = {}
    for kind in ("achievement", "company"):
        writer, reader = open_matcher(folder, kind), open_matcher(folder, kind)
        look = partial(search_box, reader.corpus, "corro", read_ids(reader.corpus))
        spent[f"{kind}, newly opened"] = [time_ms(look)]
        spent[f"{kind}, after a write"] = []
        for record in make_records(kind, 10).iter_slices(1):
            writer.corpus.put(record)
            spent[f"{kind}, after a write"].append(time_ms(look))
    return sum_up(spent)


def time_growth(folder: Path) -> Mapping[str, Figures]:
    """Hundreds of single records written one by one: do the last cost more than the first?"""
    figures: dict[str, Figures] = {}
    for kind in ("achievement", "company"):
        corpus = open_matcher(folder, kind).corpus
        frames = [*make_records(kind, _GROWN).iter_slices(1)]
        spent = [time_ms(lambda frame=frame, c=corpus: c.put(frame)) for frame in frames]
        figures |= sum_up(
            {
                f"{kind}, put, first {_COMPARED_FIRST}": spent[:_COMPARED_FIRST],
                f"{kind}, put, last {_COMPARED_FIRST}": spent[-_COMPARED_FIRST:],
            }
        )
        if kind in EMBEDDED:
            embedded = time_ms(corpus.embed)
            figures[f"{kind}, embed all {_GROWN} (vectors known)"] = {"once": embedded}
        figures[f"{kind}, segments after"] = {"count": len(corpus.view().shards)}
    return figures


def time_following(folder: Path) -> Mapping[str, Figures]:
    """How long a reader takes to see a change and a deletion of another ``Corpus``."""
    writer, reader = open_matcher(folder, "company").corpus, open_matcher(folder, "company").corpus
    spent: dict[str, list[float]] = {"next view after a write": [], "view, nothing new": []}
    reader.view()
    for record in make_records("company", _SAVED).iter_slices(1):
        writer.put(record)
        spent["next view after a write"].append(time_ms(reader.view))
        spent["view, nothing new"].append(time_ms(reader.view))
    gone = "C-7"
    writer.remove([gone])
    view = reader.view()
    left = view.attributes.filter(pl.Series(view.live) & (pl.col("record_id") == gone)).height
    return sum_up(spent) | {"rows left of a deleted record": {"count": left}}


def measure_memory(folder: Path) -> Mapping[str, Figures]:
    """A fresh process with all six corpora, after searches in each and one match."""
    command = [sys.executable, __file__, "--cache", str(folder), "--only", _CHILD]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return {
        name: {"MB": float(value)}
        for name, value in (line.rsplit(" ", 1) for line in found.stdout.splitlines())
    }


def tell_memory(folder: Path) -> None:
    """What ``measure_memory`` reads: this process's peak, step by step."""
    matchers = {kind: open_matcher(folder, kind) for kind in SIZES}
    print(f"opened {read_own_peak_mb():.0f}")
    for kind in SIZES:
        corpus = matchers[kind].corpus
        for text in ("corrosion of pip", "laser diode"):
            search_box(corpus, text, read_ids(corpus))
    print(f"after searches {read_own_peak_mb():.0f}")
    matchers["achievement"].match(new_needs(1, seed=3), top=20)
    print(f"after a match {read_own_peak_mb():.0f}")


def time_map(folder: Path) -> Mapping[str, Figures]:
    """Fitting the landscape of needs and achievements, and placing one record more."""
    points = [read_points(kind, open_matcher(folder, kind).corpus) for kind in EMBEDDED]
    started = time.perf_counter()
    landscape = fit_landscape(points)
    fitted_s = time.perf_counter() - started
    one = read_points("need", open_matcher(folder, "need").corpus, [points[1].record_ids[0]])
    placed = [time_ms(lambda: landscape.locate(one)) for _ in range(_SAVED)]
    fitted = {"records": {"count": landscape.points.height}, "fit": {"seconds": fitted_s}}
    return fitted | sum_up({"place one": placed})


def read_ids(corpus: Corpus) -> pl.Series:
    """The ids of all records."""
    return corpus.passages()["record_id"].unique()


def new_needs(count: int, *, seed: int) -> pl.DataFrame:
    """Needs nobody has seen: the sample's with changed words."""
    rng = np.random.default_rng(seed)
    rows = sample_zone().records("need").head(count).to_dicts()
    words = [text["body"].split() or ["need"] for row in rows for text in row["texts"][:1]]
    for number, row in enumerate(rows):
        body = change_words(words[number], words, rng)
        text = {**row["texts"][0], "summary": "", "body": body}
        row |= {"id": f"NEW-{seed}-{number}", "texts": [{**text, "title": f"{seed} {body[:80]}"}]}
    return pl.DataFrame(rows, schema=sample_zone().records("need").schema, orient="row")


def typed_prefixes() -> Iterator[str]:
    """What a search box sees while somebody types: the beginnings of some needs' titles."""
    titles = [texts[0]["title"] for texts in sample_zone().records("need")["texts"]]
    for title in titles[:: max(1, len(titles) // _TYPED_TITLES)]:
        short = " ".join(title.split()[:3])
        yield from (short[:end] for end in range(_SHORTEST_TYPED, len(short) + 1))


def time_ms(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def sum_up(spent: Mapping[str, Sequence[float]]) -> dict[str, Figures]:
    """Median, 95th percentile and number of the calls; times in milliseconds."""
    return {
        name: {
            "p50 ms": float(np.percentile(times, 50)),
            "p95 ms": float(np.percentile(times, 95)),
            "calls": len(times),
        }
        for name, times in spent.items()
    }


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """The zone in a place where it may be changed."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        yield Path(shutil.copytree(folder, Path(place) / "zone"))


MEASURES: Mapping[str, Callable[[Path], Mapping[str, Figures]]] = {
    "save": time_save,
    "type": time_typing,
    "cold": time_cold,
    "growth": time_growth,
    "follow": time_following,
    "memory": measure_memory,
    "map": time_map,
}


def tabulate(results: Mapping[str, Mapping[str, Figures]]) -> str:
    """One row for every figure."""
    rows = [
        [measure, name, ", ".join(f"{unit} {value:,.1f}" for unit, value in figures.items())]
        for measure, lines in results.items()
        for name, figures in lines.items()
    ]
    return lay_out(("measure", "what", "figures"), rows)


def main() -> None:
    """Build what is missing, measure, print and keep the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=Path("out/live"), help="zone and results")
    parser.add_argument("--only", default=",".join(MEASURES), help="measures, comma-separated")
    arguments = parser.parse_args()
    if arguments.only == _CHILD:
        tell_memory(arguments.cache)
        return
    zone = arguments.cache / "zone"
    build_zone(zone)
    results: dict[str, Any] = {}
    for name in arguments.only.split(","):
        with copied(zone) as folder:
            results[name] = MEASURES[name](folder)
        print(tabulate({name: results[name]}), flush=True)
    report = f"Machine: {describe_machine(2)}\n\n{tabulate(results)}\n"
    (arguments.cache / "live.json").write_text(json.dumps(results, indent=2))
    (arguments.cache / "live.md").write_text(report)


if __name__ == "__main__":
    main()
