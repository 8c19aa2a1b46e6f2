"""A plan from a target: the outline, where areas and sites go, what the rooms above add, in operations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import rfc8785
from django.utils import timezone

from common.words import Words, words
from common.workbooks import Problem
from grids import areas, rules
from grids.restructuring import placing
from grids.restructuring.operations import Kind, Operation, digest
from grids.restructuring.outline import WHOLE, Outline, compare
from grids.restructuring.parts import Effect, PartPlan, Planning, parts
from grids.restructuring.placing import Placing
from grids.restructuring.state import State
from grids.restructuring.target import Target


@dataclass
class Planned:
    """A plan worked out: what is stored of it, and what carrying it out needs beside."""

    outline: Outline
    placing: Placing
    operations: list[Operation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Words] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    parts: dict[str, PartPlan] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return digest(self.operations)

    @property
    def areas(self) -> dict[str, Any]:
        """Code → GeoJSON of the areas that are new."""
        return {code: drawn.geometry for code, drawn in self.placing.areas.items()}

    @property
    def summary(self) -> dict[str, Any]:
        """Counts by level before and after, operations by kind, and what it means for other rooms."""
        before: dict[int, int] = {}
        after: dict[int, int] = {}
        for node in self.outline.state.nodes.values():
            before[node.level] = before.get(node.level, 0) + 1
        for row in self.outline.rows.values():
            after[row.level] = after.get(row.level, 0) + 1
        sites = len(self.outline.state.sites)
        before[rules.SITE_LEVEL] = after[rules.SITE_LEVEL] = sites
        kinds: dict[str, int] = {}
        for one in self.operations:
            key = "move_site" if one.kind is Kind.MOVE and one.level == rules.SITE_LEVEL else one.kind.value
            kinds[key] = kinds.get(key, 0) + 1
        why: dict[str, int] = {}
        for placed in self.placing.sites:
            why[placed.why] = why.get(placed.why, 0) + 1
        return {
            "levels": [
                [level, before.get(level, 0), after.get(level, 0)] for level in sorted({*before, *after})
            ],
            "kinds": kinds,
            "sites": {"moved": len(self.placing.sites), "stay": sites - len(self.placing.sites), **why},
            "effects": [[effect.label.as_json(), effect.count] for effect in self.effects],
        }


def plan(state: State, target: Target, *, on: date, by: Any) -> Planned:
    """Work a plan out for a person; writes nothing. ``on`` is the first day of the new state."""
    outline = compare(state, target)
    today = areas.geometries(node.pk for node in state.nodes.values())
    found = Planned(outline, placing.place(outline, target, today))
    relabel = list(_relabel(state, target))
    found.problems += [*outline.problems, *found.placing.problems, *_day(state, target, relabel, on)]
    found.warnings += found.placing.warnings
    found.operations += relabel
    if not outline.problems:
        found.operations += _grids(outline)
        found.operations += _areas(found.placing, outline)
        found.operations += _sites(found.placing, outline)
    for part in parts():
        added = part.plan(Planning(outline, target, found.placing, on, by))
        found.parts[part.key] = added
        found.problems += added.problems
        found.warnings += added.warnings
        if not outline.problems:
            found.operations += added.operations
            found.effects += added.effects
    if found.operations and on < timezone.localdate():
        found.warnings.append(
            words(
                "%(day)s has passed: what was recorded since then in a closed grid stays on record there.",
                day=on.isoformat(),
            )
        )
    return found


def _day(state: State, target: Target, relabel: Iterable[Operation], on: date) -> Iterator[Problem]:
    """What was changed after the day of effect would be written over, and its days with it."""
    if state.last_change is not None and on < state.last_change:
        text = words(
            "The tree was changed on %(day)s, after the day on which this shall take effect.",
            day=state.last_change.isoformat(),
        )
        yield target.problem("grids", None, "", text, kind="too_early")
    for one in relabel:
        changed = state.labels_changed.get(one.level)
        if changed is not None and on < changed:
            text = words(
                "Level %(level)s was named on %(day)s, after the day on which this shall take effect.",
                level=one.level,
                day=changed.isoformat(),
            )
            yield target.problem("levels", None, "", text, kind="too_early")


def _relabel(state: State, target: Target) -> Iterator[Operation]:
    for row in target.levels or ():
        old = state.labels.get(row.level, ("", ""))
        if old != (row.name, row.name_en):
            yield Operation(
                kind=Kind.RELABEL,
                level=row.level,
                data={"from": old[0] or "—", "to": row.name, "to_en": row.name_en},
            )


def _grids(outline: Outline) -> Iterator[Operation]:
    nodes = outline.state.nodes
    for row in outline.new:
        parent = outline.rows[row.parent]
        yield Operation(
            kind=Kind.OPEN,
            code=row.code,
            name=row.name,
            level=row.level,
            data={"parent": _called(parent.code, parent.name), "parent_code": parent.code},
        )
    for node in outline.gone:
        yield Operation(
            kind=Kind.CLOSE,
            code=node.code,
            name=node.name,
            level=node.level,
            data={"heirs": _shares(outline.heirs[node.code])},
        )
    for code, taken in outline.parts.items():
        whole = [today for today, share in taken if share == WHOLE]
        row = outline.rows[code]
        if (code in outline.kept and whole) or len(taken) > 1:
            yield Operation(
                kind=Kind.MERGE, code=code, name=row.name, level=row.level, data={"of": _shares(taken)}
            )
    for today, heirs in outline.heirs.items():
        if today in outline.new_codes or len(heirs) > 1:
            node = nodes[today]
            yield Operation(
                kind=Kind.SPLIT,
                code=today,
                name=node.name,
                level=node.level,
                data={"heirs": _shares(heirs), "stays": today in outline.new_codes},
            )
    for code, node in outline.kept.items():
        row = outline.rows[code]
        if row.parent and outline.new_codes.get(node.parent) != row.parent:
            above = outline.rows[row.parent]
            yield Operation(
                kind=Kind.MOVE,
                code=code,
                name=row.name,
                level=row.level,
                data={
                    "from": _called(node.parent, nodes[node.parent].name),
                    "from_code": node.parent,
                    "to": _called(above.code, above.name),
                    "to_code": above.code,
                    "why": "sheet",
                },
            )
        if row.name != node.name:
            yield Operation(
                kind=Kind.RENAME,
                code=code,
                name=row.name,
                level=row.level,
                data={"from": node.name, "to": row.name},
            )
        if code != node.code:
            yield Operation(
                kind=Kind.RENUMBER,
                code=code,
                name=row.name,
                level=row.level,
                data={"from": node.code, "to": code},
            )


def _called(code: str, name: str) -> str:
    return f"{code} {name}"


def _shares(pairs: list[tuple[str, Decimal]]) -> list[list[str]]:
    return [[code, f"{share.normalize():f}"] for code, share in pairs]


def _areas(placed: Placing, outline: Outline) -> Iterator[Operation]:
    for code, drawn in placed.areas.items():
        row = outline.rows[code]
        content = hashlib.sha256(rfc8785.dumps(drawn.geometry)).hexdigest()
        yield Operation(
            kind=Kind.AREA,
            code=code,
            name=row.name,
            level=row.level,
            data={"source": "given" if drawn.given else "union", "sha256": content},
            follows=not drawn.given,
        )


def _sites(placed: Placing, outline: Outline) -> Iterator[Operation]:
    for one in placed.sites:
        site, old, new = one.site, outline.state.nodes[one.site.parent], outline.rows[one.code]
        yield Operation(
            kind=Kind.MOVE,
            code=site.code,
            name=site.name,
            level=rules.SITE_LEVEL,
            data={
                "from": _called(old.code, old.name),
                "from_code": old.code,
                "to": _called(new.code, new.name),
                "to_code": new.code,
                "why": one.why,
            },
            follows=one.why != "sheet",
        )
