"""A lattice of jittered hexagons in whole micro-degrees, and the outlines of groups of its cells.

Every corner of a hexagonal lattice belongs to at most three cells. So a connected group of cells without
a hole always has one simple outline, and neighbours share the corners of their common line exactly: areas
tile with neither gap nor overlap, in integers, on any machine.
"""

import random
from collections.abc import Iterable, Sequence

Point = tuple[int, int]
"""Longitude and latitude in micro-degrees."""
Corner = tuple[int, int]
"""A corner's place on the lattice: half columns and thirds of rows."""

COLUMN = 2600
ROW = 1900
JITTER = 330

# Corners of a cell seen from its centre, anticlockwise, and the six neighbours in (half columns, rows).
CORNERS: tuple[Corner, ...] = ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1))
NEIGHBOURS: tuple[tuple[int, int], ...] = ((2, 0), (1, 1), (-1, 1), (-2, 0), (-1, -1), (1, -1))


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a point lies in a ring, in integers; a point on the line may fall on either side."""
    x, y = point
    within = False
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > y) != (y2 > y):
            turn = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            if (turn > 0) == (y2 > y1):
                within = not within
        x1, y1 = x2, y2
    return within


class Lattice:
    """The cells whose centres lie inside an outline; a cell is an index, counted from the south-west."""

    def __init__(self, outline: Sequence[Point], rng: random.Random) -> None:
        west = min(x for x, _ in outline)
        south = min(y for _, y in outline)
        self.origin = (west, south)
        columns = (max(x for x, _ in outline) - west) // COLUMN + 2
        rows = (max(y for _, y in outline) - south) // ROW + 2
        places = [(2 * c + (r & 1), r) for r in range(rows) for c in range(columns)]
        self.places = [p for p in places if inside(self._centre(p), outline)]
        index = {place: i for i, place in enumerate(self.places)}
        self.neighbours = [[index.get((x + dx, r + dr), -1) for dx, dr in NEIGHBOURS] for x, r in self.places]
        self.noise = self._noise(rng)
        self.points = self._corners(rng)

    def _centre(self, place: tuple[int, int]) -> Point:
        return self.origin[0] + place[0] * COLUMN // 2, self.origin[1] + place[1] * ROW

    def centre(self, cell: int) -> Point:
        return self._centre(self.places[cell])

    def _noise(self, rng: random.Random) -> list[int]:
        """A slow wave per cell, -2,000 to 2,000, so that cuts are not straight."""
        pitch = 12
        width = max(x for x, _ in self.places) // (2 * pitch) + 2
        height = max(r for _, r in self.places) // pitch + 2
        knots = [[rng.randint(-2000, 2000) for _ in range(width)] for _ in range(height)]
        values = []
        for x, row in self.places:
            i, u = divmod(x, 2 * pitch)
            j, v = divmod(row, pitch)
            low = knots[j][i] * (2 * pitch - u) + knots[j][i + 1] * u
            high = knots[j + 1][i] * (2 * pitch - u) + knots[j + 1][i + 1] * u
            values.append((low * (pitch - v) + high * v) // (2 * pitch * pitch))
        return values

    def _corners(self, rng: random.Random) -> dict[Corner, Point]:
        points: dict[Corner, Point] = {}
        for x, row in self.places:
            for dx, dy in CORNERS:
                corner = (x + dx, 3 * row + dy)
                if corner not in points:
                    points[corner] = (
                        self.origin[0] + corner[0] * COLUMN // 2 + rng.randint(-JITTER, JITTER),
                        self.origin[1] + corner[1] * ROW // 3 + rng.randint(-JITTER, JITTER),
                    )
        return points

    def whole(self, cells: Iterable[int]) -> bool:
        """Whether the cells hang together and enclose no hole (Euler's characteristic is then one)."""
        group = set(cells)
        edges = triangles = 0
        start = min(group)
        reached = {start}
        queue = [start]
        for cell in queue:
            around = [n in group for n in self.neighbours[cell]]
            edges += around[0] + around[1] + around[2]
            triangles += (around[0] and around[1]) + (around[1] and around[2])
            for n in self.neighbours[cell]:
                if n in group and n not in reached:
                    reached.add(n)
                    queue.append(n)
        return len(reached) == len(group) and len(group) - edges + triangles == 1

    def outline(self, cells: Iterable[int]) -> list[Corner]:
        """The corners around a whole group of cells, anticlockwise from its lowest."""
        group = set(cells)
        after: dict[Corner, Corner] = {}
        for cell in sorted(group):
            x, row = self.places[cell]
            y = 3 * row
            # Side i runs from corner i to i+1; beyond it lies the neighbour in SIDES order.
            for i, beyond in enumerate((5, 0, 1, 2, 3, 4)):
                if self.neighbours[cell][beyond] not in group:
                    a, b = CORNERS[i], CORNERS[(i + 1) % 6]
                    after[x + a[0], y + a[1]] = (x + b[0], y + b[1])
        start = min(after)
        line = [start]
        while (corner := after[line[-1]]) != start:
            line.append(corner)
        if len(line) != len(after):
            raise ValueError("the cells are not one whole area")
        return line


def smooth(points: dict[Corner, Point], lines: Sequence[Sequence[Corner]], *, rounds: int) -> set[Corner]:
    """Take the zigzag out of all lines at once, in place; the answer is the corners worth keeping.

    Where three areas meet, or two meet the outside, the corner stays a corner; along a line between such
    places every second corner goes.
    """
    links: dict[Corner, set[Corner]] = {}
    for line in lines:
        for a, b in zip(line, [*line[1:], line[0]], strict=True):
            links.setdefault(a, set()).add(b)
            links.setdefault(b, set()).add(a)
    order = sorted(links)
    near = {corner: sorted(links[corner]) for corner in order}
    for _ in range(rounds):
        moved = {}
        for corner in order:
            around = [points[n] for n in near[corner]]
            n = len(around)
            x, y = points[corner]
            moved[corner] = (
                (n * x + sum(p[0] for p in around)) // (2 * n),
                (n * y + sum(p[1] for p in around)) // (2 * n),
            )
        points.update(moved)
    return _kept(near, order)


def _kept(near: dict[Corner, list[Corner]], order: Sequence[Corner]) -> set[Corner]:
    kept = {corner for corner in order if len(near[corner]) != 2}
    for junction in sorted(kept):
        for first in near[junction]:
            chain = [junction, first]
            while len(near[chain[-1]]) == 2:
                a, b = near[chain[-1]]
                chain.append(b if a == chain[-2] else a)
            if chain[0] <= chain[-1]:  # each chain once, walked from its lesser end
                kept.update(chain[2:-1:2])
    return kept
