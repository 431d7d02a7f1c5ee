"""Runs and their events: the only place that stores a stage."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One thing on its way through one version of a flow."""

    flow = models.CharField(_("flow"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    stage = models.CharField(_("stage"), max_length=60)
    due_on = models.DateField(_("due"), null=True, blank=True)
    began_at = models.DateTimeField()
    stage_since = models.DateTimeField()

    class Meta:
        """Looked up by stage in every list, by due date for reminders."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["flow", "stage"]),
            models.Index(fields=["due_on"]),
        ]


class Event(models.Model):
    """One move of a run, with the facts it was decided on."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="events")
    move = models.CharField(_("move"), max_length=60)
    from_stage = models.CharField(max_length=60, blank=True)
    to_stage = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        """In the order they happened."""

        ordering: ClassVar[list[str]] = ["at", "pk"]
