"""The addresses of this app."""

from django.urls import path

from terrace_web.accounts.views import (
    invitations,
    organisations,
    pages,
    people,
    profile,
    registrations,
)

urlpatterns = [
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("profile/", profile.profile, name="profile"),
    path("profile/close/", profile.close_account, name="close_account"),
    path("organisations/", organisations.list_organisations, name="organisations"),
    path("organisations/options/", organisations.offer_options, name="organisation_options"),
    path("organisations/new/", organisations.edit_organisation, name="organisation_new"),
    path("organisations/register/", registrations.ask, name="register"),
    path("organisations/requests/", registrations.list_requests, name="registrations"),
    path(
        "organisations/requests/<int:registration_id>/",
        registrations.decide,
        name="decide_registration",
    ),
    path(
        "organisations/requests/<int:registration_id>/withdraw/",
        registrations.withdraw,
        name="withdraw_registration",
    ),
    path("organisations/<str:code>/", organisations.show_organisation, name="organisation"),
    path(
        "organisations/<str:code>/edit/", organisations.edit_organisation, name="organisation_edit"
    ),
    path("organisations/<str:code>/invite/", invitations.invite, name="invite"),
    path("organisations/<int:organisation_id>/join/", organisations.join, name="join"),
    path("members/<int:membership_id>/", organisations.change_member, name="change_member"),
    path(
        "invitations/<int:invitation_id>/withdraw/",
        invitations.withdraw,
        name="withdraw_invitation",
    ),
    path("invitations/<int:invitation_id>/resend/", invitations.resend, name="resend_invitation"),
    path("invitations/<str:key>/", invitations.accept, name="invitation"),
    path("invitations/<str:key>/again/", invitations.want, name="want_invitation"),
    path("administration/people/", people.people, name="people"),
]
