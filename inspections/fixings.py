"""What this room knows of the fixings: the patrol plan is a part of the task 定任务."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from common.words import Words, plural_words, words
from grids.fixings import Asked, Fixing, FixingsPart, Missing
from grids.hooks import Panel
from grids.models import Grid, Risk, Site, SiteKind
from grids.queries import below
from grids.rules import SITE_LEVEL, SUBGRID_LEVEL
from inspections.queries import plans
from inspections.rules import Plans

NO_PLAN = words("No patrol plan covers sites of this kind and risk.")


class InspectionsFixings(FixingsPart):
    """Every site, and every site of a sub-grid, is covered by a patrol plan, as plans stand today."""

    key = "inspections"

    def missing(self, asked: Asked) -> Missing:
        if not asked.holds(SUBGRID_LEVEL, SITE_LEVEL):
            return {}
        bare = _uncovered(plans())
        if bare is None:
            return {}
        counts: Counter[int] = Counter(
            below(asked.keys, on=asked.on)
            .filter(
                bare,
                ancestor__level__gte=SUBGRID_LEVEL,
                descendant__level=SITE_LEVEL,
                descendant__site__isnull=False,
            )
            .values_list("ancestor_id", flat=True)
        )
        return {Fixing.TASK: {key: [_words(asked.levels[key], n)] for key, n in counts.items()}}

    def content(self, grid: Grid, *, on: date) -> Mapping[Fixing, Panel]:
        if grid.level < SUBGRID_LEVEL:
            return {}
        down = below([grid.pk], on=on).values("descendant_id")
        known = plans()
        found: Counter[int] = Counter()
        for kind, risk in Site.objects.filter(grid_id__in=down).values_list("kind", "risk"):
            if days := known.every(kind=kind, risk=risk):
                found[days] += 1
        return {Fixing.TASK: Panel("inspections/fixings/_plan.html", {"every": sorted(found.items())})}


def _uncovered(known: Plans) -> Q | None:
    """Condition on a lineage's descendant: a site that no plan covers; None where none can be."""
    condition = Q()
    for kind in SiteKind.values:
        for risk in Risk.values:
            if not known.every(kind=kind, risk=risk):
                condition |= Q(descendant__site__kind=kind, descendant__site__risk=risk)
    return condition or None


def _words(level: int, n: int) -> Words:
    if level == SITE_LEVEL:
        return NO_PLAN
    return plural_words(
        "%(n)s site below is covered by no patrol plan.",
        "%(n)s sites below are covered by no patrol plan.",
        n,
    )
