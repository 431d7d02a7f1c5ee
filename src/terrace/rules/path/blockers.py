"""Why there is no plan: a smallest set of clauses that would have to be waived."""

from collections.abc import Iterator

from terrace.criteria.results import Result
from terrace.rules.dossier import open_dossier
from terrace.rules.labels import Label
from terrace.rules.path.outlook import to_frame
from terrace.rules.path.plan import Blocker
from terrace.rules.path.problem import Application, Problem
from terrace.rules.path.reading import is_chosen
from terrace.rules.path.writing import Clause, Writer
from terrace.rules.verdicts import compile_version

TIME = Label(
    "no application under rules that count can be decided by the deadline",
    "截止日前无法依据有效(非示意)规则完成申报认定",
)
LADDER = {
    "requires": Label("A title that has to be held before", "须先持有前置称号"),
    "excludes": Label("A title that bars this one", "持有互斥称号"),
}


def find_blockers(problem: Problem, target: str) -> tuple[Blocker, ...]:
    """The fewest clauses whose waiver would let a plan exist; proven by the solver."""
    if not any(a.title == target for a in problem.applications):
        rulebook = problem.ladder.title(target).rulebook
        return (Blocker(rulebook, "time", "", TIME),)
    writer = Writer(problem, waives=True)
    writer.write(target)
    solution = writer.program.solve()
    if solution is None:
        rulebook = problem.ladder.title(target).rulebook
        return (Blocker(rulebook, "time", "", TIME),)
    waived = [clause for clause, w in writer.waivers.items() if is_chosen(w, solution)]
    return tuple(_describe(problem, clause) for clause in waived)


def _describe(problem: Problem, clause: Clause) -> Blocker:
    name, criterion_id = clause
    if criterion_id in LADDER:
        return Blocker(problem.ladder.title(name).rulebook, criterion_id, "", LADDER[criterion_id])
    application = next(_applications_of(problem, clause))
    criterion = next(c for c in application.version.walk() if c.id == criterion_id)
    missing = _missing_facts(problem, application, criterion_id)
    return Blocker(name, criterion_id, criterion.clause, criterion.label, missing)


def _applications_of(problem: Problem, clause: Clause) -> Iterator[Application]:
    for application in problem.applications:
        ids = {criterion.id for criterion in application.version.walk()}
        if application.rulebook.id == clause[0] and clause[1] in ids:
            yield application


def _missing_facts(
    problem: Problem, application: Application, criterion_id: str
) -> tuple[str, ...]:
    """The facts that leave a criterion unknown on the day of an application."""
    compiled = compile_version(
        application.rulebook,
        application.version,
        mode=application.mode,
        with_illustrative=problem.with_illustrative,
    )
    declared = problem.effects.facts
    frame = to_frame(problem.rows, problem.company, declared)
    dossier = open_dossier(frame, declared, as_of=application.day)
    columns = compiled.ordered_inputs
    values = compiled.plan.run_row(dossier.take(columns), dossier.schema(columns))
    if values[f"result:{criterion_id}"] != Result.UNKNOWN:
        return ()
    empty = (name for name in compiled.list_inputs_of(criterion_id) if values[name] is None)
    return tuple(dict.fromkeys(name.rpartition(".")[0] for name in empty))
