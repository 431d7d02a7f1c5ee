"""The style guide, where it is not production."""

from django.conf import settings
from django.urls import URLPattern, path

from terrace_web.ui.samples import show_components, show_points

urlpatterns: list[URLPattern] = []
if settings.CONFIG.mode != "production":
    urlpatterns += [
        path("ui/components", show_components, name="components"),
        path("ui/components/points", show_points, name="component_points"),
    ]
