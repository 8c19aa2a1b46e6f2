"""Proof that mptt's fields, parent links, lineage and names say the same. Three queries at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import F

from grids.models import Grid, Lineage, Naming


@dataclass(frozen=True)
class Damage:
    """What is wrong with which grid."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Node:
    pk: int
    code: str
    name: str
    level: int
    parent_id: int | None
    opened_on: date
    closed_on: date | None
    lft: int
    rght: int
    tree_id: int
    mptt_level: int


def damages() -> list[Damage]:
    """Everything that disagrees, in the order of the codes; empty for a sound tree."""
    fields = _Node.__dataclass_fields__.keys()
    rows = Grid.objects.order_by("tree_id", "lft", "pk").values_list(*fields)
    nodes = {row[0]: _Node(*row) for row in rows}
    found = {*_wrong_numbers(nodes), *_wrong_parents(nodes), *_wrong_lineage(nodes), *_wrong_names(nodes)}
    return sorted(found, key=lambda damage: (damage.code, damage.message))


def _wrong_numbers(nodes: dict[int, _Node]) -> Iterator[Damage]:
    """mptt's fields against those that the parent links and the order of siblings give."""
    below: dict[int | None, list[_Node]] = {}
    for node in nodes.values():
        below.setdefault(node.parent_id, []).append(node)
    reached: set[int] = set()
    trees: dict[int, str] = {}
    for root in below.get(None, []):
        if root.tree_id in trees:
            yield Damage(root.code, f"shares tree {root.tree_id} with {trees[root.tree_id]}")
        trees[root.tree_id] = root.code
        counter = 0
        entered: dict[int, int] = {}
        stack: list[tuple[_Node, int, bool]] = [(root, 0, True)]
        while stack:
            node, depth, entering = stack.pop()
            counter += 1
            if entering:
                reached.add(node.pk)
                entered[node.pk] = counter
                stack.append((node, depth, False))
                stack += [(child, depth + 1, True) for child in reversed(below.get(node.pk, []))]
                continue
            is_now = (node.tree_id, node.lft, node.rght, node.mptt_level)
            should = (root.tree_id, entered[node.pk], counter, depth)
            if is_now != should:
                yield Damage(node.code, f"mptt fields (tree, lft, rght, level) are {is_now}, not {should}")
    for pk in nodes.keys() - reached:
        yield Damage(nodes[pk].code, "its upper grids lead in a circle, never to a district")


def _wrong_parents(nodes: dict[int, _Node]) -> Iterator[Damage]:
    for node in nodes.values():
        parent = nodes.get(node.parent_id) if node.parent_id is not None else None
        if node.level != (parent.level + 1 if parent else 1):
            yield Damage(node.code, f"level {node.level} does not follow its upper grid's")
        if parent and node.closed_on is None and parent.closed_on is not None:
            yield Damage(node.code, f"is open under {parent.code}, which is closed")


def _wrong_lineage(nodes: dict[int, _Node]) -> Iterator[Damage]:
    rows = (
        Lineage.objects.order_by("descendant_id", "depth", F("valid_from"))
        .values_list("descendant_id", "depth", "ancestor_id", "valid_from", "valid_to")
        .iterator(chunk_size=5000)
    )
    seen: set[int] = set()
    today: dict[int, int | None] = {node.pk: node.parent_id for node in nodes.values()}
    for descendant_id, of_grid in groupby(rows, key=lambda row: row[0]):
        node = nodes[descendant_id]
        seen.add(descendant_id)
        depths: set[int] = set()
        open_line: dict[int, int] = {}
        for depth, of_depth in groupby(of_grid, key=lambda row: row[1]):
            depths.add(depth)
            spans = [(row[2], row[3], row[4]) for row in of_depth]
            yield from _wrong_spans(node, depth, spans, nodes)
            open_line.update((depth, above) for above, _start, end in spans if end is None)
        if depths != set(range(node.level)) and node.opened_on != node.closed_on:
            yield Damage(node.code, f"lineage has depths {sorted(depths)}, not 0 to {node.level - 1}")
        if node.closed_on is None and open_line != _line(node, today):
            yield Damage(node.code, "lineage today differs from its upper grids")
    for pk in nodes.keys() - seen:
        if nodes[pk].opened_on != nodes[pk].closed_on:
            yield Damage(nodes[pk].code, "has no lineage")


def _line(node: _Node, parents: dict[int, int | None]) -> dict[int, int]:
    line: dict[int, int] = {}
    at: int | None = node.pk
    while at is not None and len(line) < node.level:
        line[len(line)] = at
        at = parents.get(at)
    return line


def _wrong_spans(
    node: _Node, depth: int, spans: list[tuple[int, date, date | None]], nodes: dict[int, _Node]
) -> Iterator[Damage]:
    """The ancestors at one depth must follow each other without gap or overlap from opening to closing."""
    for above, _start, _end in spans:
        if node.level - nodes[above].level != depth:
            yield Damage(node.code, f"lineage puts {nodes[above].code} {depth} levels above it")
        if depth == 0 and above != node.pk:
            yield Damage(node.code, "lineage has another grid in its own place")
    if spans[0][1] != node.opened_on:
        yield Damage(node.code, f"lineage begins on {spans[0][1]}, the grid on {node.opened_on}")
    for (_a, _start, end), (_b, start, _later) in zip(spans, spans[1:], strict=False):
        if end is None or end > start:
            yield Damage(node.code, f"lineage overlaps from {start} at depth {depth}")
        elif end < start:
            yield Damage(node.code, f"lineage has a gap from {end} to {start} at depth {depth}")
    if spans[-1][2] != node.closed_on:
        yield Damage(node.code, f"lineage ends on {spans[-1][2]}, the grid on {node.closed_on}")


def _wrong_names(nodes: dict[int, _Node]) -> Iterator[Damage]:
    """Names follow each other from opening to closing, and the last is today's."""
    rows = Naming.objects.order_by("grid_id", "valid_from").values_list(
        "grid_id", "valid_from", "valid_to", "code", "name"
    )
    seen: set[int] = set()
    for grid_id, of_grid in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        node = nodes[grid_id]
        seen.add(grid_id)
        spans = list(of_grid)
        if spans[0][1] != node.opened_on:
            yield Damage(node.code, f"names begin on {spans[0][1]}, the grid on {node.opened_on}")
        for (_g, _start, end, *_words), (_h, start, *_rest) in zip(spans, spans[1:], strict=False):
            if end != start:
                yield Damage(node.code, f"one name ends on {end}, the next begins on {start}")
        if spans[-1][2] != node.closed_on:
            yield Damage(node.code, f"names end on {spans[-1][2]}, the grid on {node.closed_on}")
        # One closed on the day it was renamed never bore the new name.
        if node.closed_on is None and spans[-1][3:] != (node.code, node.name):
            yield Damage(node.code, f"is called {node.name}, its last name says {' '.join(spans[-1][3:])}")
    for pk in nodes.keys() - seen:
        if nodes[pk].opened_on != nodes[pk].closed_on:
            yield Damage(nodes[pk].code, "has no name on record")
