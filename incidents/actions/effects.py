"""What an act changes: the locked incident, its step, what hangs on it, and the one ledger entry."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids.queries import place, upper_at
from grids.rules import SUBGRID_LEVEL
from incidents import queries
from incidents.actions import clock
from incidents.actions.act import Act
from incidents.models import ClockRequest, Incident, JointPart, LookBack, Step, StepPhoto
from incidents.rules import WORKFLOW, Action, Holder, Request, State, look_back_after, state_after
from ledgers.actions import Draft, Subject, record
from ledgers.files import store_image
from ledgers.models import StoredFile
from people.queries import actor, command_centre


def apply(incident: Incident, act: Act) -> Step:
    """Change the locked incident, write its step, what hangs on it and the ledger entry."""
    before = incident.state
    waiting = queries.pending_request(incident)
    reaches_desk = _pass_on(incident, act)
    incident.state = state_after(act.rule.action, before, reaches_desk=reaches_desk)
    clock.turn(incident, act.rule.clock, at=act.at, asked=waiting)
    _mark(incident, act)
    incident.version += 1
    incident.save()
    step = write_step(incident, act, before=before)
    _decide(incident, step, waiting)
    _hang_on(incident, act, step)
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


def _mark(incident: Incident, act: Act) -> None:
    """Who and when, as the act leaves them on the incident."""
    match act.rule.action:
        case Action.FILE:
            incident.filed_at = act.at
        case Action.DISPATCH | Action.TRANSFER | Action.ENFORCE:
            incident.dispatched_at = act.at
        case Action.ACCEPT:
            incident.handler = act.by
        case Action.SETTLE:
            incident.handler, incident.fed_back_at, incident.settled_on_spot = act.by, act.at, True
        case Action.FEED_BACK | Action.OUTCOME:
            incident.handler, incident.fed_back_at = act.by, act.at
        case Action.RETURN:
            incident.verifier = act.by
            incident.rework_count += 1
        case Action.CLOSE:
            incident.verifier, incident.closed_at = act.by, act.at
        case Action.LOOK_BACK_FAIL | Action.REOPEN:
            incident.closed_at = None
            incident.reopened_count += 1
        case Action.MERGE:
            incident.merged_into = act.original
        case Action.URGE:
            incident.urged_count += 1
        case Action.EXTEND:
            incident.extended_count += 1
        case Action.SUPERVISE:
            incident.supervisor = act.by


def write_step(incident: Incident, act: Act, *, before: str) -> Step:
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
        document_number=act.document_number,
        outcome=act.outcome,
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
            }
            | _particulars(act),
        )
    )
    return step


def _particulars(act: Act) -> dict[str, str | int]:
    """What only some acts have, as the entry names it."""
    helper = act.helper.helper if act.helper else None
    if act.rule.action is Action.JOIN:
        helper = act.target_grid or act.target_unit
    given: dict[str, str | int] = {
        "document_number": act.document_number,
        "outcome": str(act.outcome),
        "original": act.original.number if act.original else "",
        "helper": helper.code if helper else "",
        "amount": act.amount or 0,
    }
    return {name: value for name, value in given.items() if value}


# ---- what hangs on a step


def _decide(incident: Incident, step: Step, waiting: ClockRequest | None) -> None:
    """Answer the waiting request, or let it lapse where the incident is out of its holder's hands."""
    if waiting is None:
        return
    granted = WORKFLOW[Action(step.action)].grants
    if granted is None and step.action != Action.REFUSE and incident.state == State.HANDLING:
        return
    waiting.decided_step, waiting.granted = step, waiting.kind == granted
    waiting.save(update_fields=["decided_step", "granted"])


def _hang_on(incident: Incident, act: Act, step: Step) -> None:
    match act.rule.action:
        case Action.ASK_EXTENSION:
            ClockRequest.objects.create(
                incident=incident, kind=Request.EXTENSION, amount=act.amount, asked_step=step
            )
        case Action.ASK_SUSPENSION:
            ClockRequest.objects.create(incident=incident, kind=Request.SUSPENSION, asked_step=step)
        case Action.JOIN:
            JointPart.objects.create(
                incident=incident, grid=act.target_grid, unit=act.target_unit, asked_step=step
            )
        case Action.PART_DONE:
            _end_part(queries.part_of(incident, act.posting), step, done=True)
        case Action.RELEASE:
            _end_part(act.helper, step, done=False)
        case Action.LOOK_BACK_PASS | Action.LOOK_BACK_FAIL:
            _finish_look_back(incident, step)
        case Action.CLOSE:
            _plan_look_back(incident, step)
        case Action.REOPEN:
            # Handled anew, it is looked back at after its next closing.
            LookBack.objects.filter(incident=incident, done_step__isnull=True).delete()


def _end_part(part: JointPart | None, step: Step, *, done: bool) -> None:
    if part is not None:  # check_needs and queries.posting_under saw to it
        part.ended_step, part.done = step, done
        part.save(update_fields=["ended_step", "done"])


def _plan_look_back(incident: Incident, step: Step) -> None:
    days = look_back_after(incident.severity, incident.number)
    if days is not None:
        due_on = timezone.localtime(step.at).date() + timedelta(days=days)
        LookBack.objects.create(incident=incident, closing_step=step, due_on=due_on)


def _finish_look_back(incident: Incident, step: Step) -> None:
    look_back = queries.pending_look_back(incident)
    if look_back is not None:  # queries.lacks saw to it
        look_back.done_step, look_back.passed = step, step.action == Action.LOOK_BACK_PASS
        look_back.save(update_fields=["done_step", "passed"])
