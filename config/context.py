"""What every template may read besides Django's own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`TILE_URL`: the address pattern of the map's tile server, empty for none. `DEMO`: the demo district runs."""
    return {"TILE_URL": settings.TILE_URL, "DEMO": settings.DEMO}
