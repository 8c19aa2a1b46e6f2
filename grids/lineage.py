"""Writes of the lineage, set-wise, inside the tree's lock. A row never covers no day at all.

Levels are fixed for the life of a grid, so the depth of a pair is the difference of its levels.
"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from grids.models import Grid, Lineage

BATCH = 2000


def open_line(grid_id: int) -> dict[int, int]:
    """Ancestor (the grid itself included) → depth, today."""
    rows = Lineage.objects.filter(descendant_id=grid_id, valid_to__isnull=True)
    return dict(rows.values_list("ancestor_id", "depth"))


def begin(grid: Grid, *, on: date) -> None:
    """Rows of a grid new under its parent."""
    line = open_line(grid.parent_id) if grid.parent_id is not None else {}
    rows = [
        Lineage(ancestor_id=above, descendant_id=grid.pk, depth=depth + 1, valid_from=on)
        for above, depth in line.items()
    ]
    rows.append(Lineage(ancestor_id=grid.pk, descendant_id=grid.pk, depth=0, valid_from=on))
    Lineage.objects.bulk_create(rows)


def end(rows: QuerySet[Lineage], *, on: date) -> None:
    """Let open rows end on a day; those begun on it never were."""
    rows.filter(valid_to__isnull=True, valid_from=on).delete()
    rows.filter(valid_to__isnull=True).update(valid_to=on)


def move(grid_id: int, *, parent_id: int, on: date) -> None:
    """Hang the open grids at and below ``grid_id`` under another parent: ends lost rows, opens new ones.

    Ancestors common to both places keep their rows. A row that ended this same day goes on instead of
    being followed by another, so that going there and back in a day leaves no trace.
    """
    before = {above for above, depth in open_line(grid_id).items() if depth > 0}
    line = open_line(parent_id)
    lost = before - line.keys()
    gained = {above: depth + 1 for above, depth in line.items() if above not in before}
    moved = dict(
        Lineage.objects.filter(ancestor_id=grid_id, valid_to__isnull=True).values_list(
            "descendant_id", "depth"
        )
    )
    inside = Lineage.objects.filter(ancestor_id=grid_id, valid_to__isnull=True).values("descendant_id")
    end(Lineage.objects.filter(ancestor_id__in=lost, descendant_id__in=inside), on=on)
    again = Lineage.objects.filter(ancestor_id__in=gained, descendant_id__in=inside, valid_to=on)
    resumed = set(again.values_list("ancestor_id", "descendant_id"))
    again.update(valid_to=None)
    Lineage.objects.bulk_create(
        (
            Lineage(ancestor_id=above, descendant_id=below, depth=depth + deeper, valid_from=on)
            for above, depth in gained.items()
            for below, deeper in moved.items()
            if (above, below) not in resumed
        ),
        batch_size=BATCH,
    )
