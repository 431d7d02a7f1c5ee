"""Asking to be introduced or to see confidential fields, and answering such requests."""

from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import GROUPS, Audience, Group
from terrace_web.accounts.models import Grant, Membership, Organisation, User
from terrace_web.accounts.queries import members_of
from terrace_web.audit.actions import record_audit
from terrace_web.market import nda
from terrace_web.market.errors import AccessRefused
from terrace_web.market.grants import open_to, tell_of_part
from terrace_web.market.models import AccessRequest, Level, Record
from terrace_web.market.queries import get_record
from terrace_web.market.redaction import open_groups
from terrace_web.notices.actions import notify

State = AccessRequest.State
_BASIS = {"identity": Grant.Basis.CONSENT, "confidential": Grant.Basis.NDA}
ASKED_FOR = tuple(_BASIS)


def ask_access(
    code: str,
    group: Group,
    *,
    organisation: Organisation,
    reason: str,
    nda_name: str = "",
    by: User,
    audience: Audience,
    now: datetime,
) -> AccessRequest:
    """Ask the owner to open a group of fields to ``organisation``; its editors are told.

    ``nda_name`` is typed under the agreement, which confidential fields ask for.

    Raises:
        AccessRefused: it is open already, opens to nobody, was asked for, or a word is missing.
        PermissionDenied, Http404: see ``permissions.require``.
    """
    with transaction.atomic():
        record = get_record(audience, code, "market:record:ask")
        if organisation.pk not in audience.member_of:
            raise Http404
        _check(record, group, organisation, audience, reason=reason)
        if group == "confidential":
            check_signature(nda_name, by)
        signed = {"nda_version": nda.VERSION, "nda_name": nda_name.strip()}
        request = AccessRequest.objects.create(
            record=record,
            organisation=organisation,
            group=group,
            reason=reason.strip(),
            asked_by=by,
            asked_at=now,
            **(signed if group == "confidential" else {}),
        )
        _note("access:ask", request, by=by, now=now)
        for editor in editors_of(record.owner):
            note = _say_asking(organisation, reason, editor.language)
            notify([editor], "access_asked", record=record, note=note, now=now)
    return request


def decide_access(
    request_id: int, *, is_granted: bool, answer: str, by: User, audience: Audience, now: datetime
) -> AccessRequest:
    """Grant or refuse a request; whoever asked is told.

    Raises:
        AccessRefused: it was decided before, or a refusal gives no reason.
        Http404: there is no such request on a record of an organisation the user edits.
    """
    with transaction.atomic():
        request = get_request(audience, request_id)
        if request.state != State.OPEN:
            raise AccessRefused(_("This request was answered already."))
        if not is_granted and not answer.strip():
            raise AccessRefused(_("Say why, so that they need not ask again."))
        if is_granted:
            _open(request, by=by, audience=audience, now=now)
        for each in (request, *(_answered_with(request) if is_granted else ())):
            _close(each, is_granted=is_granted, answer=answer, by=by, now=now)
    return request


def _answered_with(request: AccessRequest) -> list[AccessRequest]:
    """What the same organisation waits for and sees now: a part opens those that say less."""
    lesser = GROUPS[: GROUPS.index(request.group)]  # type: ignore[arg-type]
    waiting = request.record.access_requests.filter(
        organisation=request.organisation, group__in=lesser, state=State.OPEN
    )
    return list(waiting)


def check_signature(typed: str, user: User) -> None:
    """Make sure that an agreement is signed with a name, that of the account where it has one.

    Raises:
        AccessRefused: it is not; with what to type.
    """
    if not typed.strip():
        raise AccessRefused(_("Type your name under the agreement."))
    if nda.signs_as(typed, user.name):
        return
    if user.name.strip():
        said = _("Type your name as your account has it: %(name)s.") % {"name": user.name}
        raise AccessRefused(said)
    raise AccessRefused(_("Type your full name: first and last name, or two characters."))


def get_request(audience: Audience, request_id: int) -> AccessRequest:
    """A request that this audience may answer.

    Raises:
        Http404: there is none.
    """
    request = (
        AccessRequest.objects.select_related("record__run", "record__owner", "organisation")
        .filter(pk=request_id, record__owner_id__in=audience.edits)
        .first()
    )
    if request is None:
        raise Http404
    return request


def editors_of(organisation: Organisation) -> list[User]:
    """The people who may answer for an organisation, each once."""
    held = organisation.memberships.filter(
        role__in=(Membership.Role.EDITOR, Membership.Role.ADMIN), user__is_active=True
    )
    return list({each.user_id: each.user for each in held.select_related("user")}.values())


def _check(
    record: Record,
    group: Group,
    organisation: Organisation,
    audience: Audience,
    *,
    reason: str,
) -> None:
    if group not in ASKED_FOR:
        raise AccessRefused(_("This part cannot be asked for."))
    if group in open_groups(audience, record):
        raise AccessRefused(_("This is open to you already."))
    if getattr(record, f"{group}_level") != Level.NAMED:
        raise AccessRefused(_("The owner opens this part to nobody."))
    if not reason.strip():
        raise AccessRefused(_("Say why you ask, so that the owner can decide."))
    asked = record.access_requests.filter(organisation=organisation, group=group, state=State.OPEN)
    if asked.exists():
        raise AccessRefused(_("Your organisation has asked already; the owner has not answered."))


def _open(request: AccessRequest, *, by: User, audience: Audience, now: datetime) -> None:
    signed = f"{request.nda_version} · {request.nda_name}" if request.nda_version else ""
    group: Group = "confidential" if request.group == "confidential" else "identity"
    open_to(
        request.record.code,
        request.organisation,
        group,
        basis=_BASIS[group],
        by=by,
        audience=audience,
        note=signed,
        now=now,
    )


def _close(
    request: AccessRequest, *, is_granted: bool, answer: str, by: User, now: datetime
) -> None:
    request.state = State.GRANTED if is_granted else State.REFUSED
    request.answer, request.decided_by, request.decided_at = answer.strip(), by, now
    request.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    _note(f"access:{'grant' if is_granted else 'refuse'}", request, by=by, now=now)
    kind = "access_granted" if is_granted else "access_refused"
    asked = _who_asked(request)
    tell_of_part(asked, kind, request.record, request.group, said=answer.strip(), now=now)


def _who_asked(request: AccessRequest) -> list[User]:
    """Whoever asked, or who answers for the organisation where they left it since."""
    asked = members_of([request.organisation_id]).filter(pk=request.asked_by_id)
    return list(asked) or editors_of(request.organisation)


def _say_asking(organisation: Organisation, reason: str, language: str) -> str:
    with translation.override(language):
        said = {"label": organisation.name_in(language), "said": reason}
        return _("%(label)s: %(said)s") % said


def _note(action: str, request: AccessRequest, *, by: User, now: datetime) -> None:
    details = {
        "organisation": request.organisation.code,
        "group": request.group,
        "nda_version": request.nda_version,
    }
    record_audit(action, by=by, now=now, subject=request.record.subject, details=details)
