"""Rules: tiers and policies as dated, cited, explainable rulebooks, and who meets them.

``load_rulebooks`` reads them, ``evaluate`` gives the standing of companies,
``explain_company`` the reasons for one; ``load_ladder`` is the graph of titles.
"""

from terrace.rules.details import evaluate_criteria
from terrace.rules.explanation import Explanation, explain_company, require_company
from terrace.rules.facts_file import read_facts
from terrace.rules.ladder import Ladder, load_ladder
from terrace.rules.rulebook import Rulebook, find_rulebook, load_rulebooks
from terrace.rules.sentences import add_sentences
from terrace.rules.standing import evaluate
from terrace.rules.versions import Version

__all__ = [
    "Explanation",
    "Ladder",
    "Rulebook",
    "Version",
    "add_sentences",
    "evaluate",
    "evaluate_criteria",
    "explain_company",
    "find_rulebook",
    "load_ladder",
    "load_rulebooks",
    "read_facts",
    "require_company",
]
