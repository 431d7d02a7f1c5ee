"""The versions of a rulebook: when each holds, where it comes from, what it asks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from terrace.criteria.declarations import Section
from terrace.rules.criteria import Criterion, Mode, walk_criteria
from terrace.rules.criterion_reading import Context, read_criterion
from terrace.rules.labels import STATUSES, Label, Status, read_choice, read_label
from terrace.rules.measures import Catalog
from terrace.rules.scores import Score, criteria_of, read_score, walk_scores

_VERSION_KEYS = ("id", "status", "source", "periods", "criteria")
_VERSION_OPTIONAL = ("scores", "scope", "points", "windows", "note", "note_zh", "benefit")


@dataclass(frozen=True, slots=True)
class Period:
    """When a version holds for one mode, both days included."""

    mode: Mode
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Source:
    """The legal text: its title and number, and where it is published."""

    title: Label
    address: str


@dataclass(frozen=True, slots=True)
class Window:
    """Days on which applications are taken, both included."""

    opens: date
    closes: date


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A rulebook as it stands in some periods."""

    id: str
    periods: tuple[Period, ...]
    status: Status
    source: Source
    windows: tuple[Window, ...]
    scope: Criterion | None
    scores: tuple[Score, ...]
    points: str
    criteria: tuple[Criterion, ...]
    note: Label
    benefit: Label | None
    place: str

    def walk(self) -> Iterator[Criterion]:
        """Every criterion, outer first: the scope's, the listed ones, those inside scores."""
        for top in (*((self.scope,) if self.scope else ()), *self.criteria):
            yield from walk_criteria(top)
        for score in self.walk_scores():
            yield from criteria_of(score)

    def walk_scores(self) -> Iterator[Score]:
        """Every score, outer first."""
        for top in self.scores:
            yield from walk_scores(top)


def read_version(section: Section, catalog: Catalog) -> Version:
    """One version of a rulebook.

    Raises:
        CriteriaError: it is wrong: version, criterion and line.
    """
    section.check_keys(_VERSION_KEYS, _VERSION_OPTIONAL)
    status: Status = read_choice(section, "status", STATUSES)
    scored = section.sections("scores", "score") if "scores" in section.values else ()
    scores = tuple(read_score(s, Context(catalog, frozenset(), "", status)) for s in scored)
    context = Context(catalog, frozenset(_score_ids(scores)), "", status)
    version = Version(
        id=section.text("id"),
        periods=tuple(_read_period(p) for p in section.sections("periods", "period")),
        status=status,
        source=_read_source(section.section("source")),
        windows=_read_windows(section),
        scope=_read_scope(section, context),
        scores=scores,
        points=section.text("points", ""),
        criteria=tuple(
            read_criterion(c, context) for c in section.sections("criteria", "criterion")
        ),
        note=Label(section.text("note", ""), section.text("note_zh", "")),
        benefit=read_label(section.section("benefit")) if "benefit" in section.values else None,
        place=section.place,
    )
    _check_ids(section, version)
    return version


def _score_ids(scores: Sequence[Score]) -> list[str]:
    return [part.id for score in scores for part in walk_scores(score)]


def _check_ids(section: Section, version: Version) -> None:
    check_unique(section, (criterion.id for criterion in version.walk()), "criterion")
    check_unique(section, (score.id for score in version.walk_scores()), "score")
    if version.points and version.points not in {s.id for s in version.walk_scores()}:
        section.refuse(f"there is no score '{version.points}'", "let 'points' name a score")


def _read_period(section: Section) -> Period:
    section.check_keys(("mode",), ("from", "to"))
    mode: Mode = read_choice(section, "mode", get_args(Mode))
    return Period(mode, section.day("from"), section.day("to"))


def _read_source(section: Section) -> Source:
    section.check_keys(("title",), ("title_zh", "address"))
    title = section.text("title")
    return Source(Label(title, section.text("title_zh", title)), section.text("address", ""))


def _read_windows(section: Section) -> tuple[Window, ...]:
    if "windows" not in section.values:
        return ()
    return tuple(_read_window(window) for window in section.sections("windows", "window"))


def _read_window(section: Section) -> Window:
    section.check_keys(("from", "to"))
    opens, closes = section.day("from"), section.day("to")
    if opens is None or closes is None or closes < opens:
        section.refuse("the window closes before it opens", "give both days in order")
    return Window(opens, closes)


def _read_scope(section: Section, context: Context) -> Criterion | None:
    return read_criterion(section.section("scope"), context) if "scope" in section.values else None


def check_unique(section: Section, ids: Iterable[str], what: str) -> None:
    """Refuse an id that is given twice."""
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        section.refuse(f"two {what} ids are '{twice[0]}'", "rename one")
