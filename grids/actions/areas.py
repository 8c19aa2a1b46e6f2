"""Boundaries are set: the lock, the check, the change, one entry.

They are few and written seldom, so they take the tree's lock for themselves: no two are written at once, and
none while a plan is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.coordinates import System
from common.errors import Invalid, StaleVersion
from grids import area_import, areas, dated, queries
from grids.area_import import Refused, Survey
from grids.locks import tree_lock
from grids.models import Boundary, Grid
from ledgers.actions import Actor, Draft, Subject, record
from ledgers.files import store_content
from ledgers.models import StoredFile

RIGHT = "administer"
NOTE_LENGTH = 200


def set_boundary(
    grid_id: int,
    geometry: Any,
    *,
    by: Any,
    on: date | None = None,
    coordinates: str = System.WGS84,
    note: str = "",
) -> bool:
    """Give a grid an area from a day on, today by default; False where it has just this one already.

    ``geometry`` is a GeoJSON Polygon or MultiPolygon. Raises ``NotAllowed``, ``areas.NoArea`` with the place
    of what is wrong, ``Invalid`` on ``grid`` or ``on``.
    """
    who = queries.actor(by, RIGHT, grid_id)
    day = dated.day_of_change(on)
    kept = areas.taken_over(geometry, system=coordinates)
    with tree_lock():
        grid = Grid.objects.get(pk=grid_id)
        if grid.closed_on is not None:
            raise Invalid({"grid": _("This grid is closed. A closed grid keeps its boundary.")})
        past = area_import.history([grid.pk]).get(grid.pk)
        early = area_import.too_early(grid, past, day)
        if early is not None:
            raise Invalid({"on": early})
        now = past.now if past else None
        if now is not None and not now.illustrative and _alike(now.geometry, kept):
            return False
        _write({grid.pk: kept}, on=day)
        payload = {
            "coordinates": coordinates,
            "before": area_import.outline_hash(now.geometry) if now else None,
            "after": area_import.outline_hash(kept),
            "corners": area_import.corners(kept),
            "square_metres": round(areas.square_metres(_shape(kept))),
        }
        _record("set_boundary", grid, who, day, payload, note=note)
    return True


def keep_import(content: bytes, *, root_id: int, by: Any) -> StoredFile:
    """Keep a file until its import is confirmed, and after it. Raises ``NotAllowed``, ``Invalid``."""
    queries.actor(by, RIGHT, root_id)
    area_import.parse(content)
    return store_content(content, content_type="application/geo+json", suffix=".geojson")


def import_boundaries(
    collection: Any,
    *,
    root_id: int,
    by: Any,
    on: date | None = None,
    coordinates: str = System.WGS84,
    note: str = "",
    version: int | None = None,
    file: StoredFile | None = None,
) -> Survey:
    """Give grids at and below one the areas of a FeatureCollection, all of them or none.

    Each feature names its grid by the property ``code``; grids that are not named keep their areas.
    ``version`` is that of the survey the person saw. Raises ``NotAllowed``, ``Refused`` with every fault,
    ``Invalid`` on ``on``, and on ``file`` where nothing would change, ``StaleVersion``.
    """
    who = queries.actor(by, RIGHT, root_id)
    day = dated.day_of_change(on)
    with tree_lock():
        found = area_import.survey(collection, root_id=root_id, on=day, system=coordinates)
        if found.faults:
            raise Refused(found.faults)
        if version is not None and version != found.version:
            raise StaleVersion(
                _("Boundaries have been changed meanwhile. This is what the file would do now."),
                seen=version,
                now=found.version,
            )
        if not found.writes:
            raise Invalid({"file": _("Every boundary in the file is in force already: nothing to import.")})
        _write({change.grid_id: change.geometry for change in found.writes}, on=day)
        payload = {
            "coordinates": coordinates,
            "file": file.sha256 if file else None,
            "features": len(found.changes),
            "grids": {change.code: area_import.outline_hash(change.geometry) for change in found.writes},
        }
        _record("import_boundaries", Grid.objects.get(pk=root_id), who, day, payload, note=note)
    return found


# ---- helpers


def _shape(geometry: Mapping[str, Any]) -> Any:
    return areas.shapes({0: geometry})[0]


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return areas.identical(_shape(one), _shape(other))


def _write(wanted: Mapping[int, Mapping[str, Any]], *, on: date) -> None:
    rows: dict[int, Mapping[str, Any] | None] = {
        key: {"geometry": geometry, "illustrative": False} for key, geometry in wanted.items()
    }
    dated.settle(Boundary, rows, on=on, key="grid_id")
    areas.touch()


def _record(action: str, grid: Grid, who: Actor, day: date, payload: Mapping[str, Any], *, note: str) -> None:
    record(
        Draft(
            app="grids",
            action=action,
            subject=Subject(type="grids.grid", id=str(grid.pk), label=f"{grid.code} {grid.name}"),
            actor=who,
            at=timezone.now(),
            place=queries.place(grid),
            payload={
                "code": grid.code,
                "on": day.isoformat(),
                "note": note.strip()[:NOTE_LENGTH],
                **payload,
            },
        )
    )
