"""The last days before the demo's own: incidents at every point of their way, near the demo's logins."""

import random
from dataclasses import dataclass
from datetime import timedelta

from demo import roles
from demo.history.axis import HOUR
from demo.history.seeds import described, reporter
from demo.history.texts import NOTES
from demo.history.walk import Seed, Walk
from demo.history.world import World
from grids.models import Grid
from incidents.rules import WORKFLOW, Action, Severity, Source, State
from ledgers.models import StoredFile
from people.models import Posting, Unit

SEED = 20260706
UP = ("escalate", "escalate", "escalate")
FILED = (*UP, "file")
TOWN, DEPARTMENT, TEAM = roles.TOWN, roles.DEPARTMENT, roles.PATROL_TEAM


@dataclass(frozen=True)
class Stage:
    """``place``: the n-th sub-grid of the demo's village, or a village; ``hours``: office hours ago."""

    place: int | str
    category: str
    acts: tuple[str, ...]
    severity: Severity = Severity.ORDINARY
    source: Source = Source.PATROL
    hours: int = 6
    days: int = 0
    later: tuple[str, ...] = ()  # acts that the real actions do once all is written


STAGES = (
    Stage(0, "8203", (), hours=2),
    Stage(0, "8601", (), hours=5),
    Stage(0, "8301", ("escalate",), hours=4),
    Stage(1, "8205", ("escalate",), hours=7),
    Stage(2, "8401", ("escalate", "escalate"), Severity.SERIOUS, hours=6),
    Stage("410173204201", "8502", ("escalate", "escalate"), hours=9),
    Stage(0, "8101", UP, Severity.SERIOUS, hours=5),
    Stage("410173205203", "8402", UP, hours=8),
    Stage("410173405202", "8602", UP, source=Source.PUBLIC, hours=6),
    Stage(1, "8802", FILED, source=Source.PUBLIC, hours=7),
    Stage("410173400203", "8201", FILED, hours=9),
    Stage(0, "8602", (*FILED, f"to {TOWN}"), hours=8),
    Stage("410173204203", "9002", (*FILED, f"to {TOWN}"), hours=11),
    Stage(2, "9101", (*FILED, f"to {DEPARTMENT}"), Severity.SERIOUS, hours=7),
    Stage("410173401203", "8801", (*FILED, f"to {DEPARTMENT}"), source=Source.PETITION, hours=10),
    Stage("410173404203", "8701", (*FILED, f"to {DEPARTMENT}", "accept"), hours=9),
    Stage(1, "9001", (*FILED, f"to {TOWN}", "accept"), hours=12),
    Stage(1, "8104", (*FILED, f"to {TEAM}"), hours=9),
    Stage(0, "8205", ("settle",), hours=4),
    Stage(1, "8601", ("settle",), hours=9),
    Stage(1, "8602", ("escalate", "settle"), hours=8),
    Stage(2, "8101", (*FILED, f"to {DEPARTMENT}", "accept", "feed_back"), hours=12),
    Stage("410173204205", "8403", (*FILED, f"to {TOWN}", "accept", "feed_back"), hours=14),
    Stage(2, "8401", (*FILED, f"to {DEPARTMENT}", "accept", "feed_back", "return"), hours=16),
    Stage(0, "8401", (*FILED, f"to {DEPARTMENT}", "accept", "feed_back", "close"), Severity.SERIOUS, days=7),
    Stage(1, "8701", (*FILED, f"to {TOWN}", "accept", "feed_back", "close"), Severity.SERIOUS, days=9),
    Stage(1, "8101", (*FILED, f"to {DEPARTMENT}", "accept"), hours=14, later=("ask_extension",)),
    Stage(2, "8701", (*FILED, f"to {DEPARTMENT}", "accept"), hours=16, later=("ask_extension", "extend")),
    Stage(0, "8403", (*FILED, f"to {TOWN}", "accept"), hours=15, later=("ask_suspension", "suspend")),
    Stage(1, "9001", (*FILED, f"to {TOWN}", "accept"), hours=16, later=("ask_suspension", "refuse", "urge")),
    Stage(0, "9003", (*FILED, f"to {TOWN}", "accept"), hours=17, later=("suspend", "resume")),
    Stage(2, "8603", (*FILED, f"to {DEPARTMENT}", "accept"), hours=14, later=(f"join {TEAM}", "part_done")),
    Stage(0, "8801", (*FILED, f"to {TOWN}", "accept"), hours=12, later=(f"join {DEPARTMENT}",)),
    Stage(1, "8404", (*FILED, f"to {TOWN}", "accept"), hours=15, later=(f"join {DEPARTMENT}", "release")),
    Stage(1, "8104", (*FILED, f"to {TEAM}", "accept"), hours=13, later=(f"transfer {DEPARTMENT}",)),
    Stage(2, "8902", (*FILED, f"to {TOWN}"), hours=13, later=("enforce U-BM4",)),
    Stage(0, "9102", FILED, hours=14, later=(f"enforce {DEPARTMENT}", "outcome")),
    Stage(1, "8503", (*FILED, f"to {TOWN}", "accept"), Severity.SERIOUS, hours=12, later=("supervise",)),
    Stage(0, "8602", UP, hours=5, later=("merge",)),
    Stage(2, "8502", (*FILED, f"to {TOWN}", "accept", "feed_back", "close"), days=5, later=("reopen",)),
)


def seeds(world: World) -> list[Seed]:
    """One seed for each stage, found by its place in ``STAGES``."""
    rng = random.Random(SEED)
    rows = []
    for index, stage in enumerate(STAGES):
        place = _place(world, stage.place)
        category = world.by_code[stage.category]
        end = world.axis.position(world.cutoff - timedelta(days=stage.days))
        rows.append(
            Seed(
                at=world.axis.at(end - (stage.hours + 2 * (stage.days > 0)) * HOUR + rng.randrange(900)),
                by=reporter(rng, world, stage.source, place),
                grid=place,
                category=category,
                severity=stage.severity,
                source=stage.source,
                description=described(rng, world, category, place),
                lon=world.site_of[place.pk].lon,
                lat=world.site_of[place.pk].lat,
                photos=(world.before(stage.category),),
                staged=str(index),
            )
        )
    return rows


def play(walk: Walk, rng: random.Random) -> None:
    """Carry a staged incident exactly as far as its stage says, some half an hour of office time an act."""
    world, at = walk.world, walk.seed.at
    stage = STAGES[int(walk.seed.staged)]
    for word in stage.acts:
        at = world.axis.after(at, rng.randint(1300, 2300))
        verb, _, code = word.partition(" ")
        action = Action.DISPATCH if verb == "to" else Action(verb)
        walk.act(
            action,
            _actor(walk, action),
            at,
            rng.choice(NOTES[action]),
            photos=_photos(walk, action),
            target=_target(world, code),
        )
    for word in stage.later:
        at = world.axis.after(at, rng.randint(1300, 2300))
        if at < world.cutoff:
            walk.later.append((word, at))


def _place(world: World, where: int | str) -> Grid:
    """The first site of the place, so that it has a name and a position."""
    village = world.district.by_code[where if isinstance(where, str) else roles.VILLAGE]
    below = [g for g in world.district.grids if g.parent_id == village.pk]
    sub_grid = below[where if isinstance(where, int) else 0]
    return next(g for g in world.district.grids if g.parent_id == sub_grid.pk)


def _target(world: World, code: str) -> Grid | Unit | None:
    return world.district.unit_by_code.get(code) or world.district.by_code.get(code)


def _actor(walk: Walk, action: Action) -> Posting:
    world, holder = walk.world, walk.holder
    if walk.state in (State.TO_FILE, State.TO_DISPATCH):
        return world.staff(world.centre)[1]
    if walk.state is State.TO_VERIFY:
        upper = world.at_level(holder, holder.level - 1) if isinstance(holder, Grid) else None
        in_tree = upper is not None and upper.level > 1
        return world.leaders(upper)[0] if upper and in_tree else world.staff(world.centre)[1]
    if isinstance(holder, Grid):
        return world.leaders(holder)[0]
    return world.staff(holder)[1]


def _photos(walk: Walk, action: Action) -> tuple[StoredFile, ...]:
    if "photo" not in WORKFLOW[action].needs:
        return ()
    category = walk.incident.category.code
    return (walk.world.before(category), walk.world.after(category))
