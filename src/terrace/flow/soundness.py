"""Whether the stages and moves of a version make a flow that can be run to its end."""

from collections import Counter
from collections.abc import Iterable, Iterator

from terrace.criteria.declarations import Section
from terrace.flow.flow import FlowVersion, Stage


def check_graph(section: Section, version: FlowVersion) -> None:
    """Refuse a version in which a run could get lost.

    Raises:
        CriteriaError: an unknown stage; no or several initial stages; a stage that no
            move reaches, or none leaves though it is not final; a final one that is
            left; automatic moves that clash or never come; an unused condition.
    """
    _check_sources(section, version)
    _check_initial(section, version)
    _check_reachable(section, version)
    _check_ends(section, version)
    _check_automatic(section, version)
    _check_used(section, version)


def stages_from(version: FlowVersion, stage_id: str) -> tuple[str, ...]:
    """The stages a run in this one may come to, nearest first, itself included."""
    found = [stage_id]
    for current in found:
        targets = [move.target for move in version.moves.values() if current in move.sources]
        found.extend(dict.fromkeys(target for target in targets if target not in found))
    return tuple(found)


def _check_sources(section: Section, version: FlowVersion) -> None:
    for move in version.moves.values():
        if not move.sources:
            section.refuse(f"the move '{move.id}' comes from nowhere", "name a stage in 'from'")
        for stage_id in (*move.sources, move.target):
            if stage_id not in version.stages:
                section.refuse(
                    f"the move '{move.id}' names a stage '{stage_id}' that is not there",
                    f"there are {', '.join(version.stages)}",
                )


def _check_initial(section: Section, version: FlowVersion) -> None:
    initial = [stage.id for stage in version.stages.values() if stage.is_initial]
    if len(initial) != 1:
        names = ", ".join(initial) or "none"
        section.refuse(
            f"{len(initial)} initial stages ({names})", "write 'initial: true' at exactly one"
        )


def _check_reachable(section: Section, version: FlowVersion) -> None:
    reached = stages_from(version, version.initial.id)
    for stage_id in version.stages:
        if stage_id not in reached:
            section.refuse(
                f"no moves lead from '{version.initial.id}' to the stage '{stage_id}'",
                "add a move to it, or remove it",
            )


def _check_ends(section: Section, version: FlowVersion) -> None:
    left = {source for move in version.moves.values() for source in move.sources}
    for stage in version.stages.values():
        if stage.is_final and stage.id in left:
            section.refuse(f"the final stage '{stage.id}' has moves", "remove them, or 'final'")
        if not stage.is_final and stage.id not in left:
            section.refuse(
                f"no move leads out of the stage '{stage.id}'", "add one, or write 'final: true'"
            )
        if stage.is_final and stage.due:
            section.refuse(f"the final stage '{stage.id}' is due", "remove 'due'")


def _check_automatic(section: Section, version: FlowVersion) -> None:
    counts = Counter(stage.id for stage in _automatic_sources(version))
    for stage_id, count in counts.items():
        if count > 1:
            section.refuse(f"{count} automatic moves leave the stage '{stage_id}'", "keep one")
        if version.stages[stage_id].due is None:
            section.refuse(
                f"an automatic move leaves the stage '{stage_id}', which is never due",
                "add 'due' to the stage",
            )


def _automatic_sources(version: FlowVersion) -> Iterator[Stage]:
    for move in version.moves.values():
        if move.is_automatic:
            yield from (version.stages[source] for source in move.sources)


def _check_used(section: Section, version: FlowVersion) -> None:
    used = {*_named(stage.holds for stage in version.stages.values())}
    used |= {*_named(move.when for move in version.moves.values())}
    for condition_id in version.conditions:
        if condition_id not in used:
            section.refuse(
                f"the condition '{condition_id}' is used nowhere",
                "name it in 'holds' of a stage or 'when' of a move, or remove it",
            )


def _named(lists: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for names in lists:
        yield from names
