"""What maps show, as GeoJSON features. Coordinates are as stored, WGS-84 degrees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from grids import rules
from grids.models import Boundary, Grid, Risk, Site, open_on
from grids.queries.tree import below, level_labels, named


def features(grid_id: int, *, level: int, on: date | None = None) -> list[dict[str, Any]]:
    """GeoJSON features of the grids of a level at or under a grid, today or on a day.

    Areas, and points for sites.
    """
    wanted = below([grid_id], on=on).values("descendant_id")
    if level == rules.SITE_LEVEL:
        sites = Site.objects.filter(grid_id__in=wanted).select_related("grid__parent").order_by("grid__lft")
        if on is None:
            sites = sites.filter(grid__closed_on__isnull=True)
        return [
            _feature(
                grid,
                {"type": "Point", "coordinates": [float(grid.site.lon), float(grid.site.lat)]},
                text=str(grid.site.get_kind_display()),
                tone="late" if grid.site.risk == Risk.KEY else "resting",
                on=on,
            )
            for grid in named([site.grid for site in sites], on=on)
        ]
    found = Boundary.objects.filter(
        open_on(on or timezone.localdate()), grid_id__in=wanted, grid__level=level
    ).select_related("grid__parent")
    areas = {area.grid_id: area for area in found.order_by("grid__lft")}
    labels = level_labels(on=on)
    return [
        _feature(grid, areas[grid.pk].geometry, text=labels.get(level, ""), on=on)
        for grid in named([area.grid for area in areas.values()], on=on)
    ]


def _feature(
    grid: Grid, geometry: Any, *, text: str, tone: str = "", on: date | None = None
) -> dict[str, Any]:
    url = reverse("grids:detail", args=[grid.pk]) + (f"?on={on.isoformat()}" if on else "")
    properties = {"name": grid.name, "url": url, "text": text}
    if tone:
        properties["tone"] = tone
    return {"type": "Feature", "id": grid.pk, "geometry": geometry, "properties": properties}
