"""The facts the publication flow decides on: is it complete, does it give away too much?"""

from datetime import date

from terrace.match.text import clean_text, sentences, terms
from terrace_web.accounts.audience import Group
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Level, Record
from terrace_web.market.redaction import value_of

_RUN_OF_WORDS = 8
_OPEN = {Level.PUBLIC, Level.ZONE}


def publication_facts(record: Record, today: date) -> dict[str, object]:
    """The facts that ``flows/publication.yaml`` declares, of one record."""
    return {
        "has_title": bool(record.title.strip()),
        "has_public_text": bool(_text_of(record, "summary").strip()),
        "has_field": bool(record.fields),
        "has_owner": True,
        "shows_confidential": shows_confidential(record),
        "has_priority_date": record.priority_date is not None and record.priority_date <= today,
        "has_waiver": bool(record.waiver.strip()),
        "repeats_confidential": bool(repeated_passages(record)),
        "expires": record.expires,
        "today": today,
    }


def repeated_passages(record: Record) -> list[str]:
    """Runs of words that the public texts share with the confidential ones.

    Eight words in a row (or a whole confidential text that is shorter) are no coincidence.
    """
    public = _joined(record, "teaser")
    secret = _sentences(_joined(record, "confidential"))
    return [clean_text(sentence)[:200] for sentence in secret if _is_repeated(sentence, public)]


def shows_confidential(record: Record) -> bool:
    """Whether, once published, others than those named could read the confidential fields."""
    has_secret = any(value_of(record, f) for f in fields_of(record.kind, "confidential"))
    return has_secret and Level(record.confidential_level) in _OPEN


def _is_repeated(sentence: str, public: str) -> bool:
    length = min(_RUN_OF_WORDS, len(terms(sentence)))
    if length < _RUN_OF_WORDS // 2:
        return False
    return not _runs(sentence, length).isdisjoint(_runs(public, length))


def _text_of(record: Record, name: str) -> str:
    return str(record.content.get(name) or "")


def _joined(record: Record, group: Group) -> str:
    texts = (
        value_of(record, f) for f in fields_of(record.kind, group) if f.type in ("text", "line")
    )
    return "\n".join(str(text) for text in texts if text)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in sentences(text) if sentence.strip()]


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = terms(text)
    return {tuple(words[place : place + length]) for place in range(len(words) - length + 1)}
