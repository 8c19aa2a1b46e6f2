"""A stored plan as people read it: figures, operations by kind, objections; and the same as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.words import Words
from common.workbooks import Problem
from grids import rules
from grids.models import Plan, PlanState
from grids.queries import level_labels
from grids.restructuring import sheets
from grids.restructuring.days import before
from grids.restructuring.operations import SIGNS, Kind, Operation, in_words
from grids.restructuring.parts import parts

NO_VALUE = frozenset({"formula", "error_value"})


@dataclass(frozen=True)
class LevelCount:
    """How many grids of a level there are before and after, and what the level is called."""

    level: int
    before_label: str
    after_label: str
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass
class Group:
    """Operations of one kind; sites that go along are a group of their own."""

    key: str
    label: str
    sign: str
    operations: list[Operation] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [in_words(one) for one in self.operations]


@dataclass
class Difference:
    plan: Plan
    levels: list[LevelCount]
    groups: list[Group]
    problems: list[Problem]
    warnings: list[str]
    effects: list[tuple[str, int]]
    sites: dict[str, int]

    @property
    def changes_nothing(self) -> bool:
        return not self.groups and not self.problems


def difference(plan: Plan) -> Difference:
    """A plan laid out for reading, in the active language. One query."""
    operations = [Operation.from_json(row) for row in plan.operations]
    return Difference(
        plan=plan,
        levels=_levels(plan, operations),
        groups=_groups(operations),
        problems=by_cause(Problem.from_json(row) for row in plan.objections),
        warnings=[str(Words.from_json(row)) for row in plan.warnings],
        effects=[(str(Words.from_json(label)), count) for label, count in plan.summary["effects"]],
        sites=plan.summary["sites"],
    )


def by_cause(problems: Iterable[Problem]) -> list[Problem]:
    """Objections in the order in which they are mended: what a sheet rests on stands before it.

    A cell without a value is told once; what else was found wrong with it follows from that.
    """
    found = list(problems)
    order = [sheets.LEVELS, sheets.GRIDS, sheets.AREAS, *(sheet for part in parts() for sheet in part.sheets)]
    place = {
        title: next((n for n, sheet in enumerate(order) if sheet.is_called(title)), order.index(sheets.GRIDS))
        for title in {problem.sheet for problem in found}
    }
    no_value = {problem.cell for problem in found if problem.kind in NO_VALUE}
    return sorted(
        (problem for problem in found if problem.cell not in no_value or problem.kind in NO_VALUE),
        key=lambda one: (
            place[one.sheet],
            one.kind not in sheets.UNSOUND,
            one.row is None,
            one.row or 0,
            one.column,
        ),
    )


def _levels(plan: Plan, operations: list[Operation]) -> list[LevelCount]:
    names = level_labels(on=before(plan.effective_on)) or level_labels()
    after = dict(names)
    english = (get_language() or "").startswith("en")
    for one in operations:
        if one.kind is Kind.RELABEL:
            after[one.level] = (english and one.data["to_en"]) or one.data["to"]
    return [
        LevelCount(level, names.get(level, str(level)), after.get(level, str(level)), count, then)
        for level, count, then in plan.summary["levels"]
    ]


def _groups(operations: list[Operation]) -> list[Group]:
    groups = {kind.value: Group(kind.value, str(kind.label), SIGNS[kind]) for kind in Kind}
    groups["move_site"] = Group("move_site", _("Sites that pass to another sub-grid"), SIGNS[Kind.MOVE])
    for one in operations:
        site = one.kind is Kind.MOVE and one.level == rules.SITE_LEVEL
        groups["move_site" if site else one.kind.value].operations.append(one)
    return [group for group in groups.values() if group.operations]


def as_text(shown: Difference) -> Iterator[str]:
    """The lines of a plan for a terminal."""
    plan = shown.plan
    yield f"{plan.title} · {plan.root.code} {plan.root.name} · {plan.effective_on.isoformat()}"
    yield _("State: %(state)s") % {"state": PlanState(plan.state).label}
    if plan.refusal:
        yield plan.refusal
    yield ""
    for row in shown.levels:
        label = row.before_label
        if row.after_label != row.before_label:
            label = f"{row.before_label} → {row.after_label}"
        yield "  " + _said(label, f"{row.before} → {row.after}")
    for group in shown.groups:
        yield ""
        yield f"{group.sign} " + _said(group.label, len(group.operations))
        yield from (f"    {line}" for line in group.lines)
    if shown.changes_nothing:
        yield ""
        yield _("The plan changes nothing.")
    if shown.effects:
        yield ""
        yield from (_said(label, count) for label, count in shown.effects)
    if shown.warnings:
        yield ""
        yield from (f"! {text}" for text in shown.warnings)
    if shown.problems:
        yield ""
        yield _("Objections: %(n)s") % {"n": len(shown.problems)}
        yield from (f"  {problem}" for problem in shown.problems)


def _said(label: str, what: object) -> str:
    return _("%(label)s: %(what)s") % {"label": label, "what": what}
