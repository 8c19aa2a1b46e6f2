"""What is asked of incidents: who sees which, who may do what, what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import cos, radians
from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.days import midnight
from grids.models import Grid, Lineage
from grids.queries import ancestors, below
from grids.rules import DISTRICT_LEVEL, SITE_LEVEL, TOWN_LEVEL
from incidents.models import (
    Category,
    ClockRequest,
    DeadlineRule,
    Incident,
    JointPart,
    LookBack,
    Step,
    WorkDay,
)
from incidents.rules import (
    OPEN_STATES,
    WORKFLOW,
    Action,
    Over,
    Rule,
    Severity,
    State,
    actions_from,
)
from people.models import Posting, Unit, UnitKind, User
from people.queries import command_centre, current_postings, grids_in_scope, posting_for, units_of
from people.rules import Relation, Right, rights

ABOUT_CLOCK = (Action.ASK_EXTENSION, Action.ASK_SUSPENSION, Action.EXTEND, Action.REFUSE)
HELD = (State.REPORTED, State.DISPATCHED, State.HANDLING, State.ENFORCEMENT)
HANDLED = (State.DISPATCHED, State.HANDLING)
AT_DESK = (State.TO_FILE, State.TO_DISPATCH)
# A request about the clock waits for an answer.
ASKED = Exists(ClockRequest.objects.filter(incident=OuterRef("pk"), decided_step__isnull=True))


# ---- who sees what


def visible_to(user: User) -> QuerySet[Incident]:
    """The incidents in a person's sight: in their grids, held by their grids, or ever held by their unit."""
    grids = grids_in_scope(user, Right.VIEW).values("pk")
    units = units_of(user, Right.VIEW)
    seen = Q(grid_now_id__in=grids) | Q(holder_grid_id__in=grids)
    if units:
        passed = Step.objects.filter(holder_unit_id__in=units).values("incident_id")
        seen |= Q(holder_unit_id__in=units) | Q(pk__in=passed)
        seen |= Q(pk__in=JointPart.objects.filter(unit_id__in=units).values("incident_id"))
    seen |= Q(pk__in=JointPart.objects.filter(grid_id__in=grids).values("incident_id"))
    return Incident.objects.filter(seen)


def with_names(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """The same rows with all that a list shows of them loaded."""
    return incidents.select_related("category", "grid", "holder_grid", "holder_unit")


def overdue(incidents: QuerySet[Incident], *, at: datetime | None = None) -> QuerySet[Incident]:
    """Those whose clock runs and has run out."""
    return incidents.filter(state__in=OPEN_STATES, due_at__lt=at or timezone.now())


def mine_to_act(user: User) -> QuerySet[Incident]:
    """What waits for this very person: held by their grid or unit, at their desk, or theirs to verify."""
    hold = grids_in_scope(user, Right.HOLD).values("pk")
    desk = grids_in_scope(user, Right.DESK).values("pk")
    homes = [p.home_id for p in current_postings(user) if Right.VERIFY in rights(p.role, Relation.ABOVE)]
    held = Q(holder_grid_id__in=hold) | Q(holder_unit_id__in=units_of(user, Right.HOLD))
    to_verify = Q(holder_grid__parent_id__in=homes) | Q(holder_unit__grid_id__in=homes)
    not_mine = Q(handler_id__isnull=True) | ~Q(handler_id=user.pk)
    parts = JointPart.objects.filter(
        Q(grid_id__in=hold) | Q(unit_id__in=units_of(user, Right.HOLD)), ended_step__isnull=True
    )
    return Incident.objects.filter(
        (Q(state__in=HELD) & held)
        | (Q(state__in=HANDLED) & Q(pk__in=parts.values("incident_id")))
        | (Q(state__in=AT_DESK) & Q(grid_now_id__in=desk))
        | (Q(ASKED) & Q(grid_now_id__in=desk))
        | (Q(state=State.TO_VERIFY) & to_verify & not_mine)
    )


def below_me(user: User) -> QuerySet[Incident]:
    """Open incidents in sight that a grid below the person's own holds."""
    homes = {p.home_id for p in current_postings(user)}
    lower = below(homes).filter(depth__gt=0).values("descendant_id")
    return visible_to(user).filter(state__in=OPEN_STATES, holder_grid_id__in=lower)


def passed_up(user: User) -> QuerySet[Incident]:
    """Incidents in sight that the person, or their grid before them, reported up."""
    grids = [p.grid_id for p in current_postings(user) if p.grid_id]
    up = Step.objects.filter(Q(by_id=user.pk) | Q(posting__grid_id__in=grids), action=Action.ESCALATE).values(
        "incident_id"
    )
    return visible_to(user).filter(pk__in=up)


def reported_by(user: User) -> QuerySet[Incident]:
    """Incidents in sight that the person reported, to be watched to their end."""
    return visible_to(user).filter(reporter_id=user.pk)


def open_in(grid_ids: Iterable[int]) -> QuerySet[Incident]:
    """Open incidents at these grids or anywhere below them today."""
    return Incident.objects.filter(
        state__in=OPEN_STATES, grid_now_id__in=below(list(grid_ids)).values("descendant_id")
    )


def desk_counts(incidents: QuerySet[Incident], *, at: datetime | None = None) -> dict[str, int]:
    """How many stand in each state; under ``overdue`` how many are late, under ``asked`` how many ask for
    time."""
    counts: dict[str, int] = {
        row["state"]: row["n"] for row in incidents.order_by().values("state").annotate(n=Count("pk"))
    }
    counts["overdue"] = overdue(incidents, at=at).count()
    counts["asked"] = incidents.filter(ASKED).count()
    return counts


# ---- who may do what


def posting_under(incident: Incident, user: User, rule: Rule) -> Posting | None:
    """The posting under which the person may do what a rule of the workflow says, or None."""
    if rule.over is Over.PLACE:
        return posting_for(user, rule.right, grid_id=incident.grid_now_id)
    if rule.over is Over.DESK:
        centre = command_centre(incident.grid_now_id)
        if centre is None:
            return None
        return posting_for(user, rule.right, grid_id=centre.grid_id, unit_id=centre.pk)
    if rule.over is Over.PART:
        return _posting_for_part(incident, user, rule)
    if incident.holder_unit is not None:
        return _posting_over_unit(user, rule, incident.holder_unit)
    return posting_for(user, rule.right, grid_id=cast(int, incident.holder_grid_id))


def _posting_for_part(incident: Incident, user: User, rule: Rule) -> Posting | None:
    """The posting in a grid or unit that helps and is not done."""
    parts = open_parts(incident)
    if not parts:
        return None
    for posting in current_postings(user):
        relation = Relation.UNIT if posting.unit_id else Relation.SAME
        if part_of(incident, posting, parts) and rule.right in rights(posting.role, relation):
            return posting
    return None


def open_parts(incident: Incident) -> list[JointPart]:
    """The parts in joint handling that are not done, in the order in which they were asked for.

    Asked once for each incident as it was read.
    """
    if not hasattr(incident, "_open_parts"):
        found = incident.parts.filter(ended_step__isnull=True).select_related("grid", "unit")
        incident._open_parts = list(found)  # type: ignore[attr-defined]
    return cast(list[JointPart], incident._open_parts)  # type: ignore[attr-defined]


def part_of(
    incident: Incident, posting: Posting, parts: Iterable[JointPart] | None = None
) -> JointPart | None:
    """The open part of the grid or unit that someone is posted in."""
    return next(
        (
            part
            for part in (open_parts(incident) if parts is None else parts)
            if (part.unit_id and part.unit_id == posting.unit_id)
            or (part.grid_id and part.grid_id == posting.grid_id)
        ),
        None,
    )


def _posting_over_unit(user: User, rule: Rule, unit: Unit) -> Posting | None:
    """Its own people act for a unit; whoever leads its home grid, or stands above that, verifies it."""
    if rule.over is Over.HOLDER:
        own = (p for p in current_postings(user) if p.unit_id == unit.pk)
        return next((p for p in own if rule.right in rights(p.role, Relation.UNIT)), None)
    leading = (p for p in current_postings(user) if p.grid_id == unit.grid_id)
    return next((p for p in leading if rule.right in rights(p.role, Relation.ABOVE)), None) or posting_for(
        user, rule.right, grid_id=unit.grid_id
    )


def person_fits(incident: Incident, user: User, rule: Rule) -> bool:
    """Whether the person is neither the handler nor, where a third person is asked for, the verifier."""
    if (rule.not_handler or rule.third_person) and incident.handler_id == user.pk:
        return False
    return not (rule.third_person and incident.verifier_id == user.pk)


def pending_look_back(incident: Incident) -> LookBack | None:
    """The look-back that is due for a closed incident."""
    return incident.look_backs.filter(done_step__isnull=True).order_by("-id").first()


def pending_request(incident: Incident) -> ClockRequest | None:
    """The request about the clock that waits for an answer; asked once for each incident as it was read."""
    if not hasattr(incident, "_pending_request"):
        found = incident.requests.filter(decided_step__isnull=True).select_related("asked_step__by").first()
        incident._pending_request = found  # type: ignore[attr-defined]
    return cast(ClockRequest | None, incident._pending_request)  # type: ignore[attr-defined]


def lacks(incident: Incident, rule: Rule, *, at: datetime | None = None) -> str:
    """Why an act that its line permits cannot be done to this incident now, in a sentence; or nothing."""
    running = incident.due_at is not None and incident.due_at > (at or timezone.now())
    waiting = pending_request(incident) if rule.action in ABOUT_CLOCK else None
    match rule.action:
        case Action.LOOK_BACK_PASS | Action.LOOK_BACK_FAIL if pending_look_back(incident) is None:
            return _("No look-back is due for this incident.")
        case Action.ASK_EXTENSION | Action.ASK_SUSPENSION if waiting is not None:
            return _("A request about the clock waits for its answer already.")
        case Action.ASK_EXTENSION | Action.ASK_SUSPENSION | Action.SUSPEND if not running:
            return _("No clock runs, or the deadline has passed: time can only be asked for before.")
        case Action.EXTEND if waiting is None or waiting.kind != rule.grants:
            return _("Nobody asked for an extension.")
        case Action.REFUSE if waiting is None:
            return _("Nobody asked for anything.")
        case Action.SUPERVISE if incident.supervisor_id is not None:
            return _("This incident is supervised by name already.")
        case Action.RELEASE if not open_parts(incident):
            return _("Nobody else has a part in handling this.")
        case Action.FEED_BACK | Action.ENFORCE if parts := open_parts(incident):
            return _("%(helpers)s must do their part first, or be released.") % {
                "helpers": _(", ").join(str(part.helper) for part in parts)
            }
    return ""


def actions_for(incident: Incident, user: User) -> list[Rule]:
    """The lines of the workflow this person can do now: the same checks as ``actions.perform``."""
    return [
        rule
        for rule in actions_from(incident.state)
        if person_fits(incident, user, rule)
        and posting_under(incident, user, rule) is not None
        and not lacks(incident, rule)
    ]


def rule_for(incident: Incident, user: User, action: str) -> Rule | None:
    """The line for one action if the person can do it now."""
    return next((rule for rule in actions_for(incident, user) if rule.action == action), None)


# ---- where it can go


def dispatch_grids(incident: Incident) -> list[Grid]:
    """The towns of the district, then the lower grids on the line down to the place."""
    line = ancestors(incident.grid_now_id)
    district = next((grid for grid in line if grid.level == DISTRICT_LEVEL), None)
    if district is None:
        return []
    towns = Grid.objects.filter(
        level=TOWN_LEVEL,
        closed_on__isnull=True,
        lineage_up__ancestor_id=district.pk,
        lineage_up__valid_to__isnull=True,
    ).order_by("code")
    return [*towns, *(grid for grid in line if TOWN_LEVEL < grid.level < SITE_LEVEL)]


def dispatch_units(incident: Incident) -> QuerySet[Unit]:
    """The district's open departments, work groups and patrol teams."""
    district = Lineage.objects.filter(
        descendant_id=incident.grid_now_id, valid_to__isnull=True, ancestor__level=DISTRICT_LEVEL
    ).values("ancestor_id")
    homes = below(district).values("descendant_id")
    return (
        Unit.objects.filter(grid_id__in=homes, closed_on__isnull=True)
        .exclude(kind=UnitKind.COMMAND_CENTRE)
        .order_by("kind", "code")
    )


def targets(incident: Incident, action: Action) -> tuple[list[Grid], list[Unit]]:
    """The grids and the units that an act may give the incident, or a part of it, to."""
    if action is Action.ENFORCE:
        return [], [unit for unit in dispatch_units(incident) if unit.kind == UnitKind.DEPARTMENT]
    grids, units = dispatch_grids(incident), list(dispatch_units(incident))
    if action is Action.DISPATCH:
        return grids, units
    taken = {(part.grid_id, part.unit_id) for part in open_parts(incident)}
    taken.add((incident.holder_grid_id, incident.holder_unit_id))
    return (
        [grid for grid in grids if (grid.pk, None) not in taken],
        [unit for unit in units if (None, unit.pk) not in taken],
    )


LIKELY_DAYS = 14
LIKELY_METRES = 300


def likely_repeats(incident: Incident, user: User) -> list[Incident]:
    """Open incidents in sight that this one may repeat: of the same class, reported at most two weeks
    before it, at the same grid or within 300 metres; the nearest in time first, five at most."""
    rows = (
        with_names(visible_to(user))
        .filter(
            state__in=OPEN_STATES,
            category__parent_id=incident.category.parent_id,
            reported_at__lte=incident.reported_at,
            reported_at__gt=incident.reported_at - timedelta(days=LIKELY_DAYS),
        )
        .exclude(pk=incident.pk)
    )
    near = Q(grid_now_id=incident.grid_now_id)
    if incident.lon is not None and incident.lat is not None:
        north = Decimal(LIKELY_METRES / 111_320)  # metres of one degree of latitude
        east = north / Decimal(max(cos(radians(float(incident.lat))), 0.01))
        near |= Q(
            lon__range=(incident.lon - east, incident.lon + east),
            lat__range=(incident.lat - north, incident.lat + north),
        )
    return list(rows.filter(near).order_by("-reported_at", "-id")[:5])


def upper_holder(incident: Incident) -> tuple[Grid | None, Unit | None]:
    """Who gets what the holder reports up: the next grid, or past the town the command centre."""
    row = (
        Lineage.objects.filter(descendant_id=incident.holder_grid_id, depth=1, valid_to__isnull=True)
        .select_related("ancestor")
        .first()
    )
    if row is not None and row.ancestor.level >= TOWN_LEVEL:
        return row.ancestor, None
    return None, command_centre(incident.grid_now_id)


def repeats(incident: Incident, user: User) -> list[Incident]:
    """The incidents merged into this one, as far as the person sees them."""
    return list(visible_to(user).filter(merged_into_id=incident.pk).order_by("reported_at", "id"))


def original(incident: Incident, user: User) -> Incident | None:
    """What a merged incident was merged into, if the person sees it."""
    if incident.merged_into_id is None:
        return None
    return visible_to(user).filter(pk=incident.merged_into_id).first()


# ---- clocks


def deadline_rule(category: Category, severity: Severity | str) -> DeadlineRule | None:
    """The rule for a category at a severity: its own, else its class's, else the one for any."""
    found = DeadlineRule.objects.filter(
        Q(category_id=category.pk) | Q(category_id=category.parent_id) | Q(category__isnull=True),
        severity=severity,
    )
    order = {category.pk: 0, category.parent_id: 1, None: 2}
    return min(found, key=lambda rule: order[rule.category_id] if rule.category_id else 2, default=None)


def calendar(*, since: date, until: date | None = None) -> dict[date, bool]:
    """Day → whether it is worked, as far as the calendar is filled."""
    days = WorkDay.objects.filter(day__gte=since)
    if until is not None:
        days = days.filter(day__lte=until)
    return dict(days.values_list("day", "working"))


def calendar_for(start: datetime, amount: int) -> dict[date, bool]:
    """Enough of the calendar to count ``amount`` working days or hours from ``start``."""
    day = timezone.localtime(start).date()
    return calendar(since=day, until=day + timedelta(days=amount * 3 + 30))


# ---- its story


def story(incident: Incident) -> QuerySet[Step]:
    """All steps in order, with people, places and photos."""
    return (
        incident.steps.select_related("by", "holder_grid", "holder_unit", "posting__grid", "posting__unit")
        .prefetch_related("photos")
        .order_by("number")
    )


def steps_since(incident: Incident, version: int) -> list[Step]:
    """What happened after someone saw the incident at ``version``."""
    return list(story(incident).filter(number__gt=version))


def look_backs_for(user: User) -> QuerySet[LookBack]:
    """Look-backs not yet done that this person may do: over the place, and a third person."""
    grids = grids_in_scope(user, Right.LOOK_BACK).values("pk")
    return (
        LookBack.objects.filter(done_step__isnull=True, incident__grid_now_id__in=grids)
        .exclude(incident__handler_id=user.pk)
        .exclude(incident__verifier_id=user.pk)
        .select_related(
            "incident__category", "incident__grid", "incident__holder_grid", "incident__holder_unit"
        )
        .order_by("due_on", "id")
    )


def leaf_categories() -> QuerySet[Category]:
    """The categories an incident can be given, classes loaded."""
    return (
        Category.objects.filter(active=True, parent__isnull=False).select_related("parent").order_by("order")
    )


def reportable_grids(user: User) -> QuerySet[Grid]:
    """Open grids from village to site where the person may report."""
    return grids_in_scope(user, WORKFLOW[Action.REPORT].right).filter(closed_on__isnull=True)


def filtered(incidents: QuerySet[Incident], wanted: dict[str, Any]) -> QuerySet[Incident]:
    """Narrowed by the cleaned filters of the list; dates are whole days, both included."""
    if words := wanted.get("q"):
        incidents = incidents.filter(
            Q(number__icontains=words) | Q(description__icontains=words) | Q(grid__name__icontains=words)
        )
    for field in ("state", "severity"):
        if wanted.get(field):
            incidents = incidents.filter(**{field: wanted[field]})
    if category := wanted.get("category"):
        incidents = incidents.filter(Q(category_id=category.pk) | Q(category__parent_id=category.pk))
    if town := wanted.get("town"):
        incidents = incidents.filter(grid_now_id__in=below([town.pk]).values("descendant_id"))
    if since := wanted.get("since"):
        incidents = incidents.filter(reported_at__gte=midnight(since))
    if until := wanted.get("until"):
        incidents = incidents.filter(reported_at__lt=midnight(until + timedelta(days=1)))
    if holder := wanted.get("holder"):
        kind, _sep, key = holder.partition("-")
        incidents = incidents.filter(**{f"holder_{kind}_id": int(key)})
    if wanted.get("asked"):
        incidents = incidents.filter(ASKED)
    if wanted.get("open"):
        incidents = incidents.filter(state__in=OPEN_STATES)
    return overdue(incidents) if wanted.get("overdue") else incidents
