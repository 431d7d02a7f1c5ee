"""How long Python's full garbage collection takes in a process that serves the demonstration.

    make demo                       # once, then stop it
    python bench/settled.py [--folder var/demo] [--rounds 15]

Pages are asked for first, so that all is loaded; then the same process is measured before and
after ``terrace_web.settling``: the median of full collections called for, and those that come by
themselves while pages are asked for, one after the other.
"""

import argparse
import gc
import itertools
import os
import statistics
import time
from pathlib import Path

_FULL = 2
PAGES = ("/", "/market/achievements/?q=laser", "/market/needs/", "/market/?q=seal", "/map/")


def main() -> None:
    said = _arguments()
    os.environ |= {"TERRACE_MODE": "demo", "TERRACE_DATA_DIR": str(said.folder)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace_web.settings")
    _ask_for_pages()
    print(f"{'':8} {'objects':>8} {'called for':>11}   while {said.requests} pages are asked for")
    for name, prepare in (("before", gc.collect), ("settled", _settle)):
        prepare()
        _show(name, *_measure(said.rounds), _watch(said.requests))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=600)
    return parser.parse_args()


def _ask_for_pages(count: int = len(PAGES)) -> None:
    import django

    django.setup()
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    for path in itertools.islice(itertools.cycle(PAGES), count):
        client.get(path)


def _settle() -> None:
    from terrace_web.settling import settle

    settle()


def _measure(rounds: int) -> tuple[int, float]:
    """Objects the collector looks through, and the median of full collections in ms."""
    taken = []
    for _round in range(rounds):
        begun = time.perf_counter()
        gc.collect()
        taken.append(1_000 * (time.perf_counter() - begun))
    return len(gc.get_objects()), statistics.median(taken)


def _watch(requests: int) -> list[float]:
    """The full collections that come by themselves meanwhile, each in ms."""
    begun, taken = 0.0, []

    def note(phase: str, info: dict[str, int]) -> None:
        nonlocal begun
        if info["generation"] == _FULL and phase == "start":
            begun = time.perf_counter()
        elif info["generation"] == _FULL:
            taken.append(1_000 * (time.perf_counter() - begun))

    gc.callbacks.append(note)
    _ask_for_pages(requests)
    gc.callbacks.remove(note)
    return taken


def _show(name: str, objects: int, called: float, came: list[float]) -> None:
    longest = f", the longest {max(came):.1f} ms" if came else ""
    print(f"{name:8} {objects:>8,} {called:>8.1f} ms   {len(came)} came{longest}")


if __name__ == "__main__":
    main()
