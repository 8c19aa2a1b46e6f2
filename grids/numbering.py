"""mptt's numbers of one whole tree, worked out in memory and written by one statement.

mptt itself renumbers at every single move: right for one, slow for hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from grids import rules
from grids.models import Grid


@dataclass(frozen=True, slots=True)
class Numbers:
    """What mptt keeps of a node."""

    pk: int
    parent_id: int | None
    lft: int
    rght: int
    mptt_level: int


def read(tree_id: int) -> dict[int, Numbers]:
    """The numbers of a tree as they stand, closed grids included, in the tree's order."""
    rows = Grid.objects.filter(tree_id=tree_id).order_by("lft", "pk")
    fields = ("pk", "parent_id", "lft", "rght", "mptt_level")
    return {row[0]: Numbers(*row) for row in rows.values_list(*fields)}


def work_out(parents: dict[int, int | None], *, rank: Callable[[int], Any]) -> list[Numbers]:
    """The numbers of the one tree that these parent links make, siblings in the order of ``rank``."""
    below: dict[int | None, list[int]] = {}
    for pk, parent_id in parents.items():
        below.setdefault(parent_id, []).append(pk)
    for siblings in below.values():
        siblings.sort(key=rank)
    found: list[Numbers] = []
    entered: dict[int, int] = {}
    counter = 0
    stack: list[tuple[int, int, bool]] = [(pk, 0, True) for pk in below.get(None, [])]
    while stack:
        pk, depth, entering = stack.pop()
        counter += 1
        if entering:
            entered[pk] = counter
            stack.append((pk, depth, False))
            stack += [(child, depth + 1, True) for child in reversed(below.get(pk, []))]
        else:
            found.append(Numbers(pk, parents[pk], entered[pk], counter, depth))
    return found


def write(numbers: Iterable[Numbers]) -> None:
    """Write these, under the tree's lock."""
    if not rules.tree_writes_allowed():
        raise rules.TreeWriteRefused("Use grids.actions to change the tree.")
    rows = [(n.parent_id, n.lft, n.rght, n.mptt_level, n.pk) for n in numbers]
    if not rows:
        return
    table = connection.ops.quote_name(Grid._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"UPDATE {table} AS grid SET parent_id = new.parent_id, lft = new.lft, rght = new.rght,"  # noqa: S608
                " mptt_level = new.depth FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[],"
                " %s::bigint[]) AS new(parent_id, lft, rght, depth, id) WHERE grid.id = new.id",
                [list(column) for column in zip(*rows, strict=True)],
            )
        else:
            cursor.executemany(
                f"UPDATE {table} SET parent_id = %s, lft = %s, rght = %s, mptt_level = %s WHERE id = %s",  # noqa: S608
                rows,
            )
