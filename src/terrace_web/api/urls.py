"""The API, its description, and the pages of tokens and webhooks."""

from django.urls import path, re_path

from terrace_web.api import views
from terrace_web.api.endpoints import api
from terrace_web.api.methods import speak_json

_v1, _app, _namespace = api.urls

urlpatterns = [
    path("docs", views.docs, name="api_docs"),
    path("tokens/", views.tokens, name="api_tokens"),
    path("tokens/<int:token_id>/revoke", views.revoke, name="api_revoke"),
    path("webhooks/", views.webhooks, name="api_webhooks"),
    path("webhooks/<int:webhook_id>/test", views.test_webhook, name="api_webhook_test"),
    path("webhooks/<int:webhook_id>/delete", views.delete_webhook, name="api_webhook_delete"),
    path("v1/", ([speak_json(each) for each in _v1], _app, _namespace)),
    re_path(r"^v1/(?P<rest>.*)$", views.show_unknown, name="api_unknown"),
]
