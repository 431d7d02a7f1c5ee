"""What has to be done before a move: a flow's conditions say only what holds once it is done."""

from collections.abc import Mapping
from functools import reduce

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrace.criteria.results import Result
from terrace.flow import Finding, MoveCheck
from terrace_web.flows.errors import MoveRefused
from terrace_web.market.kinds import fields_of
from terrace_web.market.models import Record

FIELD_OF = {
    "titled": "title",
    "summarised": "summary",
    "placed": "fields",
    "protected": "priority_date",
    "discreet": "summary",
    "anonymous": "summary",
    "current": "expires",
}
"""The field that settles a condition of the publication flow."""

_FILL_IN = gettext_lazy("Fill in “%(field)s”.")
_REMEDIES: Mapping[str, str | Promise] = {
    "titled": _FILL_IN,
    "summarised": _FILL_IN,
    "placed": gettext_lazy("Choose at least one field of technology."),
    "protected": gettext_lazy(
        "Enter a priority date or a waiver, or open the confidential part to named "
        "organisations only."
    ),
    "discreet": gettext_lazy(
        "Take out of the public part what it repeats of the confidential part."
    ),
    "anonymous": gettext_lazy(
        "Take out of the public part what tells who the owner is: a name, an address, a number."
    ),
    "current": gettext_lazy("“%(field)s” lies in the past: choose a later day or leave it out."),
}


def is_met(finding: Finding) -> bool:
    """Whether nothing is left to be done for a condition."""
    return finding.result in (Result.MET, Result.NOT_APPLICABLE)


def say_finding(finding: Finding, record: Record, language: str) -> str:
    """What holds, or what has to be done so that it does."""
    with translation.override(language):
        remedy = "" if is_met(finding) else _remedy(finding.condition.id, record)
    return remedy or finding.reason.text(language)


def say_missing(check: MoveCheck, record: Record, language: str) -> list[str]:
    """Everything that still has to be done before a move."""
    return [say_finding(each, record, language) for each in check.findings if not is_met(each)]


def refusal_of(check: MoveCheck, record: Record, language: str) -> MoveRefused:
    """A refusal that says what has to be done, where anything can be."""
    missing = say_missing(check, record, language)
    if not missing:
        return MoveRefused(check, language)
    with translation.override(language):
        said = _("Not yet possible. Still missing: %(points)s") % {"points": _in_a_row(missing)}
    return MoveRefused(check, language, said=said)


def _remedy(condition: str, record: Record) -> str:
    if condition == "protected" and record.priority_date is not None:
        return _(
            "The priority date lies in the future; until then the confidential part can be opened "
            "to all only with a waiver."
        )
    labels = {field.name: field.label for field in fields_of(record.kind)}
    said = {"field": labels.get(FIELD_OF.get(condition, ""), "")}
    return str(_REMEDIES.get(condition, "")) % said


def _in_a_row(sentences: list[str]) -> str:
    # Between Chinese sentences there is no space.
    return reduce(lambda one, two: _("%(one)s %(two)s") % {"one": one, "two": two}, sentences)
