"""Positions from Chinese maps come back to where they are."""

from decimal import Decimal

import prcoords
import pytest

from common.coordinates import System, to_wgs84


def test_wgs84_is_only_rounded():
    assert to_wgs84(Decimal("113.84000049"), 34.5, system=System.WGS84) == (
        Decimal("113.840000"),
        Decimal("34.500000"),
    )


@pytest.mark.parametrize("place", [(34.52, 113.85), (22.5, 114.05), (39.9, 116.4)])
def test_gcj02_goes_back_to_within_a_hand(place: tuple[float, float]):
    shown = prcoords.wgs_gcj(place)
    lon, lat = to_wgs84(shown.lon, shown.lat, system=System.GCJ02)
    assert abs(float(lat) - place[0]) < 2e-6
    assert abs(float(lon) - place[1]) < 2e-6
    assert abs(shown.lon - place[1]) > 0.004  # the maps are off by some 500 m


def test_outside_china_the_two_are_one():
    assert to_wgs84(2.35, 48.85, system=System.GCJ02) == (Decimal("2.350000"), Decimal("48.850000"))
