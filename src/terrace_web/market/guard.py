"""The facts the publication flow decides on: is it complete, does it give away too much?"""

import re
from datetime import date

from terrace.match.text import clean_text, sentences, terms
from terrace_web.accounts.audience import Group
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Level, Record
from terrace_web.market.redaction import value_of

_RUN_OF_WORDS = 8
_SHORTEST_NAME = 3
_LEGAL_FORM = re.compile(
    r"(?:股份|集团|有限责任|有限)*公司$|[\s,]+(?:co\.?,?\s*)?(?:ltd|limited|inc|gmbh|ag|plc|llc)\.?$",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s().-]+(?=\d)")
_NUMBER = re.compile(r"\d(?:[\s().-]*\d){6,}")
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
        "is_blind": is_blind(record),
        "names_owner": bool(words_of_owner(record)),
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


def is_blind(record: Record) -> bool:
    """Whether some who may read the public part are not told whose it is."""
    return Level.values.index(record.identity_level) > Level.values.index(record.teaser_level)


def words_of_owner(record: Record) -> list[str]:
    """What in the public texts of a blind record tells its owner: names, addresses, numbers."""
    if not is_blind(record):
        return []
    public = _joined(record, "teaser").casefold()
    digits = _BETWEEN_DIGITS.sub("", public)
    reached = _joined(record, "identity")
    numbers = (_BETWEEN_DIGITS.sub("", each) for each in _NUMBER.findall(reached))
    named = [each for each in _names_of(record) if _names(each, public)]
    mails = [each for each in _MAIL.findall(reached) if each.casefold() in public]
    return [*named, *mails, *(each for each in numbers if each in digits)]


def _names_of(record: Record) -> list[str]:
    """The owner's names, without what any company's ends with where enough is left."""
    names = [each for each in (record.owner.name, record.owner.name_zh) if each]
    short = [_LEGAL_FORM.sub("", each).strip() for each in names]
    return [s if len(s) >= _SHORTEST_NAME else n for s, n in zip(short, names, strict=True)]


def _names(name: str, public: str) -> bool:
    # Chinese has no blanks between words; elsewhere a name is not part of a longer word.
    edges = (r"(?<![a-z0-9])", r"(?![a-z0-9])")
    return bool(re.search(re.escape(name.casefold()).join(edges), public))


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
