"""Where areas and sites go when the grids above them change: by boundary, else by predecessor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from common.words import Words, plural_words, words
from common.workbooks import Problem
from grids import areas, rules
from grids.restructuring.outline import WHOLE, Outline
from grids.restructuring.state import SiteNode
from grids.restructuring.target import Target

Territory = dict[str, Decimal]


@dataclass(frozen=True)
class Drawn:
    """The new area of a grid of the target, and whether it was given or follows from its parts."""

    geometry: dict[str, Any]
    given: bool


@dataclass(frozen=True)
class Placed:
    """A site that passes to another sub-grid of the target; ``why`` is sheet, boundary or predecessor."""

    site: SiteNode
    code: str
    why: str


@dataclass
class Placing:
    areas: dict[str, Drawn] = field(default_factory=dict)  # by code of the target
    sites: list[Placed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Words] = field(default_factory=list)


def place(outline: Outline, target: Target, today: Mapping[int, Mapping[str, Any]]) -> Placing:
    """Areas and sites of the target; ``today`` maps keys of grids to their GeoJSON as it is.

    Where the outline has problems only the areas given are looked at.
    """
    found = Placing()
    found.problems += _given(found, outline, target, today)
    if outline.problems:
        return found
    shapes = _Shapes(outline, today, found.areas)
    _unions(found, outline, shapes)
    _place_sites(found, outline, shapes)
    return found


def _given(
    found: Placing, outline: Outline, target: Target, today: Mapping[int, Mapping[str, Any]]
) -> Iterator[Problem]:
    for code, geometry in target.areas.items():
        number = target.area_rows.get(code)
        if code not in outline.rows:
            text = words("The sheet of grids has no row with the code %(code)s.", code=code)
            yield target.problem("areas", number, "code", text, kind="unknown_code")
            continue
        try:
            kept = areas.taken_over(geometry)
        except areas.NoArea as bad:
            text = words("%(code)s: %(fault)s", code=code, fault=bad.fault.words)
            yield target.problem("areas", number, "geometry", text, kind="bad_geometry")
            continue
        node = outline.kept.get(code)
        now = today.get(node.pk) if node is not None else None
        if now is None or not areas.identical(shape(dict(now)), shape(kept)):
            found.areas[code] = Drawn(kept, given=True)


class _Shapes:
    """Areas of the target by code: drawn anew, or as the same grid has it today; parsed once."""

    def __init__(
        self, outline: Outline, today: Mapping[int, Mapping[str, Any]], drawn: Mapping[str, Drawn]
    ) -> None:
        self.outline = outline
        self.today = today
        self.drawn = drawn
        self.parsed: dict[int, BaseGeometry] = {}

    def now(self, code_today: str) -> BaseGeometry | None:
        """The area that a grid has today."""
        pk = self.outline.state.nodes[code_today].pk
        if pk not in self.parsed and pk in self.today:
            self.parsed[pk] = shape(dict(self.today[pk]))
        return self.parsed.get(pk)

    def then(self, code: str) -> BaseGeometry | None:
        """The area that a grid of the target will have, as far as it is known."""
        if code in self.drawn:
            return shape(self.drawn[code].geometry)
        node = self.outline.kept.get(code)
        return self.now(node.code) if node else None


def _unions(found: Placing, outline: Outline, shapes: _Shapes) -> None:
    """Areas that follow: of what was merged whole, and of upper grids whose land has changed."""
    below: dict[str, list[str]] = {}
    for code, row in outline.rows.items():
        below.setdefault(row.parent, []).append(code)
    now, then = _territories_now(outline), _territories_then(outline, below)
    had_below = {node.parent for node in outline.state.nodes.values()}
    unknown: list[str] = []
    for code, _row in sorted(outline.rows.items(), key=lambda pair: -pair[1].level):
        if code in found.areas:
            continue
        node = outline.kept.get(code)
        if node is not None and then[code] == now[node.code]:
            continue
        if code in below:
            parts = [shapes.then(child) for child in below[code]]
        elif node is not None and node.code in had_below:
            parts = []  # all that lay below has left: whatever land stays must be drawn
        else:
            parts = _whole_parts(outline, shapes, code)
        known = [part for part in parts if part is not None]
        if not known or len(known) != len(parts):
            unknown.append(code)
            continue
        whole = areas.union(known)
        old = shapes.now(node.code) if node else None
        if old is None or not areas.same(old, shape(whole)):
            found.areas[code] = Drawn(whole, given=False)
    had_areas = [code for code in unknown if shapes.today]
    if had_areas:
        found.warnings.append(
            plural_words(
                "%(n)s grid needs a boundary drawn: %(codes)s.",
                "%(n)s grids need their boundaries drawn: %(codes)s.",
                len(had_areas),
                codes=_some(had_areas),
            )
        )


def _some(codes: list[str], most: int = 5) -> str:
    return "、".join(codes[:most]) + ("…" if len(codes) > most else "")


def _whole_parts(outline: Outline, shapes: _Shapes, code: str) -> list[BaseGeometry | None]:
    """Of a grid without grids below: its own land and what comes whole; None for what comes in part."""
    node = outline.kept.get(code)
    parts: list[BaseGeometry | None] = []
    if node is not None:
        parts.append(None if node.code in outline.heirs else shapes.now(node.code))
    for today, share in outline.parts.get(code, []):
        parts.append(shapes.now(today) if share == WHOLE else None)
    return parts


def _territories_now(outline: Outline) -> dict[str, Territory]:
    """Code today → the lowest grids of today that make up its land."""
    nodes = outline.state.nodes
    has_below = {node.parent for node in nodes.values()}
    land: dict[str, Territory] = {code: {} for code in nodes}
    for code in nodes:
        if code not in has_below:
            at = code
            while at:
                land[at][code] = WHOLE
                at = nodes[at].parent
    return land


def _territories_then(outline: Outline, below: Mapping[str, list[str]]) -> dict[str, Territory]:
    """Target code → the lowest grids of today, with the share of each, that make up its land."""
    land: dict[str, Territory] = {}
    for code, _row in sorted(outline.rows.items(), key=lambda pair: -pair[1].level):
        own: Territory = {}
        if code in below:
            for child in below[code]:
                for today, share in land[child].items():
                    own[today] = own.get(today, Decimal(0)) + share
        else:
            node = outline.kept.get(code)
            if node is not None:
                given = sum((share for _heir, share in outline.heirs.get(node.code, [])), Decimal(0))
                own[node.code] = WHOLE - given
            for today, share in outline.parts.get(code, []):
                own[today] = own.get(today, Decimal(0)) + share
        land[code] = own
    return land


def _place_sites(found: Placing, outline: Outline, shapes: _Shapes) -> None:
    redrawn = {
        node.code for code, node in outline.kept.items() if code in found.areas and found.areas[code].given
    }
    index: areas.Index | None = None
    order = [code for code, row in outline.rows.items() if row.level == rules.SUBGRID_LEVEL]
    by_default = 0
    for site in outline.state.sites:
        row = outline.site_rows.get(site.code)
        if row is not None:
            _note(found, outline, Placed(site, row.parent, "sheet"))
            continue
        heirs = [code for code, _share in outline.heirs.get(site.parent, [])]
        own = outline.new_codes.get(site.parent)
        if not heirs and own is not None and site.parent not in redrawn:
            continue
        candidates = [own, *heirs] if own is not None else heirs
        if not candidates:
            continue  # objected to already: a closed grid that nobody takes over
        if len(candidates) == 1 and site.parent not in redrawn and not _is_given(found, candidates[0]):
            _note(found, outline, Placed(site, candidates[0], "predecessor"))
            continue
        if index is None:
            index = areas.Index(
                {number: area for number, code in enumerate(order) if (area := shapes.then(code)) is not None}
            )
        there = (
            [order[number] for number in index.holding(site.lon, site.lat)]
            if site.lon is not None and site.lat is not None
            else []
        )
        # Into a grid that has no part in it only if that one is drawn anew: a site that lay outside its
        # grid before is no matter of this plan.
        by_boundary = [code for code in candidates if code in there] or [
            code for code in there if _is_given(found, code)
        ]
        if by_boundary:
            _note(found, outline, Placed(site, by_boundary[0], "boundary"))
        else:
            by_default += len(candidates) > 1
            _note(found, outline, Placed(site, candidates[0], "predecessor"))
    if by_default:
        found.warnings.append(
            plural_words(
                "%(n)s site of a divided grid lies in no boundary drawn for its parts and goes to the"
                " first of them.",
                "%(n)s sites of divided grids lie in no boundary drawn for their parts and go to the"
                " first of them.",
                by_default,
            )
        )


def _is_given(found: Placing, code: str) -> bool:
    return code in found.areas and found.areas[code].given


def _note(found: Placing, outline: Outline, placed: Placed) -> None:
    if outline.new_codes.get(placed.site.parent) != placed.code:
        found.sites.append(placed)
