"""What gates read out of records: structured fields first, then the words of their texts."""

from terrace.match.reading.achievement_facts import shares_rights
from terrace.match.reading.fact_columns import FACT_TYPES, FactKind
from terrace.match.reading.facts import read_facts

__all__ = ["FACT_TYPES", "FactKind", "read_facts", "shares_rights"]
