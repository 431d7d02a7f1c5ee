"""Lines of one mail: what would be said twice is said once, with how often and since when."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from terrace_web.notices.queries import NoticeView


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a mail says; ``url`` is '' where there is nothing to see."""

    text: str
    note: str
    url: str


def merge_notices(notices: Iterable[NoticeView]) -> list[Line]:
    """The notices as lines, in their order; those that read alike become one."""
    alike: dict[Line, list[NoticeView]] = {}
    for each in notices:
        alike.setdefault(Line(each.text, each.note, each.url), []).append(each)
    return [_count(line, told) for line, told in alike.items()]


def _count(line: Line, told: list[NoticeView]) -> Line:
    if len(told) == 1:
        return line
    since = timezone.localtime(min(each.at for each in told))
    at = formats.date_format(since, "SHORT_DATETIME_FORMAT")
    said = {"text": line.text, "n": len(told), "at": at}
    return Line(_("%(text)s (%(n)s times since %(at)s)") % said, line.note, line.url)
