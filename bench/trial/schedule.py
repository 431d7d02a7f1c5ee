"""Who does what when: engines take turns, so that a machine that drifts hits all alike."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from peers import PEERS
from trial.process import EngineFailed, EngineProcess

Tell = Callable[[str], None]
_WARM_UP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured; every number bounds the run.

    An engine whose build or batch took longer than ``slow_s`` does it once, and
    one that would need longer for the batch gets as many queries as fit into it.
    A round of queries ends after ``round_s``, any single phase after ``limit_s``.
    """

    kinds: Sequence[str]
    builds: int = 3
    rounds: int = 5
    batches: int = 3
    queries: int = 200
    top_interactive: int = 10
    top_batch: int = 100
    limit_s: float = 600
    round_s: float = 15
    slow_s: float = 45
    threads: int = 2


@dataclass(slots=True)
class Run:
    """What was measured of one engine, by kind of query; ``failure`` says why it stopped."""

    peer: str
    failure: str = ""
    builds: list[Mapping[str, float]] = field(default_factory=list)
    spent_ms: dict[str, list[list[float]]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[list[int]]] = field(default_factory=dict)
    batch_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ranked: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    batch_queries: dict[str, int] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    serve_peak_mb: float = 0.0


class Turns:
    """The engines of one trial and their processes."""

    def __init__(
        self, peers: Sequence[str], inputs: Path, queries: int, plan: Plan, tell: Tell
    ) -> None:
        self.runs = {peer: Run(peer, _reason_to_skip(peer)) for peer in peers}
        self.plan = plan
        self._inputs = inputs
        self._queries = queries
        self._tell = tell
        self._processes: dict[str, EngineProcess] = {}

    def take_all(self) -> Mapping[str, Run]:
        """Build, ask and batch, round by round."""
        try:
            self._build_in_turns()
            self._warm_up()
            self._ask_in_turns()
            self._batch_in_turns()
        finally:
            for process in self._processes.values():
                process.end()
        return self.runs

    def _build_in_turns(self) -> None:
        for number in range(self.plan.builds):
            for run in self._standing(number):
                if number and run.builds[0]["seconds"] > self.plan.slow_s:
                    continue
                self._restart(run.peer)
                built = self._call(run, "build")
                if built:
                    run.builds.append(built)
                    self._tell(f"{run.peer}: built in {built['seconds']:.1f} s")

    def _warm_up(self) -> None:
        for run in self._standing(0):
            for kind in self.plan.kinds:
                few = list(range(min(_WARM_UP, self._queries)))
                self._ask(run, kind, few)
                self._call(run, "batch", kind=kind, asked=few, k=self.plan.top_batch)

    def _ask_in_turns(self) -> None:
        rng = np.random.default_rng(0)
        for number in range(self.plan.rounds):
            asked = rng.permutation(self._queries)[: self.plan.queries].tolist()
            for kind in self.plan.kinds:
                for run in self._standing(number):
                    self._note_answers(run, kind, self._ask(run, kind, asked))
            self._tell(f"round {number + 1} of {self.plan.rounds} of queries done")

    def _batch_in_turns(self) -> None:
        for number in range(self.plan.batches):
            for kind in self.plan.kinds:
                for run in self._standing(number):
                    self._batch(run, kind)
            self._tell(f"round {number + 1} of {self.plan.batches} of batches done")
        for run in self._standing(0):
            run.serve_peak_mb = self._call(run, "memory") or 0.0

    def _ask(self, run: Run, kind: str, asked: Sequence[int]) -> Any:
        if PEERS[run.peer].family == "product":
            return None
        k, limit_s = self.plan.top_interactive, self.plan.round_s
        return self._call(run, "ask", kind=kind, asked=list(asked), k=k, limit_s=limit_s)

    def _batch(self, run: Run, kind: str) -> None:
        done = run.batch_s[kind]
        if done and done[0] > self.plan.slow_s:
            return
        asked = choose_batch(run.spent_ms[kind], self._queries, self.plan)
        answer = self._call(run, "batch", kind=kind, asked=asked, k=self.plan.top_batch)
        if answer:
            done.append(answer["seconds"])
            run.ranked[kind] = dict(zip(asked, answer["found"], strict=False))
            run.batch_queries[kind] = len(asked)
            self._note_rate(run)

    def _note_rate(self, run: Run) -> None:
        if run.peer == "product":
            rate = self._call(run, "rate")
            run.rates += [rate] if rate else []

    def _note_answers(self, run: Run, kind: str, answer: Mapping[str, Any] | None) -> None:
        if answer:
            run.spent_ms[kind].append(answer["spent_ms"])
            run.answers.setdefault(kind, []).extend(answer["found"])

    def _call(self, run: Run, command: str, **arguments: Any) -> Any:
        if run.failure:
            return None
        try:
            return self._processes[run.peer].call(command, self.plan.limit_s, arguments)
        except EngineFailed as error:
            run.failure = str(error)
            self._tell(f"{run.peer}: {error}")
            return None

    def _restart(self, peer: str) -> None:
        if peer in self._processes:
            self._processes[peer].end()
        self._processes[peer] = EngineProcess(peer, self._inputs, self.plan.threads)

    def _standing(self, number: int) -> Iterator[Run]:
        """The engines that still work; another one goes first every time."""
        runs = list(self.runs.values())
        first = number % max(len(runs), 1)
        return (run for run in runs[first:] + runs[:first] if not run.failure)


def choose_batch(rounds: Sequence[Sequence[float]], queries: int, plan: Plan) -> list[int]:
    """The numbers of the batch's queries: all, or a fixed sample that fits into ``slow_s``."""
    if not rounds:
        return list(range(queries))
    query_s = float(np.median(np.concatenate(rounds))) / 1000
    fitting = max(int(plan.slow_s / query_s), 1)
    if fitting >= queries:
        return list(range(queries))
    return sorted(np.random.default_rng(1).permutation(queries)[:fitting].tolist())


def _reason_to_skip(peer: str) -> str:
    missing = PEERS[peer].missing()
    return f"not installed: {', '.join(missing)}" if missing else ""
