"""Asking that an organisation be registered, and answering: each checks, changes and records."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from terrace.errors import TerraceError
from terrace_web.accounts.audience import Audience
from terrace_web.accounts.domains import RESERVED_CODES, confirmed_domains, read_domain
from terrace_web.accounts.models import Membership, Organisation, Registration, User
from terrace_web.accounts.queries import users_with_role
from terrace_web.accounts.signals import membership_began
from terrace_web.audit.actions import record_audit
from terrace_web.notices.actions import notify
from terrace_web.permissions import require

MOST_WAITING = 3
_ANSWERING = (Membership.Role.OFFICER, Membership.Role.ADMINISTRATOR)
_REPRESENTATIVE = (Membership.Role.ADMIN, Membership.Role.EDITOR)


class RegistrationRefused(TerraceError):
    """A request that cannot be made or answered so; the message says why and what to do."""


class AlreadyRegistered(RegistrationRefused):
    """The organisation is there already; ``organisation`` is the one."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        named = {"name": organisation.name}
        super().__init__(_("%(name)s is registered already; join it instead.") % named)


def find_registered(name: str, name_zh: str, domain: str) -> Organisation | None:
    """The organisation that has one of these names, or this domain; None where there is none."""
    same = Q(pk__in=[])
    for given in filter(None, (_squeeze(name), _squeeze(name_zh))):
        same |= Q(name__iexact=given) | Q(name_zh__iexact=given)
    if domain:
        same |= Q(email_domain__iexact=domain)
    if found := Organisation.objects.filter(same).order_by("pk").first():
        return found
    return _find_by_website(domain) if domain else None


def ask_registration(values: Mapping[str, Any], *, by: User, now: datetime) -> Registration:
    """Ask that an organisation be registered; officers and administrators are told.

    Raises:
        AlreadyRegistered: there is one with this name or domain.
        RegistrationRefused: the user has asked for it, or for too much, already.
    """
    given = {name: _squeeze(values.get(name, "")) for name in ("name", "name_zh")}
    domain = read_domain(values.get("domain", ""))
    if found := find_registered(given["name"], given["name_zh"], domain):
        raise AlreadyRegistered(found)
    with transaction.atomic():
        _check_waiting(given["name"], by)
        registration = Registration.objects.create(
            **given,
            kind=values["kind"],
            domain=domain,
            reason=values["reason"].strip(),
            asked_by=by,
            asked_at=now,
        )
        _note("ask", registration, by=by, now=now)
        notify(users_with_role(*_ANSWERING), "registration_asked", note=given["name"], now=now)
    return registration


def accept_registration(
    registration_id: int, *, by: User, audience: Audience, now: datetime
) -> Organisation:
    """Register the organisation; who asked becomes its administrator and editor and is told.

    The domain lets others join only where the asker has a confirmed address at it.

    Raises:
        PermissionDenied, Http404: not the user's to answer, or there is no such request.
        AlreadyRegistered: it was registered in the meantime.
        RegistrationRefused: it was answered already, or who asks is switched off.
    """
    with transaction.atomic():
        registration = _get_open(registration_id, audience)
        if not registration.asked_by.is_active:
            raise RegistrationRefused(_("The account that asks for this is switched off."))
        if found := find_registered(registration.name, registration.name_zh, registration.domain):
            raise AlreadyRegistered(found)
        organisation = _register(registration)
        for role in _REPRESENTATIVE:
            Membership.objects.create(
                user=registration.asked_by, organisation=organisation, role=role, joined_at=now
            )
        registration.organisation = organisation
        _close(registration, "accept", answer="", by=by, now=now)
        membership_began.send(sender=User, by=by, now=now)
    return organisation


def refuse_registration(
    registration_id: int, answer: str, *, by: User, audience: Audience, now: datetime
) -> Registration:
    """Decline, with a reason the asker reads.

    Raises:
        PermissionDenied, Http404: not the user's to answer, or there is no such request.
        RegistrationRefused: it was answered already, or no reason is given.
    """
    with transaction.atomic():
        registration = _get_open(registration_id, audience)
        if not answer.strip():
            raise RegistrationRefused(_("Say why, so that they know what to do."))
        _close(registration, "refuse", answer=answer.strip(), by=by, now=now)
    return registration


def withdraw_registration(registration_id: int, *, by: User, now: datetime) -> None:
    """Take back a request of one's own that nobody has answered yet.

    Raises:
        Http404: there is no such request.
    """
    with transaction.atomic():
        own = Registration.objects.filter(pk=registration_id, asked_by=by, decided_at=None).first()
        if own is None:
            raise Http404
        _note("withdraw", own, by=by, now=now)
        own.delete()


def waiting_registrations() -> QuerySet[Registration]:
    """What waits for an answer, the oldest first."""
    waiting = Registration.objects.filter(decided_at=None)
    return waiting.select_related("asked_by").order_by("asked_at", "pk")


def answered_registrations(most: int = 50) -> list[Registration]:
    """What was answered last."""
    answered = Registration.objects.exclude(decided_at=None)
    named = answered.select_related("asked_by", "decided_by", "organisation")
    return list(named.order_by("-decided_at", "-pk")[:most])


def has_address_there(registration: Registration) -> bool:
    """Whether who asks has a confirmed address at the domain named."""
    return registration.domain in confirmed_domains(registration.asked_by)


def _find_by_website(domain: str) -> Organisation | None:
    for each in Organisation.objects.filter(website__icontains=domain).order_by("pk"):
        if read_domain(each.website) == domain:
            return each
    return None


def _check_waiting(name: str, by: User) -> None:
    waiting = Registration.objects.filter(asked_by=by, decided_at=None)
    if waiting.filter(name__iexact=name).exists():
        raise RegistrationRefused(_("You have asked for this already; the answer comes by notice."))
    if waiting.count() >= MOST_WAITING:
        raise RegistrationRefused(
            _("Several of your requests still wait for an answer; take one back first.")
        )


def _get_open(registration_id: int, audience: Audience) -> Registration:
    require(audience, "accounts:organisations")
    found = Registration.objects.select_for_update().filter(pk=registration_id).first()
    if found is None:
        raise Http404
    if not found.is_open:
        raise RegistrationRefused(_("This request was answered already."))
    return found


def _register(registration: Registration) -> Organisation:
    domain = registration.domain
    return Organisation.objects.create(
        # A name in Chinese has no letters for an address.
        code=_free_code(slugify(registration.name) or domain.partition(".")[0]),
        kind=registration.kind,
        name=registration.name,
        name_zh=registration.name_zh,
        website=f"https://{domain}" if domain else "",
        email_domain=domain if has_address_there(registration) else "",
    )


def _free_code(name: str) -> str:
    """A short code for addresses that no organisation has yet."""
    stem = slugify(name)[:100] or "organisation"
    pattern = re.compile(rf"{re.escape(stem)}(-\d+)?")
    codes = Organisation.objects.filter(code__startswith=stem).values_list("code", flat=True)
    taken = {code for code in codes if pattern.fullmatch(code)} | ({stem} & RESERVED_CODES)
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(code for code in numbered if code not in taken)


def _close(
    registration: Registration, action: str, *, answer: str, by: User, now: datetime
) -> None:
    registration.answer, registration.decided_by, registration.decided_at = answer, by, now
    registration.save(update_fields=["answer", "decided_by", "decided_at", "organisation"])
    _note(action, registration, by=by, now=now)
    kind = "registration_accepted" if action == "accept" else "registration_refused"
    note = registration.name if not answer else f"{registration.name}: {answer}"
    notify([registration.asked_by], kind, note=note, now=now)


def _note(action: str, registration: Registration, *, by: User, now: datetime) -> None:
    details = {"name": registration.name, "kind": registration.kind, "domain": registration.domain}
    if registration.organisation is not None:
        details["organisation"] = registration.organisation.code
    record_audit(
        f"registration:{action}",
        by=by,
        now=now,
        subject=f"user {registration.asked_by_id}",
        details=details,
    )


def _squeeze(text: str) -> str:
    return " ".join(text.split())
