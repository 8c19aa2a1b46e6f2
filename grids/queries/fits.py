"""How proposed boundaries fit into the tree as it lies: told before they are set, and nothing is refused.

What is wrong already stands in the blind spots, found by the same rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import rfc8785
import shapely
from shapely.geometry.base import BaseGeometry

from common.words import Words, plural_words, words
from grids import areas, rules
from grids.dated import batches
from grids.models import Grid, Lineage
from grids.queries.blind_spots import beyond, district, overlaps, wide_parts

MOST_NAMES = 5  # of sites in one sentence


@dataclass(frozen=True)
class Misfit:
    """One thing that would be wrong with a grid."""

    grid_id: int
    text: Words

    def __str__(self) -> str:
        return str(self.text)


def misfits(tree_id: int, wanted: Mapping[int, Mapping[str, Any]]) -> list[Misfit]:
    """What would be wrong in a district if these grids had these areas (GeoJSON as it is kept)."""
    given = areas.shapes(wanted)
    if not given:
        return []
    proposal = _Proposal.of(tree_id, given)
    return [*proposal.beyond(), *proposal.overlaps(), *proposal.given_up(), *proposal.sites()]


def token(found: Sequence[Misfit], wanted: Mapping[int, Mapping[str, Any]]) -> str:
    """What a person agreed to: another boundary, or other misfits, are another matter."""
    said: list[Any] = [[one.grid_id, one.text.as_json()] for one in found]
    drawn: list[Any] = [[key, dict(wanted[key])] for key in sorted(wanted)]
    return hashlib.sha256(rfc8785.dumps([said, drawn])).hexdigest()


@dataclass(frozen=True)
class _Proposal:
    """The district as it would be; ``given`` are the areas that change it, ``before`` what they replace."""

    given: Mapping[int, BaseGeometry]
    before: Mapping[int, BaseGeometry]
    shapes: Mapping[int, BaseGeometry]
    parents: Mapping[int, int | None]
    levels: Mapping[int, int]
    names: Mapping[int, str]

    @classmethod
    def of(cls, tree_id: int, given: Mapping[int, BaseGeometry]) -> _Proposal:
        now = district(tree_id)
        parents, levels = dict(now.parents), dict(now.levels)
        names: dict[int, str] = {}
        for key, name, parent, level in Grid.objects.filter(tree_id=tree_id, closed_on__isnull=True).exclude(
            level=rules.SITE_LEVEL
        ).values_list("pk", "name", "parent_id", "level"):  # fmt: skip
            names[key] = name
            if key in given:
                parents[key], levels[key] = parent, level
        given = {key: area for key, area in given.items() if key in names}
        before = {key: now.shapes[key] for key in given if key in now.shapes}
        return cls(given, before, {**now.shapes, **given}, parents, levels, names)

    def beyond(self) -> Iterator[Misfit]:
        """Of these grids, and of those just below them, what their upper grid does not cover."""
        lower = [key for key, upper in self.parents.items() if upper in self.given and key not in self.given]
        for spot in beyond(self.shapes, self.parents, of=[*self.given, *lower]):
            yield Misfit(
                spot.grid_id,
                words(
                    "%(area)s m² of %(grid)s lie outside its upper grid %(upper)s.",
                    area=_grouped(spot.square_metres),
                    grid=self.names[spot.grid_id],
                    upper=self.names[spot.other_id or 0],
                ),
            )

    def overlaps(self) -> Iterator[Misfit]:
        for spot in overlaps(self.shapes, self.parents, self.levels, of=self.given):
            yield Misfit(
                spot.grid_id,
                words(
                    "%(area)s m² are covered by both %(grid)s and %(other)s.",
                    area=_grouped(spot.square_metres),
                    grid=self.names[spot.grid_id],
                    other=self.names[spot.other_id or 0],
                ),
            )

    def given_up(self) -> Iterator[Misfit]:
        """Land the grids have now that none under the same upper grid would have.

        Gaps that were there before are no matter of these boundaries.
        """
        for upper, keys in self._families(self.before).items():
            children = [self.shapes[key] for key, parent in self.parents.items() if parent == upper]
            covered = shapely.union_all(children)
            for key in keys:
                left = shapely.difference(self.before[key], covered)
                if upper in self.shapes:
                    left = shapely.intersection(left, self.shapes[upper])
                if parts := wide_parts(left):
                    yield Misfit(
                        key,
                        words(
                            "%(area)s m² that %(grid)s has now would lie in no grid of its level.",
                            area=_grouped(sum(areas.square_metres(part) for part in parts)),
                            grid=self.names[key],
                        ),
                    )

    def _families(self, keys: Iterable[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for key in keys:
            if (upper := self.parents[key]) is not None:
                found.setdefault(upper, []).append(key)
        return found

    def sites(self) -> Iterator[Misfit]:
        """The sites below each grid that would lie outside it."""
        away: dict[int, list[str]] = {}
        for keys in batches(self.given):
            rows = list(
                Lineage.objects.filter(
                    ancestor_id__in=keys,
                    valid_to__isnull=True,
                    descendant__level=rules.SITE_LEVEL,
                    descendant__closed_on__isnull=True,
                    descendant__site__isnull=False,
                )
                .order_by("descendant__lft")
                .values_list(
                    "ancestor_id", "descendant__name", "descendant__site__lon", "descendant__site__lat"
                )
            )
            if not rows:
                continue
            of_grids = np.array([self.given[row[0]] for row in rows], dtype=object)
            lons, lats = (np.array([float(row[column]) for row in rows]) for column in (2, 3))
            for place in np.flatnonzero(~shapely.intersects_xy(of_grids, lons, lats)).tolist():
                away.setdefault(rows[place][0], []).append(rows[place][1])
        for key, names in away.items():
            yield Misfit(
                key,
                plural_words(
                    "%(n)s site of %(grid)s lies outside it: %(names)s.",
                    "%(n)s sites of %(grid)s lie outside it: %(names)s.",
                    len(names),
                    grid=self.names[key],
                    names=" · ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])]),
                ),
            )


def _grouped(square_metres: float | None) -> str:
    return f"{round(square_metres or 0):,}"
