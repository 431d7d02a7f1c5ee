"""Build the sample zone that ships with the package, from the shared data folder.

    python tools/build_sample.py DATA_FOLDER [TITLES_ZH.jsonl]

DATA_FOLDER holds sbir_sample, eu_calls_2026, uk_challenges, nasa_software and
zh_csl. The same input gives the same sample: nothing is drawn by chance.
What is taken, cut and left out is told in the sample's ORIGIN.md.
"""

import argparse
import dataclasses
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import TypeVar

from terrace.match.text import detect_language
from terrace.records import (
    Achievement,
    Kind,
    Need,
    Record,
    Text,
    to_frame,
    to_records,
)
from terrace.sources import read_records
from terrace.zone import Zone

SAMPLE = Path(__file__).parent.parent / "src" / "terrace" / "data" / "sample"
BODY_CHARS = 3_000
EU_CALLS, UK_CHALLENGES, NASA_SOFTWARE, CSL = 100, 200, 250, 700
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？]")
_CHALLENGE = re.compile(r"\b(challenge|SBRI|iX)\b", re.I)
_SEEKS = re.compile(r"\b(seek(s|ing)?|looking (for|to (find|identify))|in search of)\b", re.I)
_FUNDING = re.compile(r"fellowship|guarantee|investor|Horizon|\bfund\b|feasibility studies", re.I)
_CALL_GROUPS = frozenset(
    {"MISS", "JU", "European Defence Fund", "Digital Europe", "LIFE", "Euratom"}
    | {f"CL{number}" for number in range(1, 7)}
)
_NOT_APPLIED = re.compile(
    "哲学|历史|民族|新闻|政治|法学|图书馆|公共管理|艺术|经济|工商|教育|军事|兵器|文学|社会学|心理|体育|数学|天文"
)
_BULKY_EXTRA = ("full_text", "code", "code_from", "release_date")

TextualRecord = TypeVar("TextualRecord", Achievement, Need)


def main() -> None:
    """Read the arguments, build aside, then replace the shipped files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the shared data folder")
    parser.add_argument("titles_zh", type=Path, nargs="?", help="translated titles to ship along")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        zone = Zone.create(folder)
        fill_zone(zone, arguments.data)
        copy_built(zone, arguments.data, arguments.titles_zh)


def fill_zone(zone: Zone, data: Path) -> None:
    """Put needs, achievements and companies of all sources into an empty zone."""
    needs = [*_sbir_needs(data), *_eu_calls(data), *_uk_challenges(data)]
    achievements = [*_sbir_achievements(data), *_nasa_software(data), *_csl(data)]
    zone.upsert("need", to_frame("need", map(_lighten, needs)))
    zone.upsert("achievement", to_frame("achievement", map(_lighten, achievements)))
    zone.upsert("company", to_frame("company", _read("company", data, "sbir_sample/companies")))


def copy_built(zone: Zone, data: Path, titles_zh: Path | None) -> None:
    """Replace the shipped records, links and translated titles; ORIGIN.md stays."""
    for built in (*zone.folder.glob("records/*.parquet"), zone.folder / "zone.yaml"):
        shutil.copyfile(built, SAMPLE / built.relative_to(zone.folder))
    shutil.copyfile(data / "sbir_sample" / "qrels.tsv", SAMPLE / "qrels.tsv")
    if titles_zh:
        shutil.copyfile(titles_zh, SAMPLE / "titles_zh.jsonl")


def _read(kind: Kind, data: Path, name: str, source: str = "auto") -> list[Record]:
    return to_records(kind, read_records(kind, data / f"{name}.jsonl", source=source).frame)


def _sbir_needs(data: Path) -> list[Need]:
    return [r for r in _read("need", data, "sbir_sample/needs") if isinstance(r, Need)]


def _sbir_achievements(data: Path) -> list[Achievement]:
    return _achievements(_read("achievement", data, "sbir_sample/achievements"))


def _achievements(records: Iterable[Record]) -> list[Achievement]:
    return [record for record in records if isinstance(record, Achievement)]


def _eu_calls(data: Path) -> list[Need]:
    calls = [r for r in _read("need", data, "eu_calls_2026/needs") if isinstance(r, Need)]
    is_open = [call for call in calls if json.loads(call.extra)["status"] == "open"]
    technical = [call for call in is_open if _group_of_call(call) in _CALL_GROUPS]
    return take_evenly(_once(technical), EU_CALLS, by=_group_of_call)


def _group_of_call(call: Need) -> str:
    extra = json.loads(call.extra)
    return str(extra.get("cluster") or extra["programme"])


def _uk_challenges(data: Path) -> list[Need]:
    needs = [r for r in _read("need", data, "uk_challenges/needs") if isinstance(r, Need)]
    posed = [need for need in needs if _poses_a_challenge(need.texts[0])]
    return take_evenly(_once(posed), UK_CHALLENGES, by=lambda need: need.deadline or need.opens)


def _poses_a_challenge(text: Text) -> bool:
    named = _CHALLENGE.search(text.title) or _SEEKS.search(text.body)
    return bool(named) and not _FUNDING.search(text.title)


def _nasa_software(data: Path) -> list[Achievement]:
    software = _achievements(_read("achievement", data, "nasa_software/achievements"))
    described = [record for record in software if len(record.texts[0].body) >= 200]
    return take_evenly(_once(described), NASA_SOFTWARE, by=lambda record: record.owner)


def _csl(data: Path) -> list[Achievement]:
    abstracts = _achievements(_read("achievement", data, "zh_csl/achievements", "csl"))
    titled = [record for record in abstracts if record.fields and _is_chinese(record.texts[0])]
    applied = [record for record in titled if not _NOT_APPLIED.search("/".join(record.fields))]
    return take_evenly(_once(applied), CSL, by=lambda record: record.fields)


def _is_chinese(text: Text) -> bool:
    return detect_language(text.title) == detect_language(text.body) == "zh"


def _once(records: Sequence[TextualRecord]) -> list[TextualRecord]:
    """The records without those whose title or beginning of the body came before."""
    seen: set[str] = set()
    kept = []
    for record in sorted(records, key=lambda record: record.id):
        marks = {record.texts[0].title.lower(), record.texts[0].body[:80]}
        if not marks & seen:
            kept.append(record)
        seen |= marks
    return kept


def take_evenly(
    records: Iterable[TextualRecord], count: int, *, by: Callable[[TextualRecord], Hashable]
) -> list[TextualRecord]:
    """``count`` records, one of each group in turn, in the order of their ids."""
    groups: dict[Hashable, list[TextualRecord]] = {}
    for record in records:
        groups.setdefault(by(record), []).append(record)
    in_turn = chain.from_iterable(zip_longest(*groups.values()))
    taken = [record for record in in_turn if record is not None][:count]
    return sorted(taken, key=lambda record: record.id)


def _lighten(record: TextualRecord) -> TextualRecord:
    extra = {k: v for k, v in json.loads(record.extra).items() if k not in _BULKY_EXTRA}
    kept = json.dumps(extra, ensure_ascii=False, sort_keys=True)
    return dataclasses.replace(record, texts=tuple(map(_shorten, record.texts)), extra=kept)


def _shorten(text: Text) -> Text:
    return dataclasses.replace(text, body=cut_at_sentence(text.body, limit_chars=BODY_CHARS))


def cut_at_sentence(text: str, *, limit_chars: int) -> str:
    """The whole sentences that fit into ``limit_chars``, at least half of it."""
    if len(text) <= limit_chars:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, limit_chars // 2, limit_chars)]
    return text[: ends[-1] if ends else limit_chars].rstrip()


if __name__ == "__main__":
    main()
