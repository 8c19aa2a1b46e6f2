"""The part that patrols have in a restructuring: a site's visits fall to the workers of its new sub-grid."""

from __future__ import annotations

from common.words import words
from grids.models import Site
from grids.restructuring.parts import Effect, Part, PartPlan, Planning
from inspections.queries import plans


class InspectionsPart(Part):
    key = "inspections"

    def plan(self, planning: Planning) -> PartPlan:
        """How many sites under a patrol plan are patrolled from another sub-grid afterwards."""
        moved = {placed.site.pk for placed in planning.placing.sites}
        asked = plans()
        planned = sum(
            asked.every(kind=kind, risk=risk) is not None
            for pk, kind, risk in Site.objects.values_list("pk", "kind", "risk")
            if pk in moved
        )
        return PartPlan(effects=[Effect(words("Sites patrolled from another sub-grid"), planned)])
