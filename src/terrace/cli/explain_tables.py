"""The account of a pair on the screen, in English or Chinese."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from terrace.cli.match_tables import GATE_WORDS
from terrace.match.account import Account
from terrace.match.contributions import ScoreParts
from terrace.match.desk import owner_of, title_of
from terrace.match.explain import RequirementVerdict

_STRONGEST = 8
_TEXT_PARTS = (" title", " summary", " body")
_COLOURS = {"covered": "green", "partly": "yellow", "no_evidence": "dim"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "need": "Need",
        "achievement": "Achievement",
        "requirement": "what is asked for",
        "verdict": "verdict",
        "evidence": "what the achievement says",
        "covered": "covered",
        "partly": "partly",
        "no_evidence": "no evidence",
        "shared": "words in common",
        "figure": "figure",
        "gate": "gate",
        "result": "result",
        "reason": "why",
        "closes": "A near miss; what would close it",
        "none_read": "No requirement could be read from the need.",
        "score": "what the score is made of",
        "points": "points",
        "place": "Place {place} of the {count} candidates with a score of {score:.2f} "
        "(0 = the average candidate), before what it loses by fitting other needs better.",
        "rest": "{count} smaller ones",
        "no_place": "It is not among the best candidates of this need, so it has no score.",
    },
    "zh": {
        "need": "需求",
        "achievement": "成果",
        "requirement": "需求要点",
        "verdict": "判断",
        "evidence": "成果原文",
        "covered": "已覆盖",
        "partly": "部分覆盖",
        "no_evidence": "未见依据",
        "shared": "共同用词",
        "figure": "指标",
        "gate": "门槛",
        "result": "结果",
        "reason": "说明",
        "closes": "差一点即满足；补足办法",
        "none_read": "未能从需求中读出要点。",
        "score": "得分构成",
        "points": "分值",
        "place": "在{count}个候选中列第{place}位，得分{score:.2f}"
        "（0为候选平均），未计与其他需求的竞争。",
        "rest": "其余{count}项",
        "no_place": "该成果不在此需求的候选之中，没有得分。",
    },
}
_GATE_WORDS_ZH = {
    "met": "[green]满足[/]",
    "unmet": "[red]不满足[/]",
    "unknown": "[yellow]不明[/]",
    "needs_judgement": "[yellow]待人工判断[/]",
    "not_applicable": "不适用",
}
_OUTCOMES = {
    "en": {"reached": "reached", "short": "short of it", "unclear": "unclear"},
    "zh": {"reached": "达到", "short": "未达到", "unclear": "不明"},
}


def print_account(console: Console, account: Account, *, language: str) -> None:
    """Both sides, the verdicts, the gates, the score, and the line for the manager."""
    words = _WORDS[language]
    for word, record in (("need", account.need), ("achievement", account.achievement)):
        console.print(f"[bold]{words[word]}[/] {escape(title_of(record))}")
        console.print(escape(" · ".join(filter(None, (owner_of(record), record.id)))), style="dim")
    print_verdicts(console, account, language=language)
    print_gates(console, account, language=language)
    _print_parts(console, account.parts, language=language)
    explanation = account.explanation
    console.print(escape(explanation.summary_zh if language == "zh" else explanation.summary_en))


def print_verdicts(console: Console, account: Account, *, language: str) -> None:
    """Requirement by requirement, with the sentence that speaks to it."""
    words, verdicts = _WORDS[language], account.explanation.requirements
    if not verdicts:
        console.print(words["none_read"])
        return
    table = Table(expand=True, show_lines=True)
    table.add_column(words["requirement"], ratio=2, overflow="fold")
    table.add_column(words["verdict"], no_wrap=True)
    table.add_column(words["evidence"], ratio=3, overflow="fold")
    for verdict in verdicts:
        said = f"[{_COLOURS[verdict.verdict]}]{words[verdict.verdict]}[/]"
        evidence = _write_evidence(verdict, words, language)
        table.add_row(escape(verdict.requirement.text), said, evidence)
    console.print(table)


def print_gates(console: Console, account: Account, *, language: str) -> None:
    """The gates that apply, with the words they were read from; then what is near."""
    words = _WORDS[language]
    results = _GATE_WORDS_ZH if language == "zh" else GATE_WORDS
    table = Table(expand=True)
    table.add_column(words["gate"], overflow="fold")
    table.add_column(words["result"], no_wrap=True)
    table.add_column(words["reason"], ratio=1, overflow="fold")
    for row in account.gates.iter_rows(named=True):
        if row["result"] == "not_applicable":
            continue
        reason = "\n".join((escape(row[f"reason_{language}"]), *_read_quotes(row)))
        table.add_row(escape(row[f"name_{language}"]), results[row["result"]], reason)
    if table.row_count:
        console.print(table)
    if account.gate_summary["near_miss"]:
        console.print(f"{words['closes']}: {escape(account.gate_summary[f'closes_{language}'])}")


def _read_quotes(row: Mapping[str, Any]) -> Iterator[str]:
    """The words a gate was read from; the plain value of a field is in its reason already."""
    lines = zip(
        (row["quote"] or "").split("\n"), (row["quote_source"] or "").split("\n"), strict=False
    )
    for quote, source in lines:
        if source.endswith(_TEXT_PARTS):
            yield f'[dim]"{escape(quote)}" ({escape(source)})[/]'


def _write_evidence(verdict: RequirementVerdict, words: Mapping[str, str], language: str) -> str:
    if verdict.verdict == "no_evidence" or verdict.quote is None:
        return "[dim]-[/]"
    lines = [escape(verdict.quote.text)]
    if verdict.shared_words:
        lines.append(f"[dim]{words['shared']}: {escape(', '.join(verdict.shared_words))}[/]")
    for check in verdict.figures:
        said = f"{check.required} -> {check.offered or '?'}: {_OUTCOMES[language][check.outcome]}"
        lines.append(f"[dim]{words['figure']}: {escape(said)}[/]")
    return "\n".join(lines)


def _print_parts(console: Console, parts: ScoreParts | None, *, language: str) -> None:
    words = _WORDS[language]
    if parts is None:
        console.print(words["no_place"])
        return
    table = Table()
    table.add_column(words["score"], overflow="fold")
    table.add_column(words["points"], justify="right", no_wrap=True)
    for part in parts.contributions[:_STRONGEST]:
        name = part.name_zh if language == "zh" else part.name_en
        table.add_row(escape(name), f"{part.points:+.2f}")
    rest = parts.contributions[_STRONGEST:]
    if rest:
        points = sum(part.points for part in rest)
        table.add_row(words["rest"].format(count=len(rest)), f"{points:+.2f}", style="dim")
    console.print(table)
    console.print(
        words["place"].format(place=parts.place, count=parts.candidates, score=parts.score)
    )
