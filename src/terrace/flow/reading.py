"""Flows read from YAML: the file, its facts, and its versions."""

import functools
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import get_args

from terrace.criteria.dated import check_versions
from terrace.criteria.declarations import Section, read_declaration
from terrace.criteria.tokens import FactType
from terrace.errors import CriteriaError
from terrace.flow.flow import Fact, Flow, FlowVersion
from terrace.flow.label import ROLES, Label
from terrace.flow.parts import (
    Names,
    read_by_id,
    read_choice,
    read_condition,
    read_id,
    read_label,
    read_move,
    read_stage,
    read_whole,
)
from terrace.flow.soundness import check_graph


def read_flow(path: Path, *, roles: Mapping[str, Label] = ROLES) -> Flow:
    """The flow of a YAML file; its moves may name these roles.

    Raises:
        CriteriaError: names the file, the part, the line and what to do.
    """
    section = read_declaration(path)
    section.check_keys(["id", "name", "subject", "facts", "versions"])
    facts = read_by_id(section, "facts", "fact", _read_fact)
    flow = Flow(
        id=read_id(section),
        name=read_label(section, "name"),
        subject=section.text("subject"),
        facts=facts,
        versions=(),
    )
    parts = section.sections("versions", "version")
    versions = tuple(_read_version(part, flow, roles) for part in parts)
    _check_numbers(section, versions)
    check_versions(versions, where=section.place)
    return Flow(flow.id, flow.name, flow.subject, facts, versions)


def read_flows(folder: Path, *, roles: Mapping[str, Label] = ROLES) -> Mapping[str, Flow]:
    """The flows of a folder (``*.yaml``) by id.

    Raises:
        CriteriaError: there are none, one is wrong, or two have one id.
    """
    flows: dict[str, Flow] = {}
    for path in sorted(folder.glob("*.yaml")):
        flow = read_flow(path, roles=roles)
        if flow.id in flows:
            raise CriteriaError(f"{path}: the id '{flow.id}' is given twice; rename one flow")
        flows[flow.id] = flow
    if not flows:
        raise CriteriaError(f"{folder}: there are no flows in it; add a file such as booking.yaml")
    return flows


@functools.cache
def shipped_flows() -> Mapping[str, Flow]:
    """The flows that ship, by id."""
    with resources.as_file(resources.files("terrace") / "data" / "flows") as folder:
        return read_flows(folder)


def _read_fact(section: Section) -> Fact:
    section.check_keys(["id", "type", "name"])
    kind: FactType = read_choice(section, "type", get_args(FactType), default=None)
    return Fact(read_id(section), kind, read_label(section, "name"))


def _read_version(section: Section, flow: Flow, roles: Mapping[str, Label]) -> FlowVersion:
    section.check_keys(["number", "stages", "moves"], ["from", "to", "conditions"])
    conditions = read_by_id(
        section, "conditions", "condition", lambda part: read_condition(part, flow.facts)
    )
    names = Names(flow.facts, conditions, roles)
    version = FlowVersion(
        flow=flow.id,
        name=flow.name,
        subject=flow.subject,
        number=read_whole(section, "number"),
        valid_from=section.day("from"),
        valid_to=section.day("to"),
        facts=flow.facts,
        conditions=conditions,
        stages=read_by_id(section, "stages", "stage", lambda part: read_stage(part, names)),
        moves=read_by_id(section, "moves", "move", lambda part: read_move(part, names)),
        roles=roles,
    )
    check_graph(section, version)
    return version


def _check_numbers(section: Section, versions: tuple[FlowVersion, ...]) -> None:
    number, count = Counter(version.number for version in versions).most_common(1)[0]
    if count > 1:
        section.refuse(f"the version number {number} is given twice", "count up")
