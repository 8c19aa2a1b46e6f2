"""Report an incident and carry it along the workflow: lock, check, change, step, ledger entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed, StaleVersion
from grids.locks import tree_held
from grids.models import Grid
from grids.queries import place, upper_at
from grids.rules import SUBGRID_LEVEL
from incidents import deadlines, queries
from incidents.models import Category, Incident, LookBack, Step, StepPhoto
from incidents.rules import (
    WORKFLOW,
    Action,
    Holder,
    Rule,
    Severity,
    Source,
    State,
    look_back_after,
    state_after,
)
from ledgers.actions import Draft, Subject, record
from ledgers.files import store_image
from ledgers.models import StoredFile
from people.models import Posting, Unit, User
from people.queries import actor, command_centre

NUMBER_LOCK = 0x696E6369  # the advisory lock under which numbers are allotted
Photo = UploadedFile | StoredFile


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act as asked for, checked to be allowed."""

    rule: Rule
    by: User
    posting: Posting
    at: datetime
    note: str
    photos: Sequence[Photo]
    key: str | None
    target_grid: Grid | None = None
    target_unit: Unit | None = None


@tree_held()
def report(
    *,
    by: User,
    grid: Grid,
    category: Category,
    severity: Severity | str,
    description: str,
    source: Source | str = Source.PATROL,
    photos: Sequence[Photo] = (),
    lon: Decimal | None = None,
    lat: Decimal | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> Incident:
    """Report a problem at a grid; the sub-grid at or above the place holds it first.

    A repeated ``key`` gives the incident it made before. Raises ``NotAllowed``, ``Invalid``.
    """
    now = at or timezone.now()
    rule = WORKFLOW[Action.REPORT]
    _lock_numbers()
    if key and (before := _step_of(key, by)):
        if before.action != Action.REPORT:
            raise Invalid({"": _("This form was already sent for something else.")})
        return before.incident
    posting = queries.posting_for(by, rule.right, grid_id=grid.pk)
    if posting is None:
        raise NotAllowed(_("You may not report a problem at this place."))
    _check_report(grid, category, description)
    holder = upper_at(grid.pk, SUBGRID_LEVEL) or grid
    incident = Incident(
        number=_next_number(now),
        category=category,
        severity=severity,
        source=source,
        description=description.strip(),
        grid=grid,
        grid_now=grid,
        lon=lon,
        lat=lat,
        state=rule.to,
        version=1,
        holder_grid=holder,
        reporter=by,
        reported_at=now,
    )
    act = Act(rule=rule, by=by, posting=posting, at=now, note=description, photos=photos, key=key)
    _check_typed(incident)
    incident.save(force_insert=True)
    _write_step(incident, act, before="")
    return incident


@tree_held()
def perform(
    incident_id: int,
    action: Action | str,
    *,
    by: User,
    version: int,
    note: str = "",
    photos: Sequence[Photo] = (),
    target_grid: Grid | None = None,
    target_unit: Unit | None = None,
    severity: Severity | str | None = None,
    category: Category | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> Step:
    """Carry an incident one step along the workflow; ``version`` is the one the person saw.

    A repeated ``key`` gives the step it made before. ``severity`` and ``category`` correct the report when
    it is filed or dispatched. Raises ``StaleVersion``, ``NotAllowed``, ``Invalid``; then nothing is written.
    """
    rule = WORKFLOW.get(Action(action))
    if rule is None:
        raise NotAllowed(_("None of your postings permits this step."))
    incident = (
        Incident.objects.select_for_update(of=("self",))
        .select_related("grid_now", "category", "holder_grid", "holder_unit")
        .get(pk=incident_id)
    )
    if key and (before := _step_of(key, by)):
        if (before.incident_id, before.action) != (incident.pk, rule.action):
            raise Invalid({"": _("This form was already sent for something else.")})
        return before
    if incident.version != version:
        raise StaleVersion(
            _("Meanwhile this incident went on; nothing was changed by you."),
            seen=version,
            now=incident.version,
        )
    act = Act(
        rule=rule,
        by=by,
        posting=_check_allowed(incident, by, rule),
        at=at or timezone.now(),
        note=note.strip(),
        photos=photos,
        key=key,
        target_grid=target_grid,
        target_unit=target_unit,
    )
    _check_needs(incident, act)
    if rule.action in (Action.FILE, Action.DISPATCH):
        incident.severity = severity or incident.severity
        incident.category = category or incident.category
    return _apply(incident, act)


# ---- checks


def _check_report(grid: Grid, category: Category, description: str) -> None:
    wrong: dict[str, str] = {}
    if grid.closed_on is not None:
        wrong["grid"] = _("This grid is closed.")
    if category.parent_id is None:
        wrong["category"] = _("Choose a category below this class.")
    if not description.strip():
        wrong["description"] = _("Say what is the matter.")
    if wrong:
        raise Invalid(wrong)


def _check_typed(incident: Incident) -> None:
    """What people typed or chose fits its columns; ``Invalid`` otherwise."""
    typed = {"severity", "source", "description", "lon", "lat"}
    try:
        incident.clean_fields(exclude={field.name for field in incident._meta.fields} - typed)
    except ValidationError as wrong:
        raise Invalid({name: texts[0] for name, texts in wrong.message_dict.items()}) from None


def _check_allowed(incident: Incident, by: User, rule: Rule) -> Posting:
    if incident.state not in rule.before:
        raise NotAllowed(
            _("“%(action)s” cannot be done while the incident stands at “%(state)s”.")
            % {"action": rule.action.label, "state": State(incident.state).label}
        )
    posting = queries.posting_under(incident, by, rule)
    if posting is None:
        raise NotAllowed(_("None of your postings permits this step."))
    if not queries.person_fits(incident, by, rule):
        raise NotAllowed(
            _("A look-back is done by someone who neither handled nor verified the incident.")
            if rule.third_person
            else _("Whoever handled an incident cannot verify it.")
        )
    if rule.action in queries.LOOK_BACKS and queries.pending_look_back(incident) is None:
        raise NotAllowed(_("No look-back is due for this incident."))
    return posting


def _check_needs(incident: Incident, act: Act) -> None:
    wrong: dict[str, str] = {}
    if "note" in act.rule.needs and not act.note:
        wrong["note"] = _("Please write a few words.")
    if "photo" in act.rule.needs and not act.photos:
        wrong["photos"] = _("Please add at least one photo.")
    if "target" in act.rule.needs:
        wrong |= _check_target(incident, act)
    if wrong:
        raise Invalid(wrong)


def _check_target(incident: Incident, act: Act) -> dict[str, str]:
    if (act.target_grid is None) == (act.target_unit is None):
        return {"target": _("Choose a town or a department.")}
    if act.target_grid is not None:
        fits = act.target_grid in queries.dispatch_grids(incident)
    else:
        fits = queries.dispatch_units(incident).filter(pk=act.target_unit.pk).exists()  # type: ignore[union-attr]
    return {} if fits else {"target": _("This incident cannot be dispatched there.")}


# ---- the change


def _apply(incident: Incident, act: Act) -> Step:
    """Change the locked incident, write its step, its look-back and the ledger entry."""
    rule, before = act.rule, incident.state
    reaches_desk = _pass_on(incident, act)
    incident.state = state_after(rule.action, reaches_desk=reaches_desk)
    if rule.starts_clock:
        incident.due_at = _deadline(incident, act.at)
    _mark(incident, act)
    incident.version += 1
    incident.save()
    step = _write_step(incident, act, before=before)
    if rule.action in queries.LOOK_BACKS:
        _finish_look_back(incident, step)
    if incident.state == State.CLOSED and rule.action == Action.CLOSE:
        _plan_look_back(incident, step)
    return step


def _pass_on(incident: Incident, act: Act) -> bool:
    """Give the incident to its next holder; whether it reached the command centre."""
    grid, unit = incident.holder_grid, incident.holder_unit
    reaches_desk = False
    match act.rule.holder:
        case Holder.TARGET:
            grid, unit = act.target_grid, act.target_unit
        case Holder.DESK:
            grid, unit = None, command_centre(incident.grid_now_id)
        case Holder.UPPER:
            grid, unit = queries.upper_holder(incident)
            reaches_desk = unit is not None
        case Holder.PLACE:
            grid, unit = upper_at(incident.grid_now_id, SUBGRID_LEVEL) or incident.grid_now, None
    if grid is None and unit is None:
        raise Invalid({"": _("The district has no command centre to pass this to.")})
    incident.holder_grid, incident.holder_unit = grid, unit
    return reaches_desk


def _deadline(incident: Incident, start: datetime) -> datetime:
    rule = queries.deadline_rule(incident.category, incident.severity)
    if rule is None:
        raise Invalid({"": _("No deadline rule covers this category and severity.")})
    days = queries.calendar_for(start, rule.amount)
    return deadlines.due(start, rule.amount, rule.clock, days)


def _mark(incident: Incident, act: Act) -> None:
    """Who and when, as the act leaves them on the incident."""
    match act.rule.action:
        case Action.FILE:
            incident.filed_at = act.at
        case Action.DISPATCH:
            incident.dispatched_at = act.at
        case Action.ACCEPT:
            incident.handler = act.by
        case Action.SETTLE:
            incident.handler, incident.fed_back_at, incident.settled_on_spot = act.by, act.at, True
        case Action.FEED_BACK:
            incident.handler, incident.fed_back_at = act.by, act.at
        case Action.RETURN:
            incident.verifier = act.by
            incident.rework_count += 1
        case Action.CLOSE:
            incident.verifier, incident.closed_at = act.by, act.at
        case Action.LOOK_BACK_FAIL:
            incident.closed_at = None
            incident.reopened_count += 1


def _write_step(incident: Incident, act: Act, *, before: str) -> Step:
    """The step, its photos and the one ledger entry of the act."""
    step = Step.objects.create(
        incident=incident,
        number=incident.version,
        action=act.rule.action,
        before=before,
        after=incident.state,
        by=act.by,
        posting=act.posting,
        at=act.at,
        holder_grid=incident.holder_grid,
        holder_unit=incident.holder_unit,
        note=act.note,
        due_at=incident.due_at,
        key=act.key,
    )
    files = [photo if isinstance(photo, StoredFile) else store_image(photo) for photo in act.photos]
    unique = {file.pk: file for file in files}
    StepPhoto.objects.bulk_create(StepPhoto(step=step, file=file) for file in unique.values())
    record(
        Draft(
            app="incidents",
            action=act.rule.action.value,
            subject=Subject(type="incidents.incident", id=str(incident.pk), label=incident.number),
            actor=actor(act.by, act.posting),
            at=act.at,
            place=place(incident.grid_now),
            payload={
                "step": step.number,
                "before": before,
                "after": incident.state,
                "holder": incident.holder.code,
                "category": incident.category.code,
                "severity": incident.severity,
                "due_at": incident.due_at.isoformat() if incident.due_at else None,
                "note": act.note,
                "photos": [file.sha256 for file in unique.values()],
            },
        )
    )
    return step


def _plan_look_back(incident: Incident, step: Step) -> None:
    days = look_back_after(incident.severity, incident.number)
    if days is not None:
        due_on = timezone.localtime(step.at).date() + timedelta(days=days)
        LookBack.objects.create(incident=incident, closing_step=step, due_on=due_on)


def _finish_look_back(incident: Incident, step: Step) -> None:
    look_back = queries.pending_look_back(incident)
    if look_back is not None:  # _check_allowed saw to it
        look_back.done_step, look_back.passed = step, step.action == Action.LOOK_BACK_PASS
        look_back.save(update_fields=["done_step", "passed"])


# ---- numbers and keys


def _step_of(key: str, by: User) -> Step | None:
    return Step.objects.select_related("incident").filter(key=key, by_id=by.pk).first()


def _lock_numbers() -> None:
    """One number at a time. SQLite's transaction is immediate, so that it holds the write lock already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])


def _next_number(at: datetime) -> str:
    """YYYY-MM-NNNN of the month, in order of reporting; called under ``_lock_numbers``."""
    month = f"{timezone.localtime(at):%Y-%m}-"
    last = (
        Incident.objects.filter(number__startswith=month)
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{month}{int(last.removeprefix(month)) + 1 if last else 1:04d}"
