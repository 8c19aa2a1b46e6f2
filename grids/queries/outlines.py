"""Boundaries as they are drawn and kept: those round a grid, its own over time, all below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from shapely.geometry import shape

from grids import areas
from grids.models import Boundary, Grid
from grids.queries.tree import below


@dataclass(frozen=True)
class Period:
    """A boundary of a grid and the days on which it holds."""

    boundary: Boundary
    square_metres: float

    @property
    def in_force(self) -> bool:
        return self.boundary.valid_to is None

    @property
    def until(self) -> date | None:
        """The first day on which it holds no longer."""
        return self.boundary.valid_to


def periods(grid: Grid) -> list[Period]:
    """Every boundary the grid has had, the newest first."""
    rows = Boundary.objects.filter(grid_id=grid.pk).order_by("-valid_from")
    return [Period(row, areas.square_metres(shape(row.geometry))) for row in rows]


def around(grid: Grid) -> list[tuple[Grid, Any, str]]:
    """The areas to draw by: of the upper grid (``upper``), of its other grids (``sibling``), of those just
    below (``lower``), and the grid's own (``now``)."""
    near = Q(grid_id=grid.pk) | Q(grid__parent_id=grid.pk)
    if grid.parent_id is not None:
        near |= Q(grid_id=grid.parent_id) | Q(grid__parent_id=grid.parent_id)
    rows = (
        Boundary.objects.filter(near, valid_to__isnull=True, grid__closed_on__isnull=True)
        .select_related("grid")
        .order_by("grid__level", "grid__lft")
    )
    return [(row.grid, row.geometry, _role(row.grid, grid)) for row in rows]


def _role(other: Grid, grid: Grid) -> str:
    if other.pk == grid.pk:
        return "now"
    if other.pk == grid.parent_id:
        return "upper"
    return "lower" if other.parent_id == grid.pk else "sibling"


def below_in_force(grid_ids: Iterable[int]) -> Iterator[Boundary]:
    """The boundaries in force at and below some grids, from the top down, grids loaded."""
    rows = Boundary.objects.filter(
        grid__in=below(grid_ids).values("descendant_id"), valid_to__isnull=True, grid__closed_on__isnull=True
    )
    return rows.select_related("grid__parent").order_by("grid__tree_id", "grid__lft").iterator(2000)
