"""Training on decisions: begun by officers, honest about the outcome, used once accepted."""

from collections.abc import Callable

import pytest

from terrace.match.rank import Ranker, Variant
from terrace_web.audit.models import Entry
from terrace_web.index import actions as index
from terrace_web.index.corpora import matcher_of, ranker_path
from terrace_web.market.models import Record
from terrace_web.matching import training
from terrace_web.matching.bulk import rebuild_index
from terrace_web.matching.models import Decision, Pair, TrainingRun
from terrace_web.testing.cast import NOW, Cast, make_record

PARTS = ("seal", "valve", "rotor", "lens", "sensor", "cable", "filter", "magnet", "nozzle", "gear")
OURS = Ranker((Variant({"bm25": 1.0}),), trained_on="our decisions")


@pytest.fixture(autouse=True)
def no_ranker_is_left() -> None:
    ranker_path().unlink(missing_ok=True)
    yield
    ranker_path().unlink(missing_ok=True)


def decide_on(cast: Cast, need: Record, achievement: Record, choice: str) -> None:
    Decision.objects.create(
        need=need, achievement=achievement, choice=choice, holds=choice, by=cast.manager, at=NOW
    )


@pytest.fixture
def decided(cast: Cast) -> None:
    """Twelve needs, each with one shortlisted and one rejected achievement."""
    for number in range(12):
        part = PARTS[number % len(PARTS)]
        said = {"summary": f"A {part} of kind {number} for harbour cranes.", "body": ""}
        need = make_record(cast.company, "need", title=f"{part} {number} wanted", content=said)
        fitting = make_record(cast.lab, title=f"{part} {number}", content=said)
        other = make_record(cast.lab, title=f"Paint {number}", content={"summary": "Paint cranes."})
        decide_on(cast, need, fitting, "shortlist")
        decide_on(cast, need, other, "reject")
    rebuild_index()


def start(cast: Cast, capture: Callable) -> TrainingRun:
    with capture(execute=True):
        run = training.start_training(
            by=cast.officer, audience=cast.audience(cast.officer), now=NOW
        )
    run.refresh_from_db()
    return run


def finished_run(cast: Cast, **given: object) -> TrainingRun:
    run = TrainingRun.objects.create(
        by=cast.officer, at=NOW, state="done", notes=training.count_lessons(), **given
    )
    OURS.save(training._path_of(run))
    return run


def test_it_works(cast: Cast, sign_in, decided, django_capture_on_commit_callbacks) -> None:
    run = start(cast, django_capture_on_commit_callbacks)

    assert (run.state, run.failure) == ("done", "")
    assert run.notes["taught"] == 12
    page = sign_in(cast.officer).get("/desk/training/").content.decode()
    assert "nDCG@10" in page
    assert "12 shortlisted and 12 rejected pairs" in page
    assert "Accept" in page
    assert not ranker_path().exists()


def test_it_checks_access(cast: Cast, client, sign_in) -> None:
    run = finished_run(cast)
    pages = ("/desk/training/", f"/desk/training/{run.pk}/")
    actions = [f"/desk/training/{run.pk}/{name}/" for name in ("accept", "discard")]
    for page in pages:
        assert sign_in(cast.manager).get(page).status_code == 403
        assert sign_in(cast.officer).get(page).status_code == 200
    for action in ("/desk/training/start/", *actions):
        assert sign_in(cast.manager).post(action).status_code == 403
    client.logout()
    assert client.get(pages[0]).status_code == 302
    assert not ranker_path().exists()


def test_too_little_is_said_clearly(cast: Cast, sign_in, seal: Record, need: Record) -> None:
    decide_on(cast, need, seal, "shortlist")
    client = sign_in(cast.officer)
    page = client.get("/desk/training/").content.decode()

    assert "1 need has a shortlisted pair, a training takes at least 10" in page
    assert "Start a training" not in page
    answer = client.post("/desk/training/start/", follow=True)
    assert "training takes at least 10" in answer.content.decode()
    assert not TrainingRun.objects.exists()


def test_accepting_takes_the_ranker_into_use(
    cast: Cast, sign_in, seal: Record, need: Record, django_capture_on_commit_callbacks
) -> None:
    rebuild_index()
    Pair.objects.update(score=-99)
    run = finished_run(cast)
    before = matcher_of("achievement").ranker
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(cast.officer).post(f"/desk/training/{run.pk}/accept/")

    assert before.trained_on != OURS.trained_on
    assert matcher_of("achievement").ranker.trained_on == OURS.trained_on
    assert matcher_of("need").ranker.trained_on == OURS.trained_on
    assert Pair.objects.get().score != -99
    assert Entry.objects.filter(action="ranker:accepted", user=cast.officer).exists()


def test_discarding_changes_nothing(cast: Cast, sign_in) -> None:
    run = finished_run(cast)
    sign_in(cast.officer).post(f"/desk/training/{run.pk}/discard/")
    run.refresh_from_db()

    assert (run.state, run.decided_by) == ("discarded", cast.officer)
    assert not ranker_path().exists()
    assert not training._path_of(run).exists()


def test_a_decision_is_made_once(cast: Cast, sign_in) -> None:
    run = finished_run(cast)
    client = sign_in(cast.officer)
    client.post(f"/desk/training/{run.pk}/discard/")
    answer = client.post(f"/desk/training/{run.pk}/accept/", follow=True)

    assert "not waiting for a decision" in answer.content.decode()
    assert not ranker_path().exists()


def test_one_training_at_a_time(cast: Cast, decided) -> None:
    TrainingRun.objects.create(by=cast.officer, at=NOW, state="running")

    with pytest.raises(training.TrainingRefused, match="under way"):
        training.start_training(by=cast.officer, audience=cast.audience(cast.officer), now=NOW)


def test_a_failure_is_kept_and_shown(
    cast: Cast, sign_in, decided, django_capture_on_commit_callbacks
) -> None:
    Record.objects.filter(kind="achievement").update(title="gone")
    index.remove("achievement", list(Record.objects.values_list("code", flat=True)))
    run = start(cast, django_capture_on_commit_callbacks)

    assert run.state == "failed"
    assert "at least 10" in run.failure
    assert run.failure[:20] in sign_in(cast.officer).get("/desk/training/").content.decode()


def test_progress_is_polled_while_it_runs(cast: Cast, sign_in) -> None:
    run = TrainingRun.objects.create(by=cast.officer, at=NOW, state="running", done=3, total=12)
    client = sign_in(cast.officer)
    page = client.get(f"/desk/training/{run.pk}/").content.decode()
    assert "hx-trigger" in page
    assert "3 / 12" in page

    TrainingRun.objects.update(state="failed", failure="No.")
    assert "hx-trigger" not in client.get(f"/desk/training/{run.pk}/").content.decode()


def test_it_speaks_chinese(cast: Cast, sign_in) -> None:
    client = sign_in(cast.officer)
    client.cookies["django_language"] = "zh-hans"

    assert "可供学习的决定太少" in client.get("/desk/training/").content.decode()
