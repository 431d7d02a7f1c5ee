"""How long Python's full garbage collection takes in a process that serves the demonstration.

    make demo                       # once, then stop it
    python bench/settled.py [--folder var/demo] [--rounds 15]

Pages are asked for first, so that all is loaded; then the same process is measured before and
after ``terrace_web.settling``. Prints medians. Nobody is served meanwhile.
"""

import argparse
import gc
import os
import statistics
import time
from pathlib import Path

PAGES = ("/", "/market/achievements/?q=laser", "/market/needs/", "/market/?q=seal", "/map/")


def main() -> None:
    said = _arguments()
    os.environ |= {"TERRACE_MODE": "demo", "TERRACE_DATA_DIR": str(said.folder)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace_web.settings")
    _ask_for_pages()
    before = _measure(said.rounds)
    _settle()
    after = _measure(said.rounds)
    print(f"{'':8} {'objects':>9} {'full collection':>16}")
    for name, (objects, milliseconds) in {"before": before, "settled": after}.items():
        print(f"{name:8} {objects:>9,} {milliseconds:>13.1f} ms")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


def _ask_for_pages() -> None:
    import django

    django.setup()
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    for path in PAGES:
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


if __name__ == "__main__":
    main()
