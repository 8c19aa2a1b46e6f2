"""The part that assessments have in a restructuring: a result on a new grid is something recorded on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assessments import rules
from assessments.models import Result, Run, RunState
from common.days import midnight
from common.words import words
from grids.restructuring.parts import Part, PartPlan, Planning


class AssessmentsPart(Part):
    key = "assessments"

    def plan(self, planning: Planning) -> PartPlan:
        """Warn of every period that has been assessed and on which the day of effect has a bearing.

        A finished run keeps its figures and its digest; one made anew would count the grids of then.
        """
        done = Run.objects.filter(state=RunState.DONE).values_list("period", flat=True).distinct()
        told = sorted(code for code in done if rules.period(code).end > midnight(planning.on))
        return PartPlan(
            warnings=[
                words(
                    "The period %(period)s has been assessed. Assessed anew it counts the new grids from"
                    " %(day)s on.",
                    period=code,
                    day=planning.on.isoformat(),
                )
                for code in told
            ]
        )

    def recorded(self, opened: Sequence[int], *, since: datetime) -> list[str]:
        runs = Result.objects.filter(grid_id__in=opened).order_by("run__period")
        periods = runs.values_list("run__period", flat=True).distinct()
        return [_("Assessment of %(period)s") % {"period": period} for period in periods]
