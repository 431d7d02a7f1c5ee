import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.core import TyperGroup

from terrace.cli.main import app

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = ROOT / "tools" / "build_reference.py"
    spec = importlib.util.spec_from_file_location("build_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def group() -> TyperGroup:
    found = typer.main.get_command(app)
    assert isinstance(found, TyperGroup)
    return found


def test_the_reference_is_up_to_date(tool: ModuleType, group: TyperGroup) -> None:
    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    assert written == tool.render_reference(group), "run: make docs"


def test_every_command_and_option_is_in_it(tool: ModuleType, group: TyperGroup) -> None:
    page = tool.render_reference(group)
    for name, command in tool.list_commands(group):
        assert f"## terrace {name}" in page
        assert all(option in page for each in command.params for option in each.opts[:1])


def test_every_command_of_matching_has_examples(tool: ModuleType, group: TyperGroup) -> None:
    silent = {name for name, command in tool.list_commands(group) if not command.epilog}
    assert silent.isdisjoint({"match", "explain", "assign", "train", "evaluate", "demo", "import"})


def test_commands_of_a_group_are_named_by_both(tool: ModuleType) -> None:
    outer, inner = typer.Typer(), typer.Typer()
    inner.command("list", help="All of them.")(lambda: None)
    inner.command("show")(lambda: None)
    outer.add_typer(inner, name="things")
    found = typer.main.get_command(outer)
    assert [name for name, _ in tool.list_commands(found)] == ["things list", "things show"]
    assert "[`terrace things list`](#terrace-things-list)" in tool.render_reference(found)
