"""As many records as a large zone has, recombined from real texts: all of it generated.

A generated record borrows its title from one real record of its field and its sentences
from up to three, so that words are as frequent as in real texts and searches find as much.
Its id begins with GEN, its source is ``generated``, and its owner says so in the name.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import polars as pl

from terrace.fields import shipped_fields
from terrace.match.text import sentences
from terrace.records import (
    Achievement,
    Company,
    Expert,
    Kind,
    Record,
    Text,
    Visibility,
    Work,
    to_frame,
)
from terrace.zone import Zone

SOURCE = "generated"
SIZES: Mapping[str, int] = {
    "company": 120_000,
    "achievement": 7_325,
    "expert": 19_401,
    "equipment": 14_553,
}
"""Xi'an's zone in 2020: registered enterprises, achievements, experts, pieces of equipment."""

_CORE: Mapping[str, Kind] = {"equipment": "achievement"}
_PREFIXES = {"company": "GEN-C", "achievement": "GEN-A", "expert": "GEN-X", "equipment": "GEN-E"}
_LABS = 400
_BORROWED_SENTENCES = 6
_LEVELS = ("public", "zone", "named", "private")
_TEASERS = (70, 15, 10, 5)
_IDENTITIES = (75, 10, 10, 5)
_REGIONS = ("CN-SN", "CN-BJ", "CN-SH", "CN-GD", "CN-JS", "US", "GB", "DE")
_TOOLS = {
    "en": ("Test stand for {}", "{} analyser", "Pilot line: {}", "{} measuring system"),
    "zh": ("{}试验台", "{}分析仪", "{}中试线", "{}测量系统"),
}
_TRADES = {"en": "{} Works {} (generated)", "zh": "{}有限公司{}（生成）"}


@dataclass(frozen=True, slots=True)
class Origin:
    """A real record that texts are borrowed from."""

    language: str
    title: str
    sentences: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Origins:
    """The real records by field and language, and the fields as often as they occur."""

    by_field: Mapping[tuple[str, str], Sequence[Origin]]
    keys: Sequence[tuple[str, str]]

    def draw(self, chance: Random) -> tuple[str, Origin, Sequence[Origin]]:
        """A field, a record of it, and all that may lend sentences to its copy."""
        code, language = chance.choice(self.keys)
        alike = self.by_field[code, language]
        return code, chance.choice(alike), alike


def read_origins(zone: Zone) -> Origins:
    """What the zone's achievements and needs have to lend."""
    by_field: dict[tuple[str, str], list[Origin]] = defaultdict(list)
    for kind in ("achievement", "need"):
        for row in zone.records(kind).iter_rows(named=True):
            text = row["texts"][0]
            said = f"{text['title']} {text['summary']} {text['body']}"
            for code in shipped_fields().file_text(said):
                by_field[code, text["language"]].append(_origin_of(row, text))
    keys = [key for key, origins in by_field.items() for _origin in origins]
    return Origins(by_field, sorted(keys))


def generate(
    kind: str, origins: Origins, *, start: int, count: int, seed: int
) -> tuple[pl.DataFrame, list[Origin]]:
    """``count`` records of a kind from number ``start``, and the real record each is closest to.

    The frame has the schema of the core's kind (equipment has that of an achievement). The
    same numbers and seed give the same records.
    """
    records, closest = [], []
    for number in range(start, start + count):
        chance = Random(f"{seed} {kind} {number}")
        code, origin, alike = origins.draw(chance)
        records.append(_MAKERS[kind](number, code, origin, alike, chance))
        closest.append(origin)
    return to_frame(_CORE.get(kind, kind), records), closest  # type: ignore[arg-type]


def slices(count: int, *, at_once: int) -> Iterator[tuple[int, int]]:
    """The parts (start, count) in which ``count`` records are made."""
    for start in range(0, count, at_once):
        yield start, min(at_once, count - start)


def _origin_of(row: Mapping[str, Any], text: Mapping[str, str]) -> Origin:
    said = sentences(f"{text['summary']}\n{text['body']}")
    return Origin(text["language"], text["title"], tuple(said), tuple(row["keywords"]))


def _common(kind: str, number: int, code: str, chance: Random) -> dict[str, Any]:
    return {
        "id": f"{_PREFIXES[kind]}{number:06d}",
        "fields": (code,),
        "region": chance.choice(_REGIONS),
        "visibility": _draw_visibility(chance),
        "source": SOURCE,
    }


def _draw_visibility(chance: Random) -> Visibility:
    """Mostly public; the identity never more open than the teaser."""
    teaser = chance.choices(_LEVELS, _TEASERS)[0]
    identity = chance.choices(_LEVELS, _IDENTITIES)[0]
    closed = max(_LEVELS.index(teaser), _LEVELS.index(identity))
    return Visibility(teaser=teaser, identity=_LEVELS[closed])  # type: ignore[arg-type]


def _make_achievement(
    number: int, code: str, origin: Origin, alike: Sequence[Origin], chance: Random
) -> Record:
    text = Text(
        language=origin.language,
        title=_vary_title(origin, alike, chance),
        body=_mix(origin, alike, chance, _BORROWED_SENTENCES),
    )
    return Achievement(
        texts=(text,),
        keywords=origin.keywords[:5],
        readiness=chance.choice((None, *range(1, 10))),
        terms=(chance.choice(("licence", "transfer", "development")),),
        **_owned_by_lab(chance),
        **_common("achievement", number, code, chance),
    )


def _make_equipment(
    number: int, code: str, origin: Origin, alike: Sequence[Origin], chance: Random
) -> Record:
    subject = chance.choice(origin.keywords or (origin.title,))
    text = Text(
        language=origin.language,
        title=chance.choice(_TOOLS[origin.language]).format(subject)[:200],
        summary=_mix(origin, alike, chance, 1),
    )
    return Achievement(
        texts=(text,),
        keywords=origin.keywords[:3],
        price=float(chance.randrange(50, 2_000, 50)),
        currency="CNY",
        **_owned_by_lab(chance),
        **_common("equipment", number, code, chance),
    )


def _make_company(
    number: int, code: str, origin: Origin, alike: Sequence[Origin], chance: Random
) -> Record:
    subject = chance.choice(origin.keywords or (origin.title[:40],))[:60]
    return Company(
        name=_TRADES[origin.language].format(subject, number),
        works=(_work(f"GEN-W{number}", "product", origin, alike, chance),),
        employees=int(chance.lognormvariate(3, 1.2)) + 1,
        **_common("company", number, code, chance),
    )


def _make_expert(
    number: int, code: str, origin: Origin, alike: Sequence[Origin], chance: Random
) -> Record:
    named = "Expert {} (generated)" if origin.language == "en" else "专家{}（生成）"
    works = (
        _work(f"GEN-P{number}-{place}", "paper", chance.choice(alike), alike, chance)
        for place in range(2)
    )
    return Expert(
        name=named.format(number),
        works=tuple(works),
        languages=(origin.language,),
        organisation=_owned_by_lab(chance)["owner"],
        **_common("expert", number, code, chance),
    )


def _work(code: str, kind: str, origin: Origin, alike: Sequence[Origin], chance: Random) -> Work:
    title, body = _vary_title(origin, alike, chance), _mix(origin, alike, chance, 1)
    return Work(id=code, kind=kind, language=origin.language, title=title, body=body)


def _owned_by_lab(chance: Random) -> dict[str, str]:
    number = chance.randrange(_LABS)
    return {"owner": f"gen-lab-{number:03d}", "owner_name": f"Laboratory {number} (generated)"}


def _vary_title(origin: Origin, alike: Sequence[Origin], chance: Random) -> str:
    """The first half of one title and the second of another."""
    if origin.language == "zh":
        half = len(origin.title) // 2
        other = chance.choice(alike).title
        return origin.title[:half] + other[len(other) // 2 :]
    words, others = origin.title.split(), chance.choice(alike).title.split()
    return " ".join([*words[: -(-len(words) // 2)], *others[len(others) // 2 :]])[:280]


def _mix(origin: Origin, alike: Sequence[Origin], chance: Random, most: int) -> str:
    """Sentences of the record and of two others, most of them its own."""
    lent = [s for other in chance.sample(alike, min(2, len(alike))) for s in other.sentences[:2]]
    own = list(origin.sentences)
    chance.shuffle(own)
    between = "" if origin.language == "zh" else " "
    return between.join([*own[: max(1, most - 2)], *lent[: most // 3]])


_MAKERS = {
    "company": _make_company,
    "achievement": _make_achievement,
    "expert": _make_expert,
    "equipment": _make_equipment,
}
