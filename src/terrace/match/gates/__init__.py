"""Gates: what a pair has to pass besides fitting, never blended into its score."""

from terrace.match.gates.declaration import Gate, load_gates
from terrace.match.gates.evaluation import evaluate_facts, evaluate_gates
from terrace.match.gates.summary import summarise_gates

__all__ = ["Gate", "evaluate_facts", "evaluate_gates", "load_gates", "summarise_gates"]
