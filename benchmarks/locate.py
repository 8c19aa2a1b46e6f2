"""How many points a second find their grid, against plain shapely on the same areas in the same run.

``python -m benchmarks.locate``: the demo district, 932 areas, no database needed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import shapely

from demo.geography import geography, polygon
from grids.locate import Locator, Placed

SEED = 20260705
POINTS = 200_000
PLAIN_POINTS = 20_000  # it is slow, and its rate steady


@dataclass(frozen=True)
class Result:
    """One way of asking, and what it took."""

    name: str
    points: int
    seconds: float

    @property
    def rate(self) -> float:
        """Points a second."""
        return self.points / self.seconds


def run() -> list[Result]:
    """The making of the index (in areas), then single points, many at once, and plain shapely."""
    grids = _district()
    started = perf_counter()
    locator = Locator(grids)
    made = perf_counter() - started
    lons, lats = _points(grids, POINTS)
    tree = shapely.STRtree([grid.area for grid in grids])

    def plainly(lon: float, lat: float) -> int | None:
        found = tree.query(shapely.Point(lon, lat), predicate="intersects")
        best = min((grids[place] for place in found.tolist()), key=_rank, default=None)
        return best.key if best else None

    few = lons[:PLAIN_POINTS], lats[:PLAIN_POINTS]
    answers: dict[str, list[Any]] = {}
    results = [
        Result("index made (areas)", len(grids), made),
        _timed("locate", locator.locate, lons, lats, answers),
        _timed("plain shapely, STRtree", plainly, *few, answers),
    ]
    started = perf_counter()
    many = locator.locate_many(np.array(lons), np.array(lats))
    results.insert(2, Result("locate_many", len(lons), perf_counter() - started))
    if many != answers["locate"] or answers["plain shapely, STRtree"] != many[:PLAIN_POINTS]:
        raise AssertionError("The three do not agree.")
    return results


def _rank(grid: Placed) -> tuple[int, str]:
    return -grid.level, grid.code


def _timed(
    name: str,
    ask: Callable[[float, float], int | None],
    lons: Sequence[float],
    lats: Sequence[float],
    answers: dict[str, list[Any]],
) -> Result:
    started = perf_counter()
    answers[name] = [ask(lon, lat) for lon, lat in zip(lons, lats, strict=True)]
    return Result(name, len(lons), perf_counter() - started)


def _district() -> list[Placed]:
    return [
        Placed(number, area.code, area.level, 1, shapely.geometry.shape(polygon(area.ring)))
        for number, area in enumerate(geography().areas, start=1)
    ]


def _points(grids: Sequence[Placed], count: int) -> tuple[list[float], list[float]]:
    """Points anywhere in the rectangle round the district; two of three lie in it."""
    west, south, east, north = shapely.total_bounds([grid.area for grid in grids]).tolist()
    chance = random.Random(SEED)  # noqa: S311 - the same points on every run
    return (
        [chance.uniform(west, east) for _ in range(count)],
        [chance.uniform(south, north) for _ in range(count)],
    )


def main() -> None:
    results = run()
    plain = results[-1].rate
    print(f"{'':24}{'points':>10}{'seconds':>10}{'a second':>14}{'ratio':>9}")
    for one in results:
        ratio = "" if one is results[0] else f"{one.rate / plain:8.1f}×"
        print(f"{one.name:24}{one.points:>10,}{one.seconds:>10.3f}{one.rate:>14,.0f}{ratio:>9}")


if __name__ == "__main__":
    main()
