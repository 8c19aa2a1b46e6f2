"""Positions brought to WGS-84, in which everything is kept, whatever map they were read from."""

from __future__ import annotations

from decimal import Decimal

import prcoords
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

DIGITS = Decimal("0.000001")  # some ten centimetres


class System(TextChoices):
    """What a pair of degrees refers to."""

    WGS84 = "wgs84", _("WGS-84 (GPS)")
    GCJ02 = "gcj02", _("GCJ-02 (Amap, Tencent)")


def to_wgs84(lon: Decimal | float, lat: Decimal | float, *, system: str) -> tuple[Decimal, Decimal]:
    """Longitude and latitude in WGS-84 with six decimals; outside China the two systems are one."""
    degrees = prcoords.Coords(lat=float(lat), lon=float(lon))
    if system == System.GCJ02 and prcoords.sanity_in_china_p(degrees):
        degrees = prcoords.gcj_wgs_bored(degrees)
        return rounded(degrees.lon), rounded(degrees.lat)
    return rounded(lon), rounded(lat)


def rounded(degrees: Decimal | float) -> Decimal:
    """Degrees with the six decimals that are kept."""
    return Decimal(str(degrees)).quantize(DIGITS)
