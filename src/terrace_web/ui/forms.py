"""How forms look: every ``{{ form }}`` comes with labels, help and errors tied to its fields."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders with the templates in ``ui/templates/django/forms``."""

    form_template_name = "django/forms/terrace_form.html"
    field_template_name = "django/forms/terrace_field.html"
