"""How Django renders forms here: Tabler's classes, help and errors tied to their field."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class BoundField(forms.BoundField):
    """A field whose widget carries the class it is drawn with."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """The attributes, with the class of the widget's kind and of its errors."""
        shown = widget or self.field.widget
        built = super().build_widget_attrs(attrs, shown)
        if not shown.is_hidden:
            built["class"] = self._classes(shown, str(built.get("class", "")))
        return built

    def _classes(self, widget: forms.Widget, given: str) -> str:
        own = class_of(widget)
        invalid = "is-invalid" if self.errors else ""
        return " ".join(filter(None, [own, widget.attrs.get("class", ""), given, invalid]))

    @property
    def first_id(self) -> str:
        """Where a link to this field leads: its widget, or the first of its choices."""
        choices = isinstance(self.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        return f"{self.auto_id}_0" if choices else self.id_for_label or self.auto_id

    @property
    def is_check(self) -> bool:
        """Whether the label stands behind a single box."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def marks_optional(self) -> bool:
        """Whether to say that the field may stay empty: where others may not."""
        has_needed = any(each.required for each in self.form.fields.values())
        is_entered = not self.is_check and not self.field.disabled
        return has_needed and is_entered and not self.field.required


class Renderer(TemplatesSetting):
    """The project's FORM_RENDERER; its templates are in ``templates/django/forms``."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = BoundField


def class_of(widget: forms.Widget) -> str:
    """The class a widget is drawn with."""
    return next(name for kind, name in _CLASSES if isinstance(widget, kind))
