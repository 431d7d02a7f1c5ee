"""The addresses of this app."""

from django.urls import include, path

from terrace_web.market.display import SLUGS
from terrace_web.market.views import (
    access,
    detail,
    editing,
    interview,
    lists,
    publication,
    readiness,
    saving,
)

app_name = "market"

_lists = [
    path(f"market/{slug}/", lists.show_list, {"kind": kind}, name=slug)
    for kind, slug in SLUGS.items()
]
_reading = [
    path("search/", lists.show_search, name="search"),
    path("market/", lists.show_search, name="index"),
    path("market/suggest", lists.suggest_records, name="suggest"),
    path("market/r/<code>/", detail.show_record, name="record"),
    path("market/r/<code>/similar/", detail.show_similar, name="similar"),
    path("market/r/<code>/versions/", detail.show_versions, name="versions"),
]
_writing = [
    path("market/new/<slug:kind>/", editing.new_record, name="new"),
    path("market/new/<slug:kind>/draft/", editing.save_new_draft, name="save_new_draft"),
    path("market/r/<code>/edit/", editing.edit_record, name="edit"),
    path("market/r/<code>/draft/", editing.save_draft, name="save_draft"),
    path("market/r/<code>/resolve/", saving.resolve_conflict, name="resolve"),
    path("market/r/<code>/preview/", editing.preview_record, name="preview"),
    path("market/r/<code>/delete/", editing.delete_record, name="delete"),
    path("market/r/<code>/versions/<int:number>/restore/", detail.restore, name="restore"),
    path("market/r/<code>/readiness/", readiness.assess_readiness, name="readiness"),
    path("market/interview/", interview.hold, name="interview"),
    path("market/interview/finish/", interview.finish, name="interview_finish"),
    path("market/interview/again/", interview.start_again, name="interview_again"),
    path("market/interview/<slug:step>/", interview.hold, name="interview_step"),
]
_moving = [
    path("market/mine/", publication.show_mine, name="mine"),
    path("market/review/", publication.show_review, name="review"),
    path("market/r/<code>/move/<slug:move>/", publication.move, name="move"),
    path("market/access/", access.show_requests, name="access"),
    path("market/access/<int:request_id>/", access.decide, name="decide"),
    path("market/access/grants/<int:grant_id>/revoke/", access.take_back, name="revoke"),
    path("market/r/<code>/ask/<slug:group>/", access.ask, name="ask"),
    path("market/r/<code>/access/", access.show_grants, name="grants"),
]

urlpatterns = [
    *_lists,
    *_reading,
    *_writing,
    *_moving,
    path("", include("terrace_web.market.urls_extra")),
]
