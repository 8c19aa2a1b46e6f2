"""Workbooks for tests: the district as it is, changed in a few places."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook

from grids import actions
from grids.models import Boundary, Grid, Lineage, Naming, Plan, Succession
from grids.restructuring.export import workbook
from people.models import Posting, Role, Unit
from tests import factories
from tests.factories import OPENED, Cast, Places

Sheet = list[list[Any]]


@dataclass
class Book:
    """The sheets of a workbook as lists of rows, the first row being the headings."""

    sheets: dict[str, Sheet] = field(default_factory=dict)

    @property
    def grids(self) -> Sheet:
        return self.sheets["网格"]

    @property
    def units(self) -> Sheet:
        return self.sheets["单位"]

    @property
    def postings(self) -> Sheet:
        return self.sheets["任职"]

    def row(self, code: str) -> list[Any]:
        return next(row for row in self.grids if row[0] == code)

    def number(self, code: str) -> int:
        """The row of the sheet in which a grid stands."""
        return next(number for number, row in enumerate(self.grids, start=1) if row[0] == code)

    def drop(self, *codes: str) -> Book:
        self.sheets["网格"] = [row for row in self.grids if row[0] not in codes]
        return self

    def add(self, *rows: Sequence[Any]) -> Book:
        self.grids.extend([*row, *[""] * (5 - len(row))] for row in rows)
        return self

    def lead(self, person: str, code: str, role: str = "网格长") -> Book:
        self.postings.append([person, "", role, code, ""])
        return self

    def unpost(self, *codes: str) -> Book:
        """Take the postings of grids or units out of the sheet."""
        gone = set(codes)
        self.sheets["任职"] = [row for row in self.postings if not gone & {row[3], row[4]}]
        return self

    def draw(self, **areas: Any) -> Book:
        sheet = self.sheets.setdefault("边界", [["代码", "边界(GeoJSON,WGS-84)"]])
        sheet.extend([code, json.dumps(area)] for code, area in areas.items())
        return self

    def content(self) -> bytes:
        book = Workbook()
        book.remove(book.active)  # type: ignore[arg-type]
        for title, rows in self.sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()


def as_it_is(root: Grid) -> Book:
    """The district's own export, opened for changes."""
    source = load_workbook(io.BytesIO(workbook(root.pk)))
    return Book(
        {
            sheet.title: [
                ["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)
            ]
            for sheet in source.worksheets
        }
    )


def without_postings(book: Book) -> Book:
    """People follow their grids."""
    del book.sheets["任职"]
    return book


@dataclass
class District:
    """The places and people of the tests, every grid led, with boundaries that tile."""

    places: Places
    cast: Cast
    second: Any  # another administrator

    @property
    def root(self) -> Grid:
        return self.places.district

    def plan(self, book: Book, *, on: date | None = None) -> Plan:
        return actions.plan_workbook(
            book.content(), root_id=self.root.pk, on=on or date.today(), by=self.cast.administrator
        )

    def apply(self, plan: Plan) -> Plan:
        actions.approve_plan(plan.pk, by=self.second)
        return actions.apply_plan(plan.pk, by=self.cast.administrator)

    def carry_out(self, book: Book, *, on: date | None = None) -> Plan:
        plan = self.plan(book, on=on)
        assert plan.objections == [], told(plan)
        return self.apply(plan)


def told(plan: Plan) -> list[tuple[str, str, int | None, str]]:
    """The objections of a plan: kind, sheet, row, column."""
    return [(one["kind"], one["sheet"], one["row"], one["column"]) for one in plan.objections]


def kinds(plan: Plan) -> dict[str, int]:
    return dict(plan.summary["kinds"])


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


# Where the grids of the small district lie: two towns side by side, each with one village.
AREAS: dict[str, Callable[[Places], tuple[Grid, dict[str, Any]]]] = {
    "district": lambda p: (p.district, box(113.80, 34.50, 113.90, 34.54)),
    "town": lambda p: (p.town, box(113.80, 34.50, 113.86, 34.54)),
    "other_town": lambda p: (p.other_town, box(113.86, 34.50, 113.90, 34.54)),
    "village": lambda p: (p.village, box(113.80, 34.50, 113.86, 34.54)),
    "other_village": lambda p: (p.other_village, box(113.86, 34.50, 113.90, 34.54)),
    "subgrid": lambda p: (p.subgrid, box(113.84, 34.50, 113.86, 34.54)),
    "sibling": lambda p: (p.sibling_subgrid, box(113.80, 34.50, 113.84, 34.54)),
    "other_subgrid": lambda p: (p.other_subgrid, box(113.86, 34.50, 113.90, 34.54)),
}


def district(places: Places, cast: Cast) -> District:
    for grid in (places.other_village, places.other_subgrid):
        factories.person(Role.LEADER, grid=grid, username=f"leads-{grid.code}")
    for make in AREAS.values():
        grid, area = make(places)
        Boundary.objects.create(grid=grid, geometry=area, valid_from=OPENED)
    second = factories.person(Role.ADMINISTRATOR, grid=places.district, username="second")
    return District(places, cast, second)


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Everything a restructuring writes, but rows that were in force on no day."""
    return {
        "grids": sorted(
            Grid.objects.exclude(closed_on__isnull=False).values_list(
                "pk", "code", "name", "parent_id", "level"
            )
        ),
        "order": list(
            Grid.objects.filter(closed_on__isnull=True)
            .order_by("tree_id", "lft")
            .values_list("pk", flat=True)
        ),
        "closed": sorted(
            (grid.pk, grid.closed_on)
            for grid in Grid.objects.filter(closed_on__isnull=False)
            if not grid.never_was
        ),
        "lineage": sorted(
            Lineage.objects.values_list("ancestor_id", "descendant_id", "depth", "valid_from", "valid_to"),
            key=str,
        ),
        "names": sorted(
            Naming.objects.values_list("grid_id", "code", "name", "valid_from", "valid_to"), key=str
        ),
        "areas": sorted(
            (
                (row.grid_id, json.dumps(row.geometry), row.valid_from, row.valid_to)
                for row in Boundary.objects.all()
            ),
            key=str,
        ),
        "heirs": sorted(Succession.objects.values_list("predecessor_id", "successor_id", "share", "on")),
        "units": sorted(
            (unit.pk, unit.name, unit.grid_id) for unit in Unit.objects.filter(closed_on__isnull=True)
        ),
        "postings": sorted(
            (
                row.person_id,
                row.role,
                row.grid_id or 0,
                row.unit_id or 0,
                row.valid_from,
                str(row.valid_to),
            )
            for row in Posting.objects.all()
            if row.valid_to != row.valid_from
        ),
    }
