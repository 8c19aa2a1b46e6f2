"""The part that incidents have in a restructuring: open work passes to who takes over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from common.words import words
from grids.models import Lineage
from grids.queries import below
from grids.restructuring.outline import Outline
from grids.restructuring.parts import Done, Effect, Part, PartPlan, Planning
from incidents.actions import succession
from incidents.models import Incident
from incidents.rules import OPEN_STATES
from ledgers.actions import Actor


def _line(outline: Outline, code: str) -> set[str]:
    """The codes of the target from a grid up to its district."""
    line: set[str] = set()
    while code in outline.rows and code not in line:
        line.add(code)
        code = outline.rows[code].parent
    return line


class IncidentsPart(Part):
    key = "incidents"

    def plan(self, planning: Planning) -> PartPlan:
        """How many open incidents get another holder or place, and how many go along with their grid."""
        outline = planning.outline
        gone = [node.pk for node in outline.gone]
        moved = [
            node.pk
            for code, node in outline.kept.items()
            if outline.new_codes.get(node.parent, "") != outline.rows[code].parent
        ]
        sites = [placed.site.pk for placed in planning.placing.sites]
        still_open = Incident.objects.filter(state__in=OPEN_STATES)
        along = still_open.filter(
            Q(grid_now__in=below(moved).values("descendant_id")) | Q(grid_now__in=sites)
        )
        passing = still_open.filter(Q(grid_now__in=gone) | Q(holder_grid__in=gone))
        return PartPlan(
            effects=[
                Effect(words("Open incidents that pass to a successor"), passing.count()),
                Effect(words("Open incidents that go along with their grid or site"), along.count()),
                Effect(words("Of these, passed to another upper grid"), self._left_behind(planning, moved)),
            ]
        )

    def _left_behind(self, planning: Planning, moved: list[int]) -> int:
        """How many cases go along whose holder stands above their place no more."""
        outline = planning.outline
        code_of = {node.pk: code for code, node in outline.kept.items()}
        upper = {key: outline.rows[code_of[key]].parent for key in moved}
        upper |= {placed.site.pk: placed.code for placed in planning.placing.sites}
        rows = Lineage.objects.filter(
            descendant__incidents_now__state__in=OPEN_STATES, ancestor_id__in=upper, valid_to__isnull=True
        ).values_list("ancestor_id", "descendant__incidents_now", "descendant__incidents_now__holder_grid")
        above: dict[int, set[int]] = {}
        for key, holder in Lineage.objects.filter(
            descendant_id__in=upper, depth__gt=0, valid_to__isnull=True
        ).values_list("descendant_id", "ancestor_id"):
            above.setdefault(key, set()).add(holder)
        return len(
            {
                case
                for key, case, holder in rows
                if holder in above.get(key, ()) and code_of.get(holder) not in _line(outline, upper[key])
            }
        )

    def carry_out(self, work: Any, done: Done) -> Any:
        passed = succession.pass_on(self, closed=done.closed, by=done.by, on=done.on, at=done.at)
        # What is undone last stands last: a case that did both goes back to where it was at first.
        return succession.follow(by=done.by, on=done.on, at=done.at) + passed

    def take_back(self, undo: Any, *, by: Actor, at: datetime) -> None:
        succession.give_back(undo, by=by, at=at)
