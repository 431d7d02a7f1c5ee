"""The chapters of the demo: each asks one thing of the sample zone and prints the answer."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terrace.cli.demo_zone import DemoZone, invent_managers
from terrace.cli.match_tables import GATE_WORDS, print_companies, print_desk
from terrace.cli.measure_tables import make_number_table, say_interval
from terrace.cli.models import Models, open_matcher
from terrace.cli.plan_tables import print_plan
from terrace.match.account import Account, account_for
from terrace.match.assign import AssignConfig
from terrace.match.companies import match_companies
from terrace.match.desk import lay_out
from terrace.match.evaluate import evaluate_pairs
from terrace.match.explain import RequirementVerdict
from terrace.match.matcher import Matcher
from terrace.match.plans import plan_assignments, select_pairs
from terrace.match.yardsticks import measure_rarity
from terrace.progress import Progress
from terrace.records import row_of

CALL, RESTRICTED, CHINESE = "HORIZON-MISS-2026-05-SOIL-01", "SBIR-SB163010", "SBIR-DLA161003"
OFFERED = "AWD-04128"
HANDED_OUT = (
    CALL,
    RESTRICTED,
    CHINESE,
    "SBIR-A15109",
    "SBIR-N162092",
    "SBIR-DHP16009",
    "SBIR-SOCOM163007",
    "SBIR-A16069",
)
_BEST, _MEASURED, _QUOTED = 3, 100, 2
_ASKED_CHARS = 200
_BEFORE_DEADLINE = timedelta(days=30)


def tell_zone(console: Console, sample: DemoZone) -> None:
    """What the zone holds."""
    console.rule("The zone")
    table = Table()
    for name in ("records", "number", "from"):
        table.add_column(name, justify="right" if name == "number" else "left")
    for kind in sample.zone.kinds():
        frame = sample.zone.records(kind)
        sources = ", ".join(sorted(frame["source"].unique().to_list()))
        table.add_row(kind, str(frame.height), sources)
    table.add_row("known link", str(sample.links.height), "sbir")
    console.print(table)
    console.print(
        "English and Chinese, all public. Achievements are matched by their texts alone, because "
        "many an award has the title of the topic it answered."
    )


def match_needs(matcher: Matcher, sample: DemoZone, progress: Progress) -> pl.DataFrame:
    """The pairs of all needs with links, and of the European call."""
    matcher.fit(sample.achievements, progress)
    linked = sample.links["need_id"].unique()
    asking = sample.needs.filter(pl.col("id").is_in([*linked, CALL]))
    return matcher.match(asking, top=_MEASURED, progress=progress)


def tell_needs(
    console: Console,
    sample: DemoZone,
    matcher: Matcher,
    pairs: pl.DataFrame,
    progress: Progress,
) -> None:
    """Three needs, each with the achievements that fit it best and the evidence."""
    for title, need_id in (
        ("A European call looks for research", CALL),
        ("A solicitation under export control", RESTRICTED),
    ):
        console.rule(title)
        own = pairs.filter(pl.col("need_id") == need_id)
        _tell_need(console, sample, matcher, row_of(sample.needs, need_id), own)
    console.rule("Asked in Chinese, by the title alone")
    need = row_of(sample.chinese_needs, CHINESE)
    found = matcher.match(need, top=_BEST, progress=progress)
    _tell_need(console, sample, matcher, need, found)


def tell_achievement(
    console: Console, sample: DemoZone, models: Models, progress: Progress
) -> None:
    """One achievement, with the needs and the companies that could use it."""
    console.rule("The other way: who could use this achievement?")
    achievement = row_of(sample.titled, OFFERED)
    with open_matcher(models, "need", "achievement") as matcher:
        matcher.fit(sample.needs, progress)
        pairs = matcher.match(achievement, top=_BEST, progress=progress)
        idf = measure_rarity(matcher.corpus)
        rows = lay_out(pairs, sample.needs, sample.titled, idf=idf, today=date.today())
        print_desk(console, rows, by="achievement")
        console.print("Gates as on today: most deadlines of the sample are past.", style="dim")
    with open_matcher(models, "company", "achievement") as matcher:
        matcher.fit(sample.companies, progress)
        found = match_companies(
            matcher, achievement, sample.companies, top=_BEST, progress=progress
        )
        print_companies(console, found, achievement, sample.companies)
    console.print("The company that made it is left out.", style="dim")


def tell_plan(console: Console, sample: DemoZone, matcher: Matcher, pairs: pl.DataFrame) -> None:
    """Eight matches for four invented managers."""
    console.rule("Who should handle which match")
    managers = invent_managers()
    handed = pairs.filter(pl.col("need_id").is_in(HANDED_OUT))
    plan = plan_assignments(
        matcher,
        managers,
        select_pairs(handed, top=1),
        needs=sample.needs,
        achievements=sample.titled,
        config=AssignConfig(),
    )
    print_plan(console, plan, managers=managers, needs=sample.needs, achievements=sample.titled)
    console.print("The four managers are invented; each takes two matches at most.", style="dim")


def tell_quality(
    console: Console, sample: DemoZone, pairs: pl.DataFrame, *, trained_on: str
) -> None:
    """How good the ranking is on the known links, and why that is not quoted."""
    console.rule("How good is it?")
    evaluation = evaluate_pairs(pairs, sample.links)
    table = make_number_table("measure", "mean", "95% interval")
    for row in evaluation.measures.iter_rows(named=True):
        table.add_row(row["measure"], f"{row['mean']:.3f}", say_interval(row["low"], row["high"]))
    console.print(table)
    console.print(
        f"{evaluation.needs} needs with known links. This ranker was trained on "
        f"{escape(trained_on)}. The sample is a show, not a benchmark: it is cut from data that "
        "Terrace is developed with, and its figures are never quoted. docs/benchmarks.md has those "
        "that are. A pair without a known link may fit all the same.",
    )


def tell_next_steps(console: Console) -> None:
    """What to try now."""
    console.rule("What to try next")
    for command, about in (
        (f"terrace explain {RESTRICTED} AWD-06822", "why two of them fit"),
        ("terrace match --show 3", "more of the sample"),
        ("terrace match --needs N.csv --achievements A.csv --out pairs.xlsx", "your own"),
        ("terrace import needs.csv --as need --zone my-zone", "a zone of yours"),
    ):
        console.print(f"  [bold]{command}[/]\n      [dim]{about}[/]")


def choose_day(need: pl.DataFrame, *, today: date) -> date:
    """The day a need's gates are held against here: 30 days before a deadline that is past."""
    deadline = need["deadline"][0]
    return min(today, deadline - _BEFORE_DEADLINE) if deadline else today


def _tell_need(
    console: Console,
    sample: DemoZone,
    matcher: Matcher,
    need: pl.DataFrame,
    pairs: pl.DataFrame,
) -> None:
    day = choose_day(need, today=date.today())
    best = pairs.filter(pl.col("rank") <= _BEST)
    idf = measure_rarity(matcher.corpus)
    print_desk(console, lay_out(best, need, sample.titled, idf=idf, today=day), by="need")
    console.print(f"Gates as on {day}.", style="dim")
    for achievement_id in best["achievement_id"].head(1):
        achievement = row_of(sample.titled, achievement_id)
        print_evidence(console, account_for(matcher, need, achievement, today=day))


def print_evidence(console: Console, account: Account) -> None:
    """The best quoted sentences for a pair, its gates, and the line for the manager."""
    grid = Table.grid(padding=(0, 1))
    for verdict in select_evidence(account.explanation.requirements):
        grid.add_row("asked", escape(shorten(verdict.requirement.text, _ASKED_CHARS)))
        grid.add_row("found", f"[green]{escape(verdict.quote.text if verdict.quote else '')}[/]")
    for row in account.gates.iter_rows(named=True):
        if row["result"] not in ("unknown", "not_applicable"):
            grid.add_row("gate", f"{GATE_WORDS[row['result']]}: {escape(row['reason_en'])}")
    console.print(grid)
    console.print(escape(account.explanation.summary_en))


def select_evidence(verdicts: Sequence[RequirementVerdict]) -> list[RequirementVerdict]:
    """The best supported requirements, each with a sentence of its own."""
    found = [each for each in verdicts if each.verdict != "no_evidence" and each.quote]
    ranked = sorted(found, key=lambda each: -each.agreement)
    by_quote = {each.quote.text: each for each in reversed(ranked) if each.quote}
    return [each for each in ranked if each in by_quote.values()][:_QUOTED]


def shorten(text: str, characters: int) -> str:
    """The text, cut with an ellipsis where it is longer."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"
