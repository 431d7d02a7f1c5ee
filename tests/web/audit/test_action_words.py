"""Every action the code records has words in both languages, and can be searched for."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

import terrace_web
from terrace_web.audit.security import _OF_ACCOUNT
from terrace_web.audit.wording import AREAS, action_choices, say_action
from terrace_web.flows.queries import flows

ROOT = Path(terrace_web.__file__).parent
KNOWN = {f"{area}:{action}" for area, (_name, actions) in AREAS.items() for action in actions}
WRITERS = {"record_audit", "_record", "_note", "_audit"}


def recorded_actions() -> set[str]:
    """The literal actions in calls of what writes the trail."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITERS and node.args:
                for each in ast.walk(node.args[0]):
                    if isinstance(each, ast.Constant) and ":" in str(each.value):
                        found.add(str(each.value))
    return {action for action in found if not action.endswith(":")}


def test_what_the_code_records_has_words() -> None:
    recorded = recorded_actions()

    assert {"record:create", "audit:export", "membership:begin"} <= recorded
    assert recorded | set(_OF_ACCOUNT) <= KNOWN


def test_every_move_of_the_publication_flow_has_words() -> None:
    moves = {f"record:{move.id}" for move in flows()["publication"].versions[-1].moves.values()}

    assert moves <= KNOWN


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_words_differ_between_languages(code: str) -> None:
    english = say_action(code)
    with translation.override("zh-hans"):
        chinese = say_action(code)

    assert english not in (code, chinese)


def test_an_unknown_action_is_shown_as_it_is() -> None:
    assert say_action("deal:sign") == "deal:sign"
    assert say_action("record:dance") == "record:dance"


def test_an_area_can_be_chosen_whole() -> None:
    groups = dict(action_choices())

    assert ("mfa:", "Two-factor authentication: All") in groups["Two-factor authentication"]
    assert len(groups["Exports"]) == 1
