"""The addresses of this app."""

from django.urls import path

from terrace_web.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("profile/", views.profile, name="profile"),
    path("profile/close/", views.close_account, name="close_account"),
    path("organisations/", views.list_organisations, name="organisations"),
    path("organisations/new/", views.edit_organisation, name="organisation_new"),
    path("organisations/<str:code>/", views.show_organisation, name="organisation"),
    path("organisations/<str:code>/edit/", views.edit_organisation, name="organisation_edit"),
    path("organisations/<str:code>/invite/", views.invite, name="invite"),
    path("organisations/<int:organisation_id>/join/", views.join, name="join"),
    path("members/<int:membership_id>/", views.change_member, name="change_member"),
    path("invitations/<int:invitation_id>/withdraw/", views.withdraw, name="withdraw_invitation"),
    path("invitations/<str:key>/", views.accept, name="invitation"),
    path("administration/people/", views.people, name="people"),
]
