"""`terrace rules` and `terrace facts template`: rulebooks, and the facts that they read."""

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from terrace.cli.console import console
from terrace.cli.rule_options import Folder, Lang
from terrace.cli.rule_tables import print_cases, print_check, print_rulebook, print_rulebooks
from terrace.cli.tables import WROTE, say
from terrace.errors import CriteriaError, TerraceError
from terrace.files import write_atomically
from terrace.rules import Rulebook, find_rulebook, load_rulebooks
from terrace.rules.cases import load_cases, run_cases
from terrace.rules.labels import Label, Language
from terrace.rules.nudges import find_unguarded
from terrace.rules.rulebook import shipped_folder
from terrace.rules.schema import make_schema
from terrace.rules.template import write_template

rules_app = typer.Typer(no_args_is_help=True, help="Rulebooks: tiers and policies with their law.")
facts_app = typer.Typer(no_args_is_help=True, help="The facts about companies that rules read.")

_COPIED = Label(
    "copied {count} rulebooks to {folder}; edit one, then: terrace rules check --rules {folder}",
    "已将{count}部规定复制到{folder}；修改后请运行：terrace rules check --rules {folder}",
)
_PROBLEMS = Label(
    "{found} problems in the rulebooks; correct figure or case",
    "规定中有{found}个问题；请更正数值或案例",
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(rules_app, name="rules")
    app.add_typer(facts_app, name="facts")


@rules_app.command("list")
def list_rules(*, rules: Folder = None, lang: Lang = "en") -> None:
    """List the rulebooks with their versions and how well each is verified; `show` has the rest."""
    print_rulebooks(load_rulebooks(rules), lang)


@rules_app.command("show")
def show_rule(
    rulebook: Annotated[str, typer.Argument(help="Its id, see 'terrace rules list'.")],
    *,
    rules: Folder = None,
    lang: Lang = "en",
) -> None:
    """Show what a rulebook asks: criteria, clauses, thresholds, points, source."""
    print_rulebook(find_rulebook(load_rulebooks(rules), rulebook), lang)


@rules_app.command("check")
def check_rules(
    rulebook: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    *,
    cases: Annotated[
        bool, typer.Option("--cases", help="Also list every case with its clause and arithmetic.")
    ] = False,
    rules: Folder = None,
    lang: Lang = "en",
) -> None:
    """Check rulebooks: their form, their hand-computed cases, and that each figure has a case.

    Exits with 4 where a case comes out otherwise, or a figure could change unnoticed.
    """
    chosen = choose_rulebooks(load_rulebooks(rules), rulebook)
    found = sum(_check(one, lang, is_listed=cases) for one in chosen)
    if found:
        raise CriteriaError(say(_PROBLEMS, lang, found=found))


def _check(rulebook: Rulebook, lang: Language, *, is_listed: bool) -> int:
    """Print what is wrong with one rulebook; how much that is."""
    cases = load_cases(rulebook)
    failures, unguarded = run_cases(rulebook, cases), find_unguarded(rulebook, cases)
    print_check(rulebook, cases, failures, unguarded, lang)
    if is_listed:
        print_cases(cases, lang)
    return len(failures) + len(unguarded)


@rules_app.command("copy")
def copy_rules(
    folder: Annotated[Path, typer.Argument(help="A new folder, such as my-rules.")],
    *,
    rules: Folder = None,
    lang: Lang = "en",
) -> None:
    """Copy the rulebooks with their facts, cases and schema to a folder of your own."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TerraceError(f"{folder} is there already and not empty; name a new folder")
    source = rules or shipped_folder()
    load_rulebooks(source)
    try:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    except OSError as error:
        raise TerraceError(f"cannot copy to {folder}: {error}; check the place") from error
    line = say(_COPIED, lang, count=len(load_rulebooks(folder)), folder=folder)
    console.print(line, markup=False, soft_wrap=True)


@rules_app.command("schema")
def print_schema(
    out: Annotated[Path, typer.Argument(help="The JSON file to write.")] = Path(
        "rulebook.schema.json"
    ),
    *,
    lang: Lang = "en",
) -> None:
    """Write the JSON schema of rulebooks, which lets an editor complete and check them."""
    text = json.dumps(make_schema(), ensure_ascii=False, indent=2) + "\n"
    write_atomically(out, lambda file: file.write(text.encode()))
    console.print(say(WROTE, lang, path=out), markup=False, soft_wrap=True)


@facts_app.command("template")
def write_facts_template(
    out: Annotated[Path, typer.Argument(help="The XLSX file to write.")] = Path("facts.xlsx"),
    *,
    rules: Folder = None,
    lang: Lang = "en",
) -> None:
    """Write an empty facts file (XLSX) with units and notes in both languages."""
    write_template(out, load_rulebooks(rules), lang)
    console.print(say(WROTE, lang, path=out), markup=False, soft_wrap=True)


def choose_rulebooks(rulebooks: tuple[Rulebook, ...], rulebook: str | None) -> tuple[Rulebook, ...]:
    """All, or the one of this id."""
    return rulebooks if rulebook is None else (find_rulebook(rulebooks, rulebook),)
