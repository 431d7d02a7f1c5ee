"""A plan of who handles what, straight from frames of pairs and records."""

import polars as pl

from terrace.match.assign import AssignConfig, Plan, assign_matches
from terrace.match.desk import find_achievements, find_needs
from terrace.match.expertise import Similarity, compare_vectors, compare_words
from terrace.match.matcher import Matcher
from terrace.match.matches import list_matches
from terrace.match.runs import order_pairs
from terrace.match.yardsticks import find_encode, measure_rarity
from terrace.records import Expert, to_records


def select_pairs(pairs: pl.DataFrame, *, top: int, min_confidence: float = 0.0) -> pl.DataFrame:
    """The first ``top`` pairs of each need, those of enough confidence where it is stated."""
    first = order_pairs(pairs).filter(pl.col("rank") <= top)
    if "confidence" not in first.columns:
        return first
    return first.filter(pl.col("confidence") >= min_confidence)


def plan_assignments(
    matcher: Matcher,
    managers: pl.DataFrame,
    pairs: pl.DataFrame,
    *,
    needs: pl.DataFrame,
    achievements: pl.DataFrame,
    config: AssignConfig,
) -> Plan:
    """The best plan for these pairs (need_id, achievement_id, confidence or score).

    Expertise is judged by words, as rare as they are in the matcher's corpus, and
    by meaning where the matcher has a multilingual model.

    Raises:
        NotFound: a pair names a record that is not given.
        TerraceError: there are no managers.
    """
    need_of = find_needs(needs, pairs["need_id"])
    achievement_of = find_achievements(achievements, pairs["achievement_id"])
    matches = list_matches(pairs, need_of, achievement_of)
    staff = [each for each in to_records("expert", managers) if isinstance(each, Expert)]
    idf, encode = measure_rarity(matcher.corpus), find_encode(matcher.corpus)
    similarities: dict[str, Similarity] = {"words": compare_words(idf)}
    if encode is not None:
        similarities["meaning"] = compare_vectors(encode)
    return assign_matches(staff, matches, similarities, idf=idf, config=config)
