"""The demo district cut into 8 towns, 146 villages and 777 sub-grids: the same on any machine.

Codes and names of the district, towns and villages are real (`data/SOURCE.md`). All boundaries are
illustrative.
"""

import csv
import functools
import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.lattice import Corner, Lattice, Point, smooth
from demo.names import village_label

SEED = 20260701
SUB_GRIDS = 777
DATA = Path(__file__).parent / "data"

Ring = tuple[Point, ...]

# Where each town lies: (direction of the cut, first part, second part). Directions are (east, north).
Layout = str | tuple[tuple[int, int], "Layout", "Layout"]
LAYOUT: Layout = (
    (3, -1),
    (
        (0, -1),
        ((1, 0), "410173401", "410173400"),
        ((1, -2), "410173404", "410173405"),
    ),
    (
        (0, -1),
        ((2, 1), "410173580", "410173581"),
        ((-2, -3), "410173205", "410173204"),
    ),
)
# Land per village, and how hard a village is to manage: towns beside the airport are small and busy.
LAND = {"410173400": 82, "410173401": 88, "410173580": 92, "410173204": 96}
DIFFICULTY = {"410173400": 150, "410173401": 140, "410173580": 130, "410173404": 115}

DIRECTIONS = ((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2))


@dataclass(frozen=True)
class Area:
    """One grid of levels 1 to 4; the ring is open, anticlockwise, in micro-degrees."""

    code: str
    name: str
    level: int
    parent: str
    ring: Ring
    centre: Point


@dataclass(frozen=True)
class Geography:
    district: Area
    towns: tuple[Area, ...]
    villages: tuple[Area, ...]
    sub_grids: tuple[Area, ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        return (self.district, *self.towns, *self.villages, *self.sub_grids)


@dataclass(frozen=True)
class Division:
    code: str
    name: str
    level: str
    parent: str


def divisions() -> list[Division]:
    """The real district, its eight towns and their villages, in the order of their codes."""
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [Division(r["code"], r["name"], r["level"], r["parent_code"]) for r in csv.DictReader(file)]
    return sorted(rows, key=lambda row: (len(row.code), row.code))


def polygon(ring: Ring) -> dict[str, object]:
    """The ring as a GeoJSON polygon in degrees."""
    line = [[x / 1_000_000, y / 1_000_000] for x, y in (*ring, ring[0])]
    return {"type": "Polygon", "coordinates": [line]}


def degrees(point: Point) -> tuple[float, float]:
    return point[0] / 1_000_000, point[1] / 1_000_000


def _outline() -> list[Point]:
    with (DATA / "outline.csv").open(encoding="utf-8", newline="") as file:
        return [(_micro(row["lon"]), _micro(row["lat"])) for row in csv.DictReader(file)]


def _micro(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(6, "0"))


def apportion(total: int, weights: Sequence[int], least: int) -> list[int]:
    """Whole shares of a total by weight, by largest remainder, none under the least."""
    free = total - least * len(weights)
    whole = sum(weights)
    shares = [free * w // whole for w in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(free * weights[i] % whole), i))
    for i in rest[: free - sum(shares)]:
        shares[i] += 1
    return [share + least for share in shares]


class _Cutter:
    """Cuts whole groups of cells into whole parts of given weights."""

    def __init__(self, lattice: Lattice) -> None:
        self.lattice = lattice

    def parts(self, cells: list[int], weights: Sequence[int]) -> list[list[int]]:
        if len(weights) == 1:
            return [cells]
        middle = self._middle(weights)
        share = len(cells) * sum(weights[:middle]) // sum(weights)
        first, second = self.halves(cells, share, self._longest_first(cells))
        return self.parts(first, weights[:middle]) + self.parts(second, weights[middle:])

    @staticmethod
    def _middle(weights: Sequence[int]) -> int:
        total, run, best = sum(weights), 0, (sum(weights), 1)
        for i, weight in enumerate(weights[:-1], start=1):
            run += weight
            best = min(best, (abs(2 * run - total), i))
        return best[1]

    def halves(
        self, cells: list[int], share: int, directions: Sequence[tuple[int, int]]
    ) -> tuple[list[int], list[int]]:
        """The first `share` cells seen along a direction, and the rest; both whole."""
        for direction in directions:
            value = self._values(cells, direction, noise=min(len(cells), 900))
            order = sorted(cells, key=lambda cell: (value[cell], cell))
            if self.lattice.whole(order[:share]) and self.lattice.whole(order[share:]):
                return order[:share], order[share:]
        for direction in directions:
            for sign in (1, -1):
                first = self._grown(cells, share, (sign * direction[0], sign * direction[1]))
                second = [cell for cell in cells if cell not in first]
                if second and self.lattice.whole(second) and self.lattice.whole(first):
                    return sorted(first), second
        raise ValueError("no direction cuts these cells into two whole parts")

    def _values(self, cells: Sequence[int], direction: tuple[int, int], *, noise: int) -> dict[int, int]:
        # A half column is 119 m and a row 211 m here, near enough 4 to 7.
        east, north = direction
        length = {1: 10, 2: 14, 5: 22, 10: 32, 13: 36}[east * east + north * north]
        places, wave = self.lattice.places, self.lattice.noise
        return {
            c: (4000 * places[c][0] * east + 7000 * places[c][1] * north) * 10 // length
            + wave[c] * noise // 100
            for c in cells
        }

    def _longest_first(self, cells: Sequence[int]) -> list[tuple[int, int]]:
        spans = []
        for i, direction in enumerate(DIRECTIONS):
            values = self._values(cells, direction, noise=0).values()
            spans.append((min(values) - max(values), i))
        return [DIRECTIONS[i] for _, i in sorted(spans)]

    def _grown(self, cells: Sequence[int], share: int, direction: tuple[int, int]) -> set[int]:
        group = set(cells)
        value = self._values(cells, direction, noise=0)
        start = min(cells, key=lambda cell: (value[cell], cell))
        grown: set[int] = set()
        heap, seen = [(value[start], start)], {start}
        while heap and len(grown) < share:
            _, cell = heapq.heappop(heap)
            grown.add(cell)
            for n in self.lattice.neighbours[cell]:
                if n in group and n not in seen:
                    seen.add(n)
                    heapq.heappush(heap, (value[n], n))
        return grown

    def placed(self, cells: list[int], layout: Layout, weights: Mapping[str, int]) -> dict[str, list[int]]:
        """The cells of each town, cut where the layout says."""
        if isinstance(layout, str):
            return {layout: cells}
        direction, first, second = layout
        ahead, behind = _weight(first, weights), _weight(second, weights)
        share = len(cells) * ahead // (ahead + behind)
        one, two = self.halves(cells, share, [direction])
        return {**self.placed(one, first, weights), **self.placed(two, second, weights)}


def _weight(layout: Layout, weights: Mapping[str, int]) -> int:
    if isinstance(layout, str):
        return weights[layout]
    return _weight(layout[1], weights) + _weight(layout[2], weights)


@functools.cache
def geography() -> Geography:
    """The whole district; made once in a process, in about two seconds."""
    rng = random.Random(SEED)  # noqa: S311 - a repeatable picture, no secret
    lattice = Lattice(_outline(), rng)
    cutter = _Cutter(lattice)
    rows = divisions()
    district = next(row for row in rows if row.level == "district")
    towns = [row for row in rows if row.level == "town"]
    villages = [row for row in rows if row.level == "village"]
    by_town = {town.code: [v for v in villages if v.parent == town.code] for town in towns}

    land = {v.code: rng.randint(70, 135) * LAND.get(v.parent, 100) // 100 for v in villages}
    counts = dict(
        zip(
            [v.code for v in villages],
            apportion(
                SUB_GRIDS,
                [land[v.code] * DIFFICULTY.get(v.parent, 100) * rng.randint(70, 140) for v in villages],
                3,
            ),
            strict=True,
        )
    )
    everything = list(range(len(lattice.places)))
    if not lattice.whole(everything):
        raise ValueError("the outline does not hold one whole area")
    town_land = {code: sum(land[v.code] for v in members) for code, members in by_town.items()}
    town_cells = cutter.placed(everything, LAYOUT, town_land)
    groups: dict[str, list[int]] = {district.code: everything, **town_cells}
    named = [(district.code, district.name, 1, "")]
    named += [(t.code, t.name, 2, district.code) for t in towns]
    named += [(v.code, v.name, 3, v.parent) for v in villages]
    for town in towns:
        members = by_town[town.code][:]
        rng.shuffle(members)
        parts = cutter.parts(town_cells[town.code], [land[v.code] for v in members])
        groups.update(zip([v.code for v in members], parts, strict=True))
    for village in villages:
        weights = [rng.randint(75, 130) for _ in range(counts[village.code])]
        for number, part in enumerate(cutter.parts(groups[village.code], weights), start=1):
            code = f"{village.code}{number:02d}"
            groups[code] = part
            named.append((code, f"{village_label(village.name)}第{number}网格", 4, village.code))
    areas = _drawn(lattice, groups, named)
    return Geography(
        district=areas[0],
        towns=tuple(a for a in areas if a.level == 2),
        villages=tuple(a for a in areas if a.level == 3),
        sub_grids=tuple(a for a in areas if a.level == 4),
    )


def _drawn(
    lattice: Lattice, groups: Mapping[str, list[int]], named: Sequence[tuple[str, str, int, str]]
) -> list[Area]:
    lines: dict[str, list[Corner]] = {code: lattice.outline(groups[code]) for code, *_ in named}
    points = dict(lattice.points)
    kept = smooth(points, [lines[code] for code, _, level, _ in named if level == 4], rounds=2)
    areas = []
    for code, name, level, parent in named:
        ring = tuple(points[corner] for corner in lines[code] if corner in kept)
        areas.append(Area(code, name, level, parent, ring, _inner(lattice, groups[code])))
    return areas


def _inner(lattice: Lattice, cells: Sequence[int]) -> Point:
    """The centre of the cell that is nearest to the middle and farthest from the edge: surely inside."""
    group = set(cells)
    n = len(cells)
    x = sum(lattice.places[c][0] for c in cells) // n
    y = sum(lattice.places[c][1] for c in cells) // n

    def rank(cell: int) -> tuple[int, int, int]:
        open_sides = sum(near not in group for near in lattice.neighbours[cell])
        dx, dy = lattice.places[cell][0] - x, lattice.places[cell][1] - y
        return (open_sides > 0) * (1 + open_sides), dx * dx + 3 * dy * dy, cell

    return lattice.centre(min(cells, key=rank))
