"""Which moves a stage has, and whether one may be made now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from terrace.criteria.results import Result, all_of
from terrace.flow.facts import Finding, check_facts, find_blanks, judge_conditions, reasons_of
from terrace.flow.flow import Fact, FlowVersion, Move
from terrace.flow.label import Label, join_labels

Refusal = Literal["wrong_stage", "not_yours", "no_note", "incomplete", "unmet", "unknown"]
_NO_NOTE = Label("Say why in a note.", "请写明理由。")


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """Whether a move may be made; if not, a stable code and the reasons as sentences.

    ``findings`` is what came of each condition and ``result`` of all of them, not applicable
    where they were not even asked; ``missing`` are the facts to fill in or to find out.
    """

    move: Move
    result: Result = Result.NOT_APPLICABLE
    refusal: Refusal | None = None
    missing: tuple[str, ...] = ()
    reasons: tuple[Label, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the move may be made."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class StageCheck:
    """Whether a thing may stay in its stage, and what came of each condition."""

    result: Result
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether all that the stage asks is met."""
        return self.result in _PASSING

    @property
    def reasons(self) -> tuple[Label, ...]:
        """The sentences of what is unmet or unknown."""
        return reasons_of(self.findings, *_FAILING)


_PASSING = (Result.MET, Result.NOT_APPLICABLE)
_FAILING = (Result.UNMET, Result.UNKNOWN)


def moves_from(version: FlowVersion, stage_id: str) -> tuple[Move, ...]:
    """The moves that leave a stage, in the order declared.

    Raises:
        NotFound: this version has no such stage.
    """
    stage = version.stage(stage_id)
    return tuple(move for move in version.moves.values() if stage.id in move.sources)


def check_move(
    version: FlowVersion,
    stage_id: str,
    move_id: str,
    *,
    roles: frozenset[str],
    facts: Mapping[str, object],
    note: str | None = None,
) -> MoveCheck:
    """Whether somebody with these roles may make a move on a thing with these facts.

    Args:
        version: the version the thing began with.
        stage_id: where it stands.
        move_id: what is to be done.
        roles: what somebody is to this thing.
        facts: what is known of it; absent or None is unknown.
        note: what was written with it; None where it was not asked for yet, as when a
            page shows which moves there are. Pass the text, even empty, when it is made.

    Raises:
        NotFound: this version has no such stage or move.
        CriteriaError: a fact has another type than declared.
    """
    move, stage = version.move(move_id), version.stage(stage_id)
    if stage.id not in move.sources:
        return MoveCheck(move, refusal="wrong_stage", reasons=(_wrong_stage(version, move),))
    if roles.isdisjoint(move.who):
        return MoveCheck(move, refusal="not_yours", reasons=(_not_yours(version, move),))
    if move.needs_note and note is not None and not note.strip():
        return MoveCheck(move, refusal="no_note", reasons=(_NO_NOTE,))
    return _check_facts_of_move(version, move, check_facts(version.facts, facts))


def check_stage(version: FlowVersion, stage_id: str, facts: Mapping[str, object]) -> StageCheck:
    """Whether a thing with these facts may stay where it stands, as after an edit.

    Raises:
        NotFound: this version has no such stage.
        CriteriaError: a fact has another type than declared.
    """
    holds = version.stage(stage_id).holds
    findings = judge_conditions(version, holds, check_facts(version.facts, facts))
    return StageCheck(all_of(finding.result for finding in findings), findings)


def _check_facts_of_move(
    version: FlowVersion, move: Move, facts: Mapping[str, object]
) -> MoveCheck:
    asked = (*version.stages[move.target].holds, *move.when)
    findings = judge_conditions(version, asked, facts)
    result = all_of(finding.result for finding in findings)
    blanks = find_blanks(version, move.fills, facts)
    if blanks:
        reasons = (_fill_in(blanks), *reasons_of(findings, *_FAILING))
        return MoveCheck(move, result, "incomplete", _names(blanks), reasons, findings)
    if result in _PASSING:
        return MoveCheck(move, result, findings=findings)
    refusal: Refusal = "unmet" if result is Result.UNMET else "unknown"
    missing = [fact for finding in findings for fact in finding.missing]
    return MoveCheck(
        move, result, refusal, _names(missing), reasons_of(findings, *_FAILING), findings
    )


def _names(facts: Sequence[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.id for fact in facts))


def _fill_in(facts: Sequence[Fact]) -> Label:
    names = join_labels(fact.name for fact in facts)
    return Label(f"Fill in: {names.en}.", f"请填写：{names.zh}。")


def _wrong_stage(version: FlowVersion, move: Move) -> Label:
    stages = join_labels(version.stages[source].name for source in move.sources)
    return Label(
        f"'{move.name.en}' is possible only in the stage: {stages.en}.",
        f"“{move.name.zh}”仅适用于以下阶段：{stages.zh}。",
    )


def _not_yours(version: FlowVersion, move: Move) -> Label:
    roles = join_labels(version.roles[role] for role in move.who)
    return Label(
        f"'{move.name.en}' is up to: {roles.en}.", f"“{move.name.zh}”须由以下角色操作：{roles.zh}。"
    )
