"""Where the position of a site lies, seen from its sub-grid and from the district."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from common.words import Words, words
from grids import rules
from grids.queries.blind_spots import KILOMETRE, District, in_metres

NEAR = 1.0  # metres; six decimals of a degree and the survey of a fence agree no better
# A site may stand across the border, its gate within: what is farther off was typed wrongly.
MARGIN = 2_000.0
# Where the district has no boundary of its own, only what lies far from every grid is known to be wrong.
WIDE_MARGIN = 20_000.0


def outside(found: District, grid_id: int, lon: float, lat: float) -> float:
    """Metres by which a position lies outside the area of a grid; 0 within it and where it has none."""
    area = found.shapes.get(grid_id)
    metres = 0.0 if area is None else _metres([area], lon, lat)
    return metres if metres >= NEAR else 0.0


def fault(found: District, lon: float, lat: float) -> Words | None:
    """Why a position cannot be that of a site of this district, or None where it can."""
    away = _off_district(found, lon, lat)
    if not away:
        return None
    if abs(lon) <= 90 and not _off_district(found, lat, lon):
        return words(
            "The position lies %(far)s outside the district. Longitude and latitude seem to be swapped.",
            far=distance(away),
        )
    return words(
        "The position lies %(far)s outside the district. Please check longitude and latitude.",
        far=distance(away),
    )


def distance(metres: float) -> Words:
    """Whole metres, from a thousand on kilometres."""
    if metres < KILOMETRE:
        return words("%(n)s m", n=max(round(metres), 1))
    return words("%(n)s km", n=f"{metres / KILOMETRE:,.1f}")


def _off_district(found: District, lon: float, lat: float) -> float:
    """Metres outside what is known of a district, 0 within the margin."""
    whole = [area for key, area in found.shapes.items() if found.levels[key] == rules.DISTRICT_LEVEL]
    known = whole or list(found.shapes.values())
    away = _metres(known, lon, lat) if known else 0.0
    return away if away > (MARGIN if whole else WIDE_MARGIN) else 0.0


def _metres(areas: Iterable[BaseGeometry], lon: float, lat: float) -> float:
    """How far a position lies from the nearest of some areas."""
    point = shapely.Point(lon, lat)
    every = np.array(list(areas), dtype=object)
    if shapely.intersects_xy(every, lon, lat).any():
        return 0.0
    nearest = every[int(np.argmin(shapely.distance(every, point)))]
    return float(shapely.distance(in_metres(nearest, point), in_metres(point, point)))
