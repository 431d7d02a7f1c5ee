"""What a killed worker left undone is taken up again, but not for ever."""

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from terrace_web.backups.models import Job
from terrace_web.backups.tasks import run_job
from terrace_web.leftovers import ATTEMPTS, TakenUp, take_up_leftovers
from terrace_web.market.models import Change
from terrace_web.testing.cast import NOW, Cast, make_record


def interrupted(tries: int) -> DBTaskResult:
    """A task as a worker leaves it that is killed while it runs."""
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        started_at=timezone.now(),
        run_after=timezone.now(),
        args_kwargs={"args": [], "kwargs": {}},
        task_path="terrace_web.matching.tasks.follow",
        queue_name="default",
        backend_name="default",
        worker_ids=[f"worker{number}" for number in range(tries)],
    )


def test_it_works(db: None) -> None:
    task = interrupted(1)

    assert take_up_leftovers() == TakenUp(again=1, given_up=0, changes=0)

    assert list(DBTaskResult.objects.ready()) == [task]


def test_a_task_that_kills_its_worker_is_given_up(db: None) -> None:
    task = interrupted(ATTEMPTS)

    assert take_up_leftovers() == TakenUp(again=0, given_up=1, changes=0)

    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert "killed 3 times" in task.traceback


@pytest.mark.parametrize("status", ["READY", "SUCCESSFUL", "FAILED"])
def test_other_tasks_stay_as_they_are(db: None, status: str) -> None:
    task = interrupted(1)
    DBTaskResult.objects.update(status=status)

    assert take_up_leftovers().again == 0

    task.refresh_from_db()
    assert task.status == status


def test_changes_without_a_task_are_followed(cast: Cast) -> None:
    """Killed between a change and the task that was to follow it."""
    make_record(cast.lab)
    assert Change.objects.filter(applied_at=None).count() == 1

    assert take_up_leftovers().changes == 1

    assert not Change.objects.filter(applied_at=None).exists()


def test_the_job_of_a_backup_that_is_given_up_says_so(cast: Cast) -> None:
    """Its page would ask for ever how far it has come."""
    job = Job.objects.create(
        action="backup", state="running", user_id=cast.administrator.pk, began_at=NOW
    )
    task = interrupted(ATTEMPTS)
    task.task_path = run_job.module_path
    task.args_kwargs = {"args": [job.pk], "kwargs": {}}
    task.save()

    take_up_leftovers()

    job.refresh_from_db()
    assert job.is_over and job.state == "failed"
    assert job.message == "Its worker was stopped each time it was tried."
