"""What is asked of the tree itself, today and on any day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from grids import rules
from grids.dated import batches
from grids.models import Boundary, Grid, LevelLabel, Lineage, Naming, Succession, open_on
from ledgers.actions import Place


def below(grid_ids: Iterable[int] | QuerySet[Any], *, on: date | None = None) -> QuerySet[Lineage]:
    """Lineage rows (self included) from these grids down; use ``.values("descendant_id")`` as a subquery."""
    when = Q(valid_to__isnull=True) if on is None else open_on(on)
    return Lineage.objects.filter(when, ancestor_id__in=grid_ids)


def ancestors(grid_id: int, *, on: date | None = None) -> list[Grid]:
    """The grid's line from the district down to itself, today or on a day, called as they were then."""
    when = Q(valid_to__isnull=True) if on is None else open_on(on)
    rows = Lineage.objects.filter(when, descendant_id=grid_id).select_related("ancestor").order_by("-depth")
    line = [row.ancestor for row in rows]
    return line if on is None else named(line, on=on)


def upper_at(grid_id: int, level: int) -> Grid | None:
    """The grid of ``level`` above (or at) this one today."""
    return Grid.objects.filter(
        lineage_down__descendant_id=grid_id, lineage_down__valid_to__isnull=True, level=level
    ).first()


def place(grid: Grid) -> Place:
    """The grid as the ledger keeps it: key, name, path of codes from the root."""
    return places([grid.pk])[grid.pk]


def places(grid_ids: Iterable[int]) -> dict[int, Place]:
    """Grid → how the ledger keeps it: a closed one on the line it had on its last day.

    One that existed on no day has no line, and stands below its upper grid.
    """
    wanted = set(grid_ids)
    lines: dict[int, list[tuple[str, str]]] = {}
    for keys in batches(wanted):
        rows = Lineage.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to=F("descendant__closed_on")), descendant_id__in=keys
        ).order_by("-depth")
        for grid_id, code, name in rows.values_list("descendant_id", "ancestor__code", "ancestor__name"):
            lines.setdefault(grid_id, []).append((code, name))
    found = {
        grid_id: Place(
            grid_id=grid_id, name=line[-1][1], path="/" + "/".join(code for code, _name in line) + "/"
        )
        for grid_id, line in lines.items()
    }
    if lost := wanted - found.keys():
        left = list(Grid.objects.filter(pk__in=lost))
        above = places({grid.parent_id for grid in left if grid.parent_id is not None})
        for grid in left:
            path = above[grid.parent_id].path if grid.parent_id is not None else "/"
            found[grid.pk] = Place(grid_id=grid.pk, name=grid.name, path=f"{path}{grid.code}/")
    return found


def level_labels(*, on: date | None = None) -> dict[int, str]:
    """Level → what it is called on the day, in the active language."""
    day = on or timezone.localdate()
    return {row.level: row.label for row in LevelLabel.objects.filter(open_on(day))}


def boundaries(grid_ids: Iterable[int], *, on: date | None = None) -> QuerySet[Boundary]:
    """Boundaries in force on a day, grids loaded."""
    return Boundary.objects.filter(open_on(on or timezone.localdate()), grid_id__in=grid_ids).select_related(
        "grid"
    )


def named(grids: Iterable[Grid], *, on: date | None) -> list[Grid]:
    """The grids under the code and name they bore on a day (None: today's), not to be saved.

    Each has ``upper_name``, what the grid above it was called that day. Two queries for the past, none for
    today, when parents must be loaded.
    """
    found = list(grids)
    if on is None:
        for grid in found:
            grid.upper_name = grid.parent.name if grid.parent_id is not None else ""
        return found
    keys = [grid.pk for grid in found]
    uppers: dict[int, int] = dict(
        Lineage.objects.filter(open_on(on), descendant_id__in=keys, depth=1).values_list(
            "descendant_id", "ancestor_id"
        )
    )
    words = {
        grid_id: (code, name)
        for grid_id, code, name in Naming.objects.filter(
            open_on(on), grid_id__in={*keys, *uppers.values()}
        ).values_list("grid_id", "code", "name")
    }
    for grid in found:
        grid.code, grid.name = words.get(grid.pk, (grid.code, grid.name))
        grid.upper_name = words.get(uppers.get(grid.pk, 0), ("", ""))[1]
    return found


def predecessors(grid_ids: Iterable[int]) -> set[int]:
    """Every grid that closed and passed, wholly or in part, into one of these, directly or through others.

    One that gave a part away and lives on keeps its past for those who lead it.
    """
    found: set[int] = set()
    wave = set(grid_ids)
    while wave:
        rows = Succession.objects.filter(
            successor_id__in=wave, predecessor__closed_on__isnull=False
        ).values_list("predecessor_id", flat=True)
        wave = set(rows) - found
        found |= wave
    return found


def codes_named(text: str) -> list[str]:
    """Codes of the grids above the sites whose name holds the text, the uppermost first, 30 at most."""
    return list(
        Grid.objects.filter(name__icontains=text, level__lt=rules.SITE_LEVEL)
        .order_by("level", "pk")
        .values_list("code", flat=True)[:30]
    )


def with_counts(grids: QuerySet[Grid], *, on: date | None = None) -> QuerySet[Grid]:
    """Grids with ``open_children``, how many grids lay directly under each, today or on a day."""
    if on is None:
        below_each = Grid.objects.filter(parent_id=OuterRef("pk"), closed_on__isnull=True).values("parent_id")
    else:
        below_each = Lineage.objects.filter(open_on(on), ancestor_id=OuterRef("pk"), depth=1).values(
            "ancestor_id"
        )
    counted = below_each.order_by().annotate(n=Count("pk")).values("n")
    return grids.annotate(open_children=Coalesce(Subquery(counted), 0))


def children(grid_id: int, *, on: date | None = None) -> QuerySet[Grid]:
    """The grids directly under one, counts and dossiers loaded: today in the order of the tree, on a day by
    code."""
    if on is None:
        found = Grid.objects.filter(parent_id=grid_id, closed_on__isnull=True).order_by("lft")
    else:
        under = Lineage.objects.filter(open_on(on), ancestor_id=grid_id, depth=1).values("descendant_id")
        found = Grid.objects.filter(pk__in=under).order_by("code")
    return with_counts(found, on=on).select_related("site")


def sites_under(grid_id: int, *, on: date | None = None) -> QuerySet[Grid]:
    """The sites anywhere under a grid, today or on a day, dossier and today's sub-grid loaded."""
    found = Grid.objects.filter(
        pk__in=below([grid_id], on=on).values("descendant_id"), level=rules.SITE_LEVEL
    ).select_related("site", "parent")
    if on is None:
        return found.filter(closed_on__isnull=True).order_by("lft")
    return found.order_by("code")


def counts_under(grid_ids: Iterable[int], *, on: date | None = None) -> dict[int, dict[int, int]]:
    """Grid → level → how many grids of the level lay below it, today or on a day."""
    rows = (
        below(list(grid_ids), on=on)
        .filter(depth__gt=0)
        .values_list("ancestor_id", "descendant__level")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[int, int]] = {}
    for ancestor_id, level, n in rows:
        found.setdefault(ancestor_id, {})[level] = n
    return found


def search(grids: QuerySet[Grid], words: str, *, on: date | None = None) -> QuerySet[Grid]:
    """Grids whose name or code holds the words, today's or those of a day, uppermost first."""
    if on is None:
        found = grids.filter(Q(name__icontains=words) | Q(code__startswith=words), closed_on__isnull=True)
    else:
        then = Naming.objects.filter(
            open_on(on), Q(name__icontains=words) | Q(code__startswith=words)
        ).values("grid_id")
        found = grids.filter(pk__in=then)
    return found.select_related("parent", "site").order_by("level", "tree_id", "lft")


def find_target(grids: QuerySet[Grid], words: str, *, level: int) -> Grid | None:
    """The grid meant by a code, or by a name that only one grid of the level has. None if none or several."""
    by_code = grids.filter(code=words).first()
    if by_code is not None:
        return by_code
    named = list(grids.filter(name=words, level=level, closed_on__isnull=True)[:2])
    return named[0] if len(named) == 1 else None


def tree_version(tree_id: int) -> int:
    """A number that differs once a grid above the sites was opened, closed, moved or named anew.

    60 bits of a SHA-256. Sites come and go every day and follow their sub-grid, so they do not count.
    """
    digest = hashlib.sha256()
    rows = Grid.objects.filter(tree_id=tree_id, level__lt=rules.SITE_LEVEL, closed_on__isnull=True).order_by(
        "pk"
    )
    for row in rows.values_list("pk", "parent_id", "code", "name").iterator(chunk_size=2000):
        digest.update(repr(row).encode())
    return int(digest.hexdigest()[:15], 16)
