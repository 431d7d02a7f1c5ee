"""The readiness of an achievement: answers with evidence, and the profile they show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from terrace.readiness import Assessment, assess, read_answers
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import User
from terrace_web.market.actions import save_record
from terrace_web.market.models import Record
from terrace_web.market.redaction import RecordView

PROFILE, EVIDENCE = "readiness_assessment", "readiness_evidence"


def save_assessment(
    code: str,
    answers: Mapping[str, Any],
    *,
    sets_level: bool,
    version: int | None = None,
    by: User,
    audience: Audience,
    now: datetime,
) -> Record:
    """Store answers and profile in the record; ``sets_level`` also its readiness level.

    The profile (a level per dimension) belongs to the teaser, answers and evidence to the
    confidential fields.

    Raises:
        RowErrors: an answer cannot be read; a problem's field reads 'technology.1.link'.
        EditConflict, NotEditable, PermissionDenied, Http404: see ``save_record``.
    """
    found = assess(read_answers(answers))
    values: dict[str, Any] = {
        PROFILE: {"profile": dict(found.profile), "on": timezone.localdate(now).isoformat()},
        EVIDENCE: {name: dict(levels) for name, levels in answers.items()},
    }
    if sets_level:
        values["readiness"] = found.profile["technology"] or None
    return save_record(code, by=by, audience=audience, values=values, version=version, now=now)


def profile_of(view: RecordView) -> dict[str, int]:
    """The level shown per dimension, empty where nothing was assessed."""
    stored = view.values.get(PROFILE) or {}
    return dict(stored.get("profile") or {})


def answers_of(view: RecordView) -> dict[str, Any]:
    """The stored answers, as far as the confidential fields are open to the reader."""
    return dict(view.values.get(EVIDENCE) or {})


def assessment_of(view: RecordView) -> Assessment:
    """What the stored answers show."""
    return assess(read_answers(answers_of(view)))


def read_entries(given: Mapping[str, str]) -> dict[str, Any]:
    """Flat names (``technology.1.answer``) as answers by dimension and level.

    A level nobody said anything about is left out.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        dimension, level, part = name.split(".")
        if value.strip() and (part, value) != ("answer", "unknown"):
            found.setdefault(dimension, {}).setdefault(level, {})[part] = value.strip()
    return found
