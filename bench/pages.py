"""What each page costs: the processor's time of one request after the other, in one process.

    python bench/zone_scale.py     # once: a zone of Xi'an's size
    python bench/pages.py [--folder out/zone_scale] [--rounds 12] [--profile "match desk"]

The median and the fewest of some rounds, by the thread's own clock, so that neighbours on the
machine count less than in ``bench/load.py``; and the queries of the last round. Page by page
the rounds ask for other records and words. With ``--profile`` one page's functions are listed.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from trial.tables import lay_out
from trial.visits import LISTS, MANAGER, QUERIES

_FOUND_CODE = 'href="/market/r/'
_TYPED = [query[:length] for query in QUERIES for length in (2, 5) if length <= len(query)]


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("out/zone_scale"), help="data folder")
    parser.add_argument("--rounds", type=int, default=12, help="times each page is asked for")
    parser.add_argument("--profile", default="", metavar="PAGE", help="list this page's functions")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask for each page in turn and print a table, or one page's profile."""
    chosen = read_arguments(arguments)
    client = sign_in(chosen.folder)
    pages = find_pages(client)
    if chosen.profile:
        return show_profile(client, pages[chosen.profile], chosen.rounds)
    rows = [(name, *measure(client, paths, chosen.rounds)) for name, paths in pages.items()]
    print(lay_out(("page", "median ms", "fewest ms", "queries"), rows))
    return None


def sign_in(folder: Path) -> Any:
    """A test client of the site on this folder, signed in as the technology manager."""
    if not (folder / "terrace.sqlite3").exists():
        sys.exit(f"{folder} holds no zone; make one with: python bench/zone_scale.py")
    os.environ |= {"TERRACE_MODE": "demo", "TERRACE_DATA_DIR": str(folder)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace_web.settings")
    import django

    django.setup()
    from django.test import Client

    from terrace_web.accounts.models import User
    from terrace_web.settling import settle

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=MANAGER))
    settle()
    return client


def find_pages(client: Any) -> dict[str, list[str]]:
    """The addresses to ask for, by the name of the page."""
    codes = {name: find_codes(client, name) for name in LISTS}
    lists = {f"list of {name}": [f"/market/{name}/", f"/market/{name}/?page=2"] for name in LISTS}
    return lists | {
        "list, facets": ["/market/achievements/?fields=optics&language=en"],
        "list, query": [f"/market/achievements/?q={query}" for query in QUERIES],
        "list, query and facets": [f"/market/experts/?q={query}&language=zh" for query in QUERIES],
        "search in all kinds": [f"/search/?q={query}" for query in QUERIES],
        "suggestions": [f"/market/suggest?q={typed}" for typed in _TYPED],
        "record": [f"/market/r/{code}/" for code in codes["achievements"]],
        "similar records": [f"/market/r/{code}/similar/" for code in codes["achievements"]],
        "match desk": ["/desk/"],
        "matches of a need": [f"/desk/{code}/" for code in codes["needs"]],
        "start page": ["/"],
        "map": ["/map/"],
        "points of the map": ["/map/points.json"],
        "technology managers": ["/managers/"],
        "profile": ["/profile/"],
        "reviews": ["/market/review/"],
    }


def find_codes(client: Any, name: str) -> list[str]:
    """The codes of the records on a list page."""
    parts = client.get(f"/market/{name}/").content.decode().split(_FOUND_CODE)[1:]
    return sorted({part.split("/", 1)[0] for part in parts})


def measure(client: Any, paths: Sequence[str], rounds: int) -> tuple[str, str, str]:
    """The median and fewest milliseconds of the processor, and the queries of the last round."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = cycle(paths)
    client.get(next(asked))
    spent = [_clock(client.get, path) for path in islice(asked, rounds)]
    with CaptureQueriesContext(connection) as queries:
        client.get(paths[0])
    return f"{statistics.median(spent):.1f}", f"{min(spent):.1f}", str(len(queries))


def _clock(ask: Callable[..., Any], path: str) -> float:
    begun = time.thread_time()
    answer = ask(path, follow=True)
    if answer.status_code != 200:
        sys.exit(f"{path} answers {answer.status_code}")
    return 1_000 * (time.thread_time() - begun)


def show_profile(client: Any, paths: Sequence[str], rounds: int) -> None:
    """Where one page's time goes, most first."""
    client.get(paths[0])
    with cProfile.Profile() as profile:
        for path in _asked(paths, rounds):
            client.get(path)
    statistics_ = pstats.Stats(profile)
    statistics_.sort_stats("cumulative").print_stats(70)
    statistics_.sort_stats("tottime").print_stats(40)


def _asked(paths: Sequence[str], rounds: int) -> Iterator[str]:
    return islice(cycle(paths), rounds)


if __name__ == "__main__":
    main()
