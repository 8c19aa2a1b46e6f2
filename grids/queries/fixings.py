"""Which of its fixings a grid lacks, today or on a day: for one, and for all below a grid at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.words import Words, words
from grids import rules
from grids.fixings import Asked, Fixing, FixingsPart, Link, Missing, link, registered
from grids.hooks import Panel
from grids.models import Boundary, Charter, CharterKind, Grid, Lineage, Site, open_on
from grids.queries.tree import below, named

KINDS = {Fixing.TASK: CharterKind.TASK, Fixing.METHOD: CharterKind.METHOD}
NO_CHARTER = {
    Fixing.TASK: words("No task has been set."),
    Fixing.METHOD: words("No assessment method has been set."),
}
NO_BOUNDARY = words("No boundary has been drawn.")
NO_DOSSIER = words("The site has no dossier with its position.")


class GridsPart(FixingsPart):
    """Area, task and method: a boundary, for a site its position; a charter for the grid or its level."""

    key = "grids"

    def missing(self, asked: Asked) -> Missing:
        return {Fixing.AREA: self._areas(asked), **self._charters(asked)}

    def _areas(self, asked: Asked) -> Mapping[int, Sequence[Words]]:
        drawn = Boundary.objects.filter(open_on(asked.on), grid_id__in=asked.keys)
        placed = set(drawn.values_list("grid_id", flat=True))
        if asked.holds(rules.SITE_LEVEL):
            sites = Site.objects.filter(grid_id__in=asked.keys)
            placed |= set(sites.values_list("grid_id", flat=True))
        return {
            key: [NO_DOSSIER if level == rules.SITE_LEVEL else NO_BOUNDARY]
            for key, level in asked.levels.items()
            if key not in placed
        }

    def _charters(self, asked: Asked) -> Missing:
        set_for: set[tuple[str, int, int | None]] = set(
            Charter.objects.filter(
                open_on(asked.on), Q(grid__isnull=True) | Q(grid_id__in=asked.keys)
            ).values_list("kind", "level", "grid_id")
        )
        return {
            fixing: {
                key: [NO_CHARTER[fixing]]
                for key, level in asked.levels.items()
                if (kind, level, None) not in set_for and (kind, level, key) not in set_for
            }
            for fixing, kind in KINDS.items()
        }

    def content(self, grid: Grid, *, on: date) -> Mapping[Fixing, Panel]:
        found = {Fixing.AREA: Panel("grids/fixings/_area.html", _area(grid, on=on))}
        for charter in charters_of(grid, on=on).values():
            fixing = next(fixing for fixing, kind in KINDS.items() if kind == charter.kind)
            found[fixing] = Panel("grids/fixings/_charter.html", {"charter": charter})
        return found

    def mends(self, grid: Grid) -> Mapping[Fixing, Sequence[Link]]:
        if grid.level == rules.SITE_LEVEL:
            area = link(_("Change the dossier"), "grids:dossier", grid.pk)
        else:
            area = link(_("Draw the boundary"), "grids:boundary", grid.pk)
        texts = "admin:grids_grid_charter"
        return {
            Fixing.AREA: area,
            Fixing.TASK: link(_("Write a task of its own"), texts, grid.pk, CharterKind.TASK.value),
            Fixing.METHOD: link(_("Write a method of its own"), texts, grid.pk, CharterKind.METHOD.value),
        }


def _area(grid: Grid, *, on: date) -> dict[str, Any]:
    if grid.level == rules.SITE_LEVEL:
        return {"site": Site.objects.filter(pk=grid.pk).first()}
    drawn = Boundary.objects.filter(open_on(on), grid_id=grid.pk).defer("geometry")
    return {"boundary": drawn.first()}


def charters_of(grid: Grid, *, on: date) -> dict[str, Charter]:
    """Kind → the text in force for a grid: its own, or else that of its level. One query."""
    rows = Charter.objects.filter(
        open_on(on), Q(grid_id=grid.pk) | Q(grid__isnull=True), level=grid.level
    ).order_by("kind")
    found: dict[str, Charter] = {}
    for row in rows:
        if row.kind not in found or row.grid_id is not None:
            found[row.kind] = row
    return found


def parts() -> tuple[FixingsPart, ...]:
    return (GridsPart(), *registered())


# ---- any number of grids


def missing(
    grids: QuerySet[Grid] | Iterable[int], *, on: date | None = None
) -> dict[int, dict[Fixing, list[Words]]]:
    """Grid → fixing → what is missing, for grids that lack anything; in the order of the grids.

    The number of queries does not depend on the number of grids. A few may be given by key.
    """
    found = grids if isinstance(grids, QuerySet) else Grid.objects.filter(pk__in=list(grids))
    return _missing(_asked(found, on))


def _asked(grids: QuerySet[Any], on: date | None) -> Asked:
    return Asked(
        levels=dict(grids.values_list("pk", "level")),
        keys=grids.order_by().values("pk"),
        on=on or timezone.localdate(),
    )


def _missing(asked: Asked) -> dict[int, dict[Fixing, list[Words]]]:
    by_fixing: dict[Fixing, dict[int, list[Words]]] = {fixing: {} for fixing in Fixing}
    for part in parts():
        for fixing, lacking in part.missing(asked).items():
            for key, reasons in lacking.items():
                by_fixing[fixing].setdefault(key, []).extend(reasons)
    return {
        key: lacks
        for key in asked.levels
        if (lacks := {fixing: of[key] for fixing, of in by_fixing.items() if key in of})
    }


def under(grid_id: int, *, sites: bool, on: date | None = None) -> QuerySet[Grid]:
    """The grids at and below one on a day, in the order of the tree; the sites too if asked for."""
    lowest = rules.SITE_LEVEL if sites else rules.SUBGRID_LEVEL
    down = below([grid_id], on=on or timezone.localdate())
    return Grid.objects.filter(pk__in=down.values("descendant_id"), level__lte=lowest).order_by(
        "tree_id", "lft"
    )


@dataclass
class Share:
    """Some grids, and how many of them lack which fixing."""

    grids: int = 0
    complete: int = 0
    lacking: Counter[Fixing] = field(default_factory=Counter)

    def count(self, lacks: Collection[Fixing]) -> None:
        self.grids += 1
        self.complete += not lacks
        for fixing in lacks:
            self.lacking[fixing] += 1

    @property
    def incomplete(self) -> int:
        return self.grids - self.complete

    @property
    def ratio(self) -> Decimal | None:
        return Decimal(self.complete) / self.grids if self.grids else None

    @property
    def counts(self) -> list[tuple[Fixing, int]]:
        """How many lack each fixing, in their order."""
        return [(fixing, self.lacking[fixing]) for fixing in Fixing]


@dataclass(kw_only=True)
class Row(Share):
    """A grid with all below it."""

    grid: Grid


@dataclass
class Completeness:
    """A grid's own state, those of the grids of one level below it with what lies below each, and all."""

    grid: Grid
    own: dict[Fixing, list[Words]]
    rows: list[Row]
    total: Share


def completeness(
    grid: Grid, *, by_level: int | None = None, sites: bool = False, on: date | None = None
) -> Completeness:
    """How complete all below a grid is, by the grids of a level, the next one by default.

    A fixed number of queries, whatever lies below.
    """
    day = on or timezone.localdate()
    asked = _asked(under(grid.pk, sites=sites, on=day), day)
    found = _missing(asked)
    rows = _rows(grid, by_level or grid.level + 1, asked, on=on)
    above = dict(
        below(list(rows), on=day)
        .filter(descendant_id__in=asked.keys)
        .values_list("descendant_id", "ancestor_id")
    )
    total = Share()
    for key in asked.levels:
        lacks = found.get(key, {})
        total.count(lacks)
        if key in above:
            rows[above[key]].count(lacks)
    return Completeness(grid=grid, own=found.get(grid.pk, {}), rows=list(rows.values()), total=total)


def _rows(grid: Grid, level: int, asked: Asked, *, on: date | None) -> dict[int, Row]:
    """The rows still to be counted, in the order of the tree."""
    keys = Lineage.objects.filter(
        open_on(asked.on), ancestor_id=grid.pk, descendant__level=level, descendant_id__in=asked.keys
    )
    grids = Grid.objects.filter(pk__in=keys.values("descendant_id")).select_related("parent")
    past = on if asked.on < timezone.localdate() else None
    return {one.pk: Row(grid=one) for one in named(grids.order_by("tree_id", "lft"), on=past)}


@dataclass(frozen=True)
class Lacking:
    """A grid and what it lacks."""

    grid: Grid
    lacks: Mapping[Fixing, Sequence[Words]]

    @property
    def reasons(self) -> list[tuple[Fixing, str]]:
        return [(fixing, " ".join(str(text) for text in texts)) for fixing, texts in self.lacks.items()]

    def text(self, fixing: Fixing) -> str:
        return " ".join(str(text) for text in self.lacks.get(fixing, ()))


def lacking(
    grid: Grid, fixing: Fixing | None, *, sites: bool = False, on: date | None = None
) -> list[tuple[int, Mapping[Fixing, Sequence[Words]]]]:
    """The keys of the grids at and below one that lack a fixing (None: any), with all that each lacks."""
    found = missing(under(grid.pk, sites=sites, on=on), on=on)
    return [(key, lacks) for key, lacks in found.items() if fixing is None or fixing in lacks]


def with_grids(
    found: Iterable[tuple[int, Mapping[Fixing, Sequence[Words]]]], *, on: date | None = None
) -> list[Lacking]:
    """Some of them (a page) with their grids, called as they were on the day."""
    rows = list(found)
    past = on if on is not None and on < timezone.localdate() else None
    grids = Grid.objects.filter(pk__in=[key for key, _lacks in rows]).select_related("parent")
    by_key = {grid.pk: grid for grid in named(grids, on=past)}
    return [Lacking(by_key[key], lacks) for key, lacks in rows]


# ---- one grid


@dataclass(frozen=True)
class Line:
    """One fixing of a grid: what is missing, what stands behind it, where it is put right."""

    fixing: Fixing
    missing: Sequence[Words]
    panels: Sequence[Panel]
    mends: Sequence[Link]

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Fixings:
    """The fixings of one grid on a day."""

    grid: Grid
    on: date
    lines: Sequence[Line]

    @property
    def complete(self) -> bool:
        return all(line.complete for line in self.lines)

    @property
    def lacking(self) -> int:
        return sum(not line.complete for line in self.lines)

    @property
    def below(self) -> bool:
        """Whether grids of the completeness table lie below."""
        return self.grid.level < rules.SUBGRID_LEVEL


def fixings_of(grid: Grid, *, on: date | None = None) -> Fixings | None:
    """The five lines of a grid's page, today or on a day; None for a grid that was not there then."""
    day = on or timezone.localdate()
    if day < grid.opened_on or (grid.closed_on is not None and grid.closed_on <= day):
        return None
    only = Asked({grid.pk: grid.level}, Grid.objects.filter(pk=grid.pk).values("pk"), day)
    lacks = _missing(only).get(grid.pk, {})
    known = [(part.content(grid, on=day), part.mends(grid)) for part in parts()]
    lines = [
        Line(
            fixing=fixing,
            missing=lacks.get(fixing, []),
            panels=[panels[fixing] for panels, _mends in known if fixing in panels],
            mends=[one for _panels, mends in known for one in mends.get(fixing, ())],
        )
        for fixing in Fixing
    ]
    return Fixings(grid, day, lines)
