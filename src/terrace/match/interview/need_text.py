"""The finished text of a need: title, objective, and a description under headings."""

from collections.abc import Sequence

from terrace.match.gates.declaration import Language
from terrace.match.interview.answers import Answers
from terrace.match.interview.declaration import Catalogue, say
from terrace.records import Need, Text

_STORY = ("problem", "place", "today", "shortfall")


def write_text(
    answers: Answers,
    catalogue: Catalogue,
    language: Language,
    *,
    limits: Sequence[str] = (),
    requirements: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> Text:
    """The need in one language; the requirements come last, one to a line.

    Args:
        answers: what was said.
        catalogue: its labels are the headings.
        language: of the answers.
        limits: lines under the heading of the limits.
        requirements: the sentences of the requirements.
        left_out: sentences of the answers that requirements replace.
    """
    said = {name: _leave_out(answers.text(name), left_out) for name in (*_STORY, "proof")}
    sections = {
        **{name: [said[name]] for name in _STORY},
        "limits": limits,
        "proof": [said["proof"]],
        "requirements": requirements,
    }
    written = [
        "\n".join([_head(catalogue, name, language), *lines])
        for name, lines in sections.items()
        if any(lines)
    ]
    return Text(
        language=language,
        title=answers.text("title"),
        summary=_leave_out(answers.text("outcome"), left_out),
        body="\n\n".join(written),
    )


def as_need(text: Text) -> Need:
    """A need of nothing but this text, for reading."""
    return Need(id="interview", texts=(text,))


def _head(catalogue: Catalogue, name: str, language: Language) -> str:
    return say(catalogue.labels[name], language) + ("：" if language == "zh" else ":")


def _leave_out(text: str, sentences: Sequence[str]) -> str:
    for sentence in sentences:
        text = text.replace(sentence, "", 1)
    return text.strip()
