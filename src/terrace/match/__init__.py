"""Matching: what fits what, in both directions, with the evidence."""

from terrace.match.matcher import ABSTAIN_BELOW, Matcher
from terrace.match.rank import Ranker, shipped_ranker

__all__ = ["ABSTAIN_BELOW", "Matcher", "Ranker", "shipped_ranker"]
