"""Every single change of the tree: the lock, the nodes read under it, the check, the change, one entry.

Who may do it is asked by the caller (people lie above this room); the ``Actor`` is kept in the entry.
A day of change is never in the future and never before the last change of what is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.errors import Invalid, StaleVersion
from grids import areas, dated, lineage, queries, rules, signals
from grids.locks import tree_lock
from grids.models import Boundary, Grid, Lineage, Naming, Succession
from ledgers.actions import Actor, Draft, Place, Subject, record

WHOLE = Decimal(1)


def open_grid(
    *, code: str, name: str, parent_id: int | None, by: Actor, on: date | None = None, note: str = ""
) -> Grid:
    """Open a grid under a parent (None: a district) from a day on, today by default.

    Raises ``Invalid`` on ``code``, ``name``, ``parent`` or ``on``.
    """
    day = dated.day_of_change(on)
    with tree_lock():
        grid = begin(code=code, name=name, parent_id=parent_id, day=day)
        _record("open", grid, by, {"on": day.isoformat(), "level": grid.level, "note": note})
    return grid


def begin(*, code: str, name: str, parent_id: int | None, day: date) -> Grid:
    """The checks and rows of a new grid, under the lock; its entry is the caller's."""
    parent = _read(parent_id, field="parent") if parent_id is not None else None
    _check_words(code=code, name=name)
    former = Grid.objects.filter(code=code).first()
    if former is not None and not former.never_was:
        raise Invalid({"code": _("Another grid has this code.")})
    if parent is not None:
        _check_parent(parent, day)
        _check_sibling(name, parent.pk)
    grid = _place_new(former, code=code, name=name, parent=parent, day=day)
    lineage.begin(grid, on=day)
    Naming.objects.create(grid=grid, code=code, name=name, valid_from=day)
    return grid


def _place_new(former: Grid | None, *, code: str, name: str, parent: Grid | None, day: date) -> Grid:
    """The row of a new grid. One of this code that existed on no day lives again, so that no trace of it
    in older rows points to another place than its code does."""
    level = parent.level + 1 if parent else 1
    if former is None:
        grid = Grid(code=code, name=name, level=level, parent=parent, opened_on=day)
        grid.save(force_insert=True)
        return grid
    former.move_to(parent, "last-child")
    former.name, former.level, former.opened_on, former.closed_on = name, level, day, None
    former.save(update_fields=["name", "level", "opened_on", "closed_on"])
    return former


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
    day = dated.day_of_change(on)
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
        count = _hang(grid, target, day)
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
    return grid


def _hang(grid: Grid, target: Grid, day: date) -> int:
    """Move the node and its lineage; how many open grids went along, itself included."""
    count = Lineage.objects.filter(ancestor_id=grid.pk, valid_to__isnull=True).count()
    lineage.move(grid.pk, parent_id=target.pk, on=day)
    grid.move_to(target, "last-child")
    return count


def rename_grid(grid_id: int, *, name: str, by: Actor, on: date | None = None, note: str = "") -> Grid:
    """Give a grid another name from a day on; where it has it already nothing happens.

    Raises ``Invalid`` on ``grid``, ``name`` or ``on``.
    """
    day = dated.day_of_change(on)
    with tree_lock():
        grid = _read(grid_id, field="grid")
        old = grid.name
        if call(grid, name, day=day):
            _record("rename", grid, by, {"on": day.isoformat(), "from": old, "to": name, "note": note})
    return grid


def call(grid: Grid, name: str, *, day: date) -> bool:
    """The checks and rows of another name, under the lock; False where the grid has it already."""
    _check_words(name=name)
    if grid.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed. A closed grid keeps its name.")})
    if grid.name == name:
        return False
    if grid.parent_id is not None:
        _check_sibling(name, grid.parent_id)
    if Naming.objects.filter(Q(valid_from__gt=day) | Q(valid_to__gt=day), grid_id=grid.pk).exists():
        raise Invalid({"on": _("The grid was renamed after this day.")})
    grid.name = name
    grid.save(update_fields=["name"])
    dated.settle(Naming, {grid.pk: {"code": grid.code, "name": name}}, on=day, key="grid_id")
    return True


def _check_sibling(name: str, parent_id: int) -> None:
    """Two grids under one upper grid are told apart by their names; two sites may share a name (chains)."""
    twin = Grid.objects.filter(
        parent_id=parent_id, name=name, closed_on__isnull=True, level__lt=rules.SITE_LEVEL
    ).first()
    if twin is not None:
        raise Invalid({"name": _("Grid %(code)s beside it has this name.") % {"code": twin.code}})


def close_grid(
    grid_id: int,
    *,
    by: Actor,
    successors: Mapping[int, Decimal] | None = None,
    on: date | None = None,
    note: str = "",
) -> Grid:
    """Close a grid that has no open grid below it. It stays in the tree, and in the lineage of its days.

    ``successors`` maps the keys of the grids that take over to their shares, which add up to 1; open work
    passes to them. Raises ``Invalid`` on ``grid``, ``successor`` or ``on``.
    """
    day = dated.day_of_change(on)
    with tree_lock():
        grid = _read(grid_id, field="grid")
        children = Grid.objects.filter(parent_id=grid.pk, closed_on__isnull=True).count()
        _object("grid", rules.close_objection(grid, open_children=children))
        _check_last_change(grid, day)
        heirs = _heirs(grid, successors or {})
        place = queries.place(grid)
        _close(grid, heirs, day)
        payload = {
            "on": day.isoformat(),
            "successors": [[heir.code, f"{share:f}"] for heir, share in heirs],
            "note": note,
        }
        _record("close", grid, by, payload, place=place)
        _pass_on(grid, heirs, by=by, on=day)
    return grid


def merge_grid(grid_id: int, *, into_id: int, by: Actor, on: date | None = None, note: str = "") -> Grid:
    """Close a grid into another of its level: what lies below it moves there, open work passes to it.

    Returns the grid that took over. Raises ``Invalid`` on ``grid``, ``into`` or ``on``.
    """
    day = dated.day_of_change(on)
    with tree_lock():
        grid = _read(grid_id, field="grid")
        into = _read(into_id, field="into")
        _object("grid", rules.close_objection(grid, open_children=0))
        _object("into", rules.successor_objection(grid, into))
        _check_last_change(grid, day)
        _check_parent(into, day, field="into")
        place = queries.place(grid)
        below = Grid.objects.filter(parent_id=grid.pk, closed_on__isnull=True).order_by("lft")
        moved = 0
        for child_id in list(below.values_list("pk", flat=True)):
            moved += _hang(_read(child_id, field="grid"), _read(into_id, field="into"), day)
        grid = _read(grid_id, field="grid")  # its numbers have changed with what left it
        heirs = [(into, WHOLE)]
        _close(grid, heirs, day)
        payload = {"on": day.isoformat(), "into": into.code, "grids": moved, "note": note}
        _record("merge", grid, by, payload, place=place)
        _pass_on(grid, heirs, by=by, on=day)
    return _read(into_id, field="into")


def _heirs(grid: Grid, successors: Mapping[int, Decimal]) -> list[tuple[Grid, Decimal]]:
    found = [(_read(pk, field="successor"), share) for pk, share in successors.items()]
    for heir, _share in found:
        _object("successor", rules.successor_objection(grid, heir))
    if found:
        _object("successor", rules.shares_objection([share for _heir, share in found]))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].code))


def _close(grid: Grid, heirs: list[tuple[Grid, Decimal]], day: date) -> None:
    lineage.end(Lineage.objects.filter(descendant_id=grid.pk), on=day)
    if dated.settle(Boundary, {grid.pk: None}, on=day, key="grid_id"):
        areas.touch()
    dated.settle(Naming, {grid.pk: None}, on=day, key="grid_id")
    grid.closed_on = day
    grid.save(update_fields=["closed_on"])
    Succession.objects.bulk_create(
        Succession(predecessor=grid, successor=heir, share=share, on=day) for heir, share in heirs
    )


def _pass_on(grid: Grid, heirs: list[tuple[Grid, Decimal]], *, by: Actor, on: date) -> None:
    signals.grids_closed.send(
        Grid,
        closed={grid.pk: [(heir.pk, share) for heir, share in heirs]},
        by=by,
        on=on,
        at=timezone.now(),
    )


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


def _check_parent(parent: Grid, day: date, *, field: str = "parent") -> None:
    if parent.closed_on is not None:
        raise Invalid({field: _("The grid chosen is closed.")})
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
    named = Naming.objects.filter(grid_id=grid.pk).aggregate(begun=Max("valid_from"))
    if any(last and last > day for last in (*latest.values(), *named.values())):
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
