"""The addresses of this app."""

from django.urls import path

from terrace_web.matching.views import lists, maps, pairs, training

app_name = "matching"
urlpatterns = [
    path("desk/", lists.show_desk, name="desk"),
    path("desk/training/", training.show_training, name="training"),
    path("desk/training/start/", training.start, name="train"),
    path("desk/training/<int:run_id>/", training.show_progress, name="training_run"),
    path("desk/training/<int:run_id>/accept/", training.accept, name="accept"),
    path("desk/training/<int:run_id>/discard/", training.discard, name="discard"),
    path("desk/<code>/", lists.show_matches, name="matches"),
    path("desk/<code>/scenarios/", lists.show_scenarios, name="scenarios"),
    path("desk/<code>/compare/", pairs.show_comparison, name="compare"),
    path("desk/<need>/<achievement>/", pairs.show_pair, name="pair"),
    path("desk/<need>/<achievement>/decide/", pairs.decide_pair, name="decide"),
    path("map/", maps.show_map, name="map"),
    path("map/points.json", maps.show_points, name="points"),
]
