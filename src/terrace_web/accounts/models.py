"""Users, the organisations they belong to, and what they may do there."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

INVITATION_DAYS = 14
CLOSED_DOMAIN = "@invalid"


def closed_address(user_id: int) -> str:
    """What stands in place of a closed account's address; nobody can have it."""
    return f"closed-{user_id}{CLOSED_DOMAIN}"


class UserRows(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password only single sign-on or a reset opens the account."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person, known by e-mail address."""

    class Mails(models.TextChoices):
        """When what happens to the records a person is concerned with is mailed to them."""

        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day, in one mail")
        NONE = "none", _("Never; I look at the site")

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    mails = models.CharField(
        _("mails about notices"), max_length=8, choices=Mails.choices, default=Mails.AT_ONCE
    )
    digest_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserRows()  # type: ignore[assignment, misc]

    def __str__(self) -> str:
        return self.name or self.email

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **options: Any,
    ) -> Self:
        """A closed account is called so in the reader's language, wherever its name is shown."""
        user = super().from_db(db, field_names, values, **options)
        if {"name", "email"} <= set(field_names) and user.is_closed:
            user.name = gettext("Closed account")
        return user

    @property
    def is_closed(self) -> bool:
        """Whether its owner closed it; it is never opened again."""
        return not self.is_active and self.email.endswith(CLOSED_DOMAIN)

    def get_full_name(self) -> str:
        """The name, as allauth and mails ask for it."""
        return str(self)

    get_short_name = get_full_name


class Organisation(models.Model):
    """A lab, a company, a service provider, an incubator, or the zone itself."""

    class Kind(models.TextChoices):
        """What an organisation is in the zone."""

        LAB = "lab", _("Lab")
        COMPANY = "company", _("Company")
        PROVIDER = "provider", _("Service provider")
        INCUBATOR = "incubator", _("Incubator or fund")
        ZONE = "zone", _("Zone administration")

    code = models.CharField(_("code"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    website = models.URLField(_("website"), blank=True)
    about = models.TextField(_("about"), blank=True, max_length=4000)
    email_domain = models.CharField(
        _("e-mail domain"),
        max_length=120,
        blank=True,
        help_text=_("Whoever confirms an address there may join without an invitation."),
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Looked up by domain when an address is confirmed."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["email_domain"])]

    def __str__(self) -> str:
        return self.name_in(get_language() or "")

    def name_in(self, language: str) -> str:
        """The name in a language, as far as there is one."""
        return self.name_zh if language.startswith("zh") and self.name_zh else self.name


class Membership(models.Model):
    """A person's role in an organisation; the last three only exist in the zone's own."""

    class Role(models.TextChoices):
        """What a member may do for the organisation."""

        MEMBER = "member", _("Member")
        EDITOR = "editor", _("Editor")
        ADMIN = "admin", _("Organisation administrator")
        MANAGER = "manager", _("Technology manager")
        OFFICER = "officer", _("Zone officer")
        ADMINISTRATOR = "administrator", _("Platform administrator")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=14, choices=Role.choices)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One role per person and organisation, and several in the zone's own."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_membership")
        ]


def new_invitation_key() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(32)


class Invitation(models.Model):
    """Somebody asked by mail to join an organisation."""

    key = models.CharField(max_length=64, unique=True, default=new_invitation_key)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, default="en")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=14, choices=Membership.Role.choices)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    @property
    def expires_at(self) -> datetime:
        """When it stops opening anything; sending it again puts this off."""
        return self.sent_at + timedelta(days=INVITATION_DAYS)

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return now < self.expires_at and self.accepted_at is None and self.withdrawn_at is None


class Registration(models.Model):
    """A person asks that an organisation be registered; ``organisation`` is what came of it."""

    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Organisation.Kind.choices)
    domain = models.CharField(_("web domain"), max_length=120, blank=True)
    reason = models.TextField(_("reason"), max_length=2000)
    asked_by = models.ForeignKey(User, models.CASCADE, related_name="registrations")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")

    class Meta:
        """The list of what waits, the oldest first."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["decided_at", "asked_at"])]

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.decided_at is None

    @property
    def was_accepted(self) -> bool:
        """Whether an organisation came of it."""
        return self.organisation_id is not None


class Grant(models.Model):
    """One organisation may see one group of fields of one record, and why."""

    class Basis(models.TextChoices):
        """What the grant rests on."""

        LISTED = "listed", _("Named by the owner")
        CONSENT = "consent", _("Consent to be introduced")
        NDA = "nda", _("Non-disclosure agreement")

    record = models.ForeignKey("market.Record", models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="grants")
    group = models.CharField(_("group of fields"), max_length=12)
    basis = models.CharField(_("basis"), max_length=8, choices=Basis.choices)
    note = models.CharField(_("note"), max_length=400, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Looked up by organisation at every request of a member."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "revoked_at", "record", "group"])
        ]
