"""What a run imports: no more than its command needs."""

import inspect
import subprocess
import sys

import pytest
import typer
from typer.core import TyperGroup

from terrace.cli import main

SLOW = ("terrace.match", "scipy", "numpy", "rjieba")
PROGRAM = """
import sys
from terrace.cli.main import run
try:
    run()
except SystemExit:
    pass
print("loaded:", *(name for name in {slow!r} if name in sys.modules))
"""


def load_with(*words: str) -> set[str]:
    """The slow libraries that a command has loaded when it ends."""
    program = PROGRAM.format(slow=SLOW)
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


def list_commands(app: typer.Typer) -> set[str]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return set(group.commands)


@pytest.mark.parametrize("words", [("rules", "list"), ("standing", "--help")])
def test_a_command_of_the_rules_loads_no_matching(words: tuple[str, ...]) -> None:
    assert load_with(*words) == set()


def test_the_overview_loads_nothing() -> None:
    assert load_with("--help") == set()
    assert load_with() == set()


def test_a_shell_completes_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TERRACE_COMPLETE", "complete_bash")
    assert list_commands(main._choose_app([])) == set(main.COMMANDS)
    monkeypatch.setenv("COMP_WORDS", "terrace standing --rule")
    monkeypatch.setenv("COMP_CWORD", "2")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from terrace.cli.main import run; import sys\nsys.argv = ['terrace']; run()",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "--rulebook" in done.stdout


def test_the_overview_says_what_the_commands_say() -> None:
    group = typer.main.get_command(main.app)
    assert isinstance(group, TyperGroup)
    for name, command in main.COMMANDS.items():
        first = inspect.cleandoc(group.commands[name].help or "").split("\n\n")[0]
        assert command.line == first.replace("\n", " ")
    assert list_commands(main.make_overview()) == set(main.COMMANDS)


@pytest.mark.parametrize("command", main.COMMANDS)
def test_each_command_is_made_by_its_modules(command: str) -> None:
    assert command in list_commands(main.make_app([command]))


def test_the_whole_command_line_has_every_command() -> None:
    assert list_commands(main.app) == set(main.COMMANDS)


def test_nothing_else_is_made_on_demand() -> None:
    with pytest.raises(AttributeError):
        main.apps  # noqa: B018
