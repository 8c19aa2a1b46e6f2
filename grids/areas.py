"""Areas as geometry: which holds a point, what several make, what is wrong with one. Degrees of WGS-84."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import randint
from typing import Any

import numpy as np
import prcoords
import pyproj
import shapely
from django.db import connection, transaction
from django.db.models import F
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from common.coordinates import System
from common.errors import Invalid
from common.words import Words, words
from grids.dated import batches
from grids.models import AreaMark, Boundary

# A tenth of a millimetre: far finer than any survey, so that a corner set on a neighbour's straight line
# leaves a sliver too small to matter.
LATTICE = 1e-9
DIGITS = 9


class Index:
    """Some areas by key, asked for those that hold a point."""

    def __init__(self, areas: Mapping[int, BaseGeometry]) -> None:
        self.keys = list(areas)
        self.tree = shapely.STRtree(list(areas.values()))

    @classmethod
    def of(cls, grid_ids: Iterable[int]) -> Index:
        """The areas of these grids that are in force and not ended."""
        return cls(shapes(geometries(grid_ids)))

    def holding(self, lon: float, lat: float) -> list[int]:
        """Keys of the areas that hold the point, their edges included, in ascending order."""
        if not self.keys:
            return []
        found = self.tree.query(shapely.Point(lon, lat), predicate="intersects")
        return sorted(self.keys[place] for place in found)


def geometries(grid_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Grid → GeoJSON of its open boundary; grids without one are absent."""
    found: dict[int, dict[str, Any]] = {}
    for keys in batches(grid_ids):
        rows = Boundary.objects.filter(grid_id__in=keys, valid_to__isnull=True)
        found.update(rows.values_list("grid_id", "geometry"))
    return found


def shapes(of: Mapping[Any, Mapping[str, Any]]) -> dict[Any, BaseGeometry]:
    """GeoJSON geometries as shapely's."""
    return {key: shape(dict(geometry)) for key, geometry in of.items()}


def union(parts: Sequence[BaseGeometry]) -> dict[str, Any]:
    """What areas make together, as GeoJSON."""
    whole = shapely.union_all([shapely.set_precision(part, LATTICE) for part in parts], grid_size=LATTICE)
    return geojson(whole)


def geojson(area: BaseGeometry) -> dict[str, Any]:
    """A geometry as plain GeoJSON, coordinates to a tenth of a millimetre, rings as RFC 7946 turns them."""
    made = mapping(shapely.orient_polygons(area))
    return {"type": made["type"], "coordinates": _rounded(made["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, float | int):
        return round(float(value), DIGITS)
    return [_rounded(part) for part in value]


# ---- what is wrong with a geometry


@dataclass(frozen=True)
class Fault:
    """Why a geometry cannot be an area, and where it goes wrong (None where that is nowhere in it)."""

    message: Words
    lon: float | None = None
    lat: float | None = None

    @property
    def words(self) -> Words:
        """The reason with the place."""
        if self.lon is None or self.lat is None:
            return self.message
        return words(
            "%(what)s (%(lon)s, %(lat)s)", what=self.message, lon=f"{self.lon:.6f}", lat=f"{self.lat:.6f}"
        )

    def __str__(self) -> str:
        return str(self.words)


MOST_CORNERS = 50_000
KINDS = ("Polygon", "MultiPolygon")
REASONS = {
    "Self-intersection": words("The line crosses itself here."),
    "Ring Self-intersection": words("The line touches itself here."),
    "Hole lies outside shell": words("A hole lies outside the area here."),
    "Holes are nested": words("One hole lies in another here."),
    "Interior is disconnected": words("The area falls apart here."),
    "Nested shells": words("One part lies in another here."),
    "Duplicate Rings": words("The same line stands here twice."),
    "Too few points in geometry component": words("A line has too few corners here."),
}


def fault(geometry: Any) -> Fault | None:
    """What keeps a GeoJSON geometry from being an area in WGS-84, or None where nothing does."""
    if not isinstance(geometry, dict) or geometry.get("type") not in KINDS:
        return Fault(words("An area is a GeoJSON geometry of type Polygon or MultiPolygon."))
    try:
        with np.errstate(invalid="ignore"):
            area = shape(geometry)
    except Exception:  # what shapely and numpy raise for what people send is not a closed set
        return Fault(
            words("The coordinates cannot be read: rings of at least four places, the last as the first.")
        )
    corners = shapely.get_coordinates(area)
    if area.is_empty or len(corners) == 0:
        return Fault(words("The geometry is empty."))
    if len(corners) > MOST_CORNERS:
        return Fault(words("The line has more than %(most)s corners.", most=MOST_CORNERS))
    for lon, lat in corners:
        if not on_earth(lon, lat):
            off = words("A place does not lie on the earth; the order is longitude, latitude.")
            return Fault(off, float(lon), float(lat)) if np.isfinite((lon, lat)).all() else Fault(off)
    reason = shapely.is_valid_reason(area)
    if reason != "Valid Geometry":
        both = _doubled(area)
        if both is not None:
            text = words("Two parts of the area overlap here. Remove one, or draw the boundary anew.")
            return Fault(text, both.x, both.y)
        what, _bracket, place = reason.partition("[")
        lon, _space, lat = place.rstrip("]").partition(" ")
        text = REASONS.get(what.strip(), words("The line is not that of an area here."))
        return Fault(text, float(lon), float(lat)) if lat else Fault(text)
    return None


def _doubled(area: BaseGeometry) -> Any:
    """A point in land that two parts of an area both cover, each of them sound; None where there is none."""
    parts = shapely.get_parts(area)
    if len(parts) < 2 or not shapely.is_valid(parts).all():
        return None
    one, other = shapely.STRtree(parts).query(parts, predicate="intersects")
    for first, second in zip(one, other, strict=True):
        if first < second:
            common = shapely.intersection(parts[first], parts[second])
            if shapely.area(common) > 0:
                return shapely.point_on_surface(common)
    return None


def on_earth(lon: float, lat: float) -> bool:
    """Whether degrees are those of a place; NaN is none."""
    return -180 <= lon <= 180 and -90 <= lat <= 90


class NoArea(Invalid):
    """A geometry that cannot be an area: why, and the place in WGS-84 (None where there is none)."""

    def __init__(self, fault: Fault, *, system: str = System.WGS84) -> None:
        super().__init__({"geometry": fault})
        self.fault = fault
        self.place: tuple[float, float] | None = None
        if fault.lon is not None and fault.lat is not None and on_earth(fault.lon, fault.lat):
            self.place = to_wgs84(fault.lon, fault.lat, system=system)


def taken_over(geometry: Any, *, system: str = System.WGS84) -> dict[str, Any]:
    """GeoJSON as it is kept: WGS-84, two dimensions, rings as RFC 7946 turns them.

    Raises ``NoArea``; the place in its text is in the coordinates that were given, to be found there.
    """
    wrong = fault(geometry)
    if wrong is not None:
        raise NoArea(wrong, system=system)
    area = shapely.force_2d(shape(geometry))
    if system == System.GCJ02:
        area = shapely.transform(area, _from_gcj02)
    kept = geojson(area)
    wrong = fault(kept)  # what rounding has made of it
    if wrong is not None:
        raise NoArea(wrong)
    return kept


def to_wgs84(lon: float, lat: float, *, system: str) -> tuple[float, float]:
    """A place in WGS-84, to less than a centimetre. Outside China GCJ-02 is WGS-84."""
    degrees = prcoords.Coords(lat=lat, lon=lon)
    if system == System.GCJ02 and prcoords.sanity_in_china_p(degrees):
        degrees = prcoords.gcj_wgs_bored(degrees)
    return degrees.lon, degrees.lat


def _from_gcj02(places: Any) -> Any:
    return np.array([to_wgs84(lon, lat, system=System.GCJ02) for lon, lat in places.tolist()])


# ---- how large, how alike

_EARTH = pyproj.Geod(ellps="WGS84")


def square_metres(area: BaseGeometry) -> float:
    """The area on the ellipsoid."""
    metres, _around = _EARTH.geometry_area_perimeter(shapely.orient_polygons(area))
    return abs(float(metres))


def identical(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two areas have the same corners, wherever their lines begin."""
    return bool(shapely.normalize(one).equals_exact(shapely.normalize(other), LATTICE))


SAME = 1e-10  # square degrees, about one square metre


def same(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two areas differ by no more than the rounding of their corners."""
    return bool(shapely.area(shapely.symmetric_difference(one, other)) < SAME)


# ---- copies in memory

# A step of any size, so that the number of a change that was rolled back does not come again: a copy made
# inside that transaction can then be taken for no other state.
MOST_STEP = 1 << 31

_copies: list[Callable[[], None]] = []


def touch() -> None:
    """Note that areas have changed, in the transaction that changes them: copies in memory are old."""
    step = randint(1, MOST_STEP)  # noqa: S311 - no secret
    if not AreaMark.objects.filter(pk=1).update(number=F("number") + step):
        AreaMark.objects.create(pk=1, number=step)
    transaction.on_commit(forget)


def on_change(drop: Callable[[], None]) -> None:
    """Call this after each commit that changed areas in this process; others are known by the mark."""
    _copies.append(drop)


def touched_here() -> bool:
    """Whether the transaction that is open now has changed areas."""
    return any(entry[1] is forget for entry in connection.run_on_commit)


def mark() -> int:
    """The number of the last change. One query."""
    return AreaMark.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def forget() -> None:
    """Drop every copy in memory; also after a restore of the database, and between tests."""
    for drop in _copies:
        drop()
