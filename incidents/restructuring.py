"""The part that incidents have in a restructuring: open work passes to who takes over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from common.words import words
from grids.queries import below
from grids.restructuring.parts import Done, Effect, Part, PartPlan, Planning
from incidents.actions import succession
from incidents.models import Incident
from incidents.rules import OPEN_STATES
from ledgers.actions import Actor


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
            ]
        )

    def carry_out(self, work: Any, done: Done) -> Any:
        return succession.pass_on(self, closed=done.closed, by=done.by, on=done.on, at=done.at)

    def take_back(self, undo: Any, *, by: Actor, at: datetime) -> None:
        succession.give_back(undo, by=by, at=at)
