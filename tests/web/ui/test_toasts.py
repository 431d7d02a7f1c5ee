import json

from django.http import HttpResponse
from django_htmx.http import trigger_client_event

from terrace_web.ui.toasts import add_toast


def test_it_works():
    response = add_toast(HttpResponse(), "Shortlisted.", undo_url="/undo/4")
    said = json.loads(response.headers["HX-Trigger"])
    assert said == {"toast": {"text": "Shortlisted.", "level": "success", "undo": "/undo/4"}}


def test_it_keeps_other_events():
    response = trigger_client_event(HttpResponse(), "changed")
    said = json.loads(add_toast(response, "密", "error").headers["HX-Trigger"])
    assert set(said) == {"changed", "toast"}
    assert said["toast"]["text"] == "密"
