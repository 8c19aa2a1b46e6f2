"""A workbook of sites against the tree: what would be opened, changed, moved and named, and what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import rfc8785

from common.words import Words, words
from common.workbooks import Problem, Table
from grids import dossiers, rules
from grids.areas import Index
from grids.dated import batches
from grids.dossiers import Change, Content
from grids.models import Grid, Risk, Site
from grids.queries import positions
from grids.queries.blind_spots import District, district
from grids.queries.dossiers import contents
from grids.queries.tree import below
from grids.sitebooks.sheets import SITES, SiteBook, SiteRow

BLANK: Content = dossiers.made({"risk": Risk.ORDINARY}, {})


@dataclass(frozen=True)
class New:
    """A site to be opened. ``former`` is the row of one of this code that existed on no day."""

    code: str
    name: str
    parent: Grid
    content: Content
    former: Grid | None = None
    before: Content | None = None


@dataclass(frozen=True)
class Changed:
    """A site to be changed; ``parent`` and ``name`` where they are to be others."""

    site: Site
    before: Content
    after: Content
    name: str = ""
    parent: Grid | None = None

    @property
    def differs(self) -> bool:
        return self.before != self.after

    def changes(self) -> list[Change]:
        """In words of the active language."""
        found = dossiers.difference(self.before, self.after)
        grid = self.site.grid
        if self.parent is not None and grid.parent is not None:
            found.insert(
                0, Change(str(SITES.column("subgrid_name").title), grid.parent.name, self.parent.name)
            )
        if self.name:
            found.insert(0, Change(str(SITES.column("name").title), grid.name, self.name))
        return found


@dataclass(frozen=True)
class Outside:
    """A site that would stand outside the area of its sub-grid, and how far."""

    name: str
    subgrid: str
    far: Words


@dataclass
class Planned:
    """What a workbook would do. With a problem it does nothing."""

    new: list[New] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: int = 0
    outside: list[Outside] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def moved(self) -> list[Changed]:
        return [one for one in self.changed if one.parent is not None]

    @property
    def renamed(self) -> list[Changed]:
        return [one for one in self.changed if one.name]

    @property
    def digest(self) -> str:
        """By which it is seen whether the same workbook would still do the same."""
        rows = [
            *([one.code, one.name, one.parent.code, one.content] for one in self.new),
            *(
                [one.site.pk, one.name, one.parent.code if one.parent else "", one.before, one.after]
                for one in self.changed
            ),
        ]
        return hashlib.sha256(rfc8785.dumps(rows)).hexdigest()


def plan(book: SiteBook, *, grid_id: int, today: date) -> Planned:
    """What the workbook would do at and below a grid, on the tree as it is."""
    if SITES.key not in book.tables:
        return Planned(problems=book.problems)
    planner = _Planner(book, _Ground.read(book, grid_id), today)
    for row in book.rows.values():
        planner.plan(row)
    _in_order(planner.planned.problems, book)
    return planner.planned


def _in_order(problems: list[Problem], book: SiteBook) -> None:
    """As one goes through the workbook: by sheet, row and column."""
    sheets = {table.title: place for place, table in enumerate(book.tables.values())}
    problems.sort(key=lambda one: (sheets.get(one.sheet, 0), one.row or 0, len(one.column), one.column))


@dataclass
class _Ground:
    """What is there already: the grids that codes name, the sub-grids below, the dossiers."""

    by_code: dict[str, Grid]
    inside: set[int]  # keys of the open grids at or below the grid
    districts: dict[int, District]  # by the number of their tree
    subgrids: dict[str, Grid]
    by_key: dict[int, Grid]
    index: Index
    drawn: set[int]
    said: dict[int, Content]
    sites: dict[int, Site]

    @classmethod
    def read(cls, book: SiteBook, grid_id: int) -> _Ground:
        by_code: dict[str, Grid] = {}
        for codes in _texts(book.rows):
            for grid in Grid.objects.filter(code__in=codes).select_related("parent"):
                by_code[grid.code] = grid
        known = [grid.pk for grid in by_code.values() if grid.level == rules.SITE_LEVEL]
        found = Grid.objects.filter(
            pk__in=below([grid_id]).values("descendant_id"), level=rules.SUBGRID_LEVEL, closed_on__isnull=True
        )
        subgrids = {grid.code: grid for grid in found}
        index = Index.of(grid.pk for grid in subgrids.values())
        return cls(
            by_code=by_code,
            inside=set(below([grid_id]).values_list("descendant_id", flat=True)),
            districts={tree: district(tree) for tree in {grid.tree_id for grid in subgrids.values()}},
            subgrids=subgrids,
            by_key={grid.pk: grid for grid in subgrids.values()},
            index=index,
            drawn=set(index.keys),
            said=contents(known),
            sites={
                site.pk: site
                for keys in batches(known)
                for site in Site.objects.filter(pk__in=keys).select_related("grid__parent")
            },
        )

    def holding(self, content: Content) -> list[int]:
        """Keys of the sub-grids whose area holds the position."""
        return self.index.holding(*_degrees(content))


def _texts(codes: Mapping[str, SiteRow]) -> Iterator[list[str]]:
    every = list(codes)
    for start in range(0, len(every), 500):
        yield every[start : start + 500]


@dataclass
class _Planner:
    book: SiteBook
    ground: _Ground
    today: date
    planned: Planned = field(default_factory=Planned)

    def __post_init__(self) -> None:
        self.planned.problems = self.book.problems

    def plan(self, row: SiteRow) -> None:
        """Put what one row would do where it belongs, or its faults."""
        grid = self.ground.by_code.get(row.code)
        if grid is None or (grid.never_was and self._can_live_again(grid)):
            self._open(row, grid)
        elif grid.pk not in self.ground.sites or (
            grid.closed_on is None and grid.pk not in self.ground.inside
        ):
            self._tell(row, "code", words("Another grid has this code."), kind="taken")
        elif grid.closed_on is not None:
            text = words("The site of this code was closed on %(day)s.", day=grid.closed_on.isoformat())
            self._tell(row, "code", text, kind="closed")
        else:
            self._change(row, self.ground.sites[grid.pk])

    def _can_live_again(self, grid: Grid) -> bool:
        return grid.level == rules.SITE_LEVEL and grid.tree_id in self.ground.districts

    def _open(self, row: SiteRow, former: Grid | None) -> None:
        content = _applied(BLANK, row)
        sound = self._is_sound(row, content)
        parent = self._parent(row, content if sound else None)
        if parent is None or not sound or not self._is_near(row, parent, content):
            return
        self._note_place(row.name, parent, content)
        before = self.ground.said.get(former.pk) if former else None
        self.planned.new.append(New(row.code, row.name, parent, content, former, before))

    def _change(self, row: SiteRow, site: Site) -> None:
        before, grid = self.ground.said[site.pk], site.grid
        after = _applied(before, row)
        sound = not row.is_bad() and (before == after or self._is_sound(row, after))
        parent: Grid | None = None
        if row.subgrid and grid.parent and row.subgrid != grid.parent.code:
            parent = self._parent(row, None)
            sound = sound and parent is not None
        if not sound or (_moves(before, after) and not self._is_near(row, grid, after)):
            return
        name = row.name if row.name != grid.name else ""
        if before == after and not name and parent is None:
            self.planned.unchanged += 1
            return
        if parent is not None or _moves(before, after):
            self._note_place(row.name, parent or self.ground.by_key[grid.parent_id or 0], after)
        self.planned.changed.append(Changed(site, before, after, name, parent))

    def _is_sound(self, row: SiteRow, content: Content) -> bool:
        """Tell every fault with its cell; whether there is none. Cells told of before are left."""
        sound = not row.is_bad()
        for fault in dossiers.main_faults(content, today=self.today):
            if fault.key not in row.bad:
                self._tell(row, fault.key, fault.message)
            sound = False
        for part in dossiers.PARTS:
            table = self.book.tables.get(part.key)
            for one in row.parts.get(part.key, []) if table else []:
                for fault in dossiers.row_faults(part, one.values):
                    if fault.key not in one.bad and table is not None:
                        self.planned.problems.append(table.problem(one.row, fault.key, fault.message))
                    sound = False
        return sound

    def _parent(self, row: SiteRow, content: Content | None) -> Grid | None:
        """The sub-grid by its code or, where none is given, by the position; a problem if there is none."""
        if row.subgrid:
            found = self.ground.subgrids.get(row.subgrid)
            if found is None:
                text = words("No open sub-grid of this code lies here.")
                self._tell(row, "subgrid", text, kind="no_parent")
            return found
        if content is None:
            return None
        keys = self.ground.holding(content)
        if not keys:
            text = words("The position lies in no sub-grid here. Correct it, or fill in the sub-grid's code.")
            self._tell(row, "subgrid", text, kind="no_parent")
            return None
        return self.ground.by_key[keys[0]]

    def _is_near(self, row: SiteRow, grid: Grid, content: Content) -> bool:
        """Tell of a position that cannot be one of the district; whether there is none."""
        fault = positions.fault(self.ground.districts[grid.tree_id], *_degrees(content))
        if fault is not None:
            self._tell(row, "lon", fault, kind="far_off")
        return fault is None

    def _note_place(self, name: str, parent: Grid, content: Content) -> None:
        if parent.pk in self.ground.drawn and parent.pk not in self.ground.holding(content):
            metres = positions.outside(self.ground.districts[parent.tree_id], parent.pk, *_degrees(content))
            if metres:
                self.planned.outside.append(Outside(name, parent.name, positions.distance(metres)))

    def _tell(self, row: SiteRow, column: str, message: Words, *, kind: str = "invalid") -> None:
        table: Table = self.book.tables[SITES.key]
        self.planned.problems.append(table.problem(row.row, column, message, kind=kind))


def _moves(before: Content, after: Content) -> bool:
    return dossiers.position(before) != dossiers.position(after)


def _degrees(content: Content) -> tuple[float, float]:
    return float(content["lon"]), float(content["lat"])


def _applied(content: Content, row: SiteRow) -> Content:
    """A content with what the row says put over it."""
    parts = {key: [one.values for one in rows] for key, rows in row.parts.items()}
    return dossiers.made(content | row.main, content | parts)
