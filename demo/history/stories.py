"""How an incident goes on once it is reported: settled below, or up to the command centre and down again."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.history.axis import HOUR, midnight
from demo.history.quality import Quality
from demo.history.texts import NOTES, department_of
from demo.history.walk import Walk
from demo.history.world import World
from grids.models import Grid
from incidents.rules import Action, Clock, Severity, Source, State
from ledgers.models import StoredFile
from people.models import Posting, Unit, UnitKind

# Where an incident is settled, in per cent: sub-grid, village, town; the rest goes to the command centre.
SETTLED = {
    "found": {Severity.ORDINARY: (52, 9, 5), Severity.SERIOUS: (12, 6, 6), Severity.URGENT: (15, 3, 2)},
    "told": {Severity.ORDINARY: (10, 5, 5), Severity.SERIOUS: (0, 2, 4), Severity.URGENT: (0, 0, 0)},
}
FOUND = (Source.PATROL, Source.SUPERVISION)


@dataclass
class Teller:
    """Tells one story; every choice comes from ``rng``, so that the same seed tells the same."""

    world: World
    rng: random.Random
    walk: Walk
    quality: Quality
    at: datetime

    def tell(self) -> None:
        """Carry the incident on until it is at rest or the demo's day begins."""
        level = self._settling_level()
        holder_level = 4
        while level != holder_level:
            if not self._later(20, 330) or not self._do(Action.ESCALATE, self._leader()):
                return
            if self.walk.state is State.TO_FILE:
                self._desk()
                return
            holder_level -= 1
        if self._later(10, 300) and self._do(Action.SETTLE, self._leader(), photos=self._photos()):
            self._verify_settled()

    # ---- parts of stories

    def _settling_level(self) -> int:
        incident = self.walk.incident
        kind = "found" if incident.source in FOUND else "told"
        shares = SETTLED[kind][Severity(incident.severity)]
        roll = self.rng.randrange(100)
        for level, share in zip((4, 3, 2), shares, strict=True):
            roll -= share
            if roll < 0:
                return level
        return 1

    def _verify_settled(self) -> None:
        verifier = self._verifier()
        if not self._later(60, 900):
            return
        if self._chance(self.quality.rework):
            if not self._do(Action.RETURN, verifier) or not self._later(60, 600):
                return
            if not self._do(Action.FEED_BACK, self._leader(), photos=self._photos()):
                return
            if not self._later(60, 600):
                return
        if self._do(Action.CLOSE, verifier):
            self._look_back()

    def _desk(self) -> None:
        clerk = self._clerk()
        if not self._later(15, 200, paced=False):
            return
        roll = self.rng.randrange(100)
        if roll < 6:
            self._do(Action.REJECT, clerk)
            return
        if roll < 8:
            self._do(Action.VOID, clerk)
            return
        if not self._do(Action.FILE, clerk) or not self._later(5, 120, paced=False):
            return
        target = self._target()
        if not self._do(Action.DISPATCH, clerk, target=target):
            return
        if self._chance(4):
            back = self.rng.choice(self._holders())
            if not self._later(30, 240) or not self._do(Action.SEND_BACK, back):
                return
            if not self._later(10, 120, paced=False):
                return
            other = (
                self.world.at_level(self.walk.seed.grid, 2)
                if isinstance(target, Unit)
                else self._department()
            )
            if not self._do(Action.DISPATCH, clerk, target=other):
                return
        self._handle()

    def _handle(self) -> None:
        """From dispatch, or reopening, to closing, within the deadline or after it."""
        if self._chance(max(0, 100 - self.quality.on_time) // 9):
            return  # nobody takes it up: it stays where it is, and runs over its time
        reopened = self.walk.state is State.HANDLING
        late = not self._chance(self.quality.on_time)
        end = self.rng.randint(1040, 2100) if late else self.rng.randint(260, 960)
        rework = self._chance(self.quality.rework)
        span = self._span()
        handler = self.rng.choice(self._holders())
        if not reopened and not self._do_at(
            Action.ACCEPT, handler, span(end * self.rng.randint(3, 12) // 100)
        ):
            return
        if rework:
            if not self._do_at(Action.FEED_BACK, handler, span(end * 50 // 100), photos=self._photos()):
                return
            if not self._do_at(Action.RETURN, self._verifier(), span(end * 62 // 100)):
                return
        if not self._do_at(Action.FEED_BACK, handler, span(end * 86 // 100), photos=self._photos()):
            return
        if self._do_at(Action.CLOSE, self._verifier(), span(end)):
            self._look_back()

    def _look_back(self) -> None:
        due = self.walk.pending
        if due is None or self._chance(max(0, 92 - self.quality.coverage)):
            return  # none due, or left undone
        day = due.due_on + timedelta(days=self.rng.randint(-2, 2 if self.quality.pace > 100 else 0))
        begin = midnight(day) + timedelta(hours=9, minutes=self.rng.randint(0, 400))
        moment = self.world.axis.after(max(begin, self.at), self.rng.randint(5, 90) * 60)
        fail = self._chance(self.quality.relapse) and self.walk.incident.reopened_count == 0
        action = Action.LOOK_BACK_FAIL if fail else Action.LOOK_BACK_PASS
        if self._do_at(action, self._third_person(), moment, photos=self._photos(good=not fail)) and fail:
            self._handle()

    # ---- who

    def _leader(self) -> Posting:
        return self._holders()[0]

    def _holders(self) -> list[Posting]:
        holder = self.walk.holder
        return self.world.leaders(holder) if isinstance(holder, Grid) else self.world.staff(holder)

    def _clerk(self) -> Posting:
        return self.rng.choice(self.world.staff(self.world.centre))

    def _verifier(self) -> Posting:
        """Of the grid above the holder: the leader there; at the district the command centre."""
        holder = self.walk.holder
        home = self.world.grids[holder.grid_id] if isinstance(holder, Unit) else None
        upper = home or self.world.at_level(holder, holder.level - 1)  # type: ignore[arg-type, union-attr]
        if upper.level == 1:
            return self._clerk()
        return self.world.leaders(upper)[0]

    def _third_person(self) -> Posting:
        incident = self.walk.incident
        group = "U-GZ1" if self.rng.randrange(2) else "U-GZ2"
        pool = self.world.staff(group) if self._chance(25) else self.world.patrol(self.walk.seed.grid)
        fit = [p for p in pool if p.person_id not in (incident.handler_id, incident.verifier_id)]
        return self.rng.choice(fit)

    # ---- where

    def _department(self) -> Unit:
        return self.world.district.unit_by_code[department_of(self.walk.incident.category.code)]

    def _target(self) -> Grid | Unit:
        roll = self.rng.randrange(100)
        if roll < 54:
            return self.world.at_level(self.walk.seed.grid, 2)
        if roll < 94:
            return self._department()
        town = self.world.at_level(self.walk.seed.grid, 2)
        return next(
            u for u in self.world.district.units if u.kind == UnitKind.PATROL_TEAM and u.grid_id == town.pk
        )

    # ---- when, and what is said

    def _chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def _later(self, least: int, most: int, *, paced: bool = True) -> bool:
        """Let some working minutes pass; whether the demo's day has not begun by then."""
        minutes = self.rng.randint(least, most)
        if paced:
            minutes = minutes * self.quality.pace // 100
        self.at = self.world.axis.after(self.at, minutes * 60 + self.rng.randrange(60))
        return self.at < self.world.cutoff

    def _span(self) -> "Span":
        incident = self.walk.incident
        rule = self.world.rule(incident.category, incident.severity)
        due = incident.due_at or self.at
        return Span(self.world, self.at, due, wall=rule.clock == Clock.HOURS)

    def _photos(self, *, good: bool = True) -> tuple[StoredFile, ...]:
        category = self.walk.incident.category.code
        before = self.world.before(category)
        return (before, self.world.after(category)) if good else (before,)

    def _do(
        self,
        action: Action,
        by: Posting,
        *,
        photos: tuple[StoredFile, ...] = (),
        target: Grid | Unit | None = None,
    ) -> bool:
        return self.walk.act(
            action, by, self.at, self.rng.choice(NOTES[action]), photos=photos, target=target
        )

    def _do_at(
        self, action: Action, by: Posting, at: datetime, *, photos: tuple[StoredFile, ...] = ()
    ) -> bool:
        self.at = max(self.at, at)
        return self._do(action, by, photos=photos)


@dataclass(frozen=True)
class Span:
    """The time from a start to a deadline: thousandths of it as moments, in office time or on the wall."""

    world: World
    start: datetime
    due: datetime
    wall: bool

    def __call__(self, thousandths: int) -> datetime:
        if self.wall:
            whole = int((self.due - self.start).total_seconds())
            return self.start + timedelta(seconds=whole * thousandths // 1000)
        axis = self.world.axis
        first = axis.position(self.start)
        whole = max(axis.position(self.due) - first, HOUR)
        return axis.at(first + whole * thousandths // 1000)
