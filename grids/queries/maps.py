"""What maps show, as GeoJSON features. Coordinates are as stored, WGS-84 degrees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from common.days import midnight
from grids import rules
from grids.models import Boundary, Grid, Risk, Site, SiteKind, SiteVersion, open_on
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
        said = _said(wanted, on) if on else {}
        return [
            _point(grid, said.get(grid.pk) or Said.of(grid.site), on=on)
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


@dataclass(frozen=True)
class Said:
    """What the dossier of a site says that its point shows."""

    lon: str | Decimal
    lat: str | Decimal
    kind: str
    risk: str

    @classmethod
    def of(cls, site: Site) -> Said:
        return cls(site.lon, site.lat, site.kind, site.risk)


def _said(site_ids: QuerySet[Any], on: date) -> dict[int, Said]:
    """Site → what its dossier said at the end of a day, before the first version what that says. One query.

    Sites whose dossier was never changed are absent.
    """
    until = midnight(on + timedelta(days=1))
    found: dict[int, Said] = {}
    versions = SiteVersion.objects.filter(site_id__in=site_ids).order_by("site_id", "number")
    for site_id, at, *content in versions.values_list(
        "site_id", "at", "content__lon", "content__lat", "content__kind", "content__risk"
    ):
        if site_id not in found or at < until:
            found[site_id] = Said(*content)
    return found


def _point(grid: Grid, said: Said, *, on: date | None) -> dict[str, Any]:
    return _feature(
        grid,
        {"type": "Point", "coordinates": [float(said.lon), float(said.lat)]},
        text=str(SiteKind(said.kind).label),
        tone="late" if said.risk == Risk.KEY else "resting",
        on=on,
    )


def _feature(
    grid: Grid, geometry: Any, *, text: str, tone: str = "", on: date | None = None
) -> dict[str, Any]:
    url = reverse("grids:detail", args=[grid.pk]) + (f"?on={on.isoformat()}" if on else "")
    properties = {"name": grid.name, "url": url, "text": text}
    if tone:
        properties["tone"] = tone
    return {"type": "Feature", "id": grid.pk, "geometry": geometry, "properties": properties}
