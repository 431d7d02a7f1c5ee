"""The addresses of imports, exports, attachments, feeds and what is followed."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
