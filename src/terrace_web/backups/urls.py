"""The addresses of this app."""

from django.urls import path

from terrace_web.backups import views

app_name = "backups"
urlpatterns = [
    path("administration/backups/", views.list_backups, name="list"),
    path("administration/backups/new", views.start_backup, name="new"),
    path("administration/backups/upload", views.upload, name="upload"),
    path("administration/backups/<str:name>/download", views.download, name="download"),
    path("administration/backups/<str:name>/restore", views.restore, name="restore"),
    path("administration/backups/<str:name>/delete", views.delete, name="delete"),
]
