"""Blind spots that postings show: grids that nobody leads, sub-grids with too few workers."""

from __future__ import annotations

from collections import Counter

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.words import Words
from grids.blind_spots import BlindSpot, Kind, register_blind_spots
from grids.models import Grid
from grids.queries.blind_spots import grids_below
from grids.rules import SITE_LEVEL, SUBGRID_LEVEL
from people.duties import answering
from people.fixings import FEWEST_WORKERS, NO_WORKER, ONE_WORKER, leaders
from people.models import Posting, Role


def without_leader(grid: Grid) -> list[BlindSpot]:
    """The open grids at and below one in which no leader of their level is posted today."""
    rows = grids_below(grid).filter(level__lt=SITE_LEVEL).values_list("pk", "level")
    posted = set(
        Posting.objects.filter(
            answering(timezone.localdate()),
            role__in=(Role.CHIEF_LEADER, Role.LEADER),
            grid__in=grids_below(grid),
        ).values_list("grid_id", "role")
    )
    return [
        BlindSpot(grid_id=key)
        for key, level in rows
        if not any((key, role.value) in posted for role in leaders(level))
    ]


def few_workers(grid: Grid) -> list[BlindSpot]:
    """The open sub-grids at and below one with fewer workers than the programme asks for, none first."""
    subgrids = grids_below(grid).filter(level=SUBGRID_LEVEL)
    workers = Counter(
        Posting.objects.filter(
            answering(timezone.localdate()), role=Role.WORKER, grid__in=subgrids
        ).values_list("grid_id", flat=True)
    )
    few = [key for key in subgrids.values_list("pk", flat=True) if workers[key] < FEWEST_WORKERS]
    return [BlindSpot(grid_id=key, text=_text(workers[key])) for key in sorted(few, key=lambda k: workers[k])]


def _text(workers: int) -> Words:
    return ONE_WORKER if workers else NO_WORKER


def install() -> None:
    """Register them; called once at start."""
    register_blind_spots(
        Kind(
            key="no_leader",
            label=_("Grids without leader"),
            why=_("No leader is posted in the grid today."),
            none=_("Every grid has its leader."),
            find=without_leader,
            tone="underway",
        ),
        Kind(
            key="few_workers",
            label=_("Sub-grids without enough workers"),
            why=_("Fewer than two grid workers are posted in the sub-grid today."),
            none=_("Every sub-grid has two workers or more."),
            find=few_workers,
            tone="resting",
        ),
    )
