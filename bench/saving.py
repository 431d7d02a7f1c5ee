"""From saving a need to its matches, over HTTP, in a zone of Xi'an's size.

    python bench/zone_scale.py                       # once: the zone
    python bench/saving.py [--folder out/zone_scale] [--needs 20]

A company saves needs by the API, one after another; the clock stops when the API lists
matches of the need. The site and its worker run as ``terrace-web serve`` runs them, and the
worker has matched one need before. Prints and keeps (``saving.md``) the times.
"""

import argparse
import json
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from load import HOST, make_token, served
from trial.tables import describe_machine, lay_out

COMPANY, OWNER = "company@demo.example", "demo-pumps"
LIMIT_S, GIVE_UP_S, EVERY_S = 2.0, 60.0, 0.03
SCOPES = ("market:read", "market:write", "matches:read")
PARTS = (
    ("a seal", "a bearing", "a coating", "a valve", "a filter"),
    ("for slurry pumps", "for gas turbines", "for battery housings", "for radar antennas"),
    ("that lasts 3,000 hours", "that can be repaired on site", "that weighs less than 2 kg"),
)


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("out/zone_scale"), help="data folder")
    parser.add_argument("--needs", type=int, default=20)
    parser.add_argument("--port", type=int, default=8766)
    parser.set_defaults(threads=0)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, save, wait, print; ends with 1 where a need took too long."""
    chosen = read_arguments(arguments)
    if not (chosen.folder / "terrace.sqlite3").exists():
        sys.exit(f"{chosen.folder} holds no zone; make one with: python bench/zone_scale.py")
    with served(chosen) as address:
        token = make_token(chosen.folder, COMPANY, *SCOPES)
        time_need(address, token, "a pump to warm up with")
        times = [time_need(address, token, write_title(n)) for n in range(chosen.needs)]
    report(times, chosen)
    sys.exit(0 if max(times) < LIMIT_S else 1)


def write_title(number: int) -> str:
    """A title no other number has."""
    first, second, third = (part[number % len(part)] for part in PARTS)
    return f"Wanted: {first} {second} {third} (trial {number})"


def time_need(address: str, token: str, title: str) -> float:
    """Seconds from sending a need to having its matches listed."""
    values = {"title": title, "summary": f"{title}. Today's part fails early.", "fields": []}
    began = time.perf_counter()
    code = ask(address, token, "/records", {"kind": "need", "owner_code": OWNER, "values": values})
    while time.perf_counter() - began < GIVE_UP_S:
        if ask(address, token, f"/records/{code['code']}/matches")["total"]:
            return time.perf_counter() - began
        time.sleep(EVERY_S)
    sys.exit(f"no match of '{title}' after {GIVE_UP_S:.0f} s")


def ask(address: str, token: str, path: str, said: Any = None) -> Any:
    """The answer of the API; with ``said``, that is posted."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = None if said is None else json.dumps(said).encode()
    request = urllib.request.Request(f"{address}/api/v1{path}", body, headers)
    with urllib.request.urlopen(request, timeout=GIVE_UP_S) as answer:
        return json.load(answer)


def report(times: Sequence[float], chosen: argparse.Namespace) -> None:
    """Print the table and keep it."""
    row = [str(len(times)), *(f"{1000 * each:.0f}" for each in (median(times), max(times)))]
    table = lay_out(("needs saved", "median ms", "slowest ms"), [row])
    text = f"{HOST}; {describe_machine(2)}\n\n{table}\n"
    print(text)
    (chosen.folder / "saving.md").write_text(text)


if __name__ == "__main__":
    main()
