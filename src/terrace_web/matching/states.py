"""What holds on a pair, read from the decisions made on it."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from terrace_web.matching.models import Decision, Pair

UNDECIDED = ""


def decisions_of(need_id: int, achievement_id: int) -> list[Decision]:
    """All decisions on a pair, newest first, with who made them."""
    made = Decision.objects.filter(need_id=need_id, achievement_id=achievement_id)
    return list(made.select_related("by").order_by("-at", "-pk"))


def state_before(made: Sequence[Decision]) -> str:
    """What held before the decision that holds now; ``made`` has the newest first."""
    pile = pile_up(made)
    return pile[-2].choice if len(pile) > 1 else UNDECIDED


def pile_up(made: Sequence[Decision]) -> list[Decision]:
    """The decisions nobody took back, the one that holds last; ``made`` has the newest first.

    An undo takes the topmost one off, so that two undos take two off.
    """
    pile: list[Decision] = []
    for decision in reversed(made):
        if decision.choice != Decision.Choice.UNDO:
            pile.append(decision)
        elif pile:
            pile.pop()
    return pile


def with_state(pairs: QuerySet[Pair]) -> QuerySet[Pair]:
    """The pairs with ``state``: what holds on each, '' where nothing does."""
    last = Decision.objects.filter(
        need=OuterRef("need"), achievement=OuterRef("achievement")
    ).order_by("-at", "-pk")
    held = Subquery(last.values("holds")[:1], output_field=CharField())
    return pairs.annotate(state=Coalesce(held, Value(UNDECIDED), output_field=CharField()))


def with_deciders(pairs: list[Pair]) -> list[Pair]:
    """The pairs (``with_state``) with ``decided_by``, whose decision holds, if any does."""
    decided = {(p.need_id, p.achievement_id): p for p in pairs if getattr(p, "state", "")}
    made: dict[tuple[int, int], list[Decision]] = defaultdict(list)
    if decided:
        needs, achievements = zip(*decided, strict=True)
        for each in Decision.objects.filter(need__in=needs, achievement__in=achievements):
            made[each.need_id, each.achievement_id].append(each)
    for key, pair in decided.items():
        if pile := pile_up(made[key]):
            pair.decided_by = pile[-1].by_id  # type: ignore[attr-defined]
    return pairs


def standing_decisions() -> QuerySet[Decision]:
    """The newest decision on every pair, oldest first."""
    place = Window(
        RowNumber(),
        partition_by=[F("need"), F("achievement")],
        order_by=[F("at").desc(), F("pk").desc()],
    )
    return Decision.objects.annotate(place=place).filter(place=1).order_by("at", "pk")
