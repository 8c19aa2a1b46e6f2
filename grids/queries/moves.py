"""What a move would change."""

from __future__ import annotations

from dataclasses import dataclass

from grids.hooks import Effect, move_effects
from grids.models import Grid
from grids.queries.tree import ancestors, below, counts_under, level_labels, tree_version


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
