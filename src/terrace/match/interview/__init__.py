"""A guided interview that turns a vague need into requirements that can be tested.

No language model is asked: questions, vague words and sentences are declared
in ``data/interview.yaml``; what a text demands is read by the same parts that
matching reads needs with.
"""

from terrace.match.interview.answers import Answers, FigureRow, read_answers
from terrace.match.interview.cautions import Caution
from terrace.match.interview.declaration import (
    Catalogue,
    Choice,
    QuestionSpec,
    VagueEntry,
    load_interview,
)
from terrace.match.interview.dialogue import Interview, draft_need, interview
from terrace.match.interview.drafts import Draft, testable_share
from terrace.match.interview.questions import Question

__all__ = [
    "Answers",
    "Catalogue",
    "Caution",
    "Choice",
    "Draft",
    "FigureRow",
    "Interview",
    "Question",
    "QuestionSpec",
    "VagueEntry",
    "draft_need",
    "interview",
    "load_interview",
    "read_answers",
    "testable_share",
]
