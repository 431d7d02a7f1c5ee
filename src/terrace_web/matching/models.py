"""Pairs the matcher proposed, and what people decided on them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from terrace_web.market.models import Record


class Pair(models.Model):
    """A need and an achievement, as last computed.

    ``need_rank`` is the achievement's place in the need's list (1 = best),
    ``achievement_rank`` the need's place in the achievement's; None where it is in
    neither's best. ``gates`` is the result of all gates together, ``failed`` and ``open``
    their ids. All of it comes from the two teasers.
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
    """What somebody decided on a pair; the last one of a pair holds, none is deleted.

    ``undo`` takes the last one back.
    """

    class Choice(models.TextChoices):
        """The decisions of the desk; the first three are the core's."""

        SHORTLIST = "shortlist", _("Shortlisted")
        REJECT = "reject", _("Rejected")
        LATER = "later", _("Later")
        UNDO = "undo", _("Taken back")

    need = models.ForeignKey(Record, models.CASCADE, related_name="decisions_as_need")
    achievement = models.ForeignKey(Record, models.CASCADE, related_name="decisions_as_achievement")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    reason = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Read per pair, newest first."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["need", "achievement", "-at"])
        ]
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
