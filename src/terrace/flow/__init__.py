"""Flows: what may happen next, who may do it, and by when, declared in YAML.

    version = shipped_flows()["publication"].version_at(today)
    check = check_move(version, "draft", "submit", roles=frozenset({"owner"}), facts=facts)
    check.allowed, [reason.text("zh") for reason in check.reasons]

What is declared (``flow``), how it is read (``reading``), moves (``moves``), due dates
(``due``, ``working_days``), runs as folds of events (``runs``) and the picture (``drawing``).
"""

from terrace.flow.drawing import draw_flow
from terrace.flow.due import due_date, is_overdue, overdue_moves
from terrace.flow.facts import Finding
from terrace.flow.flow import Action, Condition, Due, Fact, Flow, FlowVersion, Move, Stage, Tone
from terrace.flow.label import ROLES, Label
from terrace.flow.moves import (
    MoveCheck,
    Refusal,
    StageCheck,
    check_move,
    check_stage,
    moves_from,
)
from terrace.flow.reading import read_flow, read_flows, shipped_flows
from terrace.flow.runs import Event, Run, Step, advance_run, replay_events, start_run
from terrace.flow.working_days import (
    Calendar,
    Closure,
    add_working_days,
    read_calendar,
    shipped_calendar,
)

__all__ = [
    "ROLES",
    "Action",
    "Calendar",
    "Closure",
    "Condition",
    "Due",
    "Event",
    "Fact",
    "Finding",
    "Flow",
    "FlowVersion",
    "Label",
    "Move",
    "MoveCheck",
    "Refusal",
    "Run",
    "Stage",
    "StageCheck",
    "Step",
    "Tone",
    "add_working_days",
    "advance_run",
    "check_move",
    "check_stage",
    "draw_flow",
    "due_date",
    "is_overdue",
    "moves_from",
    "overdue_moves",
    "read_calendar",
    "read_flow",
    "read_flows",
    "replay_events",
    "shipped_calendar",
    "shipped_flows",
    "start_run",
]
