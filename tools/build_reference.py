"""Write docs/reference/commands.md from the commands themselves.

python tools/build_reference.py
"""

import inspect
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import get_args

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from terrace.cli.main import app

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
_INTRO = """# Commands

Written by `make docs` from the commands themselves; `terrace COMMAND --help` shows the same.

Exit codes: 0 done, 1 an unexpected fault, 2 wrong usage, 3 input that cannot be taken,
4 anything else that is refused with a reason.
"""


def render_reference(group: TyperGroup) -> str:
    """The whole page."""
    commands = sorted(list_commands(group), key=lambda named: named[0])
    contents = "\n".join(
        f"- [`terrace {name}`](#terrace-{name.replace(' ', '-')})" for name, _ in commands
    )
    sections = [_render_command(name, command) for name, command in commands]
    return "\n".join([_INTRO, contents, "", *sections])


def list_commands(group: TyperGroup, above: str = "") -> Iterator[tuple[str, TyperCommand]]:
    """Every command by its name below `terrace`: "match", "rules list"."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from list_commands(command, f"{above}{name} ")
        elif isinstance(command, TyperCommand):
            yield f"{above}{name}", command


def _render_command(name: str, command: TyperCommand) -> str:
    lines = [f"## terrace {name}", "", inspect.cleandoc(command.help or ""), ""]
    arguments = [each for each in command.params if isinstance(each, TyperArgument)]
    lines += _table("argument", [_render_argument(each) for each in arguments])
    options = [each for each in command.params if isinstance(each, TyperOption)]
    lines += _table("option", [_render_option(each) for each in options])
    return "\n".join([*lines, *_render_examples(command.epilog or "")])


def _table(head: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    if rows:
        yield from (f"| {head} | what | default |", "|---|---|---|")
        yield from (f"| {' | '.join(map(_escape, row))} |" for row in rows)
        yield ""


def _render_argument(argument: TyperArgument) -> tuple[str, str, str]:
    about = getattr(argument, "help", "") or ""
    return f"`{(argument.name or '').upper()}`", about, _default_of(argument)


def _render_option(option: TyperOption) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    choices = ", ".join(_choices_of(option))
    listed = f" ({choices})" if choices else ""
    variable = f"; or the variable `{option.envvar}`" if option.envvar else ""
    return names, f"{option.help or ''}{listed}{variable}", _default_of(option)


def _choices_of(option: TyperOption) -> Sequence[str]:
    annotation = option.type_descriptor.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(each.value) for each in annotation]
    return [str(each) for each in get_args(annotation) if isinstance(each, str)]


def _default_of(parameter: TyperArgument | TyperOption) -> str:
    said = getattr(parameter, "show_default", None)
    if isinstance(said, str):
        return said
    if parameter.required:
        return "required"
    value = getattr(parameter.default, "value", parameter.default)
    return "" if value in (None, False) or said is False else f"{value}"


def _render_examples(epilog: str) -> list[str]:
    lines = [line.strip() for line in epilog.splitlines() if line.strip().startswith("terrace ")]
    return ["```sh", *lines, "```", ""] if lines else []


def _escape(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")


def main() -> None:
    """Write the page."""
    group = typer.main.get_command(app)
    if not isinstance(group, TyperGroup):
        raise TypeError("terrace is no group of commands")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(render_reference(group), encoding="utf-8")


if __name__ == "__main__":
    main()
