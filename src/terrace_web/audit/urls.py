"""The addresses of this app."""

from django.urls import path

from terrace_web.audit import views

app_name = "audit"
urlpatterns = [
    path("administration/audit/", views.search, name="search"),
    path("administration/audit/export.csv", views.export, name="export"),
]
