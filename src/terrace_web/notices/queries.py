"""Reading notices; their words are made now, from what their reader may see now."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from terrace_web.accounts.audience import Audience
from terrace_web.accounts.models import Membership
from terrace_web.accounts.paging import read_page
from terrace_web.market.queries import views_by_id
from terrace_web.market.redaction import RecordView
from terrace_web.notices.kinds import CLOSED, KINDS, NEUTRAL, NoticeKind
from terrace_web.notices.models import Notice
from terrace_web.ui.templatetags.ui import listed

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in words; ``url`` is '' where there is nothing to see."""

    id: int
    text: str
    icon: str
    url: str
    note: str
    at: datetime
    is_new: bool


def list_notices(audience: Audience, *, asked: str = "1") -> tuple[list[NoticeView], int, int]:
    """A page of the reader's notices, newest first; which one it is, and how many there are."""
    found = Notice.objects.filter(user_id=audience.user_id).select_related("organisation")
    page, pages = read_page(asked, found.count(), size=PAGE_SIZE)
    shown = list(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return write_notices(audience, shown), page, pages


def count_unread(audience: Audience) -> int:
    """How many notices the reader has not opened."""
    return Notice.objects.filter(user_id=audience.user_id, read_at=None).count()


def write_notices(audience: Audience, notices: list[Notice]) -> list[NoticeView]:
    """The notices in words, for this reader."""
    ids = {pk for n in notices for pk in (n.record_id, n.other_id) if pk is not None}
    views = {view.id: view for view in views_by_id(audience, list(ids))}
    roles = _roles_of(audience) if any(_kind_of(n).names_roles for n in notices) else {}
    return [_write(notice, views, roles) for notice in notices]


def _roles_of(audience: Audience) -> dict[int | str, str]:
    """The reader's roles by now, by organisation: its id, and its name as older notices know it."""
    held: dict[int | str, list[str]] = {}
    mine = Membership.objects.filter(user_id=audience.user_id).select_related("organisation")
    for each in mine.order_by("pk"):
        for key in (each.organisation_id, each.organisation.name):
            held.setdefault(key, []).append(each.get_role_display())
    return {organisation: listed(roles) for organisation, roles in held.items()}


def _write(notice: Notice, views: dict[int, RecordView], roles: dict[int | str, str]) -> NoticeView:
    kind = _kind_of(notice)
    record, other = views.get(notice.record_id or 0), views.get(notice.other_id or 0)
    is_visible = record is not None if notice.record_id else not kind.is_about_record
    chosen = kind if is_visible else _nameless(notice)
    # Older notices have the organisation's name as their note.
    is_named = chosen.is_about_organisation and notice.organisation is None
    text = str(chosen.says).format(
        record=_title_of(record) if record else "",
        other=_title_of(other) if other else _("another record"),
        organisation=notice.organisation or notice.note,
        roles=roles.get(notice.organisation_id or notice.note, "–"),
    )
    return NoticeView(
        id=notice.pk,
        text=text,
        icon=chosen.icon,
        url=_url(chosen, notice, record, other),
        note=notice.note if is_visible and not is_named else "",
        at=notice.at,
        is_new=notice.read_at is None,
    )


def _kind_of(notice: Notice) -> NoticeKind:
    return KINDS.get(notice.kind, NEUTRAL)


def _nameless(notice: Notice) -> NoticeKind:
    return CLOSED if notice.kind == "access_revoked" else NEUTRAL


def _title_of(view: RecordView) -> str:
    return view.title_first or view.code


def _url(
    kind: NoticeKind, notice: Notice, record: RecordView | None, other: RecordView | None
) -> str:
    if kind in (NEUTRAL, CLOSED) or (kind.is_about_record and record is None):
        return ""
    if kind.names_pair and record and other:
        both = {view.kind: view.code for view in (record, other)}
        return reverse("matching:pair", args=[both["need"], both["achievement"]])
    code = notice.organisation.code if notice.organisation else record.code if record else ""
    for arguments in ([code], []):
        try:
            return reverse(kind.leads_to, args=arguments)
        except NoReverseMatch:
            continue
    return reverse("organisations") if kind.is_about_organisation else ""
