"""The forms of imports, attachments and saved searches."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from terrace_web.accounts.models import Organisation
from terrace_web.exchange.checks import ACCEPTED
from terrace_web.exchange.models import Attachment, SavedSearch
from terrace_web.market.models import Record
from terrace_web.ui.templatetags.ui import listed


class ImportForm(forms.Form):
    """What is imported, for whom, from which file."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=Record.Kind.choices)
    owner = forms.ModelChoiceField(label=_("Belongs to"), queryset=Organisation.objects.none())
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.tsv,.xlsx,.jsonl,.ndjson,.json,.parquet,.gz"}
        ),
    )
    mapping = forms.FileField(
        label=_("Mapping of columns"),
        required=False,
        help_text=_("A YAML file, where the columns go by names of their own."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def __init__(self, owners: Sequence[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["owner"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Organisation.objects.filter(pk__in=[each.pk for each in owners])
        chosen.empty_label = None
        self.fields["file"].help_text = _(
            "CSV, Excel, JSON, JSON Lines or Parquet; at most %(n)s MB."
        ) % {"n": settings.CONFIG.upload_megabytes}


class AttachmentForm(forms.Form):
    """A file and the group of fields it belongs to."""

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ",".join(ACCEPTED)})
    )
    group = forms.ChoiceField(label=_("Part of the record"), choices=Attachment.Group.choices)

    def __init__(self, groups: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["group"]
        assert isinstance(chosen, forms.ChoiceField)
        # What one forgets to say stays closed.
        chosen.choices = [each for each in reversed(Attachment.Group.choices) if each[0] in groups]
        self.fields["file"].help_text = _("%(formats)s; at most %(n)s MB.") % {
            "formats": listed(each.lstrip(".").upper() for each in ACCEPTED),
            "n": settings.CONFIG.upload_megabytes,
        }


class SearchForm(forms.ModelForm):
    """A saved search: what it is called, and how often its new hits are mailed."""

    class Meta:
        """Its name and frequency; the list itself stays as it was saved."""

        model = SavedSearch
        fields = ("name", "frequency")
