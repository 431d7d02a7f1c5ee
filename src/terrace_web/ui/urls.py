"""The start page and the style guide."""

from django.conf import settings
from django.urls import path
from django.views.generic import TemplateView

urlpatterns = []
if settings.CONFIG.mode != "production":
    urlpatterns.append(
        path(
            "ui/components",
            TemplateView.as_view(template_name="ui/components.html"),
            name="components",
        )
    )
