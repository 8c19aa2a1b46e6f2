"""Where incidents come from: problems found on visits, and what is seen on the way or told by others."""

import random
from datetime import timedelta

from demo.history.axis import midnight
from demo.history.texts import DESCRIPTIONS, FALLBACK, QUESTION_CATEGORIES, STREET_CATEGORIES
from demo.history.visits import Seen
from demo.history.walk import Seed, spot
from demo.history.world import World
from grids.models import Grid
from incidents.models import Category
from incidents.rules import Severity, Source
from people.models import Posting

SEED = 20260705
OTHERS = 1800

# What was not found on a visit: source and how often.
SOURCES = (
    (Source.PATROL, 38),
    (Source.PUBLIC, 26),
    (Source.SUPERVISION, 13),
    (Source.PETITION, 8),
    (Source.SUPERIOR, 7),
    (Source.SENSOR, 5),
    (Source.MEDIA, 2),
    (Source.EMERGENCY, 1),
)
GRAVE = ("8102", "8702", "8701", "8401", "9101", "8902")  # more often serious


def build(world: World, visits: list[Seen]) -> list[Seed]:
    """All seeds, in the order of time."""
    rng = random.Random(SEED)
    seeds = [_found(rng, world, row, index) for index, row in enumerate(visits) if row.problem]
    seeds += [_told(rng, world) for _ in range(OTHERS)]
    return sorted(seeds, key=lambda seed: (seed.at, seed.grid.pk))


def severity(rng: random.Random, category: str) -> Severity:
    roll, grave = rng.randrange(100), category in GRAVE
    if roll < (5 if grave else 2):
        return Severity.URGENT
    return Severity.SERIOUS if roll < (28 if grave else 13) else Severity.ORDINARY


def described(rng: random.Random, world: World, category: Category, place: Grid) -> str:
    return rng.choice(DESCRIPTIONS.get(category.code, FALLBACK)).format(p=spot(place, world))


def _found(rng: random.Random, world: World, row: Seen, index: int) -> Seed:
    grid = world.grids[row.visit.site_id]
    codes = QUESTION_CATEGORIES[world.site_of[grid.pk].kind]
    category = world.by_code[codes[(row.problem - 1) % len(codes)]]
    return Seed(
        at=row.visit.at,
        by=row.by,
        grid=grid,
        category=category,
        severity=severity(rng, category.code),
        source=Source.PATROL,
        description=described(rng, world, category, grid),
        lon=row.visit.lon,
        lat=row.visit.lat,
        photos=row.photos,
        visit=index,
    )


def _told(rng: random.Random, world: World) -> Seed:
    while True:
        grid = world.grids[rng.choice(world.district.sites).grid_id]
        # Towns that report little leave more for others to find.
        if rng.randrange(130) >= world.quality(grid).reporting - 15:
            continue
        break
    days = (world.cutoff - world.begins).days
    day = midnight((world.begins + timedelta(days=rng.randrange(days))).date())
    at = day + timedelta(minutes=rng.randint(8 * 60 + 30, 17 * 60 + 30), seconds=rng.randrange(60))
    source = rng.choices([row[0] for row in SOURCES], [row[1] for row in SOURCES])[0]
    code = rng.choices([row[0] for row in STREET_CATEGORIES], [row[1] for row in STREET_CATEGORIES])[0]
    place = grid if rng.randrange(100) < 35 else world.at_level(grid, 4)
    category = world.by_code[code]
    site = world.site_of[grid.pk]
    return Seed(
        at=at,
        by=reporter(rng, world, source, place),
        grid=place,
        category=category,
        severity=Severity.URGENT if source == Source.EMERGENCY else severity(rng, code),
        source=source,
        description=described(rng, world, category, place),
        lon=site.lon,
        lat=site.lat,
        photos=(world.before(code),) if rng.randrange(100) < 70 else (),
    )


def reporter(rng: random.Random, world: World, source: Source, place: Grid) -> Posting:
    """Who enters it: the grid's people or a work group what they saw, the command centre the rest."""
    if source == Source.PATROL:
        own = world.district.in_grid[world.at_level(place, 4).pk]
        return rng.choice(own) if rng.randrange(100) < 80 else rng.choice(world.patrol(place))
    if source == Source.SUPERVISION:
        return rng.choice(world.staff(rng.choice(("U-GZ1", "U-GZ2"))))
    return rng.choice(world.staff(world.centre))
