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
from grids.models import Boundary, Grid, LevelLabel, Lineage, open_on
from ledgers.actions import Place


def below(grid_ids: Iterable[int] | QuerySet[Any], *, on: date | None = None) -> QuerySet[Lineage]:
    """Lineage rows (self included) from these grids down; use ``.values("descendant_id")`` as a subquery."""
    when = Q(valid_to__isnull=True) if on is None else open_on(on)
    return Lineage.objects.filter(when, ancestor_id__in=grid_ids)


def ancestors(grid_id: int, *, on: date | None = None) -> list[Grid]:
    """The grid's line from the district down to itself, today or on a day."""
    when = Q(valid_to__isnull=True) if on is None else open_on(on)
    rows = Lineage.objects.filter(when, descendant_id=grid_id).select_related("ancestor").order_by("-depth")
    return [row.ancestor for row in rows]


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


def codes_named(text: str) -> list[str]:
    """Codes of the grids above the sites whose name holds the text, the uppermost first, 30 at most."""
    return list(
        Grid.objects.filter(name__icontains=text, level__lt=rules.SITE_LEVEL)
        .order_by("level", "pk")
        .values_list("code", flat=True)[:30]
    )


def with_counts(grids: QuerySet[Grid]) -> QuerySet[Grid]:
    """Grids with ``open_children``, how many open grids lie directly under each."""
    children = (
        Grid.objects.filter(parent_id=OuterRef("pk"), closed_on__isnull=True)
        .order_by()
        .values("parent_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return grids.annotate(open_children=Coalesce(Subquery(children), 0))


def children(grid_id: int) -> QuerySet[Grid]:
    """The open grids directly under one, in the order of the tree, counts and dossiers loaded."""
    return (
        with_counts(Grid.objects.filter(parent_id=grid_id, closed_on__isnull=True))
        .select_related("site")
        .order_by("lft")
    )


def sites_under(grid_id: int) -> QuerySet[Grid]:
    """The open sites anywhere under a grid, dossier and sub-grid loaded."""
    return (
        Grid.objects.filter(
            pk__in=below([grid_id]).values("descendant_id"), level=rules.SITE_LEVEL, closed_on__isnull=True
        )
        .select_related("site", "parent")
        .order_by("lft")
    )


def counts_under(grid_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Grid → level → how many open grids of the level lie below it."""
    rows = (
        Lineage.objects.filter(ancestor_id__in=list(grid_ids), valid_to__isnull=True, depth__gt=0)
        .values_list("ancestor_id", "descendant__level")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[int, int]] = {}
    for ancestor_id, level, n in rows:
        found.setdefault(ancestor_id, {})[level] = n
    return found


def search(grids: QuerySet[Grid], words: str) -> QuerySet[Grid]:
    """Open grids whose name or code holds the words, uppermost first."""
    return (
        grids.filter(Q(name__icontains=words) | Q(code__startswith=words), closed_on__isnull=True)
        .select_related("parent", "site")
        .order_by("level", "tree_id", "lft")
    )


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
