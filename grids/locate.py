"""Which grid a place lies in, answered from memory: the finest open grid whose area holds the point.

The areas of each district are laid under a raster. A cell that no edge crosses has one answer for all its
points; in the others only the few areas whose edges cross them are asked, by shapely's exact test. So the
answer is that of the geometries, always, and most points never meet one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sqrt
from threading import Lock
from time import monotonic

import numpy as np
import shapely
from django.utils import timezone
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from grids import areas
from grids.models import Boundary, open_on

CELLS_PER_AREA = 256  # the demo district: four of five points fall into cells that no edge crosses
MOST_CELLS = 1 << 19  # some 60 MB, in a district of more than 2,000 areas
# In cells. What is computed of places differs by less than a millionth of this; so an edge that runs along
# the line between two cells counts in both, and rounding cannot put a point where its answer is unknown.
SLACK = 1e-6
NOWHERE = -1
CHECK_EVERY = 1.0  # seconds

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """A grid with its area, and what decides between several that hold a point."""

    key: int
    code: str
    level: int
    district: int  # whatever tells districts apart
    area: BaseGeometry


def locate(lon: float, lat: float) -> int | None:
    """The key of the finest open grid whose area holds the point (WGS-84), or None where none does.

    The deepest level wins, then the lowest code: on a common edge, and where areas overlap. Whether the
    person may see that grid is for the caller to ask. What this process writes is known at its commit,
    what others write at the latest a second later.
    """
    return locator().locate(lon, lat)


def locate_many(lons: Sequence[float] | Floats, lats: Sequence[float] | Floats) -> list[int | None]:
    """``locate`` for many points at once; some ten times as fast for each."""
    return locator().locate_many(np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64))


class Locator:
    """Areas that do not change, asked for points."""

    def __init__(self, grids: Iterable[Placed]) -> None:
        ranked = sorted(grids, key=lambda grid: (-grid.level, grid.code))
        self._keys: list[int | None] = [grid.key for grid in ranked]
        self._keys.append(None)  # of rank -1, NOWHERE
        by_district: dict[int, list[int]] = {}
        for rank, grid in enumerate(ranked):
            by_district.setdefault(grid.district, []).append(rank)
        self._rasters = [
            Raster(ranks, [ranked[rank].area for rank in ranks]) for ranks in by_district.values()
        ]

    def locate(self, lon: float, lat: float) -> int | None:
        best = NOWHERE
        for raster in self._rasters:
            rank = raster.rank(lon, lat)
            if rank != NOWHERE and (best == NOWHERE or rank < best):
                best = rank
        return self._keys[best]

    def locate_many(self, lons: Floats, lats: Floats) -> list[int | None]:
        best: Ints = np.full(lons.shape, NOWHERE, dtype=np.int64)
        for raster in self._rasters:
            ranks = raster.ranks(lons, lats)
            better = (ranks != NOWHERE) & ((best == NOWHERE) | (ranks < best))
            best[better] = ranks[better]
        keys = self._keys
        return [keys[rank] for rank in best.tolist()]


class Raster:
    """Cells over the areas of one district, each with its answer or with the areas to ask.

    ``ranks`` are in ascending order, the best first, one for each area.
    """

    def __init__(self, ranks: Sequence[int], shapes: Sequence[BaseGeometry]) -> None:
        geometries = np.array(shapes, dtype=object)
        shapely.prepare(geometries)
        bounds = shapely.bounds(geometries)
        west, south = bounds[:, :2].min(axis=0).tolist()
        east, north = bounds[:, 2:].max(axis=0).tolist()
        self.west, self.south, self.east, self.north = west, south, east, north
        self.columns, self.rows = _size(west, south, east, north, len(ranks))
        self.across = self.columns / (east - west)  # cells to a degree
        self.up = self.rows / (north - south)
        self._area_of = dict(zip(ranks, shapes, strict=True))
        answers, cells, asked = self._painted(ranks, shapes)
        self._fill(answers, cells, asked)

    # ---- asking

    def rank(self, lon: float, lat: float) -> int:
        """The rank of the best area that holds the point, or NOWHERE."""
        if not (self.west <= lon <= self.east and self.south <= lat <= self.north):
            return NOWHERE
        column = min(int((lon - self.west) * self.across), self.columns - 1)
        row = min(int((lat - self.south) * self.up), self.rows - 1)
        answer = self._answers[row * self.columns + column]
        if answer >= NOWHERE:
            return answer
        asked, otherwise = self._undecided[-2 - answer]
        for rank, area in asked:
            if shapely.intersects_xy(area, lon, lat):
                return rank
        return otherwise

    def ranks(self, lons: Floats, lats: Floats) -> Ints:
        """``rank`` of each point."""
        found = np.full(lons.shape, NOWHERE, dtype=np.int64)
        inside = (self.west <= lons) & (lons <= self.east) & (self.south <= lats) & (lats <= self.north)
        places = np.flatnonzero(inside)
        x, y = lons[places], lats[places]
        columns = np.minimum(((x - self.west) * self.across).astype(np.int64), self.columns - 1)
        rows = np.minimum(((y - self.south) * self.up).astype(np.int64), self.rows - 1)
        answers = self._array[rows * self.columns + columns]
        found[places] = answers
        open_points = np.flatnonzero(answers < NOWHERE)
        places, x, y = places[open_points], x[open_points], y[open_points]
        numbers = -2 - answers[open_points]
        found[places] = self._otherwise[numbers]
        at, end = self._starts[numbers], self._starts[numbers + 1]
        while len(places):
            holds = shapely.intersects_xy(self._asked_areas[at], x, y)
            found[places[holds]] = self._asked[at[holds]]
            at = at + 1
            left = ~holds & (at < end)
            places, x, y, at, end = places[left], x[left], y[left], at[left], end[left]
        return found

    # ---- making

    def _painted(
        self, ranks: Sequence[int], shapes: Sequence[BaseGeometry]
    ) -> tuple[Ints, list[Ints], list[Ints]]:
        """The best area that covers each cell wholly, and pairs of (cell, rank of an area to be asked).

        Areas come best first: what a cell has been given stays, and no worse area need be asked there.
        """
        answers = np.full((self.rows, self.columns), NOWHERE, dtype=np.int64)
        cells: list[Ints] = []
        asked: list[Ints] = []
        for rank, area in zip(ranks, shapes, strict=True):
            rows, columns = self._crossed(area)
            low, left = int(rows.min()), int(columns.min())
            window = answers[low : rows.max() + 1, left : columns.max() + 1]
            free = window == NOWHERE
            crossed = np.zeros(window.shape, dtype=bool)
            crossed[rows - low, columns - left] = True
            here, there = np.nonzero(free & crossed)
            cells.append((here + low) * self.columns + there + left)
            asked.append(np.full(len(here), rank, dtype=np.int64))
            here, there = np.nonzero(free & ~crossed)
            centre_x = self.west + (there + left + 0.5) / self.across
            centre_y = self.south + (here + low + 0.5) / self.up
            holds = shapely.intersects_xy(area, centre_x, centre_y)
            window[here[holds], there[holds]] = rank
        return answers.reshape(-1), cells, asked

    def _crossed(self, area: BaseGeometry) -> tuple[Ints, Ints]:
        """Rows and columns of the cells that an edge of the area touches, some of them more than once."""
        points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(area)), return_index=True)
        x = (points[:, 0] - self.west) * self.across
        y = (points[:, 1] - self.south) * self.up
        edges = np.flatnonzero(ring[:-1] == ring[1:])
        x0, x1, y0, y1 = x[edges], x[edges + 1], y[edges], y[edges + 1]
        # each edge once for each row it touches …
        low = self._row(np.minimum(y0, y1) - SLACK)
        which, row = _stretched(low, self._row(np.maximum(y0, y1) + SLACK))
        x0, x1, y0, y1 = x0[which], x1[which], y0[which], y1[which]
        # … from where it enters that row to where it leaves it
        rise = np.where(y0 == y1, 1.0, y1 - y0)
        one = np.where(y0 == y1, 0.0, np.clip((row - SLACK - y0) / rise, 0, 1))
        other = np.where(y0 == y1, 1.0, np.clip((row + 1 + SLACK - y0) / rise, 0, 1))
        enters, leaves = x0 + one * (x1 - x0), x0 + other * (x1 - x0)
        first = self._column(np.minimum(enters, leaves) - SLACK)
        which, column = _stretched(first, self._column(np.maximum(enters, leaves) + SLACK))
        return row[which], column

    def _row(self, y: Floats) -> Ints:
        return np.clip(np.floor(y).astype(np.int64), 0, self.rows - 1)

    def _column(self, x: Floats) -> Ints:
        return np.clip(np.floor(x).astype(np.int64), 0, self.columns - 1)

    def _fill(self, answers: Ints, cells: list[Ints], asked: list[Ints]) -> None:
        """Number the cells that have areas to be asked: their answer is -2 less their number."""
        of_cell, ranks = np.concatenate(cells), np.concatenate(asked)
        order = np.argsort(of_cell, kind="stable")  # within a cell the best stays first
        of_cell, self._asked = of_cell[order], ranks[order]
        self._asked_areas = np.array([self._area_of[rank] for rank in self._asked.tolist()], dtype=object)
        open_cells, starts = np.unique(of_cell, return_index=True)
        self._starts = np.append(starts, len(of_cell))
        self._otherwise = answers[open_cells]
        self._array = answers
        self._array[open_cells] = -2 - np.arange(len(open_cells))
        # lists of plain numbers: three times as quick for one point as arrays
        self._answers: list[int] = self._array.tolist()
        pair_of = {rank: (rank, area) for rank, area in self._area_of.items()}
        pairs = [pair_of[rank] for rank in self._asked.tolist()]
        ends = self._starts.tolist()
        self._undecided: list[tuple[list[tuple[int, BaseGeometry]], int]] = [
            (pairs[ends[number] : ends[number + 1]], otherwise)
            for number, otherwise in enumerate(self._otherwise.tolist())
        ]


def _size(west: float, south: float, east: float, north: float, count: int) -> tuple[int, int]:
    """Columns and rows of about square cells."""
    cells = min(CELLS_PER_AREA * max(count, 16), MOST_CELLS)
    width = max((east - west) * cos(radians((south + north) / 2)), 1e-9)
    columns = min(max(ceil(sqrt(cells * width / (north - south))), 1), cells)
    return columns, max(cells // columns, 1)


def _stretched(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """For each pair every number from the first to the last: the place of its pair, and the number."""
    lengths = last - first + 1
    which = np.repeat(np.arange(len(first)), lengths)
    starts = np.cumsum(lengths) - lengths
    return which, np.arange(len(which)) - starts[which] + first[which]


# ---- the copy in memory


def locator() -> Locator:
    """The areas in force, as they stand for whoever asks."""
    if areas.touched_here():
        return _memory.of(areas.mark())  # not committed: the mark is known to this transaction alone
    return _memory.current()


class _Memory:
    """The latest locators, each by the mark of the areas it was made from."""

    MOST = 2

    def __init__(self) -> None:
        self._lock = Lock()
        self._turn = 0
        self.clear()

    def clear(self) -> None:
        self._turn += 1
        self._made: dict[int, Locator] = {}
        self._now: Locator | None = None
        self._check_at = 0.0

    def current(self) -> Locator:
        now = self._now
        if now is not None and monotonic() < self._check_at:
            return now
        turn, check_at = self._turn, monotonic() + CHECK_EVERY  # as of before the mark is read
        found = self.of(areas.mark())
        if turn == self._turn:
            self._now, self._check_at = found, check_at
        return found

    def of(self, mark: int) -> Locator:
        with self._lock:
            found = self._made.get(mark)
            if found is None:
                found = self._made[mark] = Locator(_placed())
                while len(self._made) > self.MOST:
                    del self._made[next(iter(self._made))]
            return found


_memory = _Memory()
areas.on_change(_memory.clear)


def _placed() -> list[Placed]:
    rows = Boundary.objects.filter(open_on(timezone.localdate()), grid__closed_on__isnull=True)
    fields = rows.values_list("grid_id", "grid__code", "grid__level", "grid__tree_id", "geometry")
    return [
        Placed(key, code, level, tree, shape(geometry))
        for key, code, level, tree, geometry in fields.iterator(chunk_size=2000)
    ]
