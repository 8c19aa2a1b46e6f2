"""Blind spots as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from common import workbooks
from common.workbooks import Cell, Column, Filled, Sheet
from grids.queries.blind_spots import Section

SHEET = Sheet(
    "blind_spots",
    _("Blind spots"),
    (
        Column("kind", _("Kind"), width=24),
        Column("code", _("Code"), width=20),
        Column("name", _("Name"), width=28),
        Column("upper", _("Upper grid"), width=24),
        Column("other", _("With or in"), width=28),
        Column("what", _("What is wrong"), width=40),
        Column("square_metres", _("Area, m²")),
        Column("lon", _("Longitude")),
        Column("lat", _("Latitude")),
    ),
)


def workbook(sections: Iterable[Section]) -> bytes:
    """One sheet, kind by kind."""
    return workbooks.write([Filled(SHEET, _rows(sections))])


def _rows(sections: Iterable[Section]) -> Iterator[list[Cell]]:
    for section in sections:
        for row in section.rows:
            spot = row.spot
            lon, lat = spot.place or (None, None)
            yield [
                str(section.kind.label),
                row.grid.code,
                row.grid.name,
                row.grid.parent.name if row.grid.parent else "",
                row.other.name if row.other else "",
                str(spot.text or ""),
                None if spot.square_metres is None else round(spot.square_metres),
                lon,
                lat,
            ]
