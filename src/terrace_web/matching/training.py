"""Training a ranker on the zone's decisions: in the background, and used only once accepted."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace.match.lessons import FEWEST, collect_lessons
from terrace.match.rank import Ranker
from terrace.match.retraining import Retraining, retrain
from terrace.progress import Progress
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.index.corpora import matcher_of, ranker_path
from terrace_web.market.snapshots import snapshot
from terrace_web.matching.bulk import read_published
from terrace_web.matching.models import Decision, TrainingRun
from terrace_web.matching.states import standing_decisions
from terrace_web.permissions import require

State = TrainingRun.State
_TOLD_EVERY = 10
_LINKS = pl.Schema(
    {"need_id": pl.String(), "achievement_id": pl.String(), "relevance": pl.Float64()}
)
_RELEVANCE = {Decision.Choice.SHORTLIST: 1.0, Decision.Choice.REJECT: 0.0}


class TrainingRefused(TerraceError):
    """A training that cannot be begun or decided on; the message says why."""


def count_lessons() -> dict[str, int]:
    """What there is to learn from: decisions by kind, and needs with a shortlisted pair."""
    held = list(standing_decisions().values_list("holds", "need_id"))
    counts = {
        choice.value: sum(holds == choice for holds, _need in held)
        for choice in (Decision.Choice.SHORTLIST, Decision.Choice.REJECT, Decision.Choice.LATER)
    }
    linked = {need for holds, need in held if holds == Decision.Choice.SHORTLIST}
    return {**counts, "needs": len(linked), "fewest": FEWEST}


def start_training(*, by: User, audience: Audience, now: datetime) -> TrainingRun:
    """Have the worker train on what is decided.

    Raises:
        TrainingRefused: too little is decided, or a training is under way.
        PermissionDenied: the user may not train.
    """
    from terrace_web.matching.tasks import train

    require(audience, "matching:train")
    counts = count_lessons()
    if counts["needs"] < FEWEST:
        raise TrainingRefused(_say_too_few(counts["needs"]))
    with transaction.atomic():
        if TrainingRun.objects.filter(state__in=(State.WAITING, State.RUNNING)).exists():
            raise TrainingRefused(_("A training is under way; wait until it is done."))
        run = TrainingRun.objects.create(by=by, at=now, notes=counts)
        record_audit("ranker:train", by=by, now=now, subject=f"training {run.pk}", details=counts)
        transaction.on_commit(lambda: train.enqueue(run.pk))
    return run


def run_training(run_id: int, *, now: Callable[[], datetime]) -> None:
    """What the worker does: collect lessons, train, compare; the outcome is stored with the run."""
    run = TrainingRun.objects.filter(pk=run_id, state=State.WAITING).first()
    if run is None:
        return
    run.state = State.RUNNING
    run.save(update_fields=["state"])
    # Whatever goes wrong, the run ends: one that seems to go on would block the next.
    outcome: dict[str, Any] = {"state": State.FAILED}
    try:
        found = _train(_report_to(run))
        found.ranker.save(_path_of(run))
        notes = {**run.notes, **_notes_of(found)}
        outcome = {"state": State.DONE, "figures": _figures_of(found), "notes": notes}
    except TerraceError as error:
        outcome["failure"] = str(error)
    finally:
        TrainingRun.objects.filter(pk=run_id).update(**outcome, finished_at=now())


def accept_training(run_id: int, *, by: User, audience: Audience, now: datetime) -> TrainingRun:
    """Use a trained ranker from now on: all matchers take it up, and all pairs are matched anew.

    Raises:
        TrainingRefused: it is not done, or was decided on before.
        PermissionDenied, Http404: see ``_decide``.
    """
    from terrace_web.matching.tasks import match_all

    with transaction.atomic():
        run = _decide(run_id, State.ACCEPTED, by=by, audience=audience, now=now)
        # Through the loader, so that a damaged file is found before it is used.
        Ranker.load(_path_of(run)).save(ranker_path())
        TrainingRun.objects.filter(state=State.ACCEPTED).exclude(pk=run.pk).update(
            state=State.DISCARDED
        )
        transaction.on_commit(match_all.enqueue)
    return run


def discard_training(run_id: int, *, by: User, audience: Audience, now: datetime) -> TrainingRun:
    """Drop a trained ranker; what is in use stays.

    Raises:
        TrainingRefused: it is not done, or was decided on before.
        PermissionDenied, Http404: see ``_decide``.
    """
    with transaction.atomic():
        run = _decide(run_id, State.DISCARDED, by=by, audience=audience, now=now)
        _path_of(run).unlink(missing_ok=True)
    return run


def links_of_decisions() -> pl.DataFrame:
    """What holds on the pairs as links: 1 where shortlisted, 0 where rejected."""
    held = standing_decisions().filter(holds__in=list(_RELEVANCE))
    rows = held.values_list("need__code", "achievement__code", "holds")
    return pl.DataFrame(
        [
            (need, achievement, _RELEVANCE[Decision.Choice(holds)])
            for need, achievement, holds in rows
        ],
        schema=_LINKS,
        orient="row",
    )


def _train(progress: Progress) -> Retraining:
    links = links_of_decisions()
    matcher = matcher_of("achievement")
    needs = snapshot("need", read_published("need"))
    lessons = collect_lessons(matcher, needs, links, zone="own", progress=progress)
    linked = links.filter(pl.col("relevance") > 0)
    described = f"{linked.height} shortlisted pairs of {linked['need_id'].n_unique()} needs"
    return retrain(lessons, links, trained_on=described, prior=matcher.ranker)


def _report_to(run: TrainingRun) -> Progress:
    def report(what: str, done: int, total: int) -> None:
        if done % _TOLD_EVERY == 0 or done == total:
            TrainingRun.objects.filter(pk=run.pk).update(work=what[:80], done=done, total=total)

    return report


def _decide(run_id: int, state: str, *, by: User, audience: Audience, now: datetime) -> TrainingRun:
    require(audience, "matching:train")
    run = TrainingRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.state != State.DONE:
        raise TrainingRefused(_("This training is not waiting for a decision."))
    run.state, run.decided_by = state, by
    run.save(update_fields=["state", "decided_by"])
    record_audit(f"ranker:{state}", by=by, now=now, subject=f"training {run.pk}")
    return run


def _path_of(run: TrainingRun) -> Path:
    folder = Path(settings.DATA_DIR) / "training"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run.pk}.json"


def _figures_of(found: Retraining) -> list[dict[str, Any]]:
    columns = ("measure", "a", "b", "difference", "low", "high", "better", "worse")
    return [
        {column: _plain(row[column]) for column in columns}
        for row in found.comparison.measures.iter_rows(named=True)
    ]


def _notes_of(found: Retraining) -> Mapping[str, Any]:
    return {
        "taught": found.needs,
        "skipped": found.skipped,
        "calibration_error": _plain(found.trust_first.expected_error),
        "trained_on": found.ranker.trained_on,
    }


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _say_too_few(needs: int) -> str:
    return _(
        "Pairs of %(needs)s needs are shortlisted; training takes at least %(fewest)s. "
        "Go on deciding, the present ranker stays in use."
    ) % {"needs": needs, "fewest": FEWEST}
