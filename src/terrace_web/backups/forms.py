"""What is asked before a backup is stored or restored."""

from pathlib import Path
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terrace_web.backups.archive import peek
from terrace_web.backups.errors import BackupError


class UploadForm(forms.Form):
    """A backup from elsewhere."""

    file = forms.FileField(label=_("Backup file"), widget=forms.FileInput(attrs={"accept": ".gz"}))

    def clean_file(self) -> Any:
        """Only what begins as one; the whole of it is checked before it is restored."""
        file = self.cleaned_data["file"]
        if not file.name.endswith(".tar.gz"):
            raise forms.ValidationError(_("This is no backup; choose a file that ends in .tar.gz."))
        if file.read(2) != b"\x1f\x8b":
            raise forms.ValidationError(
                _("This is no backup, though its name ends in .tar.gz: its content is no archive.")
            )
        file.seek(0)
        try:
            peek(file, file.name)
        except BackupError as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file

    def store(self, folder: Path) -> Path:
        """Keep it under a name of our own."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"uploaded-{timezone.now():%Y%m%d-%H%M%S}.tar.gz"
        with path.open("wb") as target:
            for chunk in self.cleaned_data["file"].chunks():
                target.write(chunk)
        return path


class RestoreForm(forms.Form):
    """The zone's name, typed, so that nobody restores by a slip."""

    name = forms.CharField(label=_("Type the name of the zone to confirm"))

    def __init__(self, *args: Any, zone_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone_name = zone_name
        self.fields["name"].help_text = zone_name

    def clean_name(self) -> str:
        """It has to be the very name."""
        name = str(self.cleaned_data["name"]).strip()
        if name != self._zone_name:
            raise forms.ValidationError(_("This is not the name of the zone."))
        return name
