"""The ranker: from a table of features to one score and a confidence.

A ranker is linear: one weight per feature, learned by logistic regression on
true links (``train.py``), and a file of a few kilobytes. Trees were tried and
carried over worse to collections they had not seen (docs/benchmarks.md). Which
features exist depends on the models installed and on the languages of a pair,
so a ranker holds one variant for each such set.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from terrace.errors import RankerError
from terrace.files import write_atomically
from terrace.match.confidence import BY_HAND, SHAPE, Calibration
from terrace.match.features.scale import standardise
from terrace.match.features.table import FIRST, FeatureTable

Floats = npt.NDArray[np.float32]

FORMAT = "terrace-ranker-1"


@dataclass(frozen=True, slots=True)
class Variant:
    """What was learned for one set of features.

    A pair's score is the standardised sum of weighted features, less
    ``contention`` times how well the record fits others (``contention.py``);
    ``calibration`` turns it into a confidence (``confidence.py``).
    """

    weights: Mapping[str, float]
    contention: float = 0.5
    calibration: Calibration = BY_HAND


UNLEARNED = Variant(weights={FIRST: 1.0})
"""What ranks where nothing was learned: the first stage alone, see ``FIRST_WEIGHTS``."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """Variants, and a line on what they were trained on."""

    variants: tuple[Variant, ...] = ()
    trained_on: str = "nothing: default weights"
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[Variant, ...]:
        """All variants, and last the unlearned one, which fits any features."""
        return (*self.variants, UNLEARNED)

    def choose(self, names: Sequence[str]) -> int:
        """Which of the choices uses most of these features and none that is missing."""
        fits = [set(variant.weights) <= set(names) for variant in self.choices]
        sizes = [len(v.weights) * fit for v, fit in zip(self.choices, fits, strict=True)]
        return int(np.argmax(sizes)) if any(sizes) else len(self.variants)

    def score(self, table: FeatureTable) -> Floats:
        """The score of each candidate [n] before contention, standardised over them."""
        weights = self.choices[self.choose(table.names)].weights
        columns = [table.names.index(name) for name in weights]
        weighted = table.values[:, columns] @ np.array(list(weights.values()), dtype=np.float32)
        return standardise(weighted, table.sets_scale)

    def save(self, path: Path) -> None:
        """Write the ranker as JSON, whole or not at all."""
        content = json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True)
        write_atomically(path, lambda file: file.write(content.encode()))

    @classmethod
    def load(cls, path: Path) -> "Ranker":
        """The ranker of a file.

        Raises:
            RankerError: the file is missing, damaged or something else.
        """
        try:
            return _parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RankerError(f"no ranker at {path}; make one with 'terrace train'") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RankerError(
                f"{path} is no ranker of this version ({error}); make it with 'terrace train'"
            ) from error


def shipped_ranker(name: str = "default") -> Ranker:
    """A ranker that ships with Terrace: 'default', or 'demo', which never saw the sample.

    Raises:
        RankerError: there is none of this name.
    """
    with resources.as_file(resources.files("terrace") / "data" / "rankers") as folder:
        return Ranker.load(folder / f"{name}.json")


def _parse(text: str) -> Ranker:
    content = json.loads(text)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}")
    variants = tuple(
        Variant(**{**variant, "calibration": Calibration(**variant["calibration"])})
        for variant in content["variants"]
    )
    for variant in variants:
        _check_numbers(variant.weights, variant.calibration.weights)
    return Ranker(variants, content["trained_on"], content.get("figures", {}))


def _check_numbers(weights: Mapping[str, float], shape: Mapping[str, float]) -> None:
    if set(shape) != set(SHAPE):
        raise ValueError("its calibration has other figures")
    for name, value in [*weights.items(), *shape.items()]:
        if not np.isfinite(value):
            raise ValueError(f"the weight of {name} is not finite")
