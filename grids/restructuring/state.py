"""The tree as it is, read once for a plan: open grids above the sites, the sites, the codes in use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max

from grids import rules
from grids.models import Boundary, Grid, LevelLabel, Lineage, Naming
from grids.queries import tree_version
from grids.restructuring.target import GridRow


@dataclass(frozen=True, slots=True)
class Node:
    """One open grid above the sites."""

    pk: int
    code: str
    name: str
    level: int
    parent: str


@dataclass(frozen=True, slots=True)
class SiteNode:
    """One open site; the position is that of its dossier, degrees of WGS-84, None without one."""

    pk: int
    code: str
    name: str
    parent: str
    lon: float | None
    lat: float | None


@dataclass
class State:
    root: Node
    tree_id: int
    version: int
    nodes: dict[str, Node] = field(default_factory=dict)  # by code, in the order of the tree
    sites: list[SiteNode] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # codes that belong to closed grids and other trees
    labels: dict[int, tuple[str, str]] = field(default_factory=dict)
    last_change: date | None = None  # of the tree, of a name or an area in it
    labels_changed: dict[int, date] = field(default_factory=dict)  # when each level was last named

    def rows(self) -> list[GridRow]:
        """The tree as a target: planned, it changes nothing."""
        return [
            GridRow(code=node.code, name=node.name, level=node.level, parent=node.parent)
            for node in self.nodes.values()
        ]


def read(root_id: int) -> State:
    """The tree of a district. Eight queries, whatever its size."""
    root = Grid.objects.get(pk=root_id)
    rows = Grid.objects.filter(tree_id=root.tree_id, closed_on__isnull=True).order_by("lft")
    nodes: dict[str, Node] = {}
    sites: list[SiteNode] = []
    for pk, code, name, level, parent, lon, lat in rows.values_list(
        "pk", "code", "name", "level", "parent__code", "site__lon", "site__lat"
    ):
        if level < rules.SITE_LEVEL:
            nodes[code] = Node(pk, code, name, level, parent or "")
        else:
            at = (None, None) if lon is None else (float(lon), float(lat))
            sites.append(SiteNode(pk, code, name, parent, *at))
    labels = list(LevelLabel.objects.order_by("valid_from"))
    changed = [
        day
        for history in (
            Lineage.objects.filter(descendant__tree_id=root.tree_id),
            Naming.objects.filter(grid__tree_id=root.tree_id),
            Boundary.objects.filter(grid__tree_id=root.tree_id),
        )
        for day in history.aggregate(begun=Max("valid_from"), ended=Max("valid_to")).values()
    ]
    used = Grid.objects.exclude(tree_id=root.tree_id, closed_on__isnull=True)
    return State(
        root=nodes[root.code],
        tree_id=root.tree_id,
        version=tree_version(root.tree_id),
        nodes=nodes,
        sites=sites,
        used={
            code
            for code, opened, closed in used.values_list("code", "opened_on", "closed_on")
            if opened != closed
        },
        labels={row.level: (row.name, row.name_en) for row in labels if row.valid_to is None},
        last_change=_latest(changed),
        labels_changed={row.level: row.valid_to or row.valid_from for row in labels},
    )


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)
