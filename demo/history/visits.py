"""A year of patrol visits: as often as the plans ask, less what each town leaves out."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from demo.history.axis import midnight
from demo.history.quality import Quality
from demo.history.texts import QUESTION_CATEGORIES, VISIT_NOTES
from demo.history.world import World
from demo.roles import SUB_GRID
from grids.models import Grid, Risk, Site
from inspections.models import Visit
from inspections.rules import Answer, Plans
from ledgers.models import StoredFile
from people.models import Posting
from people.rules import Right

SEED = 20260704
# How many of 1,000 visits find a problem, by risk, in a town that reports as usual.
FINDS = {Risk.KEY: 70, Risk.SECOND: 92, Risk.ORDINARY: 90}


@dataclass
class Seen:
    """A visit, its pictures, and the question whose answer was no (0: all in order)."""

    visit: Visit
    by: Posting
    kind: str
    photos: tuple[StoredFile, ...] = ()
    problem: int = 0


def build(world: World) -> list[Seen]:
    """All visits in the order of time, not yet numbered."""
    rng = random.Random(SEED)
    lists = {row.site_kind: row for row in world.lists.checklists}
    plans = Plans({(p.site_kind, p.risk): p.every_days for p in world.lists.plans})
    questions: dict[int, int] = {}
    for question in world.lists.questions:
        questions[question.checklist_id] = max(questions.get(question.checklist_id, 0), question.order)
    rows: list[Seen] = []
    on_the_line = 0
    for site in world.district.sites:
        grid = world.grids[site.grid_id]
        every = plans.every(kind=site.kind, risk=site.risk) or 90
        quality = world.quality(grid)
        staged = None
        if grid.parent_id == world.district.by_code[SUB_GRID].pk:
            staged, on_the_line = on_the_line, on_the_line + 1
        for at in _times(rng, world, every, quality, staged):
            by = _visitor(rng, world, grid)
            checklist = lists[site.kind]
            rows.append(_seen(rng, world, site, grid, by, at, quality, checklist.pk, questions[checklist.pk]))
    rows.sort(key=lambda row: (row.visit.at, row.visit.site_id))
    return rows


def _times(
    rng: random.Random, world: World, every: int, quality: Quality, staged: int | None
) -> list[datetime]:
    """When one site is visited. In the demo's own sub-grid the first is due today and the second overdue."""
    moments = []
    day = world.begins + timedelta(days=rng.randrange(every))
    end = world.cutoff - timedelta(days=1 if staged is None else every - 1)
    while day < end:
        # Poor towns do not only skip visits, they come late as well.
        slack = rng.randint(70, 95 + max(0, 92 - quality.coverage))
        if rng.randrange(100) < quality.coverage:
            moments.append(_office_hours(rng, world, day))
        day += timedelta(hours=max(every * 24 * slack // 100, 24))
    moments = [at for at in moments if at < end]
    if staged is not None:
        back = (every, every + 2, 1 + every // 3, 1, 2, 3)[min(staged, 5)]
        moments.append(_office_hours(rng, world, world.cutoff - timedelta(days=back), shift=False))
        moments.sort()
    return moments


def _office_hours(rng: random.Random, world: World, day: datetime, *, shift: bool = True) -> datetime:
    date = day.date()
    if shift and not world.calendar.get(date, True) and rng.randrange(100) < 80:
        date += timedelta(days=rng.choice((-1, 1, 2)))
    minute = rng.randint(8 * 60, 12 * 60) if rng.randrange(100) < 55 else rng.randint(13 * 60 + 30, 18 * 60)
    return midnight(date) + timedelta(minutes=minute, seconds=rng.randrange(60))


def _visitor(rng: random.Random, world: World, grid: Grid) -> Posting:
    """Mostly the sub-grid's own people; now and then the town's patrol team or the village leader."""
    roll = rng.randrange(100)
    sub_grid = world.grids[grid.parent_id]
    own = world.district.in_grid[sub_grid.pk]
    if roll < 80:
        return own[1 + rng.randrange(len(own) - 1)]
    if roll < 88:
        return own[0]
    if roll < 96:
        return rng.choice(world.patrol(grid))
    return world.leaders(world.at_level(grid, 3))[0]


def _seen(
    rng: random.Random,
    world: World,
    site: Site,
    grid: Grid,
    by: Posting,
    at: datetime,
    quality: Quality,
    checklist: int,
    questions: int,
) -> Seen:
    if not world.holds(by, Right.INSPECT, grid):
        raise ValueError(f"{by.role} may not inspect {grid.code}")
    found = rng.randrange(100_000) < FINDS[Risk(site.risk)] * quality.reporting
    problem = rng.randint(1, questions) if found else 0
    answers = {
        str(order): Answer.NA.value if rng.randrange(100) < 4 else Answer.YES.value
        for order in range(1, questions + 1)
    }
    if problem:
        answers[str(problem)] = Answer.NO.value
    category = QUESTION_CATEGORIES[site.kind][(problem - 1) % len(QUESTION_CATEGORIES[site.kind])]
    photos: tuple[StoredFile, ...] = ()
    if problem:
        photos = (world.before(category),)
    elif rng.randrange(100) < 12:
        photos = (world.after(category),)
    note = rng.choice(VISIT_NOTES) if not problem and rng.randrange(100) < 30 else ""
    visit = Visit(
        site=grid,
        by=by.person,
        posting=by,
        at=at.astimezone(UTC),
        lon=site.lon + Decimal(rng.randint(-350, 350)).scaleb(-6),
        lat=site.lat + Decimal(rng.randint(-280, 280)).scaleb(-6),
        accuracy=rng.randint(4, 35),
        checklist_id=checklist,
        answers=answers,
        note=note,
        illustrative=True,
    )
    return Seen(visit, by, site.kind, photos, problem)
