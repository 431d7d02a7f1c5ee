"""How rulebooks, their criteria, scores and cases are shown on the terminal."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from terrace.cli.console import console
from terrace.cli.refusals import write_place
from terrace.cli.tables import make_table, name_columns, say
from terrace.rules.amounts import write_number
from terrace.rules.case_reasons import explain_failure, list_shared_bases
from terrace.rules.cases import Case, Failure
from terrace.rules.labels import STATUS_LABELS, Label, Language
from terrace.rules.nudges import Unguarded
from terrace.rules.requirements import describe_requirement, describe_score
from terrace.rules.rulebook import Rulebook
from terrace.rules.sentences import RESULT_LABELS
from terrace.rules.versions import Period, Version

_LIST = (
    Label("id", "编号"),
    Label("name", "名称"),
    Label("version", "版本"),
    Label("holds", "适用期间"),
    Label("figures", "核实程度"),
)
_CRITERIA = (
    Label("criterion", "条件"),
    Label("clause", "条款"),
    Label("name", "名称"),
    Label("what it asks", "要求"),
    Label("figures", "核实程度"),
)
_SCORES = (Label("score", "评分"), Label("name", "名称"), Label("points", "计分"))
MODE_LABELS = {"first": Label("first", "首次"), "renewal": Label("renewal", "复核")}
_PERIODS = {
    (False, False): Label("{mode}: always", "{mode}：不限"),
    (True, False): Label("{mode}: from {begins}", "{mode}：{begins} 起"),
    (False, True): Label("{mode}: to {ends}", "{mode}：至 {ends}"),
    (True, True): Label("{mode}: {begins} to {ends}", "{mode}：{begins} 至 {ends}"),
}
_PERIOD_WIDTH = 15
_CHECKED = Label("{id}: {cases} cases, {count} problems", "{id}：{cases}个案例，{count}个问题")
_CASE = Label(
    "{id} [{clause}] {arithmetic}: {expected}", "{id} [{clause}] {arithmetic}：{expected}"
)
_FAILURE = Label(
    "{place}: {what} is {found}, expected {expected} ({clause}: {arithmetic})",
    "{place}：{what}为{found}，应为{expected}（{clause}：{arithmetic}）",
)
_SHARED = Label(
    "{number} of these cases rest on the base '{base}': look there first",
    "其中{number}个案例基于“{base}”：请先查看该处",
)
_UNGUARDED = Label(
    "{rulebook} {version}, {path} = {value}: no case notices a change by {step:+g}; "
    "add a case at that edge",
    "{rulebook} {version}，{path} = {value}：变动{step:+g}时无案例察觉；请在该界限处补充案例",
)


def print_rulebooks(rulebooks: Sequence[Rulebook], lang: Language) -> None:
    """Print one line per version of each rulebook."""
    rows = (
        (r.id, r.label.of(lang), v.id, _say_periods(v, lang), STATUS_LABELS[v.status].of(lang))
        for r in rulebooks
        for v in r.versions
    )
    table = make_table(name_columns(_LIST, lang), rows)
    for column in (0, 2, 4):
        table.columns[column].no_wrap = True
    table.columns[3].min_width = _PERIOD_WIDTH
    table.show_edge = False
    console.print(table)


def _say_periods(version: Version, lang: Language) -> str:
    return "\n".join(_say_period(period, lang) for period in version.periods)


def _say_period(period: Period, lang: Language) -> str:
    begins, ends = period.valid_from, period.valid_to
    label = _PERIODS[begins is not None, ends is not None]
    return say(label, lang, mode=MODE_LABELS[period.mode].of(lang), begins=begins, ends=ends)


def print_rulebook(rulebook: Rulebook, lang: Language) -> None:
    """Print what each version asks: criteria, then the scores they compare."""
    label = rulebook.label
    console.print(f"{label.en} / {label.zh}  ({rulebook.path})", markup=False, soft_wrap=True)
    for version in rulebook.versions:
        console.print(_make_criteria_table(rulebook, version, lang))
        scores = [
            (s.id, s.label.of(lang), describe_score(rulebook.catalog, s, lang))
            for s in version.walk_scores()
        ]
        if scores:
            console.print(make_table(name_columns(_SCORES, lang), scores))
        if version.note.of(lang):
            console.print(version.note.of(lang), markup=False)


def _make_criteria_table(rulebook: Rulebook, version: Version, lang: Language) -> Table:
    rows = (
        (
            criterion.id,
            criterion.clause,
            criterion.label.of(lang),
            describe_requirement(rulebook.catalog, criterion, lang),
            STATUS_LABELS[criterion.status].of(lang),
        )
        for criterion in version.walk()
    )
    title = f"{version.id}: {version.source.title.of(lang)} {version.source.address}"
    return make_table(name_columns(_CRITERIA, lang), rows, title=title)


def print_check(
    rulebook: Rulebook,
    cases: Sequence[Case],
    failures: Sequence[Failure],
    unguarded: Sequence[Unguarded],
    lang: Language,
) -> None:
    """Print how many cases there are and what is wrong with one rulebook."""
    count = len(failures) + len(unguarded)
    _print_line(say(_CHECKED, lang, id=rulebook.id, cases=len(cases), count=count))
    for line in _say_failures(rulebook, failures, lang):
        _print_line(f"  {line}")
    for one in unguarded:
        _print_line(f"  {_say_unguarded(one, lang)}")


def _say_failures(rulebook: Rulebook, failures: Sequence[Failure], lang: Language) -> Iterator[str]:
    for failure in failures:
        yield _say_failure(failure, lang)
        yield from (f"  {line}" for line in explain_failure(rulebook, failure, lang))
    for base, number in list_shared_bases(failures):
        yield say(_SHARED, lang, base=base, number=number)


def _say_failure(failure: Failure, lang: Language) -> str:
    case = failure.case
    return say(
        _FAILURE,
        lang,
        place=write_place(case.place, lang),
        what=failure.what,
        found=_name_result(failure.found, lang),
        expected=_name_result(failure.expected, lang),
        clause=case.clause,
        arithmetic=case.arithmetic,
    )


def _name_result(written: str, lang: Language) -> str:
    """A result as the file writes it, in Chinese with its name."""
    if lang == "zh" and written in RESULT_LABELS:
        return f"{written}({RESULT_LABELS[written].zh})"
    return written


def _say_unguarded(one: Unguarded, lang: Language) -> str:
    return say(
        _UNGUARDED,
        lang,
        rulebook=one.rulebook,
        version=one.version,
        path=one.figure.path,
        value=write_number(one.figure.value),
        step=one.step,
    )


def print_cases(cases: Sequence[Case], lang: Language) -> None:
    """Print every case with its clause, its arithmetic and what it expects."""
    for case in cases:
        expected = ", ".join(f"{key} {_say_expected(value)}" for key, value in case.expect.items())
        line = say(
            _CASE,
            lang,
            id=case.id,
            clause=case.clause,
            arithmetic=case.arithmetic,
            expected=expected,
        )
        _print_line(f"  {line}")


def _say_expected(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:g}-{value[1]:g}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print_line(line: str) -> None:
    console.print(Text(line), soft_wrap=True)
