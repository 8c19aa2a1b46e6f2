"""One incident on its way through the workflow table: what the table forbids cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from demo.history.world import World
from grids.models import Grid
from grids.rules import SITE_LEVEL, SUBGRID_LEVEL, TOWN_LEVEL
from incidents.deadlines import OFFICE
from incidents.models import Category, Incident, LookBack, Step
from incidents.rules import (
    WORKFLOW,
    Action,
    Clockwork,
    Holder,
    Over,
    Rule,
    State,
    look_back_after,
    state_after,
)
from ledgers.models import StoredFile
from people.models import Posting, Unit, User
from people.rules import Relation, rights


class Illegal(Exception):
    """The workflow table or the rights table does not allow the act."""


@dataclass(frozen=True)
class Seed:
    """An incident as it is first reported."""

    at: datetime
    by: Posting
    grid: Grid
    category: Category
    severity: str
    source: str
    description: str
    lon: Decimal | None = None
    lat: Decimal | None = None
    photos: tuple[StoredFile, ...] = ()
    visit: int | None = None  # index of the visit in which it was found
    staged: str = ""  # the point at which its story is to stop


@dataclass
class Told:
    """A step and its pictures."""

    step: Step
    photos: Sequence[StoredFile]


@dataclass
class Walk:
    """The incident and its steps so far; ``act`` adds one, with the effects that the real action has."""

    world: World
    seed: Seed
    incident: Incident
    steps: list[Told] = field(default_factory=list)
    look_backs: list[LookBack] = field(default_factory=list)
    later: list[tuple[str, datetime]] = field(default_factory=list)

    @classmethod
    def begin(cls, world: World, seed: Seed, *, key: int, number: str) -> "Walk":
        """Report it: the sub-grid at or above the place holds it first."""
        place = seed.grid
        holder = world.at_level(place, SUBGRID_LEVEL) if place.level >= SUBGRID_LEVEL else place
        rule = WORKFLOW[Action.REPORT]
        if not world.holds(seed.by, rule.right, place):
            raise Illegal(f"{seed.by.role} may not report at {place.code}")
        incident = Incident(
            pk=key,
            number=number,
            category=seed.category,
            severity=seed.severity,
            source=seed.source,
            description=seed.description,
            grid=place,
            grid_now=place,
            lon=seed.lon,
            lat=seed.lat,
            state=State.REPORTED,
            version=1,
            holder_grid=holder,
            reporter=seed.by.person,
            reported_at=seed.at.astimezone(UTC),
            illustrative=True,
        )
        walk = cls(world, seed, incident)
        walk._write(rule, "", seed.by, seed.at, seed.description, seed.photos)
        return walk

    @property
    def state(self) -> State:
        return State(self.incident.state)

    @property
    def holder(self) -> Grid | Unit:
        return self.incident.holder

    @property
    def pending(self) -> LookBack | None:
        return next((row for row in reversed(self.look_backs) if row.done_step is None), None)

    def act(
        self,
        action: Action,
        by: Posting,
        at: datetime,
        note: str = "",
        *,
        photos: Sequence[StoredFile] = (),
        target: Grid | Unit | None = None,
    ) -> bool:
        """Do one act, unless it would lie beyond the demo's day: then False, and nothing happens.

        Raises ``Illegal`` for what the tables forbid.
        """
        if at >= self.world.cutoff:
            return False
        rule = WORKFLOW[action]
        self._check(rule, by, at, note, photos, target)
        before = self.state
        reaches_desk = self._pass_on(rule, target)
        incident = self.incident
        incident.state = state_after(action, before, reaches_desk=reaches_desk)
        if rule.clock is Clockwork.STARTS:
            limit = self.world.rule(self.seed.category, incident.severity)
            incident.clock_started_at = at.astimezone(UTC)
            incident.clock_amount, incident.clock = limit.amount, limit.clock
            incident.due_at = self.world.due(self.seed.category, incident.severity, at).astimezone(UTC)
        self._mark(action, by.person, at.astimezone(UTC))
        incident.version += 1
        step = self._write(rule, before, by, at, note, photos)
        self._look_back(action, step, at)
        return True

    # ---- checks

    def _check(
        self,
        rule: Rule,
        by: Posting,
        at: datetime,
        note: str,
        photos: Sequence[StoredFile],
        target: Grid | Unit | None,
    ) -> None:
        what = f"{rule.action} from {self.state} by {by.role} on {self.incident.number}"
        if self.state not in rule.before:
            raise Illegal(f"{what}: not in this state")
        if at.astimezone(UTC) < self.steps[-1].step.at:
            raise Illegal(f"{what}: before the step that leads to it")
        if not self._permitted(rule, by):
            raise Illegal(f"{what}: no right")
        person = by.person_id
        if (rule.not_handler or rule.third_person) and person == self.incident.handler_id:
            raise Illegal(f"{what}: is the handler")
        if rule.third_person and person == self.incident.verifier_id:
            raise Illegal(f"{what}: is the verifier")
        if rule.third_person and self.pending is None:
            raise Illegal(f"{what}: no look-back is due")
        given = {"note": note, "photo": photos, "target": target}
        if lacking := [name for name in sorted(rule.needs) if not given[name]]:
            raise Illegal(f"{what}: lacks {lacking}")

    def _permitted(self, rule: Rule, by: Posting) -> bool:
        world, holder = self.world, self.holder
        if rule.over is Over.PLACE:
            return world.holds(by, rule.right, self.seed.grid)
        if rule.over is Over.DESK:
            own = by.unit_id == world.centre.pk and rule.right in rights(by.role, Relation.UNIT)
            return own or world.holds(by, rule.right, world.centre.grid)
        if isinstance(holder, Grid):
            return world.holds(by, rule.right, holder)
        if rule.over is Over.HOLDER:
            return by.unit_id == holder.pk and rule.right in rights(by.role, Relation.UNIT)
        leads = by.grid_id == holder.grid_id and rule.right in rights(by.role, Relation.ABOVE)
        return leads or world.holds(by, rule.right, holder.grid)

    # ---- effects, as incidents.actions has them

    def _pass_on(self, rule: Rule, target: Grid | Unit | None) -> bool:
        old, new = self.holder, self.holder
        match rule.holder:
            case Holder.TARGET if target is not None:
                new = target
            case Holder.DESK:
                new = self.world.centre
            case Holder.UPPER if isinstance(old, Grid) and old.level > TOWN_LEVEL:
                new = self.world.at_level(old, old.level - 1)
            case Holder.UPPER:
                new = self.world.centre
            case Holder.PLACE:
                new = self.world.at_level(self.seed.grid, SUBGRID_LEVEL)
        self.incident.holder_grid = new if isinstance(new, Grid) else None
        self.incident.holder_unit = new if isinstance(new, Unit) else None
        return rule.holder is Holder.UPPER and isinstance(new, Unit)

    def _mark(self, action: Action, by: User, at: datetime) -> None:
        incident = self.incident
        match action:
            case Action.FILE:
                incident.filed_at = at
            case Action.DISPATCH:
                incident.dispatched_at = at
            case Action.ACCEPT:
                incident.handler = by
            case Action.SETTLE:
                incident.handler, incident.fed_back_at, incident.settled_on_spot = by, at, True
            case Action.FEED_BACK:
                incident.handler, incident.fed_back_at = by, at
            case Action.RETURN:
                incident.verifier = by
                incident.rework_count += 1
            case Action.CLOSE:
                incident.verifier, incident.closed_at = by, at
            case Action.LOOK_BACK_FAIL:
                incident.closed_at = None
                incident.reopened_count += 1

    def _write(
        self, rule: Rule, before: str, by: Posting, at: datetime, note: str, photos: Sequence[StoredFile]
    ) -> Step:
        step = Step(
            incident=self.incident,
            number=self.incident.version,
            action=rule.action,
            before=before,
            after=self.incident.state,
            by=by.person,
            posting=by,
            at=at.astimezone(UTC),
            holder_grid=self.incident.holder_grid,
            holder_unit=self.incident.holder_unit,
            note=note,
            due_at=self.incident.due_at,
        )
        self.steps.append(Told(step, photos))
        return step

    def _look_back(self, action: Action, step: Step, at: datetime) -> None:
        due = self.pending
        if due is not None and action in (Action.LOOK_BACK_PASS, Action.LOOK_BACK_FAIL):
            due.done_step, due.passed = step, action is Action.LOOK_BACK_PASS
        elif action is Action.CLOSE:
            days = look_back_after(self.incident.severity, self.incident.number)
            if days is not None:
                due_on = at.astimezone(OFFICE).date() + timedelta(days=days)
                self.look_backs.append(LookBack(incident=self.incident, closing_step=step, due_on=due_on))


def spot(grid: Grid, world: World) -> str:
    """How a description names a place: the site, or the sub-grid with its village."""
    return grid.name if grid.level == SITE_LEVEL else f"{grid.name}内"
