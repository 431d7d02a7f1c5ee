"""Small predicates that decide on a record in three ways at once.

Each answers for one record (``test``), for a queryset (``rows``) and for the frame of the
catalogue (``mask``); a property test holds the three to the same answer. ``&`` and ``|``
combine them, and ``reason`` says in a sentence what would have to hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.audience import Audience, Group

if TYPE_CHECKING:
    from terrace_web.market.models import Record

PUBLISHED, IN_REVIEW = "published", "in_review"
_NOBODY, _EVERYBODY = Q(pk__in=[]), Q()


@dataclass(frozen=True, slots=True)
class Predicate:
    """One condition on who asks and which record."""

    reason: str
    test: Callable[[Audience, "Record"], bool]
    rows: Callable[[Audience], Q]
    mask: Callable[[Audience], pl.Expr]

    def __and__(self, other: "Predicate") -> "Predicate":
        return Predicate(
            self.reason,
            lambda audience, record: self.test(audience, record) and other.test(audience, record),
            lambda audience: _both(self.rows(audience), other.rows(audience)),
            lambda audience: self.mask(audience) & other.mask(audience),
        )

    def __or__(self, other: "Predicate") -> "Predicate":
        return Predicate(
            self.reason,
            lambda audience, record: self.test(audience, record) or other.test(audience, record),
            lambda audience: _either(self.rows(audience), other.rows(audience)),
            lambda audience: self.mask(audience) | other.mask(audience),
        )


def _both(one: Q, other: Q) -> Q:
    """What is settled already is left out: the database layer is slow to find that out."""
    if one is _NOBODY or other is _EVERYBODY:
        return one
    return other if other is _NOBODY or one is _EVERYBODY else one & other


def _either(one: Q, other: Q) -> Q:
    if one is _EVERYBODY or other is _NOBODY:
        return one
    return other if other is _EVERYBODY or one is _NOBODY else one | other


def about_user(reason: str, test: Callable[[Audience], bool]) -> Predicate:
    """A predicate that looks at the user alone."""
    return Predicate(
        reason,
        lambda audience, _record: test(audience),
        lambda audience: _EVERYBODY if test(audience) else _NOBODY,
        lambda audience: pl.lit(test(audience)),
    )


is_member = about_user(
    _("you have to belong to an organisation of the zone"), lambda a: a.is_member
)
is_manager = about_user(_("you have to be a technology manager"), lambda a: a.has("manager"))
is_officer = about_user(_("you have to be a zone officer"), lambda a: a.has("officer"))
is_administrator = about_user(
    _("you have to be an administrator of the platform"), lambda a: a.has("administrator")
)
is_signed_in = about_user(_("you have to sign in"), lambda a: a.user_id is not None)
is_editor = about_user(_("you have to be an editor of an organisation"), lambda a: bool(a.edits))


def _owned_by(organisations: frozenset[int]) -> Q:
    return Q(owner_id__in=organisations) if organisations else _NOBODY


is_owner = Predicate(
    _("it belongs to an organisation you are not a member of"),
    lambda audience, record: record.owner_id in audience.member_of,
    lambda audience: _owned_by(audience.member_of),
    lambda audience: pl.col("owner_id").is_in(list(audience.member_of)),
)
is_owning_editor = Predicate(
    _("only editors of the owning organisation may do this"),
    lambda audience, record: record.owner_id in audience.edits,
    lambda audience: _owned_by(audience.edits),
    lambda audience: pl.col("owner_id").is_in(list(audience.edits)),
)

is_impartial = Predicate(
    _("you belong to its owner; somebody else decides"),
    lambda audience, record: record.owner_id not in audience.interested_in,
    lambda audience: (
        ~Q(owner_id__in=audience.interested_in) if audience.interested_in else _EVERYBODY
    ),
    lambda audience: ~pl.col("owner_id").is_in(list(audience.interested_in)),
)


def _charge_of(audience: Audience) -> int | None:
    """The number under which records are in this user's charge; none without the role."""
    return audience.user_id if audience.has("manager") else None


is_in_charge = Predicate(
    _("only the technology manager in charge may do this"),
    lambda audience, record: (
        record.manager_id is not None and record.manager_id == _charge_of(audience)
    ),
    lambda audience: Q(manager_id=_charge_of(audience)) if _charge_of(audience) else _NOBODY,
    lambda audience: (
        (pl.col("manager_id") == _charge_of(audience)).fill_null(value=False)
        if _charge_of(audience)
        else pl.lit(value=False)
    ),
)
is_published = Predicate(
    _("it is not published"),
    lambda _audience, record: record.run.stage == PUBLISHED,
    lambda _audience: Q(run__stage=PUBLISHED),
    lambda _audience: pl.col("stage") == PUBLISHED,
)
is_in_review = Predicate(
    _("it is not in review"),
    lambda _audience, record: record.run.stage == IN_REVIEW,
    lambda _audience: Q(run__stage=IN_REVIEW),
    lambda _audience: pl.col("stage") == IN_REVIEW,
)


def opens(group: Group) -> Predicate:
    """Whether the level of a group of fields lets this user see it."""
    column = f"{group}_level"
    return Predicate(
        _("this part is not open to you"),
        lambda audience, record: _level_opens(audience, record, group),
        lambda audience: _level_rows(audience, column, group),
        lambda audience: _level_mask(audience, column, group),
    )


def _level_opens(audience: Audience, record: "Record", group: Group) -> bool:
    level = getattr(record, f"{group}_level")
    if level == "named":
        return record.pk in audience.granted[group]
    return level == "public" or (level == "zone" and audience.is_member)


def _level_rows(audience: Audience, column: str, group: Group) -> Q:
    levels = ["public", "zone"] if audience.is_member else ["public"]
    rows = Q(**{f"{column}__in": levels})
    granted = audience.granted[group]
    return rows | Q(**{column: "named"}, pk__in=granted) if granted else rows


def _level_mask(audience: Audience, column: str, group: Group) -> pl.Expr:
    levels = ["public", "zone"] if audience.is_member else ["public"]
    named = (pl.col(column) == "named") & pl.col("id").is_in(list(audience.granted[group]))
    return pl.col(column).is_in(levels) | named
