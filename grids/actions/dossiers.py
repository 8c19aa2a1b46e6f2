"""Sites and their dossiers: opened, changed, closed. Whatever a dossier said stays as a version of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed, StaleVersion
from grids import dossiers, queries, rules
from grids.actions import tree
from grids.actions.dossier_rows import Signed, Written, write
from grids.dossiers import Content
from grids.locks import tree_lock
from grids.models import Grid, Site
from grids.queries import positions
from grids.queries.blind_spots import district
from grids.queries.dossiers import KEEP, contents
from ledgers.actions import Actor, Draft, Subject, record

WHOLE = Decimal(1)


def keeper(user: Any, grid_id: int) -> Actor:
    """The person as who keeps the dossiers at a grid. Raises ``NotAllowed``."""
    try:
        return queries.actor(user, KEEP, grid_id)
    except NotAllowed:
        raise NotAllowed(
            _("Dossiers are kept by the leaders and workers of the grid and by its administrators.")
        ) from None


def change_dossier(
    site_id: int, content: Content, *, by: Any, version: int, note: str = "", name: str | None = None
) -> Site:
    """Let a dossier say something else, and the site bear another name where one is given.

    ``version`` is the one the person saw. What changes nothing writes nothing. Raises ``NotAllowed``,
    ``StaleVersion``, and ``Invalid`` on the fields of the content.
    """
    with tree_lock():  # the name belongs to the tree
        who = keeper(by, site_id)
        site = _locked(site_id)
        if site.version != version:
            raise StaleVersion(_("The dossier has been changed meanwhile."), seen=version, now=site.version)
        before = contents([site_id])[site_id]
        check(content)
        if dossiers.position(content) != dossiers.position(before):
            check_position(site.grid.tree_id, content)
        old = site.grid.name
        named = name is not None and tree.call(site.grid, name, day=timezone.localdate())
        if content == before:
            if named:
                _record("rename", site.grid, who, {"from": old, "to": name, "note": note})
            return site
        write([Written(site, before, content)], Signed(by_id=by.pk, at=timezone.now(), note=note))
        _record(
            "change_site",
            site.grid,
            who,
            {
                "version": site.version,
                "changed": [key for key in content if content[key] != before[key]],
                "content": dossiers.digest(content),
                "renamed": [old, name] if named else None,
                "note": note,
            },
        )
    return site


def open_site(
    parent_id: int, content: Content, *, code: str, name: str, by: Any, on: date | None = None, note: str = ""
) -> Site:
    """Open a site under a sub-grid from a day on, today by default, with its dossier.

    Raises ``NotAllowed`` without the right over the sub-grid, ``Invalid`` on ``code``, ``name``, ``parent``,
    ``on`` and the fields of the content.
    """
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise Invalid({"on": _("The day lies ahead. Changes take effect today or were in effect before.")})
    with tree_lock():
        who = keeper(by, parent_id)
        parent = Grid.objects.filter(pk=parent_id, level=rules.SUBGRID_LEVEL).first()
        if parent is None:
            raise Invalid({"parent": _("Sites lie in sub-grids.")})
        check(content)
        check_position(parent.tree_id, content)
        grid = tree.begin(code=code, name=name, parent_id=parent_id, day=day)
        site, before = row_of(grid)
        write([Written(site, before, content)], Signed(by_id=by.pk, at=timezone.now(), note=note))
        _record(
            "open_site",
            grid,
            who,
            {"on": day.isoformat(), "kind": site.kind, "content": dossiers.digest(content), "note": note},
        )
    return site


def row_of(grid: Grid) -> tuple[Site, Content | None]:
    """The dossier of a grid just opened, and what it said before: a grid that lives again has one already."""
    former = Site.objects.filter(pk=grid.pk).first()
    if former is None:
        return Site(grid=grid), None
    former.grid = grid
    return former, contents([grid.pk])[grid.pk]


def close_site(site_id: int, *, by: Any, reason: str, successor_id: int | None = None) -> Grid:
    """Close a site that is no more; its dossier and past stay. The right is asked over the sub-grid: a unit
    does not close itself.

    Raises ``NotAllowed``, and ``Invalid`` on ``reason`` where none is given, ``successor`` where open
    incidents would be left without a place or it lies elsewhere, or ``grid``.
    """
    with tree_lock():
        site = _locked(site_id)
        who = keeper(by, site.grid.parent_id or 0)
        if not reason.strip():
            raise Invalid({"reason": _("Please say why.")})
        heirs = {} if successor_id is None else {successor_id: WHOLE}
        if Grid.objects.filter(pk__in=heirs, parent_id=site.grid.parent_id).count() != len(heirs):
            raise Invalid({"successor": _("The successor is a site of the same sub-grid.")})
        return tree.close_grid(site_id, by=who, successors=heirs, note=reason)


def check(content: Content) -> None:
    """Raises ``Invalid`` on the first fault of each field; fields of lists read ``permits.0.number``."""
    found: dict[str, str] = {}
    for fault in dossiers.faults(content, today=timezone.localdate()):
        where = f"{fault.part}.{fault.index}.{fault.key}" if fault.part else fault.key
        found.setdefault(where, str(fault.message))
    if found:
        raise Invalid(found)


def check_position(tree_id: int, content: Content) -> None:
    """Raises ``Invalid`` on ``lon`` where a checked content puts a site far outside its district."""
    fault = positions.fault(district(tree_id), float(content["lon"]), float(content["lat"]))
    if fault is not None:
        raise Invalid({"lon": str(fault)})


def _locked(site_id: int) -> Site:
    site = Site.objects.select_for_update(of=("self",)).select_related("grid").get(pk=site_id)
    if site.grid.closed_on is not None:
        raise Invalid({"": _("This site is closed.")})
    return site


def _record(action: str, grid: Grid, who: Actor, payload: Mapping[str, Any]) -> None:
    record(
        Draft(
            app="grids",
            action=action,
            subject=Subject(type="grids.grid", id=str(grid.pk), label=f"{grid.code} {grid.name}"),
            actor=who,
            at=timezone.now(),
            place=queries.place(grid),
            payload={"code": grid.code, **payload},
        )
    )
