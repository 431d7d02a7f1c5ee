"""After an import: undoing it, or submitting all its drafts for review."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience, audience_of
from terrace_web.accounts.models import User
from terrace_web.audit.actions import record_audit
from terrace_web.exchange.errors import ImportRefused
from terrace_web.exchange.importing import subject_of
from terrace_web.exchange.models import Import
from terrace_web.flows.errors import MoveRefused
from terrace_web.market.actions import delete_draft, is_deletable
from terrace_web.market.errors import NoReviewer
from terrace_web.market.models import Record
from terrace_web.market.moves import move_record
from terrace_web.market.outbox import changed_together

State = Import.State


@dataclass(frozen=True, slots=True)
class Undone:
    """How many records an undo removed, and how many it left because they went on."""

    removed: int
    left: int


def undo_import(job: Import, *, by: User, audience: Audience, now: datetime) -> Undone:
    """Delete the drafts an import made, as far as nobody has touched them since.

    Raises:
        ImportRefused: it was not carried out, or undone before.
    """
    with changed_together():
        if not Import.objects.filter(pk=job.pk, state=State.DONE).update(state=State.UNDONE):
            raise ImportRefused(_("There is nothing to undo."))
        made = made_records(job)
        untouched = [record for record in made if _is_untouched(job, record)]
        left = {str(each.pk) for each in made} - {str(each.pk) for each in untouched}
        for record in untouched:
            delete_draft(record.code, by=by, audience=audience, now=now)
        job.made = {pk: version for pk, version in job.made.items() if pk in left}
        job.save(update_fields=["made"])
        undone = Undone(len(untouched), len(left))
        details = {"removed": undone.removed, "left": undone.left}
        record_audit("import:undo", by=by, now=now, subject=subject_of(job), details=details)
    job.state = State.UNDONE
    return undone


def begin_submitting(job: Import) -> None:
    """Decide to submit all its drafts; submitting them is the next step.

    Raises:
        ImportRefused: it was not carried out, or is in hand.
    """
    if not Import.objects.filter(pk=job.pk, state=State.DONE).update(state=State.SUBMITTING):
        raise ImportRefused(_("There is nothing to submit."))
    job.state = State.SUBMITTING


def submit_imported(job: Import, *, now: datetime) -> None:
    """Submit every draft for review; what the flow refuses is kept with its reason."""
    audience = audience_of(job.user, job.language)
    refusals = []
    with translation.override(job.language):
        for record in imported_drafts(job):
            try:
                move_record(record.code, "submit", by=job.user, audience=audience, now=now)
            except (MoveRefused, NoReviewer) as error:
                refusals.append({"id": record.pk, "reason": str(error)})
    job.refusals, job.state = refusals, State.DONE
    job.save(update_fields=["refusals", "state"])


def imported_drafts(job: Import) -> list[Record]:
    """The records an import made or changed that are still drafts."""
    drafts = _records_of(job).filter(run__stage="draft")
    return list(drafts.select_related("run").order_by("pk"))


def count_imported(job: Import) -> tuple[int, int]:
    """How many of the records it made or changed are drafts, and how many are no more."""
    is_draft = Q(run__stage="draft")
    counted = _records_of(job).aggregate(
        drafts=Count("pk", filter=is_draft), others=Count("pk", filter=~is_draft)
    )
    return counted["drafts"], counted["others"]


def _records_of(job: Import) -> QuerySet[Record]:
    return Record.objects.filter(pk__in=[*map(int, job.made), *job.changed], owner_id=job.owner_id)


def made_records(job: Import) -> list[Record]:
    """The records an import made that are still there."""
    found = Record.objects.filter(pk__in=list(map(int, job.made)), owner=job.owner)
    return list(found.select_related("run").order_by("pk"))


def _is_untouched(job: Import, record: Record) -> bool:
    return is_deletable(record) and record.version == job.made[str(record.pk)]
