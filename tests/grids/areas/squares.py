"""Square areas for tests, counted in steps of a thousandth of a degree from a corner of the district."""

from __future__ import annotations

from datetime import date
from typing import Any

from grids.models import Boundary, Grid
from tests.factories import OPENED

LON, LAT, STEP = 113.8, 34.5, 0.001


def at(x: float, y: float) -> tuple[float, float]:
    return round(LON + x * STEP, 9), round(LAT + y * STEP, 9)


def square(x0: float, y0: float, x1: float, y1: float) -> dict[str, Any]:
    """The rectangle between two corners, as it is kept."""
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    return {"type": "Polygon", "coordinates": [[list(at(*corner)) for corner in corners]]}


def bow_tie() -> dict[str, Any]:
    """A line that crosses itself at (5, 5)."""
    corners = [(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)]
    return {"type": "Polygon", "coordinates": [[list(at(*corner)) for corner in corners]]}


def drawn(grid: Grid, geometry: dict[str, Any], *, since: date = OPENED, **more: Any) -> Boundary:
    return Boundary.objects.create(grid=grid, geometry=geometry, valid_from=since, **more)


def feature(code: Any, geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}
