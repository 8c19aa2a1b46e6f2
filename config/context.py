"""What every template may read besides Django's own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from demo.roles import LOGINS


def site(request: HttpRequest) -> dict[str, Any]:
    """`TILE_URL` is the address pattern of the map's tile server, empty for none.

    `demo_logins` has one login per role where the demo district runs, for the login page; else nothing.
    """
    return {"TILE_URL": settings.TILE_URL, "demo_logins": LOGINS if settings.DEMO else ()}
