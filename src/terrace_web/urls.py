"""Every address of the site; each app lists its own."""

from django.urls import include, path

from terrace_web.ui import errors

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("", include("terrace_web.accounts.urls")),
    path("", include("terrace_web.ui.urls")),
    path("", include("terrace_web.market.urls")),
    path("", include("terrace_web.exchange.urls")),
    path("", include("terrace_web.matching.urls")),
    path("", include("terrace_web.managers.urls")),
    path("", include("terrace_web.notices.urls")),
    path("", include("terrace_web.audit.urls")),
    path("", include("terrace_web.backups.urls")),
    path("api/", include("terrace_web.api.urls")),
]

handler400 = errors.show_bad_request
handler403 = errors.show_forbidden
handler404 = errors.show_not_found
handler500 = errors.show_server_error
