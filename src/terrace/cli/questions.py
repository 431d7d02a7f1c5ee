"""What `terrace match` is asked: who asks, what is searched, how far, and the pairs that answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl

from terrace.cli.models import Models, open_matcher
from terrace.match.companies import match_companies
from terrace.match.matcher import Matcher
from terrace.progress import Progress
from terrace.records import Kind


class Direction(StrEnum):
    """Who asks and what is found."""

    NEEDS = "needs"
    ACHIEVEMENTS = "achievements"
    COMPANIES = "companies"

    @property
    def asked_by(self) -> Kind:
        """The kind of record that a ranking is made for."""
        return "need" if self is Direction.NEEDS else "achievement"

    @property
    def found(self) -> Kind:
        """The kind of record that is ranked."""
        kinds: dict[Direction, Kind] = {
            Direction.NEEDS: "achievement",
            Direction.ACHIEVEMENTS: "need",
            Direction.COMPANIES: "company",
        }
        return kinds[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files that were given, by kind of record."""

    need: Path | None
    achievement: Path | None
    company: Path | None

    def of(self, kind: Kind) -> Path | None:
        """The file of this kind of record."""
        return {"need": self.need, "achievement": self.achievement, "company": self.company}[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be matched: records of one kind against those of another, and how far."""

    direction: Direction
    asking: pl.DataFrame
    searched: pl.DataFrame
    top: int
    where: pl.Expr | None
    min_confidence: float

    @property
    def needs(self) -> pl.DataFrame:
        """The needs, whichever side they are on (not with companies)."""
        return self.asking if self.direction is Direction.NEEDS else self.searched

    @property
    def achievements(self) -> pl.DataFrame:
        """The achievements, whichever side they are on."""
        return self.searched if self.direction is Direction.NEEDS else self.asking

    @property
    def key(self) -> str:
        """The column of the pairs that names who asks."""
        return f"{self.direction.asked_by}_id"

    @contextmanager
    def open_matcher(self, models: Models) -> Iterator[Matcher]:
        """A matcher for the records that are searched, not fitted yet."""
        with open_matcher(models, self.direction.found, self.direction.asked_by) as matcher:
            yield matcher


def find_pairs(matcher: Matcher, question: Question, progress: Progress) -> pl.DataFrame:
    """Fit the matcher, and the pairs that answer: two ids, rank, score, confidence."""
    matcher.fit(question.searched, progress)
    asking, top, where = question.asking, question.top, question.where
    if question.direction is Direction.COMPANIES:
        pairs = match_companies(
            matcher, asking, question.searched, top=top, where=where, progress=progress
        )
    else:
        pairs = matcher.match(asking, top=top, where=where, progress=progress)
    return pairs.filter(pl.col("confidence") >= question.min_confidence)


def keep_first(pairs: pl.DataFrame, question: Question, count: int) -> pl.DataFrame:
    """The pairs of the first ``count`` records that ask, in the order of their file."""
    first = question.asking.select(pl.col("id").alias(question.key)).head(count)
    return first.join(pairs, on=question.key, maintain_order="left_right").select(pairs.columns)
