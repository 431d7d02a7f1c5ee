"""The addresses of this app."""

from django.urls import path

from terrace_web.managers import views

app_name = "managers"
urlpatterns = [
    path("managers/", views.registry, name="registry"),
    path("managers/proposals/", views.proposals, name="proposals"),
    path("managers/proposals/new", views.propose, name="propose"),
    path("managers/proposals/accept", views.decide_together, name="decide_together"),
    path("managers/proposals/undo", views.take_back, name="take_back"),
    path("managers/proposals/<int:assignment_id>", views.decide, name="decide"),
    path("managers/charge/<code>/", views.charge, name="charge"),
    path("managers/<int:user_id>/", views.show, name="show"),
    path("managers/<int:user_id>/edit/", views.edit, name="edit"),
]
