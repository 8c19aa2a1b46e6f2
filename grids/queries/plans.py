"""A plan as a tree with what is added, gone and moved, and as maps before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids import rules
from grids.models import Boundary, Grid, Lineage, Naming, Plan, PlanState, open_on
from grids.queries.tree import level_labels
from grids.restructuring.days import before as day_before
from grids.restructuring.operations import Kind, Operation

# mark → sign, tone; the word stands in ``mark_words``
MARKS = {
    "added": ("＋", "done"),
    "gone": ("－", "late"),
    "moved": ("→", "underway"),
    "changed": ("✎", "soon"),
    "kept": ("", "resting"),
}


@dataclass
class Node:
    """A grid in the tree of a plan: as it will be, or, if it is gone, where it was."""

    code: str
    name: str
    level: int
    marks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    sites_in: int = 0
    sites_out: int = 0

    @property
    def signs(self) -> list[tuple[str, str, str]]:
        """(sign, tone, word) of each mark."""
        words = mark_words()
        return [(*MARKS[mark], words[mark]) for mark in self.marks]

    @property
    def changed_below(self) -> int:
        """How many grids below are not as they were."""
        return sum(bool(child.marks) + child.changed_below for child in self.children)


def mark_words() -> dict[str, str]:
    return {
        "added": pgettext("grid", "added"),
        "gone": pgettext("grid", "gone"),
        "moved": pgettext("grid", "moved"),
        "changed": pgettext("grid", "changed"),
        "kept": pgettext("grid", "as before"),
    }


def changed_tree(plan: Plan) -> list[Node]:
    """The branches of a plan in which something changes, from the district down.

    Three queries: the tree before the plan is read as of the day before it takes effect, or as it is now.
    """
    before = _before(plan)
    nodes = {code: Node(code=code, name=name, level=level) for code, (name, level, _parent) in before.items()}
    parents = {code: parent for code, (_name, _level, parent) in before.items()}
    for one in (Operation.from_json(row) for row in plan.operations):
        _mark(one, nodes, parents)
    for code, node in nodes.items():
        above = nodes.get(parents.get(code, ""))
        if above is not None:
            above.children.append(node)
    roots = [node for code, node in nodes.items() if not parents.get(code)]
    return [kept for root in roots if (kept := _pruned(root)) is not None]


def _before(plan: Plan) -> dict[str, tuple[str, int, str]]:
    """Code → (name, level, parent's code) above the sites, before the plan."""
    day = day_before(plan.effective_on)
    applied = plan.state == PlanState.APPLIED
    when = open_on(day) if applied else open_on(plan.effective_on) | open_on(day)
    lines = Lineage.objects.filter(
        when, descendant__tree_id=plan.root.tree_id, descendant__level__lt=rules.SITE_LEVEL, depth=1
    ).order_by("valid_from")
    parents: dict[int, int] = dict(lines.values_list("descendant_id", "ancestor_id"))
    names = {
        grid_id: (code, name, level)
        for grid_id, code, name, level in Naming.objects.filter(
            when, grid__tree_id=plan.root.tree_id, grid__level__lt=rules.SITE_LEVEL
        )
        .order_by("valid_from", "grid__lft")
        .values_list("grid_id", "code", "name", "grid__level")
    }
    order = Grid.objects.filter(tree_id=plan.root.tree_id, pk__in=names).order_by("lft")
    return {
        names[pk][0]: (names[pk][1], names[pk][2], names[parents[pk]][0] if pk in parents else "")
        for pk in order.values_list("pk", flat=True)
    }


def _mark(one: Operation, nodes: dict[str, Node], parents: dict[str, str]) -> None:
    code, data = one.code, one.data
    if one.kind is Kind.OPEN:
        nodes[code] = Node(code=code, name=one.name, level=one.level, marks=["added"])
        parents[code] = data["parent_code"]
    elif one.kind is Kind.CLOSE and code in nodes:
        nodes[code].marks.append("gone")
        heirs = "、".join(heir for heir, _share in data["heirs"])
        nodes[code].notes.append(_("passes to %(heirs)s") % {"heirs": heirs})
    elif one.kind is Kind.MOVE and one.level == rules.SITE_LEVEL:
        if data["from_code"] in nodes:
            nodes[data["from_code"]].sites_out += 1
        if data["to_code"] in nodes:
            nodes[data["to_code"]].sites_in += 1
    elif one.kind is Kind.RENUMBER:
        _renumber(data["from"], code, nodes, parents)
    elif code in nodes:
        _change(one, nodes[code], parents)


def _renumber(old: str, new: str, nodes: dict[str, Node], parents: dict[str, str]) -> None:
    node = nodes.pop(old, None) or nodes.get(new)
    if node is None:
        return
    node.code = new
    node.marks.append("changed")
    node.notes.append(_("code before: %(code)s") % {"code": old})
    nodes[new] = node
    parents[new] = parents.pop(old, parents.get(new, ""))
    for code, parent in parents.items():
        if parent == old:
            parents[code] = new


def _change(one: Operation, node: Node, parents: dict[str, str]) -> None:
    data = one.data
    if one.kind is Kind.MOVE:
        node.marks.append("moved")
        node.notes.append(_("from %(grid)s") % {"grid": data["from"]})
        parents[one.code] = data["to_code"]
    elif one.kind is Kind.RENAME:
        node.marks.append("changed")
        node.name = data["to"]
        node.notes.append(_("called before: %(name)s") % {"name": data["from"]})
    elif one.kind is Kind.SPLIT:
        node.marks.append("changed")
        node.notes.append(_("divided into %(parts)s parts") % {"parts": len(data["heirs"]) + data["stays"]})
    elif one.kind is Kind.MERGE:
        node.marks.append("changed" if "added" not in node.marks else "kept")
        parts = "、".join(part for part, _share in data["of"])
        node.notes.append(_("takes over %(parts)s") % {"parts": parts})


def _pruned(node: Node) -> Node | None:
    """The node with the branches in which something changes; None where nothing does."""
    node.marks = [mark for mark in dict.fromkeys(node.marks) if mark != "kept"]
    node.children = [kept for child in node.children if (kept := _pruned(child)) is not None]
    if node.marks or node.children or node.sites_in or node.sites_out:
        return node
    return None


# ---- maps


def map_features(plan: Plan, *, level: int, after: bool) -> list[dict[str, Any]]:
    """GeoJSON features of a level before or after the plan, toned by what becomes of them."""
    marks = _marks(plan, level)
    return list(_after(plan, level, marks) if after else _today(plan, level, marks, gone=True))


def _marks(plan: Plan, level: int) -> dict[str, str]:
    """Code (new, and for gone grids old) → mark."""
    marks: dict[str, str] = {}
    kinds = {Kind.OPEN: "added", Kind.CLOSE: "gone", Kind.MOVE: "moved"}
    for one in (Operation.from_json(row) for row in plan.operations):
        if one.level == level and (one.kind in kinds or one.kind is Kind.AREA):
            marks.setdefault(one.code, kinds.get(one.kind, "changed"))
    return marks


def _renumbered(plan: Plan) -> dict[str, str]:
    """Code today → code in the plan."""
    return {row["data"]["from"]: row["code"] for row in plan.operations if row["kind"] == Kind.RENUMBER.value}


def _today(plan: Plan, level: int, marks: dict[str, str], *, gone: bool) -> Iterator[dict[str, Any]]:
    applied = plan.state == PlanState.APPLIED
    day = day_before(plan.effective_on)
    when = open_on(day) if applied else open_on(plan.effective_on)
    rows = Boundary.objects.filter(when, grid__tree_id=plan.root.tree_id, grid__level=level)
    names = {
        grid_id: (code, name)
        for grid_id, code, name in Naming.objects.filter(
            when, grid__tree_id=plan.root.tree_id, grid__level=level
        ).values_list("grid_id", "code", "name")
    }
    new_codes = _renumbered(plan)
    for grid_id, geometry in rows.order_by("grid__lft").values_list("grid_id", "geometry"):
        if grid_id not in names:
            continue
        code, name = names[grid_id]
        mark = marks.get(new_codes.get(code, code), "kept")
        if gone or mark != "gone":
            yield _feature(grid_id, code, name, geometry, "kept" if mark == "added" else mark)


def _renamed(plan: Plan) -> dict[str, str]:
    """Code in the plan → new name."""
    return {row["code"]: row["data"]["to"] for row in plan.operations if row["kind"] == Kind.RENAME.value}


def _after(plan: Plan, level: int, marks: dict[str, str]) -> Iterator[dict[str, Any]]:
    new_codes, new_names = _renumbered(plan), _renamed(plan)
    for feature in _today(plan, level, marks, gone=False):
        was = feature["properties"]
        code = new_codes.get(was["code"], was["code"])
        mark = marks.get(code, "kept")
        if code not in plan.areas:
            name = new_names.get(code, was["name"])
            yield _feature(
                feature["id"], code, name, feature["geometry"], "kept" if mark == "added" else mark
            )
    levels = level_of_areas(plan)
    for code, geometry in plan.areas.items():
        if levels.get(code, (0, ""))[0] == level:
            yield _feature(0, code, levels[code][1], geometry, marks.get(code, "changed"))


def level_of_areas(plan: Plan) -> dict[str, tuple[int, str]]:
    """Code → (level, name) of the grids that get a new area."""
    return {
        row["code"]: (row["level"], row["name"]) for row in plan.operations if row["kind"] == Kind.AREA.value
    }


def _feature(grid_id: int, code: str, name: str, geometry: Any, mark: str) -> dict[str, Any]:
    _sign, tone = MARKS[mark]
    return {
        "type": "Feature",
        "id": grid_id or code,
        "geometry": geometry,
        "properties": {
            "name": name,
            "code": code,
            "text": f"{code} · {mark_words()[mark]}",
            **({"tone": tone} if mark != "kept" else {}),
        },
    }


def map_levels(plan: Plan) -> list[tuple[int, str, int]]:
    """Levels on which areas change: level, what it is called, how many."""
    names = level_labels()
    counts: dict[int, int] = {}
    for row in plan.operations:
        if row["kind"] in (Kind.AREA.value, Kind.OPEN.value, Kind.CLOSE.value, Kind.MOVE.value):
            counts[row["level"]] = counts.get(row["level"], 0) + 1
    return [
        (level, names.get(level, str(level)), counts[level])
        for level in sorted(counts)
        if rules.DISTRICT_LEVEL < level < rules.SITE_LEVEL
    ]
