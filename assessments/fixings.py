"""What this room knows of the fixings: grids assessed here need a scheme beside the method in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from assessments.queries import scheme_in_use
from assessments.rules import LEVELS
from common.words import words
from grids.fixings import Asked, Fixing, FixingsPart, Missing
from grids.hooks import Panel
from grids.models import Grid

NO_SCHEME = words("No assessment scheme is in use.")


class AssessmentsFixings(FixingsPart):
    """Grids of the assessed levels are measured by a scheme, as schemes stand today."""

    key = "assessments"

    def missing(self, asked: Asked) -> Missing:
        assessed = asked.at(*LEVELS)
        if not assessed or scheme_in_use() is not None:
            return {}
        return {Fixing.METHOD: {key: [NO_SCHEME] for key in assessed}}

    def content(self, grid: Grid, *, on: date) -> Mapping[Fixing, Panel]:
        scheme = scheme_in_use() if grid.level in LEVELS else None
        if scheme is None:
            return {}
        return {Fixing.METHOD: Panel("assessments/fixings/_scheme.html", {"scheme": scheme})}
