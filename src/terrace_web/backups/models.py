"""Backups and restores as they run; not part of a backup themselves."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One backup or restore, and how far it has come."""

    class Action(models.TextChoices):
        """What is done."""

        BACKUP = "backup", _("Backup")
        RESTORE = "restore", _("Restore")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    action = models.CharField(max_length=8, choices=Action.choices)
    file = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=1)
    message = models.TextField(blank=True)
    # By number only: after a restore the person may not be there.
    user_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-began_at", "-pk"]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.FAILED)
