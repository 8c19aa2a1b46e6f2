"""The life of a grid: where it came from, what it was called, where it lay, who led it, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from common.words import words
from grids import hooks
from grids.hooks import Event
from grids.models import Boundary, Grid, Lineage, Naming, Succession

OPENED, MOVED, NAMED, PASSED, DRAWN, CLOSED, LED = range(7)


@dataclass(frozen=True)
class Kin:
    """A grid that another came from or passed to, with the share of it and the day."""

    grid: Grid
    share: str  # in per cent, empty for the whole
    on: date


def events(grid: Grid) -> list[Event]:
    """Everything that happened to a grid, the newest first. Seven queries beside those of rooms above."""
    found = [_opened(grid), *_moves(grid), *_namings(grid), *_areas(grid), *_passed(grid)]
    if grid.closed_on is not None:
        found.append(Event(on=grid.closed_on, order=CLOSED, text=words("Closed"), tone="late"))
    found += hooks.life(grid)
    # Those of one day and kind stand in the order told, so the whole is turned round.
    return sorted(found, key=lambda event: (event.on, event.order))[::-1]


def heirs(grid: Grid) -> list[Kin]:
    """The grids that took over from one, the largest part first."""
    rows = Succession.objects.filter(predecessor_id=grid.pk).select_related("successor")
    return [Kin(row.successor, _share(row), row.on) for row in rows.order_by("-share", "successor__code")]


def origins(grid: Grid) -> list[Kin]:
    """The grids that one came from."""
    rows = Succession.objects.filter(successor_id=grid.pk).select_related("predecessor")
    return [Kin(row.predecessor, _share(row), row.on) for row in rows]


def _share(row: Succession) -> str:
    return "" if row.share == 1 else f"{(row.share * 100).normalize():f}%"


def _opened(grid: Grid) -> Event:
    return Event(on=grid.opened_on, order=OPENED, text=words("Opened"), tone="done")


def _moves(grid: Grid) -> list[Event]:
    rows = list(
        Lineage.objects.filter(descendant_id=grid.pk, depth=1)
        .select_related("ancestor")
        .order_by("valid_from")
    )
    found = []
    for before, after in zip(rows, rows[1:], strict=False):
        old, new = before.ancestor, after.ancestor
        found.append(
            Event(
                on=after.valid_from,
                order=MOVED,
                text=words("Passed from %(old)s to %(new)s", old=old.name, new=new.name),
                url=reverse("grids:detail", args=[new.pk]),
                tone="underway",
            )
        )
    return found


def _namings(grid: Grid) -> list[Event]:
    rows = list(Naming.objects.filter(grid_id=grid.pk).order_by("valid_from"))
    found = []
    for before, after in zip(rows, rows[1:], strict=False):
        if before.name != after.name:
            text = words("Renamed from %(old)s to %(new)s", old=before.name, new=after.name)
            found.append(Event(on=after.valid_from, order=NAMED, text=text))
        if before.code != after.code:
            text = words("Renumbered from %(old)s to %(new)s", old=before.code, new=after.code)
            found.append(Event(on=after.valid_from, order=NAMED, text=text))
    return found


def _areas(grid: Grid) -> list[Event]:
    starts = list(
        Boundary.objects.filter(grid_id=grid.pk).order_by("valid_from").values_list("valid_from", flat=True)
    )
    return [
        Event(on=start, order=DRAWN, text=words("Boundary changed") if number else words("Boundary drawn"))
        for number, start in enumerate(starts)
        if start != grid.opened_on
    ]


def _passed(grid: Grid) -> list[Event]:
    """What came in from others, and what went out to others."""
    return [_came(kin) for kin in origins(grid)] + [_went(kin) for kin in heirs(grid)]


def _came(kin: Kin) -> Event:
    text = (
        words("Took over %(share)s of %(grid)s", share=kin.share, grid=kin.grid.name)
        if kin.share
        else words("Took over %(grid)s", grid=kin.grid.name)
    )
    return Event(on=kin.on, order=PASSED, text=text, url=_page(kin), tone="brand")


def _went(kin: Kin) -> Event:
    text = (
        words("%(share)s passed into %(grid)s", share=kin.share, grid=kin.grid.name)
        if kin.share
        else words("Passed into %(grid)s", grid=kin.grid.name)
    )
    return Event(on=kin.on, order=PASSED, text=text, url=_page(kin), tone="underway")


def _page(kin: Kin) -> str:
    return reverse("grids:detail", args=[kin.grid.pk])
