"""The entry of taking a list of people away."""

from __future__ import annotations

from django.db import transaction

from grids.models import Grid
from grids.queries import place
from ledgers.actions import Subject
from people.actions.common import anywhere, enter
from people.models import User
from people.queries import actor, posting_for
from people.rules import Right


@transaction.atomic
def note_people_export(*, by: User, rows: int) -> None:
    """Enter that an administrator took away a list of people with their postings: how many."""
    who, home = anywhere(by)
    subject = Subject(type="people.list", id="", label=str(rows))
    enter("export", subject, who, home, {"what": "people", "rows": rows})


@transaction.atomic
def note_contacts_export(grid: Grid, *, by: User, kind: str, below: bool, rows: int) -> None:
    """Enter that somebody took the contact sheet of a grid away, as ``xlsx`` or ``pdf``."""
    who = actor(by, posting_for(by, Right.VIEW, grid_id=grid.pk))
    subject = Subject(type="people.list", id=str(grid.pk), label=f"{grid.code} {grid.name}")
    content = {"what": "contacts", "format": kind, "below": below, "rows": rows}
    enter("export", subject, who, place(grid), content)
