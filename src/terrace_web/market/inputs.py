"""Form fields that the market needs beside Django's."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from terrace.match.interview.typed import read_number
from terrace_web.ui.regions import check_region, region_label

_COMMAS = re.compile(r"[,，、;；]")
_MOST_ENTRIES, _LONGEST_ENTRY = 60, 400
_TRUE, _FALSE = "yes", "no"


class ListField(forms.CharField):
    """Several entries in one box: one a line, or in one line between commas.

    Of ``words`` none has a comma of its own, so that lines may hold several.
    """

    def __init__(self, *, words: bool = False, **kwargs: Any) -> None:
        self._words = words
        chips = {"rows": 2, "data-chips": "words" if words else ""}
        kwargs.setdefault("widget", forms.Textarea(attrs=chips))
        kwargs["help_text"] = kwargs.get("help_text") or _("One a line, or between commas.")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Entries as text; one a line where an entry has a comma of its own."""
        if not isinstance(value, list | tuple):
            return value
        if any(_COMMAS.search(each) for each in value):
            return "\n".join(value) + "\n"
        return ", ".join(value)

    def to_python(self, value: Any) -> Any:
        """The entries, without empty ones and repetitions."""
        # Trailing breaks count: they tell one entry with a comma from two entries.
        text = str(value or "").replace("\r\n", "\n").lstrip()
        if self._words:
            text = text.replace("\n", ",")
        parts = text.split("\n") if "\n" in text else _COMMAS.split(text)
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def clean(self, value: Any) -> Any:
        """The entries, if they are not too many or too long."""
        entries = self.to_python(value)
        if len(entries) > _MOST_ENTRIES:
            raise ValidationError(_("At most %(n)s entries.") % {"n": _MOST_ENTRIES})
        if any(len(each) > _LONGEST_ENTRY for each in entries):
            raise ValidationError(
                _("An entry has at most %(n)s characters.") % {"n": _LONGEST_ENTRY}
            )
        return entries


class RegionsField(ListField):
    """Several regions by their names or codes; gives the codes."""

    def prepare_value(self, value: Any) -> Any:
        """Their names; what was typed stays."""
        named = [region_label(each) for each in value] if isinstance(value, list) else value
        return super().prepare_value(named)

    def clean(self, value: Any) -> Any:
        """The codes, each once.

        Raises:
            ValidationError: one is no region.
        """
        return list(dict.fromkeys(check_region(each) for each in super().clean(value)))


class NumberField(forms.FloatField):
    """A number that is not negative; whole ones stay whole."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput)
        super().__init__(min_value=0, max_value=1e15, **kwargs)

    def clean(self, value: Any) -> Any:
        """The number, or None."""
        if isinstance(value, str):
            tidy = value.replace("，", "").replace(" ", "")
            read = read_number(tidy)
            value = tidy.replace(",", "") if read is None else read
        number = super().clean(value)
        return int(number) if number is not None and number.is_integer() else number

    def prepare_value(self, value: Any) -> Any:
        """Whole numbers without a fraction, however they were stored."""
        is_whole = isinstance(value, float) and value.is_integer()
        return int(value) if is_whole else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """As text with a keypad of digits: grouped numbers may be pasted."""
        return {"inputmode": "decimal"}


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("Not said")), (_TRUE, _("Yes")), (_FALSE, _("No"))]
        super().__init__(
            choices=choices, coerce=lambda said: said == _TRUE, empty_value=None, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """The stored truth as one of the choices."""
        return {True: _TRUE, False: _FALSE}.get(value, value) if isinstance(value, bool) else value
