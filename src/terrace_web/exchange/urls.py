"""The addresses of this app."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import path
from django.views.decorators.cache import cache_control

from terrace_web.exchange.feeds import AtomFeed, RssFeed
from terrace_web.exchange.sitemaps import SITEMAPS
from terrace_web.exchange.views import attachments, exporting, following, importing, public

app_name = "exchange"

_fresh = cache_control(public=True, max_age=300)
_daily = cache_control(public=True, max_age=3600)

_importing = [
    path("market/import/", importing.start, name="import_start"),
    path(
        "market/import/template/<slug:kind>.<slug:file_format>",
        importing.specimen,
        name="specimen",
    ),
    path("market/import/<int:import_id>/", importing.show, name="import"),
    path("market/import/<int:import_id>/confirm/", importing.confirm, name="import_confirm"),
    path("market/import/<int:import_id>/discard/", importing.discard, name="import_discard"),
    path("market/import/<int:import_id>/submit/", importing.submit, name="import_submit"),
    path("market/import/<int:import_id>/undo/", importing.undo, name="import_undo"),
    path(
        "market/import/<int:import_id>/problems.csv",
        importing.list_problems,
        name="import_problems",
    ),
]
_exporting = [
    path("market/export/<slug:kind>.<slug:file_format>", exporting.export_list, name="export"),
    path("market/r/<code>/export.json", exporting.export_one, name="export_one"),
    path("market/r/<code>/print/", exporting.print_record, name="print"),
]
_files = [
    path("market/r/<code>/files/", attachments.show, name="attachments"),
    path("market/r/<code>/files/<int:attachment_id>/", attachments.download, name="attachment"),
    path(
        "market/r/<code>/files/<int:attachment_id>/delete/",
        attachments.delete,
        name="attachment_delete",
    ),
]
_following = [
    path("market/following/", following.show, name="following"),
    path("market/following/new/<slug:kind>/", following.new_search, name="new_search"),
    path("market/following/<int:search_id>/", following.edit_search, name="edit_search"),
    path("market/following/<int:search_id>/delete/", following.delete_search, name="delete_search"),
    path("market/following/drop/<int:follow_id>/", following.drop, name="drop_follow"),
    path("market/following/stop/<str:token>/", following.stop, name="stop"),
    path("market/r/<code>/follow/", following.set_follow, {"follows": True}, name="follow"),
    path("market/r/<code>/unfollow/", following.set_follow, {"follows": False}, name="unfollow"),
]
_public = [
    path("market/r/<code>/card.png", public.share_card, name="share_card"),
    path("market/feeds/<slug:kind>.rss", _fresh(RssFeed()), name="rss"),
    path("market/feeds/<slug:kind>.atom", _fresh(AtomFeed()), name="atom"),
    path(
        "sitemap.xml",
        _daily(index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "exchange:sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", _daily(sitemap), {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("robots.txt", public.robots, name="robots"),
    path("opensearch.xml", public.open_search, name="open_search"),
]

urlpatterns = [*_importing, *_exporting, *_files, *_following, *_public]
