"""Areas from Chinese maps come back to where they are."""

from __future__ import annotations

import pyproj
import pytest
import shapely
from shapely.geometry import shape

from common.coordinates import System
from grids import areas

EARTH = pyproj.Geod(ellps="WGS84")
# Published with eviltransform (github.com/googollee/eviltransform, MIT): WGS-84 and GCJ-02, latitude first.
PAIRS = {
    "Shanghai": ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    "Shenzhen": ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    "Beijing": ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
}


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(EARTH.inv(*one, *other)[2])


@pytest.mark.parametrize("place", PAIRS)
def test_published_pairs_are_met_to_a_centimetre(place: str) -> None:
    (lat, lon), (gcj_lat, gcj_lon) = PAIRS[place]
    assert metres((lon, lat), (gcj_lon, gcj_lat)) > 300
    assert metres((lon, lat), areas.to_wgs84(gcj_lon, gcj_lat, system=System.GCJ02)) < 0.01


@pytest.mark.parametrize("place", PAIRS)
def test_every_corner_of_an_area_is_converted(place: str) -> None:
    (lat, lon), (gcj_lat, gcj_lon) = PAIRS[place]
    given = shapely.box(gcj_lon, gcj_lat, gcj_lon + 0.01, gcj_lat + 0.01)
    kept = areas.taken_over(shapely.geometry.mapping(given), system=System.GCJ02)
    corner = min(kept["coordinates"][0], key=lambda corner: metres((lon, lat), tuple(corner)))
    assert metres((lon, lat), tuple(corner)) < 0.01
    whole = areas.square_metres(shape(kept))
    assert whole == pytest.approx(areas.square_metres(given), rel=1e-2)  # GCJ-02 is uneven


def test_outside_china_nothing_is_moved() -> None:
    paris = {"type": "Polygon", "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]]}
    assert areas.taken_over(paris, system=System.GCJ02) == paris


def test_wgs84_is_kept_as_it_is_but_for_heights_and_turns() -> None:
    given = {"type": "Polygon", "coordinates": [[[113, 34, 9], [113, 35, 9], [114, 34, 9], [113, 34, 9]]]}
    kept = areas.taken_over(given)
    assert kept == {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [113, 35], [113, 34]]]}


def test_an_area_is_measured_on_the_ellipsoid() -> None:
    # One degree by one at the equator: 110.574 km × 111.320 km, known to four figures.
    assert areas.square_metres(shapely.box(0, 0, 1, 1)) == pytest.approx(12_308_778_361, rel=1e-6)
    ring = shapely.box(0, 0, 1, 1).difference(shapely.box(0.25, 0.25, 0.75, 0.75))
    hole = areas.square_metres(shapely.box(0.25, 0.25, 0.75, 0.75))
    assert areas.square_metres(ring) == pytest.approx(12_308_778_361 - hole, rel=1e-6)
    two = shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(0, 2, 1, 3).reverse()])
    assert areas.square_metres(two) > 24_000_000_000
