"""How ready an achievement or a venture is, in six dimensions of nine levels.

``load_scale`` gives the levels, ``read_answers`` takes what people said of them,
``assess`` tells what is shown from what is only claimed, and what to do next.
"""

from terrace.readiness.advice import Step
from terrace.readiness.answers import Answer, Answers, read_answers
from terrace.readiness.assessment import Assessment, DimensionAssessment, LevelAssessment, assess
from terrace.readiness.scale import Dimension, ReadinessLevel, Scale, Words, load_scale

__all__ = [
    "Answer",
    "Answers",
    "Assessment",
    "Dimension",
    "DimensionAssessment",
    "LevelAssessment",
    "ReadinessLevel",
    "Scale",
    "Step",
    "Words",
    "assess",
    "load_scale",
    "read_answers",
]
