"""Wrong usage, said in Chinese where the run was asked in Chinese.

The library that reads the words of a command speaks English. Its sentences stand in
``data/refusals_zh.yaml`` beside our own.
"""

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import typer

from terrace.wording import in_chinese

# The library names only the errors it expects to be raised; these are of its base.
WrongUsage: type[Exception] = typer.BadParameter.__mro__[1]
_OPTIONS = ("--language", "--lang")


def asks_for_chinese(words: Sequence[str]) -> bool:
    """Whether the words or the environment ask for Chinese; read before the words are taken."""
    said = [after for word, after in pairwise(words) if word in _OPTIONS]
    said += [word.partition("=")[2] for word in words if word.startswith(_OPTIONS) and "=" in word]
    return (said or [os.environ.get("TERRACE_LANGUAGE", "")])[-1] == "zh"


def run_in_chinese(app: typer.Typer) -> None:
    """Run the command line; wrong usage is said in Chinese."""
    try:
        code = app(standalone_mode=False)
    except WrongUsage as error:
        _print_wrong_usage(error)
        sys.exit(2)
    except typer.Abort:
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _print_wrong_usage(error: Any) -> None:
    # Without words a group has shown its help already.
    if type(error).__name__ == "NoArgsIsHelpError":
        return
    from terrace.cli.console import messages

    messages.print(write_wrong_usage(error), style="red", markup=False, soft_wrap=True)


def write_wrong_usage(error: Any) -> str:
    """What is wrong with the words of a command, how it is written, and where its help is."""
    lines = [f"错误：{in_chinese(error.format_message())}"]
    if error.ctx is not None:
        usage = error.ctx.get_usage().partition(": ")[2]
        help_option = error.ctx.help_option_names[0]
        lines += [f"用法：{usage}", f"帮助：{error.ctx.command_path} {help_option}"]
    return "\n".join(lines)
