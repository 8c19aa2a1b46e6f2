"""Restructuring: a plan is made, approved by another, applied on its day, and can be rolled back.

Each is one transaction and one ledger entry; incidents and postings that go along have entries of their own.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import rfc8785
from django.utils import timezone
from django.utils.translation import gettext as _

from common import workbooks
from common.errors import Invalid, NotAllowed, StaleVersion
from common.workbooks import Problem
from grids import queries
from grids.locks import tree_held, tree_lock
from grids.models import Grid, Plan, PlanSource, PlanState
from grids.restructuring import carry_out, planner, sheets
from grids.restructuring.carry_out import When
from grids.restructuring.operations import Operation
from grids.restructuring.parts import parts
from grids.restructuring.planner import Planned
from grids.restructuring.records import recorded_on
from grids.restructuring.state import State
from grids.restructuring.state import read as read_state
from grids.restructuring.target import Edit, Target, edited
from ledgers.actions import Actor, Draft, Subject, record
from ledgers.files import store_content
from ledgers.models import StoredFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAN, APPROVE = "administer", "approve_plan"


def plan_workbook(
    content: bytes, *, root_id: int, on: date, by: Any, title: str = "", note: str = ""
) -> Plan:
    """Plan the target state in a workbook; with objections the plan is kept, but cannot be approved.

    ``by`` is the person. Raises ``NotAllowed`` without the right over the district, ``Invalid`` on
    ``file`` for what is no workbook.
    """
    who = _actor(by, PLAN, root_id)
    target, problems = _read(content)
    with tree_held():
        file = store_content(content, content_type=XLSX, suffix=".xlsx")
        return _make(
            target.as_json(), target, problems, root_id=root_id, on=on, by=by, who=who, title=title,
            note=note, file=file,
        )  # fmt: skip


def _read(content: bytes) -> tuple[Target, list[Problem]]:
    """The target in a workbook, and what is wrong with its cells. Raises ``Invalid`` on ``file``."""
    try:
        target, book = sheets.read(io.BytesIO(content), [sheet for part in parts() for sheet in part.sheets])
    except workbooks.NotAWorkbook as fault:
        raise Invalid({"file": str(fault)}) from None
    for part in parts():
        share = part.read(book)
        if share is not None:
            target.more[part.key] = share
    return target, book.problems


def plan_edits(
    edits: Sequence[Edit], *, root_id: int, on: date, by: Any, title: str = "", note: str = "",
    more: Mapping[str, Any] | None = None,
) -> Plan:  # fmt: skip
    """Plan changes made in the tree by hand. ``more`` is what rooms above are to know, by their key.

    Raises ``NotAllowed``, and ``Invalid`` for a code that is not there.
    """
    who = _actor(by, PLAN, root_id)
    stored = {"edits": [asdict(edit) for edit in edits], "more": dict(more or {})}
    with tree_held():
        state = read_state(root_id)
        target = _target(stored, state)
        return _make(
            stored, target, [], root_id=root_id, on=on, by=by, who=who, title=title, note=note, state=state
        )


def remake_plan(plan_id: int, *, by: Any, on: date | None = None) -> Plan:
    """Plan the same target anew on the tree as it is now, of a plan that goes no further.

    One with objections is withdrawn, with an entry of its own: whoever looks that plan up in the ledger finds
    what became of it. ``on`` is another day of effect; by default the same, or today where that has passed.
    Raises ``NotAllowed``, and ``Invalid`` for a plan that can still go on: it is withdrawn first.
    """
    with tree_held():
        old = Plan.objects.select_for_update().get(pk=plan_id)
        who = _actor(by, PLAN, old.root_id)
        _check_state(old, PlanState.OBJECTED, PlanState.REFUSED, PlanState.ROLLED_BACK)
        state = read_state(old.root_id)
        target, problems = _target(old.target, state), list[Problem]()
        if old.file is not None:
            # What was wrong with its cells is still wrong.
            with old.file.file.open("rb") as file:
                target, problems = _read(file.read())
        plan = _make(
            old.target if old.file is None else target.as_json(), target, problems, root_id=old.root_id,
            on=on or max(old.effective_on, timezone.localdate()), by=by, who=who, title=old.title,
            note=old.note, file=old.file, state=state, remade_from=old,
        )  # fmt: skip
        if old.state == PlanState.OBJECTED:
            _withdraw(old, who, {"remade_as": plan.pk})
    return plan


def approve_plan(plan_id: int, *, by: Any) -> Plan:
    """Let a plan be applied on its day. Raises ``NotAllowed`` for whoever made it or lacks the right,
    ``Invalid`` where it cannot be approved, ``StaleVersion`` where the tree has changed since."""
    with tree_lock():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        who = _actor(by, APPROVE, plan.root_id)
        if plan.planned_by_id == by.pk:
            raise NotAllowed(_("Someone other than who made the plan must approve it."))
        _check_state(plan, PlanState.PLANNED)
        if not plan.operations:
            raise Invalid({"": _("This plan changes nothing: there is nothing to approve.")})
        refusal = _refusal(plan, queries.tree_version(_root(plan).tree_id))
        if refusal is None:
            plan.state, plan.approved_by, plan.approved_at = PlanState.APPROVED, by, timezone.now()
            plan.save(update_fields=["state", "approved_by", "approved_at"])
            _record(plan, "approve_plan", who, {})
        else:
            _refuse(plan, refusal, who)
    return _answer(plan, refusal)


def apply_plan(plan_id: int, *, by: Any | None = None) -> Plan:
    """Write an approved plan into the tree, from its day on. ``by`` None is the timetable: it acts for
    whoever approved.

    Raises ``NotAllowed``, ``Invalid`` before its day or in another state, ``StaleVersion`` where the tree
    has changed since, or what the plan asks for no longer leads to the operations approved; the plan is
    then refused, and nothing of it written.
    """
    with tree_lock():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        _check_state(plan, PlanState.APPROVED)
        who = (
            queries.actor_or_person(plan.approved_by, APPROVE, plan.root_id)
            if by is None
            else _actor(by, PLAN, plan.root_id)
        )
        if plan.effective_on > timezone.localdate():
            raise Invalid(
                {
                    "": _("This plan takes effect on %(day)s and cannot be applied before.")
                    % {"day": plan.effective_on.isoformat()}
                }
            )
        state = read_state(plan.root_id)
        refusal = _refusal(plan, state.version)
        if refusal is None:
            target = _target(plan.target, state)
            # Who approved need not administer people; who made the plan does, or it is to be made anew.
            planned = planner.plan(state, target, on=plan.effective_on, by=by or plan.planned_by)
            refusal = _drift(plan, planned)
        if refusal is None:
            _carry_out(plan, planned, target, by=by, who=who)
        else:
            _refuse(plan, refusal, who)
    return _answer(plan, refusal)


def refuse_plan(plan_id: int, *, why: str) -> Plan:
    """Refuse an approved plan that could not be written, so that it is not tried for ever.

    Acts for whoever approved, as the timetable does. Raises ``Invalid``.
    """
    with tree_held():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        _check_state(plan, PlanState.APPROVED)
        who = queries.actor_or_person(plan.approved_by, APPROVE, plan.root_id)
        _refuse(plan, _("Writing it failed, and nothing of it was written: %(why)s") % {"why": why}, who)
    return plan


def roll_back_plan(plan_id: int, *, by: Any) -> Plan:
    """Let an applied plan never have been, as long as nothing has been recorded on its result.

    Raises ``NotAllowed``, ``Invalid`` saying what has been recorded, ``StaleVersion`` where the tree has
    changed since.
    """
    with tree_lock():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        who = _actor(by, PLAN, plan.root_id)
        _check_state(plan, PlanState.APPLIED)
        root = _root(plan)
        version = queries.tree_version(root.tree_id)
        if version != plan.result_version:
            raise StaleVersion(
                _("The tree has been changed after this plan was applied. It can no longer be rolled back."),
                seen=plan.result_version or 0,
                now=version,
            )
        recorded = recorded_on(plan)
        if recorded:
            raise Invalid(
                {
                    "": _("Something has been recorded on the new grids already: %(what)s. A plan can be"
                          " rolled back only before.") % {"what": "; ".join(recorded)}
                }
            )  # fmt: skip
        now = timezone.now()
        when = When(by=who, on=plan.effective_on, at=now)
        carry_out.take_back(plan.undo or {}, tree_id=root.tree_id, when=when)
        plan.state, plan.rolled_back_by, plan.rolled_back_at = PlanState.ROLLED_BACK, by, now
        plan.save(update_fields=["state", "rolled_back_by", "rolled_back_at"])
        _record(plan, "roll_back_plan", who, {}, at=now)
    return plan


def withdraw_plan(plan_id: int, *, by: Any) -> Plan:
    """Give a plan up that was not applied. Raises ``NotAllowed``, ``Invalid``."""
    with tree_held():
        plan = Plan.objects.select_for_update().get(pk=plan_id)
        who = _actor(by, PLAN, plan.root_id)
        _check_state(plan, PlanState.OBJECTED, PlanState.PLANNED, PlanState.APPROVED)
        _withdraw(plan, who, {})
    return plan


# ---- helpers


def _actor(by: Any, right: str, root_id: int) -> Actor:
    return queries.actor(by, right, root_id)


def _root(plan: Plan) -> Grid:
    return Grid.objects.get(pk=plan.root_id)


def _target(stored: Mapping[str, Any], state: State) -> Target:
    """The target as stored; edits are made on the tree as it is now."""
    if "edits" not in stored:
        return Target.from_json(stored)
    try:
        rows = edited(
            state.rows(),
            [Edit(**edit) for edit in stored["edits"]],
            sites={site.code: site.name for site in state.sites},
        )
    except KeyError as missing:
        raise Invalid({"": _("The grid %(code)s is not in the tree.") % {"code": missing.args[0]}}) from None
    return Target(grids=rows, titles={"grids": _("Tree")}, more=dict(stored["more"]))


def _make(
    stored: Mapping[str, Any],
    target: Target,
    problems: Sequence[Problem],
    *,
    root_id: int,
    on: date,
    by: Any,
    who: Actor,
    title: str,
    note: str,
    file: StoredFile | None = None,
    state: State | None = None,
    remade_from: Plan | None = None,
) -> Plan:
    state = state or read_state(root_id)
    planned = planner.plan(state, target, on=on, by=by)
    objections = sorted([*problems, *planned.problems], key=lambda one: (one.sheet, one.row or 0, one.column))
    plan = Plan.objects.create(
        root_id=root_id,
        title=title.strip()[:120] or _("Restructuring of %(day)s") % {"day": on.isoformat()},
        note=note.strip()[:200],
        source=PlanSource.EDIT if "edits" in stored else PlanSource.WORKBOOK,
        file=file,
        effective_on=on,
        state=PlanState.OBJECTED if objections else PlanState.PLANNED,
        target=stored,
        operations=[one.as_json() for one in planned.operations],
        objections=[one.as_json() for one in objections],
        warnings=[one.as_json() for one in planned.warnings],
        summary=planned.summary,
        areas=planned.areas,
        base_version=state.version,
        digest=planned.digest,
        remade_from=remade_from,
        planned_by=by,
        planned_at=timezone.now(),
    )
    more = {"file": file.sha256 if file else None, "objections": len(objections)}
    _record(plan, "plan", who, more)
    return plan


def _carry_out(plan: Plan, planned: Planned, target: Target, *, by: Any | None, who: Actor) -> None:
    now = timezone.now()
    plan.undo = carry_out.carry_out(planned, target, When(by=who, on=plan.effective_on, at=now))
    plan.operations = [one.as_json() for one in planned.operations]  # with what follows, as of this day
    plan.summary, plan.areas = planned.summary, planned.areas
    plan.result_version = queries.tree_version(planned.outline.state.tree_id)
    plan.state, plan.applied_by, plan.applied_at = PlanState.APPLIED, by, now
    plan.save()
    _record(plan, "apply_plan", who, {"kinds": planned.summary["kinds"]}, at=now)


def _check_state(plan: Plan, *states: PlanState) -> None:
    if plan.state not in states:
        raise Invalid(
            {
                "": _("The plan stands at “%(state)s”; this cannot be done there.")
                % {"state": PlanState(plan.state).label}
            }
        )


def _refusal(plan: Plan, version: int) -> str | None:
    if version == plan.base_version:
        return None
    return _("The tree has been changed after this plan was made. Make the plan anew and look at it again.")


def _drift(plan: Plan, planned: Planned) -> str | None:
    """Why what the plan asks for is no longer what was approved, though the tree is the same."""
    if planned.problems:
        return _("There are objections now that there were not then: %(first)s") % {
            "first": planned.problems[0]
        }
    if planned.digest != plan.digest:
        return _("Units or postings have been changed after this plan was made. Make it anew.")
    return None


def _refuse(plan: Plan, refusal: str, who: Actor) -> None:
    plan.state, plan.refusal = PlanState.REFUSED, refusal
    plan.save(update_fields=["state", "refusal"])
    _record(plan, "refuse_plan", who, {"why": refusal})


def _withdraw(plan: Plan, who: Actor, payload: Mapping[str, Any]) -> None:
    plan.state = PlanState.WITHDRAWN
    plan.save(update_fields=["state"])
    _record(plan, "withdraw_plan", who, payload)


def _answer(plan: Plan, refusal: str | None) -> Plan:
    """The plan; a refusal is raised only now, after it was written."""
    if refusal is not None:
        now = queries.tree_version(_root(plan).tree_id)
        raise StaleVersion(refusal, seen=plan.base_version, now=now)
    return plan


def content_digest(operations: Sequence[Operation | Mapping[str, Any]]) -> str:
    """SHA-256 of all operations of a plan, what follows included, in their order."""
    rows = [one.as_json() if isinstance(one, Operation) else dict(one) for one in operations]
    return hashlib.sha256(rfc8785.dumps(rows)).hexdigest()


def _record(
    plan: Plan, action: str, who: Actor, payload: Mapping[str, Any], *, at: datetime | None = None
) -> None:
    root = _root(plan)
    record(
        Draft(
            app="grids",
            action=action,
            subject=Subject(type="grids.plan", id=str(plan.pk), label=str(plan)),
            actor=who,
            at=at or timezone.now(),
            place=queries.place(root),
            payload={
                "plan": plan.pk,
                "on": plan.effective_on.isoformat(),
                "digest": plan.digest,
                "operations": content_digest(plan.operations),
                "note": plan.note,
                **payload,
            },
        )
    )
