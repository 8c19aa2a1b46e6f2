"""A plan written into the tree, all at once, and taken back again. Called by grids.actions under the lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grids import areas, dated, lineage, numbering
from grids.dated import BATCH, batches
from grids.models import Boundary, Grid, LevelLabel, Naming, Succession
from grids.restructuring.outline import Outline
from grids.restructuring.parts import Done, parts
from grids.restructuring.planner import Planned
from grids.restructuring.target import Target
from ledgers.actions import Actor

Parents = dict[int, int | None]


@dataclass(frozen=True, kw_only=True)
class When:
    """By whom, from which day on, at which moment."""

    by: Actor
    on: date
    at: datetime


def carry_out(planned: Planned, target: Target, when: When) -> dict[str, Any]:
    """Write the plan; returns what ``take_back`` needs, as JSON. The operations were checked before."""
    outline = planned.outline
    numbers = numbering.read(outline.state.tree_id)
    before: Parents = {pk: row.parent_id for pk, row in numbers.items()}
    keys = {code: node.pk for code, node in outline.kept.items()}
    opened = _open(outline, keys, on=when.on)
    gone = {node.pk for node in outline.gone}
    after = before | {keys[code]: keys.get(row.parent) for code, row in outline.rows.items()}
    after |= {placed.site.pk: keys[placed.code] for placed in planned.placing.sites}
    undo: dict[str, Any] = {
        "opened": sorted(opened),
        "closed": sorted(gone),
        "parents": [[pk, parent] for pk, parent in before.items() if after[pk] != parent],
        "ranks": [[pk, row.lft] for pk, row in numbers.items()],
        "names": [[node.pk, node.code, node.name] for code, node in outline.kept.items()
                  if _differs(outline, code)],
        "areas": [], "labels": [], "successions": [], "parts": {},
    }  # fmt: skip
    _number(after, numbers, order={keys[code]: place for place, code in enumerate(outline.rows)})
    _name(outline, keys)
    Grid.objects.filter(pk__in=gone).update(closed_on=when.on)
    living = _living(outline, keys)
    lineage.settle(
        {
            **{pk: [] for pk in gone},
            **_lines(after, living, unless=before, known=before.keys() - opened),
        },
        on=when.on,
    )
    _settle_names(outline, keys, gone, on=when.on)
    undo["areas"] = _settle_areas(planned, keys, gone, on=when.on)
    undo["labels"] = _settle_labels(target, outline, on=when.on)
    heirs = {
        node.pk: [(keys[code], share) for code, share in outline.heirs.get(node.code, [])]
        for node in outline.state.nodes.values()
        if node.code in outline.heirs
    }
    undo["successions"] = _succeed(heirs, on=when.on)
    done = Done(
        keys=keys,
        closed={pk: heirs[pk] for pk in gone},
        by=when.by,
        on=when.on,
        at=when.at,
    )
    for part in parts():
        if part.key in planned.parts:
            undo["parts"][part.key] = part.carry_out(planned.parts[part.key].work, done)
    return undo


def take_back(undo: Mapping[str, Any], *, tree_id: int, when: When) -> None:
    """Let the tree be as if the plan had never been; ``when.on`` is the day it took effect on.

    Grids that it opened stay as rows that existed on no day, since steps may point to them.
    """
    numbers = numbering.read(tree_id)
    now: Parents = {pk: row.parent_id for pk, row in numbers.items()}
    opened, reopened = set(undo["opened"]), set(undo["closed"])
    before: Parents = now | dict(undo["parents"])
    ranks = dict(undo["ranks"])
    Grid.objects.filter(pk__in=reopened).update(closed_on=None)
    Grid.objects.filter(pk__in=opened).update(closed_on=when.on, opened_on=when.on)
    _number(before, numbers, order=ranks)
    names = {pk: {"code": code, "name": name} for pk, code, name in undo["names"]}
    _rename(names)
    living = set(Grid.objects.filter(tree_id=tree_id, closed_on__isnull=True).values_list("pk", flat=True))
    lineage.settle(
        {
            **{pk: [] for pk in opened},
            **_lines(before, living, unless=now, known=living - reopened),
        },
        on=when.on,
    )
    words = {
        pk: {"code": code, "name": name}
        for pk, code, name in Grid.objects.filter(pk__in=reopened).values_list("pk", "code", "name")
    }
    dated.settle(Naming, {**dict.fromkeys(opened), **words, **names}, on=when.on, key="grid_id")
    drawn: dict[int, dict[str, Any] | None] = dict.fromkeys(opened)
    for pk, geometry, illustrative in undo["areas"]:
        drawn[pk] = None if geometry is None else {"geometry": geometry, "illustrative": illustrative}
    dated.settle(Boundary, drawn, on=when.on, key="grid_id")
    areas.touch()
    dated.settle(
        LevelLabel,
        {level: None if name is None else {"name": name, "name_en": name_en}
         for level, name, name_en in undo["labels"]},
        on=when.on,
        key="level",
    )  # fmt: skip
    for keys in batches(undo["successions"]):
        Succession.objects.filter(pk__in=keys).delete()
    for part in reversed(parts()):
        if undo["parts"].get(part.key) is not None:
            part.take_back(undo["parts"][part.key], by=when.by, at=when.at)


# ---- grids


def _open(outline: Outline, keys: dict[str, int], *, on: date) -> set[int]:
    """Rows for the new grids, level by level, their keys added to ``keys``; numbers come afterwards.

    One that bears the code of a grid that existed on no day is that row again.
    """
    new = outline.new
    former = {grid.code: grid for grid in Grid.objects.filter(code__in=[row.code for row in new])}
    opened: set[int] = set()
    for level in sorted({row.level for row in new}):
        fresh: list[Grid] = []
        again: list[Grid] = []
        for row in (row for row in new if row.level == level):
            grid = former.get(row.code) or Grid(code=row.code)
            grid.name, grid.level, grid.opened_on, grid.closed_on = row.name, level, on, None
            grid.parent_id = keys[row.parent]
            grid.tree_id = outline.state.tree_id
            if grid.pk is None:
                grid.lft = grid.rght = grid.mptt_level = 0
                fresh.append(grid)
            else:
                again.append(grid)
        Grid.objects.bulk_create(fresh, batch_size=BATCH)
        Grid.objects.bulk_update(
            again, ["name", "level", "opened_on", "closed_on", "parent_id", "tree_id"], batch_size=500
        )
        for grid in (*fresh, *again):
            keys[grid.code] = grid.pk
            opened.add(grid.pk)
    return opened


def _number(parents: Parents, numbers: Mapping[int, numbering.Numbers], *, order: Mapping[int, int]) -> None:
    """Write mptt's numbers where they change; siblings in ``order``, others after them as they stood."""

    def rank(pk: int) -> tuple[int, int, int]:
        if pk in order:
            return 0, order[pk], pk
        return 1, numbers[pk].lft if pk in numbers else 0, pk

    worked_out = numbering.work_out(parents, rank=rank)
    numbering.write(row for row in worked_out if numbers.get(row.pk) != row)


def _differs(outline: Outline, code: str) -> bool:
    node = outline.kept[code]
    return (node.code, node.name) != (code, outline.rows[code].name)


def _name(outline: Outline, keys: Mapping[str, int]) -> None:
    _rename(
        {
            keys[code]: {"code": code, "name": outline.rows[code].name}
            for code in outline.kept
            if _differs(outline, code)
        }
    )


def _rename(words: Mapping[int, Mapping[str, str]]) -> None:
    grids = [Grid(pk=pk, **names) for pk, names in words.items()]
    Grid.objects.bulk_update(grids, ["code", "name"], batch_size=500)


def _living(outline: Outline, keys: Mapping[str, int]) -> set[int]:
    """Keys of everything open once the plan is carried out."""
    return {*keys.values(), *(site.pk for site in outline.state.sites)}


def _lines(
    parents: Parents, living: Iterable[int], *, unless: Parents, known: set[int]
) -> dict[int, list[int]]:
    """The lines, from itself upwards, of the living grids whose line differs from that by ``unless``."""
    changed: dict[int, list[int]] = {}
    for pk in living:
        line = _line(parents, pk)
        if pk not in known or pk not in unless or _line(unless, pk) != line:
            changed[pk] = line
    return changed


def _line(parents: Mapping[int, int | None], pk: int) -> list[int]:
    line: list[int] = []
    at: int | None = pk
    while at is not None:
        line.append(at)
        at = parents[at]
    return line


# ---- what hangs on them


def _settle_names(outline: Outline, keys: Mapping[str, int], gone: Iterable[int], *, on: date) -> None:
    words: dict[int, Mapping[str, str] | None] = dict.fromkeys(gone)
    for code, row in outline.rows.items():
        if code not in outline.kept or _differs(outline, code):
            words[keys[code]] = {"code": code, "name": row.name}
    dated.settle(Naming, words, on=on, key="grid_id")


def _settle_areas(planned: Planned, keys: Mapping[str, int], gone: set[int], *, on: date) -> list[list[Any]]:
    """Areas as they shall be; returns (grid, geometry before or None, whether that was illustrative)."""
    drawn = {keys[code]: one.geometry for code, one in planned.placing.areas.items()}
    old = {
        row.grid_id: row
        for row in Boundary.objects.filter(valid_to__isnull=True, grid_id__in=[*drawn, *gone])
    }
    root_id = planned.outline.state.root.pk
    # Drawn into an illustrative picture, an area is a part of it.
    illustrative = Boundary.objects.filter(grid_id=root_id, valid_to__isnull=True, illustrative=True).exists()
    wanted: dict[int, Mapping[str, Any] | None] = dict.fromkeys(gone)
    for pk, geometry in drawn.items():
        wanted[pk] = {"geometry": geometry, "illustrative": illustrative}
    dated.settle(Boundary, wanted, on=on, key="grid_id")
    areas.touch()
    return [
        [pk, old[pk].geometry if pk in old else None, old[pk].illustrative if pk in old else False]
        for pk in sorted(wanted)
    ]


def _settle_labels(target: Target, outline: Outline, *, on: date) -> list[list[Any]]:
    """Names of levels as they shall be; returns (level, name before or None, English name before)."""
    wanted = {row.level: {"name": row.name, "name_en": row.name_en} for row in target.levels or ()}
    dated.settle(LevelLabel, wanted, on=on, key="level")
    labels = outline.state.labels
    return [[level, *labels.get(level, (None, ""))] for level in wanted]


def _succeed(heirs: Mapping[int, Sequence[tuple[int, Decimal]]], *, on: date) -> list[int]:
    rows = Succession.objects.bulk_create(
        (
            Succession(predecessor_id=pk, successor_id=heir, share=share, on=on)
            for pk, pairs in heirs.items()
            for heir, share in pairs
        ),
        batch_size=BATCH,
    )
    return [row.pk for row in rows]
