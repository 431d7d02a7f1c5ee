"""Backups and restores by the worker."""

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from terrace.errors import TerraceError
from terrace_web.accounts.models import User
from terrace_web.backups.actions import backup_folder, make_backup, restore_backup
from terrace_web.backups.models import Job


@task()
def run_job(job_id: int) -> None:
    """Do what the job says, and write down how it went."""
    job = Job.objects.get(pk=job_id)
    _note(job, state=Job.State.RUNNING)
    by = User.objects.filter(pk=job.user_id).first()
    with translation.override(by.language if by else None):
        try:
            _do(job, by)
        except TerraceError as error:
            _note_failure(job, str(error))
        except Exception:
            # Nobody waits for ever for what is over; the log has the whole of it.
            _note_failure(job, _("It stopped by a fault; the log of the server says which."))
            raise


def _do(job: Job, by: User | None) -> None:
    if job.action == Job.Action.BACKUP:
        path, _manifest = make_backup(by=by, now=timezone.now())
        job.file = path.name
    else:
        if not job.done:
            restore_backup(backup_folder() / job.file, by=by, now=timezone.now())
            # Done again after a kill, the indexes alone are: people may have gone on meanwhile.
            _note(job, done=1)
        call_command("rebuild_index")
    _note(job, state=Job.State.DONE, done=1, ended_at=timezone.now())


def _note_failure(job: Job, why: str) -> None:
    _note(job, state=Job.State.FAILED, message=why, ended_at=timezone.now())


def give_up(job_id: int) -> None:
    """Say of a job whose worker was killed each time that nothing more comes of it."""
    for job in Job.objects.filter(pk=job_id, ended_at=None):
        by = User.objects.filter(pk=job.user_id).first()
        with translation.override(by.language if by else None):
            _note_failure(job, _("Its worker was stopped each time it was tried."))


def begin(action: Job.Action, *, by: User, file: str = "") -> Job:
    """Hand a job to the worker."""
    job = Job.objects.create(action=action, file=file, user_id=by.pk, began_at=timezone.now())
    transaction.on_commit(lambda: run_job.enqueue(job.pk))
    return job


def _note(job: Job, **changed: object) -> None:
    for name, value in changed.items():
        setattr(job, name, value)
    job.save()
