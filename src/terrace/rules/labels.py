"""What every declared thing carries: names in two languages, how well it is verified."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from terrace.criteria.declarations import Section

Language = Literal["en", "zh"]
Status = Literal["verified", "secondary", "illustrative"]
"""verified: read in the source; secondary: in a transcription that cites the
source; illustrative: no source at hand, or made up as an example."""

STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Label:
    """A name in English and Chinese."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The name in one language."""
        return self.zh if language == "zh" else self.en


STATUS_LABELS: Mapping[Status, Label] = {
    "verified": Label("verified", "已核实"),
    "secondary": Label("secondary", "转引"),
    "illustrative": Label("illustrative", "示意"),
}

# From 200% on, a threshold is taken for a percentage that was not turned into a fraction.
PERCENTAGE = 2.0


def read_label(section: Section) -> Label:
    """The keys ``en`` and ``zh`` of a section."""
    return Label(section.text("en"), section.text("zh"))


def read_choice(section: Section, key: str, choices: Iterable[str], default: str = "") -> Any:
    """A text that has to be one of ``choices``."""
    chosen = section.text(key, default or None)
    known = tuple(choices)
    if chosen not in known:
        section.refuse(f"'{key}' is '{chosen}'", f"write one of {', '.join(filter(None, known))}")
    return chosen


def read_status(section: Section, default: str) -> Status:
    """How well a figure is verified, by default as well as what it belongs to."""
    status: Status = read_choice(section, "status", STATUSES, default)
    return status


def read_number(section: Section, key: str) -> float:
    """A finite number."""
    return to_number(section, key, section.values.get(key))


def to_number(section: Section, key: str, value: Any) -> float:
    """A value of a section as a finite number; texts such as '5%' are refused."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e18:
        section.refuse(f"'{key}' is no number ({value!r})", "write digits only, 5% as 0.05")
    return float(value)


def read_figure(section: Section, key: str, unit: str) -> float:
    """A number in the unit of a measure; of a fraction, no percentage written as such."""
    value = read_number(section, key)
    if unit == "fraction" and abs(value) >= PERCENTAGE:
        section.refuse(
            f"'{key}' is {value:g}, which is {value:.0%}", f"write {value:g}% as {value / 100:g}"
        )
    return value


def read_optional_number(section: Section, key: str) -> float | None:
    """A number, None where the key is absent."""
    return None if section.values.get(key) is None else read_number(section, key)


def read_name(section: Section, key: str = "id") -> str:
    """An identifier: letters, digits and underscores."""
    name = section.text(key)
    if not name.isidentifier() or not name.isascii():
        section.refuse(f"'{key}' is '{name}'", "use Latin letters, digits and _, a letter first")
    return name
