"""The part that assessments have in a restructuring: a result on a new grid is something recorded on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.models import Result
from grids.restructuring.parts import Part


class AssessmentsPart(Part):
    key = "assessments"

    def recorded(self, opened: Sequence[int], *, since: datetime) -> list[str]:
        runs = Result.objects.filter(grid_id__in=opened).order_by("run__period")
        periods = runs.values_list("run__period", flat=True).distinct()
        return [_("Assessment of %(period)s") % {"period": period} for period in periods]
