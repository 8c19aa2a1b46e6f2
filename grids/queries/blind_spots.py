"""Blind spots that the tree, its areas and its sites show; rooms above add theirs (``grids.blind_spots``).

Gaps, overlaps and what lies outside its upper grid are found once for a district and kept until its areas
or its tree change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from common.words import Words, words
from grids import areas, rules
from grids.blind_spots import BlindSpot, Kind, registered
from grids.dated import batches
from grids.locate import locate_many
from grids.models import Boundary, Grid, Site
from grids.queries.tree import below, tree_version

# What is nowhere as wide as this comes from rounding, not from forgetting: six decimals of a degree are 0.1 m
# on the ground, two surveys of one fence seldom agree by less than 0.2 m, and no source of pollution
# fits into a strip of half a metre. Its length does not matter, so its area alone decides nothing.
SLIVER = 0.5  # metres
LEAST = 1.0  # square metres; what is smaller would be shown as none

KILOMETRE = 1000
PLACE_DIGITS = 6  # some ten centimetres, as positions are kept

METRES_A_DEGREE = 111_320.0  # along a meridian, within half a percent; only to tell slivers and distances


# ---- between areas


@dataclass(frozen=True)
class District:
    """The areas in force in one district, and what is wrong between them, the largest first."""

    shapes: Mapping[int, BaseGeometry]
    parents: Mapping[int, int | None]
    levels: Mapping[int, int]
    gaps: Sequence[BlindSpot]
    overlaps: Sequence[BlindSpot]  # ``grid_id`` and ``other_id`` are the two
    beyond: Sequence[BlindSpot]  # ``other_id`` is the upper grid


def district(tree_id: int) -> District:
    """What is known of a district's areas, from memory where nothing has changed. Two queries then."""
    return _district(tree_id, areas.mark(), tree_version(tree_id))


@lru_cache(maxsize=4)
def _district(tree_id: int, mark: int, version: int) -> District:
    rows = Boundary.objects.filter(
        valid_to__isnull=True, grid__tree_id=tree_id, grid__closed_on__isnull=True,
        grid__level__lt=rules.SITE_LEVEL,
    ).order_by("grid__lft")  # fmt: skip
    shapes: dict[int, BaseGeometry] = {}
    parents: dict[int, int | None] = {}
    levels: dict[int, int] = {}
    columns = ("grid_id", "grid__parent_id", "grid__level", "geometry")
    for key, parent, level, geometry in rows.values_list(*columns):
        shapes[key], parents[key], levels[key] = shape(geometry), parent, level
    families: dict[int, list[int]] = {}
    for key, parent in parents.items():
        if parent is not None:
            families.setdefault(parent, []).append(key)
    gaps = [
        spot
        for parent, children in families.items()
        if parent in shapes
        for spot in _gaps(parent, shapes[parent], [shapes[key] for key in children])
    ]
    return District(
        shapes,
        parents,
        levels,
        _largest_first(gaps),
        _largest_first(overlaps(shapes, parents, levels)),
        _largest_first(beyond(shapes, parents)),
    )


areas.on_change(_district.cache_clear)


def _gaps(parent: int, whole: BaseGeometry, children: Sequence[BaseGeometry]) -> list[BlindSpot]:
    """The parts of an area that no grid below it covers."""
    rest = shapely.difference(whole, shapely.union_all(children))
    return [_spot([part], parent) for part in wide_parts(rest)]


def overlaps(
    shapes: Mapping[int, BaseGeometry],
    parents: Mapping[int, int | None],
    levels: Mapping[int, int],
    *,
    of: Iterable[int] | None = None,
) -> Iterator[BlindSpot]:
    """What two grids of one level both cover; ``of`` some grids, theirs alone, each as ``grid_id``.

    Where the upper grids of the two overlap themselves, their land is told of them and not once more here.
    """
    for level in sorted(set(levels.values())):
        keys = [key for key in shapes if levels[key] == level]
        asked = keys if of is None else [key for key in of if levels.get(key) == level]
        if not asked:
            continue
        mine = np.array([shapes[key] for key in keys], dtype=object)
        theirs = np.array([shapes[key] for key in asked], dtype=object)
        one, other = shapely.STRtree(mine).query(theirs, predicate="intersects")
        pairs = _each_once([(asked[first], keys[second]) for first, second in zip(one, other, strict=True)])
        if not pairs:
            continue
        first, second = (np.array([shapes[pair[end]] for pair in pairs], dtype=object) for end in (0, 1))
        for pair, common in zip(pairs, shapely.intersection(first, second), strict=True):
            parts = wide_parts(_less_uppers(common, pair, shapes, parents))
            if parts:
                yield _spot(parts, *pair)


def _each_once(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: dict[frozenset[int], tuple[int, int]] = {}
    for one, other in pairs:
        if one != other:
            found.setdefault(frozenset((one, other)), (one, other))
    return list(found.values())


def _less_uppers(
    common: BaseGeometry,
    pair: tuple[int, int],
    shapes: Mapping[int, BaseGeometry],
    parents: Mapping[int, int | None],
) -> BaseGeometry:
    """An overlap without the land that the upper grids of the two both cover."""
    one, other = (parents[key] for key in pair)
    if one is None or other is None or one == other or not {one, other} <= shapes.keys():
        return common
    return shapely.difference(common, shapely.intersection(shapes[one], shapes[other]))


def beyond(
    shapes: Mapping[int, BaseGeometry],
    parents: Mapping[int, int | None],
    *,
    of: Iterable[int] | None = None,
) -> Iterator[BlindSpot]:
    """The land of grids (``of`` some, theirs alone) that lies outside the area of their upper grid."""
    asked = shapes if of is None else of
    pairs = [(key, upper) for key in asked if (upper := parents[key]) is not None and upper in shapes]
    if not pairs:
        return
    mine, wholes = (np.array([shapes[pair[end]] for pair in pairs], dtype=object) for end in (0, 1))
    for pair, rest in zip(pairs, shapely.difference(mine, wholes), strict=True):
        parts = wide_parts(rest)
        if parts:
            yield _spot(parts, *pair)


def wide_parts(area: BaseGeometry) -> list[BaseGeometry]:
    """The pieces of a geometry that are land and no slivers."""
    return [part for part in shapely.get_parts(area) if is_wide(part)]


def _spot(parts: Sequence[BaseGeometry], grid_id: int, other_id: int | None = None) -> BlindSpot:
    sizes = [areas.square_metres(part) for part in parts]
    inside = shapely.point_on_surface(parts[int(np.argmax(sizes))])
    return BlindSpot(
        grid_id=grid_id,
        other_id=other_id,
        square_metres=sum(sizes),
        geometry=areas.geojson(shapely.union_all(parts)),
        place=(round(inside.x, PLACE_DIGITS), round(inside.y, PLACE_DIGITS)),
    )


def _largest_first(spots: Iterable[BlindSpot]) -> list[BlindSpot]:
    return sorted(spots, key=lambda spot: -(spot.square_metres or 0))


def is_wide(part: BaseGeometry) -> bool:
    """Whether a piece of land is more than a sliver: it is an area, and somewhere as wide as ``SLIVER``."""
    if part.geom_type != "Polygon" or part.is_empty:
        return False
    level = in_metres(part, part)
    if level.area < LEAST:
        return False
    return not shapely.is_empty(shapely.buffer(level, -SLIVER / 2, quad_segs=2))


def in_metres(what: BaseGeometry, near: BaseGeometry) -> BaseGeometry:
    """A geometry on a plane in metres that is true near another."""
    west, south, _east, north = shapely.bounds(near).tolist()
    scale = METRES_A_DEGREE * np.array([np.cos(np.radians((south + north) / 2)), 1.0])
    return shapely.transform(what, lambda places: (places - (west, south)) * scale)


# ---- what lies below a grid


def grids_below(grid: Grid) -> QuerySet[Grid]:
    """The open grids at and below one, in the order of the tree."""
    return Grid.objects.filter(
        pk__in=below([grid.pk]).values("descendant_id"), closed_on__isnull=True
    ).order_by("lft")


def _uppers(grid: Grid) -> set[int]:
    """The open grids at and below one that have grids of their own below them."""
    return set(grids_below(grid).filter(level__lt=rules.SUBGRID_LEVEL).values_list("pk", flat=True))


def _find_gaps(grid: Grid) -> list[BlindSpot]:
    uppers = _uppers(grid)
    return [spot for spot in district(grid.tree_id).gaps if spot.grid_id in uppers]


def _find_overlaps(grid: Grid) -> list[BlindSpot]:
    """Those of grids below one, among themselves or across its border; ``grid_id`` lies below."""
    uppers, found = _uppers(grid), district(grid.tree_id)
    lower = {key for key, upper in found.parents.items() if upper in uppers}
    return [
        spot
        if spot.grid_id in lower
        else replace(spot, grid_id=spot.other_id or spot.grid_id, other_id=spot.grid_id)
        for spot in found.overlaps
        if lower & {spot.grid_id, spot.other_id}
    ]


def _find_beyond(grid: Grid) -> list[BlindSpot]:
    keys = set(grids_below(grid).filter(level__lt=rules.SITE_LEVEL).values_list("pk", flat=True))
    return [spot for spot in district(grid.tree_id).beyond if spot.grid_id in keys]


def _find_outside(grid: Grid) -> list[BlindSpot]:
    """Sites whose position lies outside the area of their grid, the farthest first; where it lies instead."""
    shapes = district(grid.tree_id).shapes
    sites = Site.objects.filter(grid__in=grids_below(grid)).order_by("grid__lft")
    rows = [
        (key, shapes[parent], float(lon), float(lat))
        for key, parent, lon, lat in sites.values_list("grid_id", "grid__parent_id", "lon", "lat")
        if parent in shapes
    ]
    if not rows:
        return []
    keys, of_grids, lons, lats = (np.array(column) for column in zip(*rows, strict=True))
    away = np.flatnonzero(~shapely.intersects_xy(of_grids, lons, lats))
    if not len(away):
        return []
    found = []
    for place, instead in zip(away, locate_many(lons[away], lats[away]), strict=True):
        point = shapely.Point(lons[place], lats[place])
        metres = shapely.distance(in_metres(of_grids[place], point), in_metres(point, point))
        spot = BlindSpot(
            grid_id=int(keys[place]),
            other_id=instead,
            text=how_far(float(metres)),
            place=(point.x, point.y),
        )
        found.append((-metres, spot))
    return [spot for _away, spot in sorted(found, key=lambda pair: pair[0])]


def how_far(metres: float) -> Words:
    """A distance in words: whole metres, from a thousand on kilometres."""
    if metres < KILOMETRE:
        return words("%(metres)s m outside", metres=max(round(metres), 1))
    return words("%(km)s km outside", km=f"{metres / KILOMETRE:,.1f}")


def _find_without_boundary(grid: Grid) -> list[BlindSpot]:
    bare = (
        grids_below(grid)
        .filter(level__lt=rules.SITE_LEVEL)
        .exclude(pk__in=Boundary.objects.filter(valid_to__isnull=True).values("grid_id"))
    )
    return [BlindSpot(grid_id=key) for key in bare.values_list("pk", flat=True)]


def _find_without_dossier(grid: Grid) -> list[BlindSpot]:
    bare = grids_below(grid).filter(level=rules.SITE_LEVEL, site__isnull=True)
    return [BlindSpot(grid_id=key) for key in bare.values_list("pk", flat=True)]


OWN = (
    Kind(
        key="gap",
        label=_("Gaps between grids"),
        why=_("Land of a grid that no grid below it covers."),
        none=_("The grids below cover all of their upper grid."),
        find=_find_gaps,
    ),
    Kind(
        key="overlap",
        label=_("Overlapping grids"),
        why=_("Land that two grids of one level both cover, under one upper grid or across its border."),
        none=_("No two grids of one level cover the same land."),
        find=_find_overlaps,
        tone="soon",
    ),
    Kind(
        key="beyond",
        label=_("Grids outside their upper grid"),
        why=_("Land of a grid that its upper grid does not cover."),
        none=_("Every grid lies in its upper grid."),
        find=_find_beyond,
        tone="soon",
    ),
    Kind(
        key="outside",
        label=_("Sites outside their grid"),
        why=_("The position in the dossier does not lie in the grid to which the site belongs."),
        none=_("Every site lies in its grid."),
        find=_find_outside,
        sign="point",
    ),
    Kind(
        key="no_boundary",
        label=_("Grids without boundary"),
        why=_("No boundary has been drawn, so nobody can tell what belongs to the grid."),
        none=_("Every grid has its boundary."),
        find=_find_without_boundary,
        sign="",
    ),
    Kind(
        key="no_dossier",
        label=_("Sites without dossier"),
        why=_("The site stands in the tree, but nothing is known of it."),
        none=_("Every site has its dossier."),
        find=_find_without_dossier,
        sign="",
    ),
)


def kinds() -> tuple[Kind, ...]:
    """Every kind that can be found, those of this room first."""
    return (*OWN, *registered())


# ---- for the page


@dataclass(frozen=True)
class Row:
    """A blind spot with the grids it names."""

    spot: BlindSpot
    grid: Grid
    other: Grid | None


@dataclass
class Section:
    """One kind with what was found of it; ``rows`` are those to be shown."""

    kind: Kind
    found: Sequence[BlindSpot]
    rows: Sequence[Row] = ()

    @property
    def square_metres(self) -> float | None:
        """Together, for kinds that have an area."""
        sizes = [spot.square_metres for spot in self.found if spot.square_metres is not None]
        return sum(sizes) if sizes else None


def sections(grid: Grid, wanted: Iterable[Kind]) -> list[Section]:
    """What is found of each kind at and below a grid."""
    return [Section(kind, list(kind.find(grid))) for kind in wanted]


def name_rows(shown: Iterable[tuple[Section, Sequence[BlindSpot]]]) -> None:
    """Give each section the rows to be shown. One query for the grids of all of them."""
    pairs = list(shown)
    keys = {key for _section, spots in pairs for spot in spots for key in (spot.grid_id, spot.other_id)}
    grids: dict[int | None, Grid] = {}
    for some in batches(key for key in keys if key is not None):
        grids.update({one.pk: one for one in Grid.objects.filter(pk__in=some).select_related("parent")})
    for section, spots in pairs:
        section.rows = [Row(spot, grids[spot.grid_id], grids.get(spot.other_id)) for spot in spots]


def places(keys: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """Grid → the GeoJSON of its area, for a site that of its position; what has neither is absent."""
    found: dict[int, Mapping[str, Any]] = {}
    for some in batches(set(keys)):
        sites = Site.objects.filter(grid_id__in=some).values_list("grid_id", "lon", "lat")
        found |= {key: {"type": "Point", "coordinates": [float(lon), float(lat)]} for key, lon, lat in sites}
    return found | areas.geometries(keys)
