"""Every write of the tree: the lock, the nodes read under it, the check, the change, one ledger entry.

Who may do it is asked by the caller (people lie above this room); the ``Actor`` is kept in the entry.
A day of change is never in the future and never before the last change of what is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.errors import Invalid, StaleVersion
from grids import lineage, queries, rules, signals
from grids.locks import tree_lock
from grids.models import Boundary, Grid, Lineage
from ledgers.actions import Actor, Draft, Place, Subject, record

__all__ = ["close_grid", "move_grid", "open_grid", "rename_grid", "tree_lock"]


def open_grid(
    *, code: str, name: str, parent_id: int | None, by: Actor, on: date | None = None, note: str = ""
) -> Grid:
    """Open a grid under a parent (None: a district) from a day on, today by default.

    Raises ``Invalid`` on ``code``, ``name``, ``parent`` or ``on``.
    """
    day = _day(on)
    with tree_lock():
        parent = _read(parent_id, field="parent") if parent_id is not None else None
        _check_words(code=code, name=name)
        if Grid.objects.filter(code=code).exists():
            raise Invalid({"code": _("Another grid has this code.")})
        if parent is not None:
            _check_parent(parent, day)
        grid = Grid(
            code=code, name=name, level=parent.level + 1 if parent else 1, parent=parent, opened_on=day
        )
        grid.save(force_insert=True)
        lineage.begin(grid, on=day)
        _record("open", grid, by, {"on": day.isoformat(), "level": grid.level, "note": note})
        signals.grid_opened.send(Grid, grid=grid, by=by, on=day)
    return grid


def move_grid(
    grid_id: int,
    *,
    parent_id: int,
    by: Actor,
    on: date | None = None,
    version: int | None = None,
    note: str = "",
) -> Grid:
    """Hang a grid with all below it under another of the same level as its parent.

    ``version`` is the tree's as the user saw it (``queries.tree_version``). Raises ``StaleVersion`` if the
    tree changed since, ``Invalid`` on ``parent`` or ``on`` if the move would break it.
    """
    day = _day(on)
    with tree_lock():
        grid = _read(grid_id, field="grid")
        if version is not None:
            now = queries.tree_version(grid.tree_id)
            if now != version:
                raise StaleVersion(_("The tree has been changed meanwhile."), seen=version, now=now)
        target = _read(parent_id, field="parent")
        _object("parent", rules.move_objection(grid, target))
        _check_last_change(grid, day)
        _check_parent(target, day)
        source = _read(grid.parent_id or 0, field="parent")
        place = queries.place(grid)
        count = Lineage.objects.filter(ancestor_id=grid.pk, valid_to__isnull=True).count()
        lineage.move(grid.pk, parent_id=target.pk, on=day)
        grid.move_to(target, "last-child")
        _record(
            "move",
            grid,
            by,
            {
                "on": day.isoformat(),
                "from": source.code,
                "to": target.code,
                "path": queries.place(grid).path,
                "grids": count,
                "note": note,
            },
            place=place,
        )
        signals.grid_moved.send(Grid, grid=grid, by=by, on=day, from_id=source.pk)
    return grid


def rename_grid(grid_id: int, *, name: str, by: Actor, note: str = "") -> Grid:
    """Give a grid another name; where it has it already nothing happens. Raises ``Invalid`` on ``name``."""
    with tree_lock():
        grid = _read(grid_id, field="grid")
        _check_words(name=name)
        if grid.name == name:
            return grid
        old, grid.name = grid.name, name
        grid.save(update_fields=["name"])
        _record("rename", grid, by, {"from": old, "to": name, "note": note})
    return grid


def close_grid(
    grid_id: int, *, by: Actor, successor_id: int | None = None, on: date | None = None, note: str = ""
) -> Grid:
    """Close a grid that has no open grid below it. It stays in the tree, and in the lineage of its days.

    Raises ``Invalid`` on ``grid``, ``successor`` or ``on``.
    """
    day = _day(on)
    with tree_lock():
        grid = _read(grid_id, field="grid")
        children = Grid.objects.filter(parent_id=grid.pk, closed_on__isnull=True).count()
        _object("grid", rules.close_objection(grid, open_children=children))
        _check_last_change(grid, day)
        successor = _read(successor_id, field="successor") if successor_id is not None else None
        if successor is not None:
            _object("successor", rules.successor_objection(grid, successor))
        place = queries.place(grid)
        lineage.end(Lineage.objects.filter(descendant_id=grid.pk), on=day)
        areas = Boundary.objects.filter(grid_id=grid.pk, valid_to__isnull=True)
        areas.filter(valid_from__gte=day).delete()
        areas.update(valid_to=day)
        grid.closed_on, grid.successor = day, successor
        grid.save(update_fields=["closed_on", "successor"])
        payload = {
            "on": day.isoformat(),
            "successor": successor.code if successor else None,
            "note": note,
        }
        _record("close", grid, by, payload, place=place)
        signals.grid_closed.send(Grid, grid=grid, by=by, on=day)
    return grid


def _day(on: date | None) -> date:
    today = timezone.localdate()
    if on is not None and on > today:
        raise Invalid({"on": _("The day lies ahead. Changes take effect today or were in effect before.")})
    return on or today


def _read(pk: int, *, field: str) -> Grid:
    grid = Grid.objects.filter(pk=pk).first()
    if grid is None:
        raise Invalid({field: _("There is no such grid.")})
    return grid


def _object(field: str, objection: str | Promise | None) -> None:
    if objection is not None:
        raise Invalid({field: objection})


def _check_words(**words: str) -> None:
    for field, text in words.items():
        if not text.strip():
            raise Invalid({field: _("Please fill this in.")})
        if len(text) > (Grid._meta.get_field(field).max_length or 0):
            raise Invalid({field: _("This is too long.")})


def _check_parent(parent: Grid, day: date) -> None:
    if parent.closed_on is not None:
        raise Invalid({"parent": _("The grid chosen is closed.")})
    _check_line(parent.pk, day)


def _check_line(grid_id: int, day: date) -> None:
    """The line above a new place must have stood on the day."""
    latest = Lineage.objects.filter(descendant_id=grid_id, valid_to__isnull=True).aggregate(
        latest=Max("valid_from")
    )["latest"]
    if latest and latest > day:
        raise Invalid({"on": _("The upper grid was changed after this day.")})


def _check_last_change(grid: Grid, day: date) -> None:
    """Nothing that is or ever was below the grid may have changed after the day."""
    below = Lineage.objects.filter(ancestor_id=grid.pk).values("descendant_id")
    latest = Lineage.objects.filter(descendant_id__in=below).aggregate(
        begun=Max("valid_from"), ended=Max("valid_to")
    )
    if any(last and last > day for last in latest.values()):
        raise Invalid({"on": _("The grid was changed after this day.")})


def _record(
    action: str, grid: Grid, by: Actor, payload: Mapping[str, Any], *, place: Place | None = None
) -> None:
    """``place`` is where the grid was before the act; by default where it is now."""
    record(
        Draft(
            app="grids",
            action=action,
            subject=Subject(type="grids.grid", id=str(grid.pk), label=f"{grid.code} {grid.name}"),
            actor=by,
            at=timezone.now(),
            place=place or queries.place(grid),
            payload={"code": grid.code, **payload},
        )
    )
