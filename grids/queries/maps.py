"""What maps show, as GeoJSON features. Coordinates are as stored, WGS-84 degrees."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from grids import rules
from grids.models import Boundary, Grid, Risk, Site, open_on
from grids.queries.tree import below, level_labels


def features(grid_id: int, *, level: int) -> list[dict[str, Any]]:
    """GeoJSON features of the open grids of a level at or under a grid: areas, and points for sites.

    Coordinates are as stored, WGS-84 degrees.
    """
    wanted = below([grid_id]).values("descendant_id")
    if level == rules.SITE_LEVEL:
        sites = Site.objects.filter(grid_id__in=wanted, grid__closed_on__isnull=True).select_related("grid")
        return [
            _feature(
                site.grid,
                {"type": "Point", "coordinates": [float(site.lon), float(site.lat)]},
                text=str(site.get_kind_display()),
                tone="late" if site.risk == Risk.KEY else "resting",
            )
            for site in sites.order_by("grid__lft")
        ]
    found = Boundary.objects.filter(open_on(timezone.localdate()), grid_id__in=wanted, grid__level=level)
    names = level_labels()
    return [
        _feature(area.grid, area.geometry, text=names.get(level, ""))
        for area in found.select_related("grid").order_by("grid__lft")
    ]


def _feature(grid: Grid, geometry: Any, *, text: str, tone: str = "") -> dict[str, Any]:
    properties = {"name": grid.name, "url": reverse("grids:detail", args=[grid.pk]), "text": text}
    if tone:
        properties["tone"] = tone
    return {"type": "Feature", "id": grid.pk, "geometry": geometry, "properties": properties}
