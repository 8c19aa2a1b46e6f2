"""What is asked of the tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from grids.models import Boundary, Grid, LevelLabel, Lineage, open_on
from ledgers.actions import Place


def below(grid_ids: Iterable[int], *, on: date | None = None) -> QuerySet[Lineage]:
    """Lineage rows (self included) from these grids down; use ``.values("descendant_id")`` as a subquery."""
    when = Q(valid_to__isnull=True) if on is None else open_on(on)
    return Lineage.objects.filter(when, ancestor_id__in=grid_ids)


def ancestors(grid_id: int, *, on: date | None = None) -> list[Grid]:
    """The grid's line from the district down to itself, today or on a day."""
    when = Q(valid_to__isnull=True) if on is None else open_on(on)
    rows = Lineage.objects.filter(when, descendant_id=grid_id).select_related("ancestor").order_by("-depth")
    return [row.ancestor for row in rows]


def upper_at(grid_id: int, level: int) -> Grid | None:
    """The grid of ``level`` above (or at) this one today."""
    return Grid.objects.filter(
        lineage_down__descendant_id=grid_id, lineage_down__valid_to__isnull=True, level=level
    ).first()


def place(grid: Grid) -> Place:
    """The grid as the ledger keeps it: key, name, path of codes from the root today."""
    codes = [above.code for above in ancestors(grid.pk)]
    return Place(grid_id=grid.pk, name=grid.name, path="/" + "/".join(codes) + "/")


def level_labels(*, on: date | None = None) -> dict[int, str]:
    """Level → what it is called on the day, in the active language."""
    day = on or timezone.localdate()
    return {row.level: row.label for row in LevelLabel.objects.filter(open_on(day))}


def boundaries(grid_ids: Iterable[int], *, on: date | None = None) -> QuerySet[Boundary]:
    """Boundaries in force on a day, grids loaded."""
    return Boundary.objects.filter(open_on(on or timezone.localdate()), grid_id__in=grid_ids).select_related(
        "grid"
    )
