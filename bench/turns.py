"""What taking turns does to waiting: pages asked for at random times, with turns and without.

    python bench/zone_scale.py     # once: a zone of Xi'an's size
    python bench/turns.py [--folder out/zone_scale] [--seconds 240] [--rate 9]

One process of five threads, as ``terrace-web serve`` has; pages are asked for at the given rate,
whether the last one is there or not. Every four seconds it goes on the other way, so that
neighbours on the machine disturb both alike. A wait is from the asking to the answer.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import Any, NamedTuple

from pages import find_pages, sign_in
from trial.tables import lay_out

THREADS, SPELL_S = 5, 4.0
# How often each is asked for, about as the users of bench/load.py do.
WEIGHTS = {
    "suggestions": 22, "record": 16, "list, query": 12, "list, facets": 6, "start page": 5,
    "list, query and facets": 6, "matches of a need": 5, "search in all kinds": 5,
    "list of achievements": 5, "list of companies": 3, "match desk": 3, "similar records": 3,
    "map": 3, "points of the map": 3,
}  # fmt: skip
Ask = Callable[[Mapping[str, Any], Any], Any]


class Asked(NamedTuple):
    """A page somebody waits for."""

    since: float
    way: str
    path: str


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("out/zone_scale"), help="data folder")
    parser.add_argument("--seconds", type=float, default=240)
    parser.add_argument("--rate", type=float, default=9, help="pages asked for each second")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask in spells of each way and print a table."""
    chosen = read_arguments(arguments)
    client = sign_in(chosen.folder)
    pages = find_pages(client)
    for name in WEIGHTS:
        for path in pages[name]:
            client.get(path)
    ways = make_ways(client)
    waits: dict[str, list[float]] = {way: [] for way in ways}
    asked: SimpleQueue[Asked] = SimpleQueue()
    for _ in range(THREADS):
        threading.Thread(target=serve, args=(asked, ways, waits), daemon=True).start()
    ask_in_spells(asked, draw_paths(pages), cycle(ways), chosen)
    rows = [(way, *summarise(found)) for way, found in waits.items()]
    print(lay_out(("", "pages", "mean ms", "p50 ms", "p95 ms", "p99 ms"), rows))


def make_ways(client: Any) -> dict[str, Ask]:
    """The site without turns and with its own."""
    from terrace_web.turns import Turns

    def answer(environ: Mapping[str, Any], _start: Any) -> Any:
        return client.get(environ["PATH_INFO"])

    return {"without turns": answer, "with turns": Turns(answer)}


def draw_paths(pages: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Pages at random, by their weights; the same in every run."""
    chance = Random(4)
    while True:
        name = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        yield chance.choice(pages[name])


def ask_in_spells(
    asked: "SimpleQueue[Asked]", paths: Iterator[str], ways: Iterator[str], chosen: Any
) -> None:
    """Ask one way for a spell, wait until all is answered, then ask the other way."""
    chance, end = Random(5), time.perf_counter() + chosen.seconds
    while time.perf_counter() < end:
        way, until = next(ways), time.perf_counter() + SPELL_S
        while time.perf_counter() < until:
            time.sleep(chance.expovariate(chosen.rate))
            asked.put(Asked(time.perf_counter(), way, next(paths)))
        while not asked.empty():
            time.sleep(0.01)
        time.sleep(0.3)


def serve(
    asked: "SimpleQueue[Asked]", ways: Mapping[str, Ask], waits: Mapping[str, list[float]]
) -> None:
    """Answer for good."""
    while True:
        page = asked.get()
        ways[page.way]({"REQUEST_METHOD": "GET", "PATH_INFO": page.path}, None)
        waits[page.way].append(1_000 * (time.perf_counter() - page.since))


def summarise(waits: Sequence[float]) -> list[str]:
    """How many, their mean, and three percentiles."""
    cuts = statistics.quantiles(waits, n=100)
    shown = (statistics.mean(waits), cuts[49], cuts[94], cuts[98])
    return [str(len(waits)), *(f"{value:.0f}" for value in shown)]


if __name__ == "__main__":
    main()
