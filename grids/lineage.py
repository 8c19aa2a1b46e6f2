"""Writes of the lineage, set-wise, inside the tree's lock. A row never covers no day at all.

Levels are fixed for the life of a grid, so the depth of a pair is the difference of its levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import QuerySet

from grids.dated import BATCH, batches
from grids.models import Grid, Lineage


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
    """Hang the open grids at and below ``grid_id`` under another parent: ends lost rows, opens new ones."""
    line = [above for above, _depth in sorted(open_line(parent_id).items(), key=lambda pair: pair[1])]
    inside: dict[int, list[tuple[int, int]]] = {}
    rows = Lineage.objects.filter(
        valid_to__isnull=True,
        descendant__in=Lineage.objects.filter(ancestor_id=grid_id, valid_to__isnull=True).values(
            "descendant_id"
        ),
    )
    for below, above, depth in rows.values_list("descendant_id", "ancestor_id", "depth"):
        inside.setdefault(below, []).append((depth, above))
    lines: dict[int, list[int]] = {}
    for below, pairs in inside.items():
        upward = [above for _depth, above in sorted(pairs)]
        lines[below] = [*upward[: upward.index(grid_id) + 1], *line]
    settle(lines, on=on)


def settle(lines: Mapping[int, Sequence[int]], *, on: date) -> None:
    """Let each grid stand in the line given from a day on; an empty line ends it.

    ``lines`` maps a grid to its ancestors from itself upwards. Rows that hold already are left alone. A row
    that ended this same day goes on instead of being followed by another, so that going there and back
    in a day leaves no trace.
    """
    for keys in batches(lines):
        wanted = {(above, below): depth for below in keys for depth, above in enumerate(lines[below])}
        stale: list[int] = []
        ended: list[int] = []
        open_rows = Lineage.objects.filter(descendant_id__in=keys, valid_to__isnull=True)
        for pk, above, below, since in open_rows.values_list(
            "pk", "ancestor_id", "descendant_id", "valid_from"
        ):
            if wanted.pop((above, below), None) is None:
                (stale if since >= on else ended).append(pk)
        for some in batches(stale):
            Lineage.objects.filter(pk__in=some).delete()
        ended_now = Lineage.objects.filter(descendant_id__in=keys, valid_to=on)
        again = [
            (pk, (above, below))
            for pk, above, below in ended_now.values_list("pk", "ancestor_id", "descendant_id")
            if (above, below) in wanted
        ]
        for some in batches(ended):
            Lineage.objects.filter(pk__in=some).update(valid_to=on)
        for some in batches(pk for pk, _pair in again):
            Lineage.objects.filter(pk__in=some).update(valid_to=None)
        for _pk, pair in again:
            del wanted[pair]
        Lineage.objects.bulk_create(
            (
                Lineage(ancestor_id=above, descendant_id=below, depth=depth, valid_from=on)
                for (above, below), depth in wanted.items()
            ),
            batch_size=BATCH,
        )
