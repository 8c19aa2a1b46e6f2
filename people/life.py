"""Who led a grid, one after another."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import F
from django.utils.functional import Promise

from people.models import Posting, Role
from people.queries import ROLE_ORDER

LEADING = (Role.CHIEF_LEADER, Role.LEADER, Role.DEPUTY)


class Led(NamedTuple):
    """Someone who led a grid; ``valid_to`` is the first day no more, None while they do."""

    name: str
    role: str | Promise
    valid_from: date
    valid_to: date | None


def leaders_in_turn(grid_id: int) -> list[Led]:
    """All who lead a grid, have led it or are to, in the order in which they began. One query.

    Postings that were in force on no day are left out.
    """
    rows = (
        Posting.objects.filter(grid_id=grid_id, role__in=LEADING)
        .exclude(valid_to=F("valid_from"))
        .select_related("person")
    )
    return [
        Led(str(row.person), Role(row.role).label, row.valid_from, row.valid_to)
        for row in sorted(rows, key=lambda row: (row.valid_from, ROLE_ORDER[row.role], row.pk))
    ]
