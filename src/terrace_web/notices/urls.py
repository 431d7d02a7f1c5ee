"""The addresses of this app."""

from django.urls import path

from terrace_web.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.show_list, name="list"),
    path("notices/<int:notice_id>/", views.open_notice, name="open"),
    path("notices/read/", views.read_all, name="read"),
    path("notices/unsubscribe/<str:key>/", views.unsubscribe, name="unsubscribe"),
]
