"""Why a case came out otherwise: the criteria that decided, so that figure or case is corrected."""

from collections.abc import Iterator, Sequence

from terrace.rules.cases import Failure, Group, group_cases, snapshot_cases
from terrace.rules.criteria import Criterion, Together
from terrace.rules.details import detail_row
from terrace.rules.labels import Language
from terrace.rules.rulebook import Rulebook
from terrace.rules.sentences import Row, write_sentence
from terrace.rules.verdicts import VERDICT


def explain_failure(rulebook: Rulebook, failure: Failure, language: Language) -> list[str]:
    """The criteria that gave the verdict of a failed case, a sentence each.

    Nothing where the verdict is as expected, or is met (then nothing speaks against it).
    """
    if failure.what != VERDICT:
        return []
    (group,) = group_cases(rulebook, [failure.case])
    return list(_write_deciding(group, language))


def _write_deciding(group: Group, language: Language) -> Iterator[str]:
    compiled = group.compile()
    snapshot = snapshot_cases(group, compiled)
    values = compiled.plan.run(snapshot, tuple(compiled.plan.columns)).row(0, named=True)
    for criterion in _list_deciding(group, values):
        row = detail_row(compiled, criterion, values)
        sentence = write_sentence(group.rulebook.catalog, criterion, row, language)
        yield f"{criterion.id} {sentence}"


def _list_deciding(group: Group, values: Row) -> Iterator[Criterion]:
    """The listed criteria and their parts that came out as the whole did, each at its root."""
    version = group.version
    for top in (*((version.scope,) if version.scope else ()), *version.criteria):
        yield from _descend(top, values)


def _descend(criterion: Criterion, values: Row) -> Iterator[Criterion]:
    result = values[f"result:{criterion.id}"]
    if result != values[VERDICT] or result in ("met", "not_applicable"):
        return
    if not isinstance(criterion.test, Together):
        yield criterion
        return
    for part in criterion.test.of:
        yield from _descend(part, values)


# Fewer cases fail at an edge of their own as a rule, and more because of what they share.
_MANY = 3


def list_shared_bases(failures: Sequence[Failure]) -> list[tuple[str, int]]:
    """The bases that many failed cases rest on, the most shared first, with how many."""
    cases: dict[str, set[str]] = {}
    for failure in failures:
        if failure.case.base:
            cases.setdefault(failure.case.base, set()).add(failure.case.id)
    shared = [(base, len(ids)) for base, ids in cases.items() if len(ids) >= _MANY]
    return sorted(shared, key=lambda one: (-one[1], one[0]))
