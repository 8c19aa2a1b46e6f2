"""What this room adds to the page of a grid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from common.words import words
from grids.hooks import Event, Panel, register_life, register_panel
from grids.models import Grid, Lineage, open_on
from grids.queries.life import LED
from grids.rules import SITE_LEVEL
from people.life import leaders_in_turn
from people.queries import in_order, people_of


def people_panel(request: HttpRequest, grid: Grid, on: date | None) -> Panel | None:
    """The people in post in a grid, today or on a day, leaders first; of a site those of its sub-grid too."""
    grids = [grid.pk]
    if grid.level == SITE_LEVEL:
        above = Lineage.objects.filter(open_on(on or timezone.localdate()), descendant_id=grid.pk, depth=1)
        grids += above.values_list("ancestor_id", flat=True)
    return Panel(
        "people/_panel.html",
        {
            "postings": in_order(people_of(grids, on=on)),
            "on": on,
            "site": grid.level == SITE_LEVEL,
            "contacts_url": reverse("people:contacts", args=[grid.pk]) if on is None else "",
        },
    )


def leaders_of_its_life(grid: Grid) -> Iterator[Event]:
    """Who came to lead a grid and who left, each on the day."""
    for led in leaders_in_turn(grid.pk):
        yield Event(
            on=led.valid_from,
            order=LED,
            text=words("%(name)s took up the post of %(role)s", name=led.name, role=led.role),
            tone="done",
        )
        if led.valid_to is not None:
            yield Event(
                on=led.valid_to,
                order=LED,
                text=words("%(name)s left the post of %(role)s", name=led.name, role=led.role),
            )


def install() -> None:
    """Register them; called once at start."""
    register_panel(people_panel)
    register_life(leaders_of_its_life)
