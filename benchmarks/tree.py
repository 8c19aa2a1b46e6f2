"""Loading a tree at once against a save per node, a whole province, and a village moved in it."""

from __future__ import annotations

from datetime import date

from benchmarks.common import Line, scratch_database, timed
from grids import actions
from grids.bulk import Row, load_tree
from grids.check import damages
from grids.locks import tree_lock
from grids.models import Grid
from ledgers.actions import Actor

BY = Actor(user_id=None, name="benchmark")
SINCE = date(2025, 1, 1)
DISTRICTS, TOWNS, VILLAGES = 158, 2_400, 52_378  # a province


def run(*, full: bool) -> list[Line]:
    """``full``: 2,000 nodes one by one, which takes its time on PostgreSQL."""
    with scratch_database():
        lines = _loads(2_000 if full else 300)
    with scratch_database():  # what one_by_one left is no sound tree
        lines += _province()
    return lines


def _rows(prefix: str, nodes: int) -> list[Row]:
    """One district, towns of twenty villages each."""
    rows = [Row(code=f"{prefix}D", name="区")]
    towns = max(1, (nodes - 1) // 21)
    rows += [Row(code=f"{prefix}T{n}", name="镇", parent=f"{prefix}D") for n in range(towns)]
    rows += [
        Row(code=f"{prefix}V{n}", name="村", parent=f"{prefix}T{n % towns}") for n in range(nodes - len(rows))
    ]
    return rows


def _loads(nodes: int) -> list[Line]:
    def one_by_one() -> None:
        """The node alone, without lineage, names and ledger, which load_tree writes as well."""
        for row in _rows("a", nodes):
            with tree_lock():
                above = Grid.objects.filter(code=row.parent).first()
                level = above.level + 1 if above else 1
                Grid(code=row.code, name=row.name, level=level, parent=above, opened_on=SINCE).save()

    slow = timed(one_by_one)
    quick = timed(lambda: load_tree(_rows("b", nodes), opened_on=SINCE, by=BY))
    return [
        Line(name=f"{nodes:,} grids, one save each", seconds=slow, count=nodes),
        Line(name=f"{nodes:,} grids, load_tree", seconds=quick, count=nodes, ratio=slow / quick),
    ]


def _province() -> list[Line]:
    rows = [Row(code=f"D{n}", name=f"区{n}") for n in range(DISTRICTS)]
    rows += [Row(code=f"T{n}", name=f"镇{n}", parent=f"D{n % DISTRICTS}") for n in range(TOWNS)]
    rows += [Row(code=f"V{n}", name=f"村{n}", parent=f"T{n % TOWNS}") for n in range(VILLAGES)]
    loaded = timed(lambda: load_tree(rows, opened_on=SINCE, by=BY))
    village = Grid.objects.get(code="V1").pk
    targets = [Grid.objects.get(code=f"T{1 + DISTRICTS * n}").pk for n in range(1, 6)]
    moved = [
        timed(lambda to=target: actions.move_grid(village, parent_id=to, by=BY))  # type: ignore[misc]
        for target in targets
    ]
    if found := damages():
        raise AssertionError(found[:3])
    return [
        Line(name=f"a province of {len(rows):,} grids, load_tree", seconds=loaded, count=len(rows), limit=10),
        Line(name="a village moved in it, the slowest of five", seconds=max(moved), limit=1),
    ]
