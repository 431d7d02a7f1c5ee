"""Pairs the matcher proposed, what people decided on them, and what was learned of it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terrace_web.market.models import Record


class Pair(models.Model):
    """A need and an achievement, as last computed.

    ``need_rank`` is the achievement's place in the need's list (1 = best),
    ``achievement_rank`` the need's place in the achievement's; None where it is in
    neither's best. ``gates`` is the result of all gates together, ``failed`` and ``open``
    their ids. All of it comes from the two teasers. ``found_at`` is when it first came up,
    ``computed_at`` when its figures are from.
    """

    need = models.ForeignKey(Record, models.CASCADE, related_name="pairs_as_need")
    achievement = models.ForeignKey(Record, models.CASCADE, related_name="pairs_as_achievement")
    need_rank = models.PositiveIntegerField(null=True)
    achievement_rank = models.PositiveIntegerField(null=True)
    score = models.FloatField()
    confidence = models.FloatField()
    gates = models.CharField(max_length=16)
    failed = models.JSONField(default=list)
    open = models.JSONField(default=list)
    closes_en = models.TextField(blank=True)
    closes_zh = models.TextField(blank=True)
    found_at = models.DateTimeField(db_index=True)
    computed_at = models.DateTimeField()

    class Meta:
        """Read as a ranked list from either side."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["need", "achievement"], name="one_pair")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["need", "need_rank"]),
            models.Index(fields=["achievement", "achievement_rank"]),
        ]


class Decision(models.Model):
    """What somebody decided on a pair; none is ever deleted.

    ``undo`` takes the last one back. ``holds`` is what holds on the pair from then on:
    one of the first three choices, or '' where nothing does.
    """

    class Choice(models.TextChoices):
        """The decisions of the desk; the first three are the core's."""

        SHORTLIST = "shortlist", _("Shortlisted")
        REJECT = "reject", _("Rejected")
        LATER = "later", _("Later")
        UNDO = "undo", _("Taken back")

    class Cause(models.TextChoices):
        """Why a pair is rejected; stable codes, so that reasons can be counted."""

        TOPIC = "topic", _("Another topic")
        READINESS = "readiness", _("Not ready enough")
        MONEY = "money", _("Price and budget do not meet")
        RIGHTS = "rights", _("Rights or terms do not fit")
        PLACE = "place", _("Region or export rules")
        TIME = "time", _("Too late")
        KNOWN = "known", _("The two know each other already")
        OTHER = "other", _("Another reason")

    need = models.ForeignKey(Record, models.CASCADE, related_name="decisions_as_need")
    achievement = models.ForeignKey(Record, models.CASCADE, related_name="decisions_as_achievement")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    holds = models.CharField(max_length=10, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Read per pair, newest first."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["need", "achievement", "-at"])
        ]
        ordering: ClassVar[list[str]] = ["-at", "-pk"]


class Visit(models.Model):
    """When somebody was at their desk: what was found after ``since`` is new to them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    at = models.DateTimeField()


class TrainingRun(models.Model):
    """One training of a ranker on the zone's decisions, and what became of it.

    ``figures`` has the honest comparison: measures before and after on needs that were not
    learned from. ``notes`` has counts of what it learned from. The ranker waits in a file
    until it is accepted or discarded.
    """

    class State(models.TextChoices):
        """Where a training stands."""

        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done, to be decided on")
        FAILED = "failed", _("Could not be done")
        ACCEPTED = "accepted", _("In use")
        DISCARDED = "discarded", _("Discarded")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    work = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    notes: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    figures: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    @property
    def is_finished(self) -> bool:
        """Whether the worker is done with it, well or not."""
        return self.state not in (self.State.WAITING, self.State.RUNNING)


class Cluster(models.Model):
    """A region of the landscape; its words come from public records only."""

    number = models.IntegerField(unique=True)
    x = models.FloatField()
    y = models.FloatField()
    label_en = models.CharField(max_length=200, blank=True)
    label_zh = models.CharField(max_length=200, blank=True)


class Place(models.Model):
    """Where a record lies in the landscape, both coordinates from 0 to 1."""

    record = models.OneToOneField(Record, models.CASCADE, related_name="place")
    x = models.FloatField()
    y = models.FloatField()
    cluster = models.IntegerField(db_index=True)
