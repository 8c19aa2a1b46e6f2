"""The whole past, numbered and ready to be written, with the ledger entry of every act."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.catalogues import Catalogues
from demo.district import District
from demo.history import seeds, staged, visits
from demo.history.later import Later
from demo.history.stories import Teller
from demo.history.visits import Seen
from demo.history.walk import Seed, Told, Walk
from demo.history.world import World, stored_files
from incidents.deadlines import OFFICE
from incidents.models import Incident, LookBack, Step, StepPhoto
from inspections.models import Visit, VisitPhoto
from ledgers.actions import Actor, Draft, Subject
from ledgers.models import StoredFile
from people.models import Posting

SEED = 20260707


@dataclass
class History:
    """The rows in the order in which they are written, and the drafts of their entries by time."""

    files: list[StoredFile] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    step_photos: list[StepPhoto] = field(default_factory=list)
    look_backs: list[LookBack] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    visit_photos: list[VisitPhoto] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)


def build(district: District, lists: Catalogues) -> History:
    """Twelve months up to the district's day; nothing is written."""
    world = World(district, lists, stored_files(district.today))
    seen = visits.build(world)
    begun = sorted(seeds.build(world, seen) + staged.seeds(world), key=lambda s: (s.at, s.grid.pk, s.staged))
    walks = [_told(world, seed, key, number) for key, (seed, number) in enumerate(_numbered(begun), start=1)]
    history = History(files=list(world.files.values()), incidents=[walk.incident for walk in walks])
    history.later = [Later(walk.incident.pk, walk.later) for walk in walks if walk.later]
    _steps(history, walks)
    _visits(history, seen, walks)
    history.drafts = [draft for _, draft in sorted(_drafts(district, walks, seen), key=lambda row: row[0])]
    return history


def _numbered(begun: list[Seed]) -> Iterator[tuple[Seed, str]]:
    """Numbers as incidents.actions gives them: counted within the month."""
    counts: Counter[str] = Counter()
    for seed in begun:
        month = f"{seed.at.astimezone(OFFICE):%Y-%m}"
        counts[month] += 1
        yield seed, f"{month}-{counts[month]:04d}"


def _told(world: World, seed: Seed, key: int, number: str) -> Walk:
    rng = random.Random(SEED * 100_000 + key)
    walk = Walk.begin(world, seed, key=key, number=number)
    if seed.staged:
        staged.play(walk, rng)
    else:
        Teller(world, rng, walk, world.quality(seed.grid), seed.at).tell()
    return walk


def _steps(history: History, walks: list[Walk]) -> None:
    told = [row for walk in walks for row in walk.steps]
    told.sort(key=lambda row: (row.step.at, row.step.incident_id, row.step.number))
    for key, row in enumerate(told, start=1):
        row.step.pk = key
        history.steps.append(row.step)
        for file in row.photos:
            history.step_photos.append(StepPhoto(pk=len(history.step_photos) + 1, step=row.step, file=file))
    rows = [row for walk in walks for row in walk.look_backs]
    rows.sort(key=lambda row: row.closing_step.pk)
    for key, look_back in enumerate(rows, start=1):
        look_back.pk = key
    history.look_backs = rows


def _visits(history: History, seen: list[Seen], walks: list[Walk]) -> None:
    found = {walk.seed.visit: walk.incident for walk in walks if walk.seed.visit is not None}
    for index, row in enumerate(seen):
        row.visit.pk = index + 1
        row.visit.incident = found.get(index)
        history.visits.append(row.visit)
        for file in row.photos:
            history.visit_photos.append(
                VisitPhoto(pk=len(history.visit_photos) + 1, visit=row.visit, file=file)
            )


# ---- ledger: the drafts that incidents.actions and inspections.actions would have written

Order = tuple[datetime, int, int]


def _drafts(district: District, walks: list[Walk], seen: list[Seen]) -> Iterator[tuple[Order, Draft]]:
    for walk in walks:
        for row in walk.steps:
            yield (row.step.at, 0, row.step.pk), _step_draft(district, walk, row)
    for visit in seen:
        yield (visit.visit.at, 1, visit.visit.pk), _visit_draft(district, visit)


def _actor(posting: Posting) -> Actor:
    return Actor(
        user_id=posting.person_id, name=posting.person.name, posting_id=posting.pk, role=str(posting.role)
    )


def _step_draft(district: District, walk: Walk, row: Told) -> Draft:
    step, incident = row.step, walk.incident
    holder: Any = step.holder_grid or step.holder_unit
    return Draft(
        app="incidents",
        action=str(step.action),
        subject=Subject(type="incidents.incident", id=str(incident.pk), label=incident.number),
        actor=_actor(district.postings[step.posting_id - 1]),  # type: ignore[operator]
        at=step.at,
        place=district.places[incident.grid_id],
        payload={
            "step": step.number,
            "before": str(step.before),
            "after": str(step.after),
            "holder": holder.code,
            "category": incident.category.code,
            "severity": str(incident.severity),
            "due_at": step.due_at.isoformat() if step.due_at else None,
            "note": step.note,
            "photos": [file.sha256 for file in row.photos],
        },
    )


def _visit_draft(district: District, row: Seen) -> Draft:
    visit = row.visit
    site = district.by_code[visit.site.code]
    return Draft(
        app="inspections",
        action="log_visit",
        subject=Subject(type="inspections.visit", id=str(visit.pk), label=site.name),
        actor=_actor(row.by),
        at=visit.at,
        place=district.places[site.pk],
        payload={
            "checklist": [row.kind, 1],
            "answers": dict(visit.answers),
            "lon": f"{visit.lon:f}",
            "lat": f"{visit.lat:f}",
            "accuracy": visit.accuracy,
            "note": visit.note,
            "photos": [file.sha256 for file in row.photos],
            "incident": visit.incident.number if visit.incident else None,
        },
    )
