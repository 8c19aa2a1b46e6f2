"""The entry of taking something away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from grids import queries
from grids.models import Grid
from ledgers.actions import Draft, Subject, record


@transaction.atomic
def note_export(grid_id: int, *, by: Any, what: str, rows: int | None = None) -> None:
    """Enter that somebody took a list of a grid away: what, and how many rows."""
    grid = Grid.objects.get(pk=grid_id)
    record(
        Draft(
            app="grids",
            action="export",
            subject=Subject(type="grids.list", id=str(grid.pk), label=f"{grid.code} {grid.name}"),
            actor=queries.actor_or_person(by, "view", grid.pk),
            at=timezone.now(),
            place=queries.place(grid),
            payload={"what": what, "rows": rows},
        )
    )
