"""The audit trail for administrators: search and export."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from terrace_web.accounts.paging import read_page
from terrace_web.audit.actions import record_audit
from terrace_web.audit.exporting import write_csv
from terrace_web.audit.models import Entry
from terrace_web.audit.queries import say_entries, search_entries
from terrace_web.audit.wording import action_choices
from terrace_web.permissions import require

_PAGE_SIZE = 50
_DAY = forms.DateInput(attrs={"type": "date"})


class SearchForm(forms.Form):
    """What entries are narrowed to."""

    who = forms.CharField(label=_("Who"), required=False)
    action = forms.CharField(label=_("Action"), required=False, widget=forms.Select)
    subject = forms.CharField(label=pgettext_lazy("audit", "About"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("Until"), required=False, widget=_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["action"].widget
        assert isinstance(widget, forms.Select)
        widget.choices = action_choices()

    def clean(self) -> dict[str, Any]:
        """Days in the order they have.

        Raises:
            ValidationError: the last day comes before the first.
        """
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            raise forms.ValidationError(_("The last day comes before the first."))
        return given


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Entries, newest first."""
    require(request.audience, "audit:search")
    form = SearchForm(request.GET)
    found = _search(request, form) if form.is_valid() else Entry.objects.none()
    total = found.count()
    page, pages = read_page(request.GET.get("page", "1"), total, size=_PAGE_SIZE)
    context = {
        "form": form,
        "entries": say_entries(
            found[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE], request.audience
        ),
        "is_narrowed": any(request.GET.values()),
        "total": total,
        "page": page,
        "pages": pages,
    }
    return render(request, "audit/search.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The entries that fit as CSV; the export is recorded too."""
    require(request.audience, "audit:search")
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "audit/search.html", {"form": form, "pages": 1}, status=400)
    given = {name: str(value) for name, value in form.cleaned_data.items() if value}
    record_audit("audit:export", by=request.user, now=timezone.now(), details=given)
    found = _search(request, form).iterator(chunk_size=2_000)
    lines = write_csv(found, request.audience, get_language() or "en")
    name = f"audit-{timezone.localdate():%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _search(request: HttpRequest, form: SearchForm) -> QuerySet[Entry]:
    return search_entries(request.audience, **form.cleaned_data)
