"""The raster answers as shapely does, whatever the areas and wherever the point."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from grids import locate
from grids.locate import Locator, Placed, Raster

LON, LAT, STEP = 113.8, 34.5, 0.0037  # corners that no binary number hits
SIDE = 12

corner = st.tuples(st.integers(0, SIDE), st.integers(0, SIDE))
off_lattice = st.tuples(st.floats(0, SIDE), st.floats(0, SIDE))


def placed(x: float, y: float) -> tuple[float, float]:
    return LON + x * STEP, LAT + y * STEP


def usable(area: BaseGeometry) -> bool:
    return area.geom_type in ("Polygon", "MultiPolygon") and area.is_valid and area.area > 1e-12


@st.composite
def boxes(draw: st.DrawFn) -> BaseGeometry:
    (x0, y0), (x1, y1) = draw(corner), draw(corner)
    return shapely.box(*placed(min(x0, x1), min(y0, y1)), *placed(max(x0, x1) + 1, max(y0, y1) + 1))


@st.composite
def hulls(draw: st.DrawFn) -> BaseGeometry:
    points = draw(st.lists(st.one_of(corner, off_lattice), min_size=3, max_size=7))
    return shapely.MultiPoint([placed(*point) for point in points]).convex_hull


@st.composite
def stars(draw: st.DrawFn) -> BaseGeometry:
    """Rings in the order of the angle round a point: simple, often with very flat corners."""
    middle = (SIDE / 2, SIDE / 2)
    points = draw(st.lists(corner, min_size=5, max_size=14, unique=True))
    points.sort(key=lambda point: np.arctan2(point[1] - middle[1], point[0] - middle[0]))
    return shapely.Polygon([placed(*point) for point in points])


@st.composite
def combined(draw: st.DrawFn) -> BaseGeometry:
    """What is left of one and added by others: holes, notches, several parts."""
    area: BaseGeometry = draw(boxes())
    for other, away in draw(st.lists(st.tuples(st.one_of(boxes(), hulls()), st.booleans()), max_size=3)):
        area = area.difference(other) if away else area.union(other)
    return area


shapes = st.one_of(boxes(), hulls(), stars(), combined()).filter(usable)


@st.composite
def grids(draw: st.DrawFn) -> list[Placed]:
    areas = draw(st.lists(shapes, min_size=1, max_size=9))
    levels = draw(st.lists(st.integers(1, 4), min_size=len(areas), max_size=len(areas)))
    districts = draw(st.lists(st.integers(1, 3), min_size=len(areas), max_size=len(areas)))
    codes = draw(st.permutations([f"c{n}" for n in range(len(areas))]))
    return [
        Placed(number, code, level, district, area)
        for number, (area, level, district, code) in enumerate(
            zip(areas, levels, districts, codes, strict=True), start=1
        )
    ]


def telling_points(areas: list[Placed], seed: int) -> list[tuple[float, float]]:
    """Points anywhere, on corners and edges, next to them by the smallest step, and far away."""
    chance = Random(seed)
    points = [(0.0, 0.0), (200.0, 100.0), (float("nan"), LAT), (LON, float("inf"))]
    points += [placed(chance.uniform(-1, SIDE + 2), chance.uniform(-1, SIDE + 2)) for _ in range(60)]
    for grid in areas:
        for ring in shapely.get_rings(shapely.get_parts(grid.area)):
            corners = shapely.get_coordinates(ring).tolist()
            points += [(x, y) for x, y in corners]
            for (x0, y0), (x1, y1) in zip(corners, corners[1:], strict=False):
                share = chance.random()
                x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
                points += [(x, y), (np.nextafter(x, 0), y), (x, np.nextafter(y, 180))]
    return points


def plainly(areas: list[Placed], lon: float, lat: float) -> int | None:
    found = [grid for grid in areas if shapely.intersects(grid.area, shapely.Point(lon, lat))]
    best = min(found, key=lambda grid: (-grid.level, grid.code), default=None)
    return best.key if best else None


def on_cell_lines(areas: list[Placed]) -> list[tuple[float, float]]:
    """Points on the lines between the cells of the raster."""
    raster = Raster(range(len(areas)), [grid.area for grid in areas])
    return [
        (raster.west + column / raster.across, raster.south + row / raster.up)
        for column in range(0, raster.columns + 1, max(raster.columns // 7, 1))
        for row in range(0, raster.rows + 1, max(raster.rows // 7, 1))
    ]


@pytest.mark.parametrize("cells", [1, 16, 256])
@given(areas=grids(), seed=st.integers(0, 2**32))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_one_and_many_answer_as_shapely_does(cells: int, areas: list[Placed], seed: int) -> None:
    before = locate.CELLS_PER_AREA
    locate.CELLS_PER_AREA = cells
    try:
        locator = Locator(areas)
        points = telling_points(areas, seed) + on_cell_lines(areas)
    finally:
        locate.CELLS_PER_AREA = before
    wanted = [plainly(areas, lon, lat) for lon, lat in points]
    assert [locator.locate(lon, lat) for lon, lat in points] == wanted
    lons, lats = (np.array(degrees) for degrees in zip(*points, strict=True))
    assert locator.locate_many(lons, lats) == wanted


def test_without_areas_every_point_is_nowhere() -> None:
    locator = Locator([])
    assert locator.locate(LON, LAT) is None
    assert locator.locate_many(np.array([LON]), np.array([LAT])) == [None]
