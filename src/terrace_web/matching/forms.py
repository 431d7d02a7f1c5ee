"""What pages of the desk ask for: the selection of a list, and why a pair is rejected."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from terrace_web.matching.models import Decision
from terrace_web.matching.selection import Selection

GATES = (
    ("", _("Any gates")),
    ("passed", _("Gates passed")),
    ("near", _("Near misses")),
    ("failed", _("A gate not met")),
)
STATES = (
    ("", _("Any decision")),
    ("undecided", _("Undecided")),
    ("shortlist", _("Shortlisted")),
    ("later", _("Later")),
    ("reject", _("Rejected")),
)
_ANY_KEY = "key-of-the-row"
PROMISE = (("any", _("All listed")), ("promising", _("Promising")))
LANGUAGES = (("", _("Any language")), ("en", "English"), ("zh", "中文"))
READINESS = (("", _("Any readiness")), *((n, f"≥ {n}") for n in range(2, 10)))
ORDERS = (
    ("best", _("Best first")),
    ("newest", _("Newest matches first")),
    ("readiness", _("Readiest first")),
)


class SelectionForm(forms.Form):
    """The filters of a list of pairs; whatever cannot be read keeps everything."""

    state = forms.ChoiceField(choices=STATES, required=False, label=_("Decision"))
    promise = forms.ChoiceField(choices=PROMISE, required=False, label=_("Confidence"))
    gates = forms.ChoiceField(choices=GATES, required=False, label=_("Gates"))
    language = forms.ChoiceField(choices=LANGUAGES, required=False, label=_("Language"))
    readiness = forms.TypedChoiceField(
        choices=READINESS, coerce=int, empty_value=None, required=False, label=_("Readiness level")
    )
    order = forms.ChoiceField(choices=ORDERS, required=False, label=_("Order"))

    def selection(self, page: str = "") -> Selection:
        """What is chosen; call it after ``is_valid``, whatever that said."""
        chosen: dict[str, Any] = {name: each for name, each in self.cleaned_data.items() if each}
        number = int(page) if page.isascii() and page.isdigit() else 1
        return Selection(**{**chosen, "page": min(number, 10_000)})


class RejectionForm(forms.Form):
    """Why a pair is rejected: one of the reasons, and whatever there is to add."""

    cause = forms.ChoiceField(choices=Decision.Cause.choices, label=_("Reason"), required=False)
    reason = forms.CharField(
        label=_("More about it"), max_length=400, required=False, widget=forms.TextInput
    )

    def draw_fields(self, key: str) -> SafeString:
        """Its fields in the row of this key; each row has them, so they are drawn once."""
        return SafeString(self._drawn.replace(_ANY_KEY, escape(key)))

    @property
    def cause_options(self) -> SafeString:
        """The choices of ``cause``."""
        choices = [("", _("Choose a reason")), *self.fields["cause"].choices]
        return format_html_join("", '<option value="{}">{}</option>', choices)

    @cached_property
    def _drawn(self) -> str:
        said = {"rejection": self, "key": _ANY_KEY}
        return render_to_string("matching/_reject_fields.html", said)


def read_selection(query: QueryDict, **usual: str) -> tuple[SelectionForm, Selection]:
    """The form with what the address says, and the selection; else ``usual`` holds."""
    given = query.copy()
    for name, value in usual.items():
        given.setdefault(name, value)
    form = SelectionForm(given)
    form.is_valid()
    return form, form.selection(query.get("page", ""))
