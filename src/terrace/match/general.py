"""Which words tell what a text is about, where a few of them stand for it on a page."""

import re
from functools import cache, lru_cache
from importlib import resources

from terrace.criteria.declarations import read_declaration
from terrace.match.text import terms

# 30μg, 400 and 98.11% measure something; 3D and 5G name something.
_FIGURE = re.compile(r"[\d.,]+(?:[^\dA-Z]\S*)?$")


@lru_cache(maxsize=100_000)
def is_telling(word: str) -> bool:
    """Whether a word as written says more than that the text is a technical one."""
    return len(word) > 1 and not _FIGURE.match(word) and not _is_general(word)


def _is_general(word: str) -> bool:
    found = terms(word)
    return not found or all(term in _general_terms() for term in found)


@cache
def _general_terms() -> frozenset[str]:
    with resources.as_file(resources.files("terrace") / "data" / "general_words.yaml") as path:
        declared = read_declaration(path)
        declared.check_keys(["en", "zh"])
        english = {term for word in declared.text("en").split() for term in terms(word)}
        return frozenset([*english, *declared.text("zh").split()])
