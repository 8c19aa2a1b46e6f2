"""The blind spot that visits show: sites nobody inspected within the days their plan gives."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.words import Words, words
from grids.blind_spots import BlindSpot, Kind, register_blind_spots
from grids.models import Grid
from inspections.queries import last_visits, plans, sites_below
from inspections.rules import Standing, due_on, standing


def not_inspected(grid: Grid) -> list[BlindSpot]:
    """The sites at and below a grid that are overdue by their patrol plan, the longest overdue first.

    Plain rows: a district has thousands of sites, and most are in time.
    """
    today, asked = timezone.localdate(), plans()
    sites = sites_below([grid.pk])
    visited = last_visits(sites)
    rows = sites.values_list("grid_id", "kind", "risk", "grid__opened_on", "lon", "lat")
    found: list[tuple[date, BlindSpot]] = []
    for key, kind, risk, opened, lon, lat in rows:
        every = asked.every(kind=kind, risk=risk)
        if not every:
            continue
        last = timezone.localdate(visited[key]) if key in visited else None
        due = due_on(last=last, opened=opened, every=every)
        if standing(due=due, last=last, today=today) is Standing.OVERDUE:
            place = (float(lon), float(lat))
            found.append((due, BlindSpot(grid_id=key, text=_text(last, due), place=place)))
    return [spot for _due, spot in sorted(found, key=lambda pair: pair[0])]


def _text(last: date | None, due: date) -> Words:
    if last is None:
        return words("never inspected, was due on %(due)s", due=due.isoformat())
    return words("last inspected on %(last)s, was due on %(due)s", last=last.isoformat(), due=due.isoformat())


def install() -> None:
    """Register it; called once at start."""
    register_blind_spots(
        Kind(
            key="not_inspected",
            label=_("Sites not inspected in time"),
            why=_("The patrol plan asked for a visit, and nobody came."),
            none=_("Every site was inspected as often as its plan asks."),
            find=not_inspected,
            tone="soon",
            sign="point",
        )
    )
