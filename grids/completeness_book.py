"""The completeness of the four fixings as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common import workbooks
from common.workbooks import Cell, Column, Filled, Sheet
from grids.fixings import Fixing
from grids.queries.fixings import Completeness, Lacking, Share

MOST_ROWS = 50_000

PLACE = (Column("code", _("Code"), width=20), Column("name", _("Name"), width=28))
COUNTS = (
    Column("grids", pgettext_lazy("number", "Grids")),
    Column("complete", _("Complete")),
    Column("share", _("Share complete, %")),
)
COUNTED = Sheet(
    "completeness",
    _("Completeness"),
    (*PLACE, *COUNTS, *(Column(fixing.value, fixing.label) for fixing in Fixing)),
)
LISTED = Sheet(
    "lacking",
    _("Grids that lack something"),
    (
        Column("level", _("Level"), width=12),
        *PLACE,
        Column("upper", _("Upper grid"), width=24),
        *(Column(fixing.value, fixing.label, width=32) for fixing in Fixing),
    ),
)


def workbook(table: Completeness, rows: Sequence[Lacking], *, labels: Mapping[int, str]) -> bytes:
    """Two sheets: how many lack what by the grids below, and what each grid lacks."""
    return workbooks.write([Filled(COUNTED, _counted(table)), Filled(LISTED, _listed(rows, labels))])


def _counted(table: Completeness) -> Iterator[list[Cell]]:
    for row in table.rows:
        yield [row.grid.code, row.grid.name, *_counts(row)]
    yield ["", str(_("All at and below %(grid)s")) % {"grid": table.grid.name}, *_counts(table.total)]


def _counts(share: Share) -> list[Cell]:
    ratio = share.ratio
    return [
        share.grids,
        share.complete,
        None if ratio is None else round(ratio * 100, 2),
        *(n for _fixing, n in share.counts),
    ]


def _listed(rows: Sequence[Lacking], labels: Mapping[int, str]) -> Iterator[list[Cell]]:
    for row in rows:
        grid = row.grid
        yield [
            labels.get(grid.level, str(grid.level)),
            grid.code,
            grid.name,
            grid.upper_name,
            *(row.text(fixing) for fixing in Fixing),
        ]
