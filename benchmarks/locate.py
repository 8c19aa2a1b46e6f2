"""How many points a second find their grid, against plain shapely on the same areas in the same run.

``python -m benchmarks.locate``: the demo district, 932 areas, no database needed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from shapely.geometry import shape

from benchmarks.common import Line, show, timed
from demo.geography import geography, polygon
from grids.locate import Locator, Placed

TITLE = "Which grid a place lies in"
SEED = 20260705
POINTS = 200_000
PLAIN_POINTS = 20_000  # it is slow, and its rate steady
ASKED = 50_000  # points a second


def run(*, full: bool = False) -> list[Line]:
    """The making of the index, then single points, many at once, and plain shapely; all must agree."""
    grids = _district()
    lons, lats = _points(grids, POINTS)
    plainly = _plain(grids)
    locators: list[Locator] = []
    answers: dict[str, list[int | None]] = {}

    def by(name: str, answer: Callable[[], list[int | None]]) -> float:
        return timed(lambda: answers.update({name: answer()}))

    made = timed(lambda: locators.append(Locator(grids)))
    locator = locators[0]
    one = by("one", lambda: [locator.locate(lon, lat) for lon, lat in zip(lons, lats, strict=True)])
    many = by("many", lambda: locator.locate_many(np.array(lons), np.array(lats)))
    few = list(zip(lons, lats, strict=True))[:PLAIN_POINTS]
    plain = by("plain", lambda: [plainly(lon, lat) for lon, lat in few])
    if answers["one"] != answers["many"] or answers["plain"] != answers["one"][:PLAIN_POINTS]:
        raise AssertionError("The three do not agree.")
    whole = plain * POINTS / PLAIN_POINTS
    limit = POINTS / ASKED
    return [
        Line(name=f"index of {len(grids)} areas made", seconds=made),
        Line(name="locate, point by point", seconds=one, count=POINTS, ratio=whole / one, limit=limit),
        Line(name="locate_many", seconds=many, count=POINTS, ratio=whole / many, limit=limit),
        Line(name="plain shapely, STRtree, point by point", seconds=plain, count=PLAIN_POINTS),
    ]


def _plain(grids: Sequence[Placed]) -> Callable[[float, float], int | None]:
    tree = shapely.STRtree([grid.area for grid in grids])

    def find(lon: float, lat: float) -> int | None:
        found = tree.query(shapely.Point(lon, lat), predicate="intersects")
        best = min((grids[place] for place in found), key=_rank, default=None)
        return best.key if best else None

    return find


def _rank(grid: Placed) -> tuple[int, str]:
    return -grid.level, grid.code


def _district() -> list[Placed]:
    return [
        Placed(number, area.code, area.level, 1, shape(polygon(area.ring)))
        for number, area in enumerate(geography().areas, start=1)
    ]


def _points(grids: Sequence[Placed], count: int) -> tuple[list[float], list[float]]:
    """Points anywhere in the rectangle round the district; two of three lie in it."""
    bounds = shapely.bounds(np.array([grid.area for grid in grids], dtype=object))
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    chance = random.Random(SEED)  # noqa: S311 - the same points on every run
    return (
        [chance.uniform(west, east) for _ in range(count)],
        [chance.uniform(south, north) for _ in range(count)],
    )


if __name__ == "__main__":
    show(TITLE, run())
