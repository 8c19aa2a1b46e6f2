"""What this room adds to a grid's page."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from grids import hooks
from grids.models import Grid
from incidents import queries
from people.models import User
from people.queries import posting_for
from people.rules import Right

SHOWN = 5


def open_incidents(request: HttpRequest, grid: Grid, on: date | None) -> hooks.Panel | None:
    """The newest open incidents at a grid and below it, as far as the reader sees them; today's alone."""
    if on is not None or not isinstance(request.user, User):
        return None
    sight = queries.visible_to(request.user).filter(pk__in=queries.open_in([grid.pk]).values("pk"))
    return hooks.Panel(
        "incidents/_grid_panel.html",
        {
            "incidents": queries.with_names(sight).order_by("-reported_at", "-id")[:SHOWN],
            "incidents_count": sight.count(),
            "can_report_here": posting_for(request.user, Right.REPORT, grid_id=grid.pk) is not None,
        },
    )


def register() -> None:
    hooks.register_panel(open_incidents)
