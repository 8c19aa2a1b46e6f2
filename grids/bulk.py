"""Whole trees at once: numbers and lineage computed here, a handful of statements in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from common.statistics import count_rows
from grids import areas, rules
from grids.locks import tree_lock
from grids.models import Boundary, Grid, Lineage, Naming, Site
from ledgers.actions import Actor, Draft, Place, Subject, record

BATCH = 2000
MANY = 1000  # from so many grids on, a plan made for few rows is felt


@dataclass(frozen=True, kw_only=True)
class Row:
    """One grid to be. ``parent`` is the code of another row, empty for a district; order does not matter.

    ``geometry`` is its area in GeoJSON, ``site`` the fields of its dossier. ``key`` fixes its primary key;
    whoever gives keys lets the database's counters follow.
    """

    code: str
    name: str
    parent: str = ""
    geometry: dict[str, Any] | None = None
    site: dict[str, Any] | None = None
    key: int | None = None


def load_tree(
    rows: Iterable[Row],
    *,
    opened_on: date,
    by: Actor,
    illustrative: bool = False,
    at: datetime | None = None,
) -> dict[str, Grid]:
    """Write one or several districts with all below them; returns code → grid. One ledger entry each.

    Raises ``Invalid`` on ``rows`` for a code given twice or taken, a parent that is missing, and a row
    that no district leads to; nothing is written then.
    """
    given = list(rows)
    by_code = {row.code: row for row in given}
    if len(by_code) != len(given):
        raise Invalid({"rows": _("A code is given twice.")})
    below: dict[str, list[Row]] = {}
    for row in given:
        if row.parent and row.parent not in by_code:
            raise Invalid({"rows": _("%(code)s has no upper grid.") % {"code": row.code}})
        below.setdefault(row.parent, []).append(row)
    with tree_lock():
        taken = set(Grid.objects.values_list("code", flat=True)) & by_code.keys()
        if taken:
            raise Invalid({"rows": _("The code %(code)s is taken.") % {"code": min(taken)}})
        tree_id = Grid.objects.aggregate(last=Max("tree_id"))["last"] or 0
        lines: list[list[Grid]] = []
        for number, root in enumerate(below.get("", ()), start=tree_id + 1):
            lines += _number(root, below, tree_id=number, opened_on=opened_on)
        if len(lines) != len(given):
            raise Invalid({"rows": _("Some rows lead to no district.")})
        grids = {line[-1].code: line[-1] for line in lines}
        _write(lines, [by_code[code] for code in grids], grids, illustrative=illustrative)
        if len(lines) >= MANY:
            count_rows([Grid, Lineage, Naming, Boundary, Site])
        for line in lines:
            if len(line) == 1:
                _record(line[0], by, grids=(line[0].rght + 1 - line[0].lft) // 2, at=at)
    return grids


def _number(root: Row, below: dict[str, list[Row]], *, tree_id: int, opened_on: date) -> list[list[Grid]]:
    """The line of every grid of one tree, from the district down to itself, in the tree's order."""
    lines: list[list[Grid]] = []
    counter = 0
    # A row stands on the stack twice: to be entered, and to be left.
    stack: list[tuple[Row | Grid, list[Grid]]] = [(root, [])]
    while stack:
        item, above = stack.pop()
        counter += 1
        if isinstance(item, Grid):
            item.rght = counter
            continue
        grid = Grid(
            pk=item.key,
            code=item.code,
            name=item.name,
            level=len(above) + 1,
            parent=above[-1] if above else None,
            opened_on=opened_on,
            tree_id=tree_id,
            mptt_level=len(above),
            lft=counter,
        )
        line = [*above, grid]
        lines.append(line)
        stack.append((grid, line))
        stack += [(child, line) for child in reversed(below.get(item.code, []))]
    return lines


def _write(lines: list[list[Grid]], rows: list[Row], grids: dict[str, Grid], *, illustrative: bool) -> None:
    for level in range(1, max((len(line) for line in lines), default=0) + 1):
        # Level by level, so that parents have their keys on databases that give them on return.
        of_level = [line[-1] for line in lines if len(line) == level]
        for grid in of_level:
            grid.parent = grid.parent  # takes over the key the parent has by now
        Grid.objects.bulk_create(of_level, batch_size=BATCH)
    _trace(sorted({line[0].tree_id for line in lines}), many=len(lines) >= MANY)
    Boundary.objects.bulk_create(
        (
            Boundary(
                grid=grids[row.code],
                geometry=row.geometry,
                valid_from=grids[row.code].opened_on,
                illustrative=illustrative,
            )
            for row in rows
            if row.geometry is not None
        ),
        batch_size=BATCH,
    )
    areas.touch()
    Site.objects.bulk_create(
        (
            Site(grid=grids[row.code], illustrative=illustrative, **row.site)
            for row in rows
            if row.site is not None
        ),
        batch_size=BATCH,
    )


def _trace(tree_ids: list[int], *, many: bool) -> None:
    """Lineage and names of trees just loaded, made in the database from the grids themselves."""
    if many:
        count_rows([Grid])
    quote = connection.ops.quote_name
    grid, lineage, naming = (quote(model._meta.db_table) for model in (Grid, Lineage, Naming))
    these = f"grid.tree_id BETWEEN {min(tree_ids, default=0)} AND {max(tree_ids, default=-1)}"
    with connection.cursor() as cursor:
        for level in range(rules.DISTRICT_LEVEL, rules.SITE_LEVEL + 1):
            cursor.execute(
                f"INSERT INTO {lineage} (ancestor_id, descendant_id, depth, valid_from)"  # noqa: S608
                f" SELECT upper.ancestor_id, grid.id, upper.depth + 1, grid.opened_on FROM {grid} grid"
                f" JOIN {lineage} upper ON upper.descendant_id = grid.parent_id"
                f" WHERE {these} AND grid.level = %s"
                f" UNION ALL SELECT grid.id, grid.id, 0, grid.opened_on FROM {grid} grid"
                f" WHERE {these} AND grid.level = %s",
                [level, level],
            )
            if many:
                count_rows([Lineage])  # the next level joins this one
        cursor.execute(
            f"INSERT INTO {naming} (grid_id, code, name, valid_from)"  # noqa: S608
            f" SELECT grid.id, grid.code, grid.name, grid.opened_on FROM {grid} grid WHERE {these}"
        )


def _record(root: Grid, by: Actor, *, grids: int, at: datetime | None) -> None:
    record(
        Draft(
            app="grids",
            action="load",
            subject=Subject(type="grids.grid", id=str(root.pk), label=f"{root.code} {root.name}"),
            actor=by,
            at=at or timezone.now(),
            place=Place(grid_id=root.pk, name=root.name, path=f"/{root.code}/"),
            payload={"code": root.code, "on": root.opened_on.isoformat(), "grids": grids},
        )
    )
