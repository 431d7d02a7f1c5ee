"""A problem written as a mixed-integer program: which applications would succeed, at what cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from terrace.criteria.results import Result
from terrace.rules.criteria import CompareDate, ComparePoints, Criterion, Together
from terrace.rules.path.choices import ChoiceBook
from terrace.rules.path.leaves import is_composed, is_kept_out
from terrace.rules.path.problem import Application, Problem, titles_by_fact
from terrace.rules.path.program import ONE, ZERO, Linear, Program, total
from terrace.rules.path.tables import Table
from terrace.rules.scores import Score, Sum

# Points are coarser than this by far, the solver's tolerance finer.
_POINT_SLACK = 1e-3
Clause = tuple[str, str]
"""A rulebook and a criterion; a title and ``requires`` for what the ladder presupposes."""


@dataclass(slots=True, eq=False)
class Writer:
    """Writes the program of a problem; ``waives``: clauses may be waived at a price of 1."""

    problem: Problem
    waives: bool = False
    program: Program = field(default_factory=Program)
    grants: dict[Application, Linear] = field(default_factory=dict)
    waivers: dict[Clause, Linear] = field(default_factory=dict)
    book: ChoiceBook = field(init=False)
    known: dict[tuple[Application, str, bool], Linear] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = ChoiceBook(self.program, self.problem, self.waives)

    def write(self, target: str) -> None:
        """Write levers, applications, and that the target is in hand at the deadline."""
        self.book.add_levers()
        for application in self.problem.applications:
            cost = 0.0 if self.waives else self._cost_of(application)
            self.grants[application] = self.program.add_variable(cost=cost, whole=True)
        for application, grant in self.grants.items():
            self._require_success(application, grant)
        deadline = self.problem.horizon.deadline
        self.program.require_at_least(self.held(target, deadline), ONE)

    def _cost_of(self, application: Application) -> float:
        terms = self.problem.effects.levers.terms_of(application.title)
        # A mill a day: of equal plans the earlier one.
        return terms.cost + (application.day - self.problem.horizon.start).days / 1000

    def held(self, title: str, day: date) -> Linear:
        """At least 1 if the title is in hand on that day."""
        if self.problem.is_held(title, day):
            return ONE
        return self._won(title, day)

    def _require_success(self, application: Application, grant: Linear) -> None:
        title, day = self.problem.ladder.title(application.title), application.day
        version = application.version
        for criterion in (*((version.scope,) if version.scope else ()), *version.criteria):
            accepted = self._accept(application, criterion, is_neutral=True)
            self._require(grant, accepted, (application.rulebook.id, criterion.id))
        if title.requires_any:
            below = total([self.held(name, day) for name in title.requires_any])
            self._require(grant, below, (title.id, "requires"))
        for name in title.excludes:
            for free in self._free_of(name, day):
                self._require(grant, free, (title.id, "excludes"))

    def _free_of(self, title: str, day: date) -> list[Linear]:
        """1 each while no certificate of a title is in hand on that day."""
        if self.problem.is_held(title, day):
            return [ZERO]
        return [
            ONE + grant.scaled(-1.0)
            for application, grant in self.grants.items()
            if application.title == title and application.is_held_on(day)
        ]

    def _require(self, grant: Linear, accepted: Linear, clause: Clause) -> None:
        if self.waives:
            if clause not in self.waivers:
                self.waivers[clause] = self.program.add_variable(cost=1.0, whole=True)
            accepted = accepted + self.waivers[clause]
        if accepted.terms or accepted.constant < 1:
            self.program.require_at_least(accepted, grant)

    def _accept(
        self, application: Application, criterion: Criterion, *, is_neutral: bool
    ) -> Linear:
        """1 or more if the criterion holds, below 1 otherwise; neutral: or does not apply."""
        key = (application, criterion.id, is_neutral)
        if key not in self.known:
            self.known[key] = self._write_criterion(application, criterion, is_neutral)
        return self.known[key]

    def _write_criterion(
        self, application: Application, criterion: Criterion, is_neutral: bool
    ) -> Linear:
        test = criterion.test
        if is_kept_out(self.problem.compiled(application), criterion):
            return self._if_possible()
        if is_composed(criterion) and isinstance(test, Together):
            return self._put_together(application, test)
        if is_composed(criterion) and isinstance(test, ComparePoints):
            return self._reach_points(application, test)
        table = self.problem.table(application, f"result:{criterion.id}")
        in_hand = self._weigh_results(table, is_neutral)
        title = self._title_asked(criterion)
        return total([in_hand, self._won(title, application.day)]) if title else in_hand

    def _if_possible(self) -> Linear:
        return ONE if self.problem.certainty == "possible" else ZERO

    def _title_asked(self, criterion: Criterion) -> str:
        """The title whose validity on the day itself is asked for, if it is that."""
        test = criterion.test
        is_validity = isinstance(test, CompareDate) and test.relation == "on_or_after"
        if not is_validity or not isinstance(test, CompareDate) or test.day.fixed:
            return ""
        return "" if test.day.offset else titles_by_fact(self.problem.ladder).get(test.fact, "")

    def _won(self, title: str, day: date) -> Linear:
        """At least 1 if a certificate won by the plan is in hand on that day."""
        return total([g for a, g in self.grants.items() if a.title == title and a.is_held_on(day)])

    def _weigh_results(self, table: Table, is_neutral: bool) -> Linear:
        good = {Result.MET.value}
        if self.problem.certainty == "possible":
            good.add(Result.NEEDS_JUDGEMENT.value)
        if is_neutral:
            good.add(Result.NOT_APPLICABLE.value)
        return self.book.weigh(table, np.isin(table.values.astype(str), list(good)).astype(float))

    def _put_together(self, application: Application, test: Together) -> Linear:
        parts = [
            self._accept(application, part, is_neutral=test.kind == "all_of") for part in test.of
        ]
        if test.kind == "all_of":
            return self._all_of(parts)
        return self._at_least(parts, test.need if test.kind == "count" else 1)

    def _all_of(self, parts: Iterable[Linear]) -> Linear:
        open_parts = [part for part in parts if part.terms or part.constant < 1]
        if not open_parts:
            return ONE
        if any(not part.terms for part in open_parts):
            return ZERO
        if len(open_parts) == 1:
            return open_parts[0]
        joint = self.program.add_variable()
        for part in open_parts:
            self.program.require_at_least(part, joint)
        return joint

    def _at_least(self, parts: Iterable[Linear], need: int) -> Linear:
        sure = [part for part in parts if not part.terms and part.constant >= 1]
        open_parts = [part for part in parts if part.terms]
        if len(sure) >= need:
            return ONE
        if len(sure) + len(open_parts) < need:
            return ZERO
        joint = self.program.add_variable(whole=need > 1)
        counted = total([Linear(float(len(sure))), *map(self._at_most_one, open_parts)])
        self.program.require_at_least(counted, joint.scaled(float(need)))
        return joint

    def _at_most_one(self, part: Linear) -> Linear:
        capped = self.program.add_variable()
        self.program.require_at_least(part, capped)
        return capped

    def _reach_points(self, application: Application, test: ComparePoints) -> Linear:
        """Enough points for sure; or, where experts may decide and no data is missing, at best."""
        score = next(s for s in application.version.walk_scores() if s.id == test.score)
        slack = _POINT_SLACK if test.relation == "more_than" else -_POINT_SLACK
        needed = test.threshold + slack
        sure = self._exceed(self._points(application, score, "low"), needed)
        if self.problem.certainty == "certain" or sure is ONE:
            return sure
        best = self._exceed(self._points(application, score, "high"), needed)
        known = [self._is_known(application, part) for part in _tabulated(score)]
        return self._at_least([sure, self._all_of([best, *known])], 1)

    def _exceed(self, points: Linear, needed: float) -> Linear:
        lowest = points.constant
        if lowest >= needed:
            return ONE
        if lowest + sum(points.terms.values()) < needed:
            return ZERO
        enough = self.program.add_variable(whole=True)
        right = Linear(lowest) + enough.scaled(needed - lowest)
        self.program.require_at_least(points, right)
        return enough

    def _points(self, application: Application, score: Score, end: str) -> Linear:
        is_kept_out = score.status == "illustrative" and not self.problem.with_illustrative
        if is_kept_out and end == "low":
            return ZERO
        if not isinstance(score.body, Sum):
            table = self.problem.table(application, f"{end}:{score.id}")
            return self.book.weigh(table, table.values.astype(np.float64))
        points = total([self._points(application, part, end) for part in score.body.of])
        return points if score.body.cap is None else self._capped(points, score.body.cap)

    def _capped(self, points: Linear, cap: float) -> Linear:
        if points.constant + sum(points.terms.values()) <= cap:
            return points
        if points.constant >= cap:
            return Linear(cap)
        capped = self.program.add_variable().scaled(cap - points.constant)
        self.program.require_at_least(Linear(0.0, points.terms), capped)
        return Linear(points.constant) + capped

    def _is_known(self, application: Application, score: Score) -> Linear:
        table = self.problem.table(application, f"missing:{score.id}")
        return self.book.weigh(table, 1.0 - table.values.astype(np.float64))


def _tabulated(score: Score) -> list[Score]:
    """The scores that a sum adds up, sums within it opened."""
    if not isinstance(score.body, Sum):
        return [score]
    return [leaf for part in score.body.of for leaf in _tabulated(part)]
