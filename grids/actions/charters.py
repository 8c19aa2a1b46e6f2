"""What grids have to do and how they are assessed, in words: set by version, for a level or a single grid.

Who may do it is asked by the caller; the ``Actor`` is kept in the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids import charters, queries, versions
from grids.locks import tree_held
from grids.models import Charter, CharterKind, Grid
from grids.versions import Wording
from ledgers.actions import Actor, Draft, Subject, record


@transaction.atomic
def set_charter_of_level(
    kind: CharterKind | str, level: int, wording: Wording, *, root_id: int, by: Actor, on: date | None = None
) -> Charter:
    """Let grids of a level have this task or method from a day on; ``root_id`` is the district it is set in.

    Raises ``Invalid`` as ``versions.follow`` does.
    """
    of = {"kind": CharterKind(kind), "level": level, "grid": None}
    charter: Charter = versions.follow(Charter, of, wording, on=on or timezone.localdate())
    _record(charter, Grid.objects.get(pk=root_id), by, _content(charter))
    return charter


@tree_held()
def set_charter_of_grid(
    kind: CharterKind | str, grid_id: int, wording: Wording, *, by: Actor, on: date | None = None
) -> Charter:
    """Give a grid a task or method of its own from a day on; it goes before that of its level.

    Raises ``Invalid`` on ``grid`` for a closed one, and as ``versions.follow`` does.
    """
    grid = _open_grid(grid_id)
    day = on or timezone.localdate()
    if day < grid.opened_on:
        raise Invalid({"valid_from": _("The grid did not exist on this day.")})
    of = {"kind": CharterKind(kind), "level": grid.level, "grid": grid}
    charter: Charter = versions.follow(Charter, of, wording, on=day)
    _record(charter, grid, by, _content(charter))
    return charter


@tree_held()
def end_charter_of_grid(
    kind: CharterKind | str, grid_id: int, *, by: Actor, on: date | None = None
) -> Charter | None:
    """Let that of its level hold again for a grid; None, and nothing is done, where it has none."""
    grid = _open_grid(grid_id)
    of = {"kind": CharterKind(kind), "level": grid.level, "grid": grid}
    day = on or timezone.localdate()
    charter: Charter | None = versions.end(Charter, of, on=day)
    if charter is not None:
        _record(charter, grid, by, {**_content(charter), "ended": day.isoformat()})
    return charter


@transaction.atomic
def install_charters(*, root_id: int, by: Actor, since: date, at: datetime | None = None) -> int:
    """Write the usual tasks and methods for levels that never had any; returns how many. One entry."""
    have = set(Charter.objects.filter(grid__isnull=True).values_list("kind", "level"))
    rows = [row for row in charters.rows(since=since) if (row.kind, row.level) not in have]
    Charter.objects.bulk_create(rows)
    if rows:
        record(installed(Grid.objects.get(pk=root_id), rows, by=by, since=since, at=at or timezone.now()))
    return len(rows)


def installed(root: Grid, rows: list[Charter], *, by: Actor, since: date, at: datetime) -> Draft:
    """The entry of an installation."""
    return Draft(
        app="grids",
        action="install_defaults",
        subject=Subject(type="grids.charter", id="", label=str(_("Usual tasks and methods"))),
        actor=by,
        at=at,
        place=queries.place(root),
        payload={"since": since.isoformat(), "rows": [[row.kind, row.level, row.name] for row in rows]},
    )


def _open_grid(grid_id: int) -> Grid:
    grid = Grid.objects.get(pk=grid_id)
    if grid.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed.")})
    return grid


def _content(charter: Charter) -> dict[str, Any]:
    return {
        "kind": charter.kind,
        "level": charter.level,
        "grid": charter.grid.code if charter.grid else None,
        "version": charter.version,
        "name": charter.name,
        "name_en": charter.name_en,
        "text": charter.text,
        "text_en": charter.text_en,
        "document": charter.document,
        "valid_from": charter.valid_from.isoformat(),
    }


def _record(charter: Charter, place: Grid, by: Actor, payload: Mapping[str, Any]) -> None:
    record(
        Draft(
            app="grids",
            action="set_charter",
            subject=Subject(type="grids.charter", id=str(charter.pk or ""), label=charter.name),
            actor=by,
            at=timezone.now(),
            place=queries.place(place),
            payload=payload,
        )
    )
