"""What every template knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The zone's name, whether this is the demo, and who is asking."""
    return {
        "zone_name": settings.CONFIG.zone_name,
        "is_demo": settings.CONFIG.mode == "demo",
        "base_url": settings.CONFIG.base_url.rstrip("/"),
        "audience": getattr(request, "audience", None),
    }
