"""The one table of permissions: a code, and the predicate that decides on it.

    may(audience, "market:record:edit", record).allowed
    Record.objects.filter(rows("market:record:see", audience))

Every list uses ``rows`` or ``mask``, every page and action ``may``: a list can never show
what a page would refuse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import polars as pl
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from terrace_web.accounts.audience import Audience, Group
from terrace_web.predicates import (
    Predicate,
    is_administrator,
    is_editor,
    is_impartial,
    is_in_charge,
    is_in_review,
    is_manager,
    is_member,
    is_officer,
    is_owner,
    is_owning_editor,
    is_published,
    is_signed_in,
    opens,
)

if TYPE_CHECKING:
    from terrace_web.market.models import Record

_insider = is_owner | is_in_charge
# Officers may answer in a manager's place: in review they see what they will see once published.
_reaches = is_published | is_officer & is_in_review

RECORD_PERMISSIONS: Mapping[str, Predicate] = {
    "market:record:see": _insider | (_reaches & opens("teaser")),
    "market:record:see_identity": _insider | (_reaches & opens("teaser") & opens("identity")),
    "market:record:see_confidential": _insider
    | (is_published & opens("teaser") & opens("confidential")),
    "market:record:edit": is_owning_editor,
    "market:record:history": _insider,
    "market:record:grant": is_owning_editor,
    "market:record:ask": is_member & is_published & opens("teaser"),
    "market:record:review": is_in_charge
    | is_officer & is_impartial & is_in_review & opens("teaser"),
    "matching:record:matches": _insider | is_manager & is_published & opens("teaser"),
    "matching:record:decide": is_owning_editor
    | is_in_charge
    | is_manager & is_published & opens("teaser"),
    "managers:record:assign": is_officer & _reaches & opens("teaser"),
}

PERMISSIONS: Mapping[str, Predicate] = {
    "market:create": is_editor,
    "market:import": is_editor,
    "market:export": is_signed_in,
    "market:follow": is_signed_in,
    "market:review": is_manager | is_officer,
    "matching:desk": is_manager,
    "matching:train": is_officer | is_administrator,
    "managers:registry": is_member,
    "managers:assign": is_officer,
    "managers:workload": is_officer | is_administrator,
    "accounts:organisations": is_officer | is_administrator,
    "accounts:people": is_administrator,
    "audit:search": is_administrator,
    "backup:restore": is_administrator,
    "api:token": is_member,
}
"""Permissions that are not about one record."""

GROUP_PERMISSIONS: Mapping[Group, str] = {
    "teaser": "market:record:see",
    "identity": "market:record:see_identity",
    "confidential": "market:record:see_confidential",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something is allowed, and if not, why."""

    allowed: bool
    reason: str = ""


def may(audience: Audience, permission: str, record: "Record | None" = None) -> Answer:
    """The answer of the table.

    Raises:
        KeyError: there is no such permission.
    """
    if record is None:
        return _answer(PERMISSIONS[permission], audience, None)
    return _answer(RECORD_PERMISSIONS[permission], audience, record)


def holds(audience: Audience, permission: str, record: "Record") -> bool:
    """Whether it is allowed, for those who would not say why not: faster than ``may``."""
    return RECORD_PERMISSIONS[permission].test(audience, record)


def require(audience: Audience, permission: str, record: "Record | None" = None) -> None:
    """Pass, or refuse: what the user may not even see does not exist for them.

    Raises:
        Http404: the record is not visible to the user.
        PermissionDenied: it is visible, but this is not allowed.
    """
    if record is not None and not may(audience, "market:record:see", record).allowed:
        raise Http404
    answer = may(audience, permission, record)
    if not answer.allowed:
        raise PermissionDenied(answer.reason)


def rows(permission: str, audience: Audience, *, through: str = "") -> Q:
    """The records for which a permission holds, as a condition on ``Record``.

    With ``through``, the name of a relation to records, it is one on what has that relation:
    a join looks at the rows at hand, a subquery would read all visible records first.
    """
    condition = RECORD_PERMISSIONS[permission].rows(audience)
    return _prefix(condition, f"{through}__") if through else condition


def mask(permission: str, audience: Audience) -> pl.Expr:
    """The same as an expression over the catalogue's frame."""
    return RECORD_PERMISSIONS[permission].mask(audience)


def _answer(predicate: Predicate, audience: Audience, record: "Record | None") -> Answer:
    allowed = predicate.test(audience, record)  # type: ignore[arg-type]
    return Answer(allowed, "" if allowed else str(predicate.reason))


def _prefix(condition: Q, prefix: str) -> Q:
    children: list[Any] = [
        _prefix(each, prefix) if isinstance(each, Q) else (f"{prefix}{each[0]}", each[1])
        for each in cast("list[Any]", condition.children)
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)
