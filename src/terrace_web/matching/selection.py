"""What a list of pairs is narrowed to, and in which order it comes."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce

from terrace.match.matcher import ABSTAIN_BELOW
from terrace_web.matching.asking import OTHER, Side
from terrace_web.matching.models import Pair

GateChoice = Literal["", "passed", "near", "failed"]
StateChoice = Literal["", "undecided", "shortlist", "reject", "later"]
Choice = Literal["any", "promising"]
Order = Literal["best", "newest", "readiness"]

PASSED = ("met", "not_applicable")
CLAIMED = Q(confidence__gte=ABSTAIN_BELOW) | ~Q(state="")
"""What the matcher claims, or somebody decided on, of pairs ``with_state``."""
_DEAD = Q(gates="unmet", closes_en="")
"""A gate stands against it, and nothing that the matcher knows of would open it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The choices of the filter form; empty ones keep everything."""

    gates: GateChoice = ""
    state: StateChoice = ""
    promise: Choice = "any"
    language: str = ""
    readiness: int | None = None
    order: Order = "best"
    page: int = 1

    @property
    def parts_closed(self) -> bool:
        """Whether a desk's queue ends with what a gate closes for good."""
        return self.order == "best" and not self.gates

    @property
    def is_decided(self) -> bool:
        """Whether only pairs somebody decided on are asked for."""
        return self.state not in ("", "undecided")

    @property
    def is_filtered(self) -> bool:
        """Whether it was chosen what the records have to be like."""
        return bool(self.gates or self.language or self.readiness)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        chosen = self.gates or self.state or self.language or self.readiness
        return bool(chosen or self.promise == "promising")


def promising(asked: Side | None, user_id: int | None) -> Q:
    """What is ``CLAIMED``, and the best of a record's own list, claimed or not.

    That is the list of the record ``asked``; on a desk those of all in the user's charge.
    """
    if asked:
        return CLAIMED | Q(**{f"{asked}_rank": 1})
    best = Q(need__manager=user_id, need_rank=1)
    return CLAIMED | best | Q(achievement__manager=user_id, achievement_rank=1)


def listed(asked: Side | None, user_id: int | None) -> Q:
    """What the record ``asked`` lists itself, or is ``CLAIMED``; on a desk any in one's charge.

    What only the other side lists, and nothing is claimed of, is no match of a record.
    """
    if asked:
        return CLAIMED | Q(**{f"{asked}_rank__isnull": False})
    own = Q(need__manager=user_id, need_rank__isnull=False)
    return CLAIMED | own | Q(achievement__manager=user_id, achievement_rank__isnull=False)


def select_pairs(
    pairs: QuerySet[Pair], selection: Selection, shown: Side | None, worth: Q
) -> QuerySet[Pair]:
    """The pairs (``with_state``) that fit; ``shown`` is the side whose records are listed.

    With None either side may have the language, and the readiness is the achievement's.
    ``worth`` is what is kept where only promising pairs are asked for.
    """
    kept = pairs.filter(_by_gates(selection.gates), _by_language(selection.language, shown))
    if selection.promise == "promising":
        kept = kept.filter(worth)
    if selection.state:
        kept = kept.filter(state="" if selection.state == "undecided" else selection.state)
    if selection.readiness:
        kept = kept.filter(**{f"{shown or 'achievement'}__readiness__gte": selection.readiness})
    return kept


def order_pairs(pairs: QuerySet[Pair], order: Order, asked: Side | None) -> QuerySet[Pair]:
    """The pairs in this order; ``asked`` is the side of the record whose list it is."""
    if order == "newest":
        return pairs.order_by("-found_at", "-confidence", "pk")
    if order == "readiness":
        shown = OTHER[asked] if asked else "achievement"
        level = F(f"{shown}__readiness").desc(nulls_last=True)
        return pairs.order_by(level, "-confidence", "pk")
    if asked is None:
        # What a gate closes for good, mostly a deadline that is past, comes last.
        is_dead = Case(When(_DEAD, then=1), default=0)
        return pairs.order_by(is_dead, "-confidence", "pk")
    # What nothing is claimed of comes last; within both, what only the other side lists.
    is_silent = Case(When(confidence__lt=ABSTAIN_BELOW, then=1), default=0)
    rank = Coalesce(F(f"{asked}_rank"), 10_000)
    if asked == "achievement":
        # Its figures are the needs' own judgement, which its own rank does not follow.
        claimed = Case(When(confidence__gte=ABSTAIN_BELOW, then=F("confidence")), default=0.0)
        return pairs.order_by(claimed.desc(), rank, "-confidence", "pk")
    return pairs.order_by(is_silent, rank, "-confidence", "pk")


def _by_gates(choice: GateChoice) -> Q:
    if choice == "passed":
        return Q(gates__in=PASSED)
    if choice == "near":
        return ~Q(closes_en="")
    return _DEAD if choice == "failed" else Q()


def _by_language(language: str, shown: Side | None) -> Q:
    if not language:
        return Q()
    if shown:
        return Q(**{f"{shown}__language": language})
    return Q(need__language=language) | Q(achievement__language=language)
