"""What every template may read besides Django's own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from demo.roles import LOGINS, PASSWORD


def site(request: HttpRequest) -> dict[str, Any]:
    """`TILE_URL` is the address pattern of the map's tile server, empty for none.

    `DEMO` says that the demo district runs; `demo_logins` then has one login per role
    and `demo_password` their password, for the login page.
    """
    return {
        "TILE_URL": settings.TILE_URL,
        "DEMO": settings.DEMO,
        "demo_logins": LOGINS if settings.DEMO else (),
        "demo_password": PASSWORD if settings.DEMO else "",
    }
