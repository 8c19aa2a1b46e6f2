"""What this room adds to the page of a grid."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from grids.hooks import Panel, register_panel
from grids.models import Grid
from people.queries import in_order, people_of


def people_panel(request: HttpRequest, grid: Grid, on: date | None) -> Panel | None:
    """The people in post in a grid, today or on a day, leaders first."""
    return Panel(
        "people/_panel.html",
        {
            "postings": in_order(people_of([grid.pk], on=on)),
            "contacts_url": reverse("people:contacts", args=[grid.pk]) if on is None else "",
        },
    )


def install() -> None:
    """Register it; called once at start."""
    register_panel(people_panel)
