"""The worked example of restructuring: the demo district in its first form becomes that of 2018.

From 8 towns, 146 villages, 777 sub-grids to 7 first-level grids (six sub-district offices and a high-tech
zone), 134 second-level and 847 third-level grids, 2 work groups, 6 street patrol teams of 49 staff in all.
Numbers are the programme's; which grids merge and divide, and all lines, are illustrative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from common import workbooks
from common.workbooks import Filled
from demo.roles import SUB_GRID, VILLAGE
from grids import areas
from grids.restructuring import sheets
from grids.restructuring.state import State, read
from grids.restructuring.target import GridRow, LevelRow, Part
from people.models import Posting, Role, Unit, UnitKind
from people.restructuring.planning import postings_of, units_of
from people.restructuring.sheets import POSTINGS, UNITS

RURAL = ("410173204", "410173205")  # the two that make up the high-tech zone
ZONE = GridRow(code="410173900", name="航空港高新技术产业区", level=2, parent="410173")
MOVING_FROM, MOVING_TO = "410173581", "410173580"
MOVED = 3  # villages that pass from one office to its neighbour, and are renumbered
MERGED = 12  # pairs of villages: 146 - 12 = 134
JOINED, DIVIDED = 10, 80  # sub-grids: 777 - 10 + 80 = 847
STAFF = 49
LABELS = (
    (1, "总网格", "Total grid"),
    (2, "一级网格", "First-level grid"),
    (3, "二级网格", "Second-level grid"),
    (4, "三级网格", "Third-level grid"),
    (5, "网格点", "Site"),
)
RENAMED = {VILLAGE: "岗李社区"}
WHOLE = Decimal(1)


def workbook(root_id: int) -> bytes:
    """The example as a workbook, made from the demo district as it is loaded."""
    return workbooks.write(example(root_id))


def example(root_id: int) -> list[Filled]:
    """The sheets of the target state."""
    made = _Example(read(root_id))
    made.towns()
    made.villages()
    made.sub_grids()
    levels = [LevelRow(level=level, name=name, name_en=english) for level, name, english in LABELS]
    units = list(made.units())
    return [
        *sheets.of_rows(_in_order(made.rows), made.areas, levels),
        Filled(UNITS, ([unit.code, unit.get_kind_display(), unit.name, unit.name_en, home]
                       for unit, home in units)),
        Filled(POSTINGS, made.postings(units)),
    ]  # fmt: skip


def _in_order(rows: Mapping[str, GridRow]) -> Iterator[GridRow]:
    """Each grid followed by what lies below it."""
    below: dict[str, list[GridRow]] = {}
    for row in rows.values():
        below.setdefault(row.parent, []).append(row)

    def walk(code: str) -> Iterator[GridRow]:
        for row in sorted(below.get(code, []), key=lambda row: row.code):
            yield row
            yield from walk(row.code)

    return walk("")


@dataclass
class _Example:
    state: State
    rows: dict[str, GridRow] = field(default_factory=dict)
    areas: dict[str, dict[str, Any]] = field(default_factory=dict)
    shapes: dict[str, BaseGeometry] = field(default_factory=dict)
    became: dict[str, list[str]] = field(default_factory=dict)  # code today → codes that people go to

    def __post_init__(self) -> None:
        nodes = self.state.nodes
        self.rows = {
            node.code: GridRow(code=node.code, name=RENAMED.get(node.code, node.name), level=node.level,
                               parent=node.parent)
            for node in nodes.values()
        }  # fmt: skip
        drawn = areas.shapes(areas.geometries(node.pk for node in nodes.values()))
        self.shapes = {node.code: drawn[node.pk] for node in nodes.values()}
        self.became = {code: [code] for code in nodes}

    def towns(self) -> None:
        """Two rural towns become the high-tech zone; the six offices stay."""
        for code in RURAL:
            del self.rows[code]
            self.became[code] = [ZONE.code]
        self.rows[ZONE.code] = replace(ZONE, parts=tuple(Part(code=code, share=WHOLE) for code in RURAL))
        for row in list(self.rows.values()):
            if row.parent in RURAL:
                self.rows[row.code] = replace(row, parent=ZONE.code)

    # ---- villages

    def villages(self) -> None:
        for code in self._border_villages():
            self._move(code)
        pairs = self._pairs(3, MERGED, keep={VILLAGE})
        for number, (one, other) in enumerate(pairs):
            if number % 2:
                self._absorb(one, other)
            else:
                self._unite(one, other)

    def _border_villages(self) -> list[str]:
        """Villages of one office that touch the other, those with the longest common line first."""
        other = self.shapes[MOVING_TO]
        lines = {
            code: shapely.length(shapely.intersection(self.shapes[code], other))
            for code, row in self.rows.items()
            if row.parent == MOVING_FROM
        }
        return sorted(sorted(lines), key=lambda code: -lines[code])[:MOVED]

    def _move(self, code: str) -> None:
        """To the other office, and so to a code of its own."""
        row = self.rows.pop(code)
        new = next(fresh for number in count(900) if (fresh := f"{MOVING_TO}{number}") not in self.rows)
        self.rows[new] = replace(row, code=new, parent=MOVING_TO, parts=(Part(code=code, share=WHOLE),))
        self.shapes[new] = self.shapes[code]
        self.became[code] = [new]
        self._adopt(code, new)

    def _adopt(self, old: str, new: str) -> None:
        for row in list(self.rows.values()):
            if row.parent == old:
                self.rows[row.code] = replace(row, parent=new)

    def _absorb(self, one: str, other: str) -> None:
        """The smaller passes into the larger, which keeps its name."""
        small, large = sorted((one, other), key=lambda code: shapely.area(self.shapes[code]))
        row = self.rows[large]
        self.rows[large] = replace(row, parts=(Part(code=small, share=WHOLE),))
        self._lose(small, large)

    def _unite(self, one: str, other: str) -> None:
        """Both become one new community."""
        row = self.rows[one]
        new = next(fresh for number in count(800) if (fresh := f"{row.parent}{number}") not in self.rows)
        name = f"{_stem(row.name)}{_stem(self.rows[other].name)}社区"
        parts = tuple(Part(code=code, share=WHOLE) for code in (one, other))
        self.rows[new] = GridRow(code=new, name=name, level=3, parent=row.parent, parts=parts)
        self._lose(one, new)
        self._lose(other, new)

    def _lose(self, code: str, heir: str) -> None:
        del self.rows[code]
        self.became[code] = [heir]
        self._adopt(code, heir)

    def _pairs(self, level: int, wanted: int, *, keep: set[str]) -> list[tuple[str, str]]:
        """Neighbours under one upper grid, each grid in one pair at most, the smallest first."""
        order = sorted(
            (code for code, row in self.rows.items() if row.level == level and not row.parts),
            key=lambda code: (shapely.area(self.shapes[code]), code),
        )
        taken = set(keep)
        pairs: list[tuple[str, str]] = []
        for code in order:
            if len(pairs) == wanted:
                break
            if code in taken:
                continue
            near = [
                other
                for other in order
                if other != code
                and other not in taken
                and self.rows[other].parent == self.rows[code].parent
                and shapely.length(shapely.intersection(self.shapes[code], self.shapes[other])) > 0
            ]
            if near:
                pairs.append((code, near[0]))
                taken |= {code, near[0]}
        return pairs

    # ---- sub-grids

    def sub_grids(self) -> None:
        """Small neighbours are joined, those with most sites divided along a line."""
        for one, other in self._pairs(4, JOINED, keep={SUB_GRID}):
            self._absorb(one, other)
        sites: dict[str, int] = {}
        for site in self.state.sites:
            sites[site.parent] = sites.get(site.parent, 0) + 1
        whole = [
            code for code, row in self.rows.items() if row.level == 4 and not row.parts and code != SUB_GRID
        ]
        for code in sorted(whole, key=lambda code: (-sites.get(code, 0), code))[:DIVIDED]:
            self._divide(code)

    def _divide(self, code: str) -> None:
        first, second = _halves(self.shapes[code])
        row = self.rows[code]
        new = next(
            fresh
            for number in count(50)
            if (fresh := f"{code[:-2]}{number:02d}") not in self.rows and fresh not in self.state.nodes
        )
        share = round(Decimal(shapely.area(second) / shapely.area(self.shapes[code])), 4)
        name = f"{row.name.rpartition('第')[0]}第{int(new[-2:])}网格"
        self.rows[new] = replace(row, code=new, name=name, parts=(Part(code=code, share=share),))
        self.areas[code], self.areas[new] = areas.geojson(first), areas.geojson(second)
        self.became[code] = [code, new]

    # ---- units and people

    def units(self) -> Iterator[tuple[Unit, str]]:
        """Those of today; the street patrol teams of the two rural towns are given up."""
        for unit in units_of(self.state):
            home = unit.grid.code
            if not (unit.kind == UnitKind.PATROL_TEAM and home in RURAL):
                yield unit, self.became[home][0]

    def postings(self, units: list[tuple[Unit, str]]) -> Iterator[list[str]]:
        """Who is where: with their grids; of two leaders the second becomes deputy; 49 in six teams."""
        teams = [unit.code for unit, _home in units if unit.kind == UnitKind.PATROL_TEAM]
        led: set[str] = set()
        staff: list[Posting] = []
        seen: set[tuple[str, str, str]] = set()
        for posting in postings_of(self.state.tree_id).filter(valid_to__isnull=True):
            if posting.unit is not None:
                if posting.unit.kind == UnitKind.PATROL_TEAM:
                    staff.append(posting)
                else:
                    yield _posted(posting, posting.role, unit=posting.unit.code)
                continue
            today = posting.grid.code  # type: ignore[union-attr]  # posting_grid_or_unit
            for code in self.became.get(today, [today]):
                role = posting.role
                if role == Role.LEADER and code in led:
                    role = Role.DEPUTY
                led |= {code} if role == Role.LEADER else set()
                if (posting.person.username, role, code) not in seen:
                    seen.add((posting.person.username, role, code))
                    yield _posted(posting, role, grid=code)
        for number, posting in enumerate(staff):
            home = posting.unit.code if posting.unit and posting.unit.code in teams else ""
            yield _posted(posting, posting.role, unit=home or teams[number % len(teams)])


def _stem(name: str) -> str:
    for ending in ("社区居民委员会", "村村委会", "村委会", "村", "社区"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def _posted(posting: Posting, role: str, *, grid: str = "", unit: str = "") -> list[str]:
    return [posting.person.username, posting.person.name, str(Role(role).label), grid, unit]


def _halves(area: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    """An area cut in two across its longer side, near the middle: the first try that gives two pieces."""
    west, south, east, north = shapely.bounds(area)
    middle = shapely.centroid(area)
    wide = (east - west) * 0.82 > north - south  # a degree of longitude is shorter here
    for step in (0, 1, -1, 2, -2, 3, -3, 4, -4):
        shift = step * 0.05
        if wide:
            x = middle.x + shift * (east - west)
            line = shapely.LineString([(x, south - 1), (x, north + 1)])
        else:
            y = middle.y + shift * (north - south)
            line = shapely.LineString([(west - 1, y), (east + 1, y)])
        pieces = list(split(area, line).geoms)
        if len(pieces) == 2:
            one, other = sorted(pieces, key=lambda piece: shapely.bounds(piece).tolist())
            return shape(areas.geojson(one)), shape(areas.geojson(other))
    raise ValueError("no line across the middle cuts this area into two")
