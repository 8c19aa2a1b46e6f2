"""From counts to scores: reads set-wise, writes nothing. ``actions`` stores what it returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F

from assessments import rules
from assessments.indicators import INDICATORS, counts
from assessments.models import Item, Result, Run, Scheme
from assessments.rules import Window
from grids.models import Grid, Lineage, Naming

Step = Callable[[str, int], None]  # stage, per cent; raises Stopped when the run was cancelled


class Stopped(Exception):
    """The run was cancelled, or finished elsewhere, while it was being worked on."""


@dataclass
class Counted:
    """One item of one grid."""

    item: Item
    numerator: int
    denominator: int
    rate: Decimal | None
    points: Decimal | None


@dataclass
class Assessed:
    """One grid of the period, named as it was when the run was made."""

    grid_id: int
    code: str
    name: str
    level: int
    upper_id: int | None
    score: Decimal | None = None
    grade: str = ""
    rank: int | None = None
    figures: list[Counted] = field(default_factory=list)


def grids_of(window: Window) -> list[Assessed]:
    """Towns and villages open on some day of the window, by code, each with the last grid above it.

    Code and name are the last they had in the window: a later restructuring changes neither.
    """
    above: dict[int, int] = dict(
        Lineage.objects.filter(depth=1, descendant__level__in=rules.LEVELS, valid_from__lt=window.day_after)
        .order_by("valid_from", "pk")
        .values_list("descendant_id", "ancestor_id")
    )
    called: dict[int, tuple[str, str]] = {
        grid_id: (code, name)
        for grid_id, code, name in Naming.objects.filter(
            grid__level__in=rules.LEVELS, valid_from__lt=window.day_after
        )
        .order_by("valid_from")
        .values_list("grid_id", "code", "name")
    }
    rows = (
        Grid.objects.filter(level__in=rules.LEVELS, opened_on__lt=window.day_after)
        .exclude(closed_on__lte=window.first_day)
        .exclude(closed_on=F("opened_on"))  # it existed on no day
    )
    found = [Assessed(pk, *called[pk], level, above.get(pk)) for pk, level in rows.values_list("pk", "level")]
    return sorted(found, key=lambda grid: grid.code)


def assess(window: Window, scheme: Scheme, items: Sequence[Item], step: Step) -> list[Assessed]:
    """Every grid of the window scored by the scheme, one counting statement an item."""
    step("grids", 5)
    grids = grids_of(window)
    for number, item in enumerate(items):
        step("figures", 10 + 70 * number // max(len(items), 1))
        counted = counts(INDICATORS[item.indicator], window)
        for grid in grids:
            grid.figures.append(_figure(item, *counted.get(grid.grid_id, (0, 0))))
    step("scores", 85)
    for grid in grids:
        grid.score = rules.score((figure.points, figure.item.points) for figure in grid.figures)
    place(grids, scheme)
    return grids


def _figure(item: Item, numerator: int, denominator: int) -> Counted:
    rate = rules.rate(numerator, denominator, smallest=item.smallest_denominator)
    points = rules.points(rate, floor=item.floor, target=item.target, full=item.points)
    return Counted(item, numerator, denominator, rate, points)


def assess_year(window: Window, scheme: Scheme, halves: Sequence[Run], step: Step) -> list[Assessed]:
    """Every grid of the year: the halves' scores by weight (``rules.annual``)."""
    step("scores", 85)
    scores: dict[int, dict[str, Decimal | None]] = {}
    for half in halves:
        for grid_id, score in Result.objects.filter(run=half).values_list("grid_id", "score"):
            scores.setdefault(grid_id, {})[half.period[4:]] = score
    grids = grids_of(window)
    for grid in grids:
        grid.score = rules.annual(scores.get(grid.grid_id, {}), scheme.annual_weights)
    place(grids, scheme)
    return grids


def place(grids: Sequence[Assessed], scheme: Scheme) -> None:
    """Give each grid its grade, and its rank among the grids of its level."""
    for level in rules.LEVELS:
        ranks = rules.ranks({grid.code: grid.score for grid in grids if grid.level == level})
        for grid in grids:
            if grid.level == level:
                grid.rank = ranks[grid.code]
    for grid in grids:
        grid.grade = rules.grade(grid.score, scheme.bands)


def scheme_content(scheme: Scheme, items: Sequence[Item]) -> dict[str, Any]:
    """Everything in a scheme that decides a score, without row ids."""
    return {
        "code": scheme.code,
        "version": scheme.version,
        "bands": [[str(Decimal(band["from"])), band["code"]] for band in scheme.bands],
        "annual_weights": {half: str(Decimal(weight)) for half, weight in scheme.annual_weights.items()},
        "items": [
            {
                "order": item.order,
                "indicator": item.indicator,
                "points": rules.text(item.points),
                "floor": rules.text(item.floor),
                "target": rules.text(item.target),
                "smallest": item.smallest_denominator,
            }
            for item in items
        ],
    }


def run_content(
    run: Run, scheme_hash: str, grids: Sequence[Assessed], halves: Sequence[Run]
) -> dict[str, Any]:
    """The result as the digest sees it: codes, figures and scores, no row ids, in order of code."""
    return {
        "period": run.period,
        "cutoff": run.cutoff.astimezone(rules.ZONE).isoformat(timespec="microseconds"),
        "scheme": scheme_hash,
        "halves": {half.period: half.digest for half in halves},
        "results": [
            {
                "code": grid.code,
                "level": grid.level,
                "score": rules.text(grid.score),
                "grade": grid.grade,
                "rank": grid.rank,
                "figures": [
                    [
                        figure.item.indicator,
                        figure.numerator,
                        figure.denominator,
                        rules.text(figure.rate),
                        rules.text(figure.points),
                    ]
                    for figure in grid.figures
                ],
            }
            for grid in sorted(grids, key=lambda grid: grid.code)
        ],
    }
