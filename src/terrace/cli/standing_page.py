"""The reasons for one company as a page to print or to open in a word processor."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from terrace.rules.amounts import write_points
from terrace.rules.explanation import Explanation, Reason, UsedFact
from terrace.rules.labels import Label, Language
from terrace.rules.sentences import RESULT_LABELS

_STYLE = """
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
body { max-width: 48em; margin: 2em auto; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top; }
th, .result td:first-child, .result td:last-child { white-space: nowrap; }
.fact td:not(:first-child):not(:last-child) { white-space: nowrap; }
tr { page-break-inside: avoid; }
h2 { margin-top: 2em; } .fact { margin-top: 1em; } .quiet { color: #555; overflow-wrap: anywhere; }
@media print { body { margin: 0; } h2 { page-break-after: avoid; } }
"""
_WORDS: Mapping[str, Label] = {
    "title": Label("Standing of {company}", "{company} 评定说明"),
    "day": Label("By the law of {as_of}", "按{as_of}有效的规定"),
    "known": Label(", by what was known on {known_at}", "，以{known_at}已知资料为准"),
    "result": Label("result", "结论"),
    "reason": Label("reason", "理由"),
    "clause": Label("clause", "条款"),
    "fact": Label("fact used", "所用资料"),
    "year": Label("year", "年度"),
    "value": Label("value", "数值"),
    "source": Label("source", "来源"),
    "recorded": Label("recorded", "登记日期"),
    "name": Label("{name}: {result}", "{name}：{result}"),
    "law": Label("{source} ({version})", "{source}（{version}）"),
    "scored": Label("; {points}", "；{points}"),
    "rulebook": Label("rulebook", "规定"),
    "points": Label("points", "得分"),
    "none": Label("No rulebook in force was asked for.", "所问规定在该日均未生效。"),
}


def write_page(company: str, explanations: Sequence[Explanation], lang: Language) -> str:
    """One HTML page: every rulebook with its law, the reasons, and the facts they rest on."""
    title = escape(_say("title", lang, company=company))
    parts = [_write_day(explanations, lang)]
    if len(explanations) > 1:
        parts.append(
            _write_table(("rulebook", "result", "points"), _overview_rows(explanations, lang), lang)
        )
    parts += [_write_section(explanation, lang) for explanation in explanations]
    body = "\n".join(parts)
    language = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def _say(word: str, lang: Language, **values: object) -> str:
    return _WORDS[word].of(lang).format(**values)


def _write_day(explanations: Sequence[Explanation], lang: Language) -> str:
    if not explanations:
        return f"<p>{_say('none', lang)}</p>"
    first = explanations[0]
    known = _say("known", lang, known_at=first.known_at) if first.known_at else ""
    return f"<p>{_say('day', lang, as_of=first.as_of)}{known}</p>"


def _write_section(explanation: Explanation, lang: Language) -> str:
    rulebook, version = explanation.rulebook, explanation.version
    result = RESULT_LABELS[explanation.result].of(lang)
    name = _say("name", lang, name=rulebook.label.of(lang), result=result)
    source = f"{version.source.title.of(lang)} {version.source.address}".strip()
    law = _say("law", lang, source=source, version=f"{rulebook.id} {version.id}")
    return "\n".join(
        [
            f"<section>\n<h2>{escape(name)}</h2>",
            f'<p class="quiet">{escape(law)}{_write_points(explanation, lang)}</p>',
            _write_table(("result", "reason", "clause"), _reason_rows(explanation, lang), lang),
            _write_table(
                ("fact", "year", "value", "recorded", "source"), _fact_rows(explanation, lang), lang
            ),
            "</section>",
        ]
    )


def _write_points(explanation: Explanation, lang: Language) -> str:
    if explanation.points is None:
        return ""
    return _say("scored", lang, points=write_points(*explanation.points, lang))


def _write_table(headings: Sequence[str], rows: Iterator[Sequence[str]], lang: Language) -> str:
    heads = "".join(f"<th>{_say(heading, lang)}</th>" for heading in headings)
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table class="{headings[0]}">\n<tr>{heads}</tr>\n{body}\n</table>'


def _overview_rows(explanations: Sequence[Explanation], lang: Language) -> Iterator[Sequence[str]]:
    for one in explanations:
        result = RESULT_LABELS[one.result].of(lang)
        points = write_points(*one.points, lang) if one.points else ""
        yield escape(one.rulebook.label.of(lang)), result, points


def _reason_rows(explanation: Explanation, lang: Language) -> Iterator[Sequence[str]]:
    for reason in explanation.reasons:
        yield _reason_row(reason, lang)


def _reason_row(reason: Reason, lang: Language) -> Sequence[str]:
    sentence = escape(reason.zh if lang == "zh" else reason.en)
    indented = f'<div style="margin-left: {1.5 * reason.depth}em">{sentence}</div>'
    return RESULT_LABELS[reason.result].of(lang), indented, escape(reason.clause)


def _fact_rows(explanation: Explanation, lang: Language) -> Iterator[Sequence[str]]:
    facts = explanation.rulebook.catalog.facts
    for used in explanation.used:
        yield _fact_row(facts[used.fact].label.of(lang), used, lang)


def _fact_row(label: str, used: UsedFact, lang: Language) -> Sequence[str]:
    cells = (
        label,
        str(used.fiscal_year),
        used.zh if lang == "zh" else used.en,
        str(used.recorded or ""),
        used.source,
    )
    return [escape(cell) for cell in cells]
