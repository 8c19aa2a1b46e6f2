"""What is asked of the tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import NotAllowed
from grids import rules
from grids.hooks import Effect, move_effects
from grids.models import Boundary, Grid, LevelLabel, Lineage, Risk, Site, open_on
from ledgers.actions import Actor, Place


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
    """The grid as the ledger keeps it: key, name, path of codes from the root today."""
    codes = [above.code for above in ancestors(grid.pk)]
    return Place(grid_id=grid.pk, name=grid.name, path="/" + "/".join(codes) + "/")


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


# ---- scope: people lie above this room, so their functions are named in the settings


def in_scope(user: Any, right: str = "view") -> QuerySet[Grid]:
    """The grids over which the person holds a right today (``settings.GRID_SCOPE``)."""
    found: QuerySet[Grid] = import_string(settings.GRID_SCOPE)(user, right)
    return found


def actor(user: Any, right: str, grid_id: int) -> Actor:
    """The person as the ledger keeps them, with the posting that gives the right over the grid.

    Raises ``NotAllowed`` if none does (``settings.GRID_POSTING``).
    """
    posting = import_string(settings.GRID_POSTING)(user, right, grid_id=grid_id)
    if posting is None:
        raise NotAllowed(_("Only an administrator of this grid may do this."))
    return Actor(user_id=user.pk, name=str(user), posting_id=posting.pk, role=posting.role)


def tops(user: Any) -> QuerySet[Grid]:
    """The open grids at which the person's sight begins: their upper grid is out of scope."""
    scope = in_scope(user)
    return (
        with_counts(scope.filter(closed_on__isnull=True))
        .exclude(parent_id__in=scope.values("pk"))
        .order_by("tree_id", "lft")
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
    """A number that differs once anything of the tree's shape has changed: 60 bits of its SHA-256."""
    digest = hashlib.sha256()
    rows = Grid.objects.filter(tree_id=tree_id).order_by("lft", "pk")
    for row in rows.values_list("pk", "parent_id", "closed_on").iterator(chunk_size=2000):
        digest.update(repr(row).encode())
    return int(digest.hexdigest()[:15], 16)


# ---- what a move would change


@dataclass(frozen=True)
class Change:
    """One figure before and after."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class Affected:
    """A grid that loses or gains by the move."""

    grid: Grid
    gains: bool
    changes: list[Change]


@dataclass(frozen=True)
class MovePreview:
    """What moving a grid changes, on the tree of ``version``."""

    grid: Grid
    target: Grid
    version: int
    old_line: list[Grid]
    new_line: list[Grid]
    moving: list[Change]
    affected: list[Affected]
    effects: list[Effect]


def move_preview(grid: Grid, target: Grid) -> MovePreview:
    """What moving ``grid`` under ``target`` would change; nothing is written or refused."""
    names = level_labels()
    old_line, new_line = ancestors(grid.pk)[:-1], ancestors(target.pk)
    lost = [above for above in old_line if above not in new_line]
    gained = [above for above in new_line if above not in old_line]
    counts = counts_under([above.pk for above in (*lost, *gained, grid)])
    along = {grid.level: 1, **counts.get(grid.pk, {})}
    affected = [
        Affected(
            grid=above,
            gains=sign > 0,
            changes=[
                Change(names.get(level, str(level)), before, before + sign * n)
                for level, n in sorted(along.items())
                for before in [counts.get(above.pk, {}).get(level, 0)]
            ],
        )
        for above, sign in [(a, -1) for a in lost] + [(a, 1) for a in gained]
    ]
    return MovePreview(
        grid=grid,
        target=target,
        version=tree_version(grid.tree_id),
        old_line=old_line,
        new_line=new_line,
        moving=[Change(names.get(level, str(level)), n, n) for level, n in sorted(along.items())],
        affected=affected,
        effects=move_effects(below([grid.pk])),
    )


# ---- the map


def features(grid_id: int, *, level: int) -> list[dict[str, Any]]:
    """GeoJSON features of the open grids of a level at or under a grid: areas, and points for sites.

    Coordinates are as stored, WGS-84 degrees.
    """
    wanted = below([grid_id]).values("descendant_id")
    if level == rules.SITE_LEVEL:
        sites = Site.objects.filter(grid_id__in=wanted, grid__closed_on__isnull=True).select_related("grid")
        return [
            _feature(
                site.grid,
                {"type": "Point", "coordinates": [float(site.lon), float(site.lat)]},
                text=str(site.get_kind_display()),
                tone="late" if site.risk == Risk.KEY else "resting",
            )
            for site in sites.order_by("grid__lft")
        ]
    found = Boundary.objects.filter(open_on(timezone.localdate()), grid_id__in=wanted, grid__level=level)
    names = level_labels()
    return [
        _feature(area.grid, area.geometry, text=names.get(level, ""))
        for area in found.select_related("grid").order_by("grid__lft")
    ]


def _feature(grid: Grid, geometry: Any, *, text: str, tone: str = "") -> dict[str, Any]:
    properties = {"name": grid.name, "url": reverse("grids:detail", args=[grid.pk]), "text": text}
    if tone:
        properties["tone"] = tone
    return {"type": "Feature", "id": grid.pk, "geometry": geometry, "properties": properties}
