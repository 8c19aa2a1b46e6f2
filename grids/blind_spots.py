"""Blind spots 盲区: what keeps a district from full coverage. Each room registers the kinds it can find.

They register in their ``AppConfig.ready``; this room imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from common.words import Words
from grids.models import Grid


@dataclass(frozen=True, kw_only=True)
class BlindSpot:
    """One place that is not covered.

    ``grid_id`` is the grid it is about, for a gap the upper grid; ``other_id`` a second one that has part
    in it. ``geometry`` is the GeoJSON of what lies bare or double, ``place`` where it is on the map.
    """

    grid_id: int
    other_id: int | None = None
    text: Words | None = None
    square_metres: float | None = None
    geometry: Mapping[str, Any] | None = None
    place: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of blind spot, with the function that finds those at and below a grid, the worst first.

    It asks the database a fixed number of times, whatever lies below.
    """

    key: str
    label: str | Promise
    why: str | Promise  # what counts as one, in a sentence
    none: str | Promise  # what is said where there is none
    find: Callable[[Grid], Iterable[BlindSpot]]
    tone: str = "late"
    sign: str = "area"  # how it stands on the map: area, point, or not at all


_kinds: list[Kind] = []


def register_blind_spots(*kinds: Kind) -> None:
    """Add kinds, in this order; one of a key that is known changes nothing."""
    for kind in kinds:
        if all(known.key != kind.key for known in _kinds):
            _kinds.append(kind)


def registered() -> tuple[Kind, ...]:
    return tuple(_kinds)
