"""What is asked of the tree: ``tree`` today and on any day, ``scope`` by whom, ``maps`` as GeoJSON."""

from grids.queries.maps import features
from grids.queries.scope import actor, actor_or_person, in_scope, plans_visible_to, tops
from grids.queries.tree import (
    ancestors,
    below,
    boundaries,
    children,
    codes_named,
    counts_under,
    find_target,
    level_labels,
    named,
    place,
    places,
    predecessors,
    search,
    sites_under,
    tree_version,
    upper_at,
    with_counts,
)

__all__ = [
    "actor",
    "actor_or_person",
    "ancestors",
    "below",
    "boundaries",
    "children",
    "codes_named",
    "counts_under",
    "features",
    "find_target",
    "in_scope",
    "level_labels",
    "named",
    "place",
    "places",
    "plans_visible_to",
    "predecessors",
    "search",
    "sites_under",
    "tops",
    "tree_version",
    "upper_at",
    "with_counts",
]
