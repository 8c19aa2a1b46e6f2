"""What has been recorded on the result of a plan: while there is nothing, it can be rolled back."""

from __future__ import annotations

from grids.dated import batches
from grids.models import Plan
from grids.queries import below
from grids.restructuring.parts import parts
from ledgers.models import Entry

# What is entered about a grid without resting on where it lies.
NOT_RESTING = {
    ("people", "login"), ("people", "logout"), ("people", "login_failed"), ("people", "set_password"),
    ("people", "export"), ("grids", "export"), ("incidents", "export"), ("inspections", "export"),
    ("ledgers", "export"),
}  # fmt: skip


def touched_by(plan: Plan) -> set[int]:
    """Grids that are not what they were because of an applied plan, and all below them today."""
    undo = plan.undo or {}
    own = {*undo["opened"], *undo["closed"]}
    own |= {pk for pk, *_rest in (*undo["parents"], *undo["names"])}
    return own | set(below(own).values_list("descendant_id", flat=True))


def recorded_on(plan: Plan, *, most: int = 5) -> list[str]:
    """What was recorded since a plan was applied on what it touched, as words: about grids, oldest first,
    then what the rooms above know."""
    since = plan.applied_at or plan.planned_at
    undo = plan.undo or {}
    found: list[str] = []
    for keys in batches(touched_by(plan)):
        entries = Entry.objects.filter(at__gt=since, grid_id__in=keys).order_by("at", "id")
        for app, action in NOT_RESTING:
            entries = entries.exclude(app=app, action=action)
        found += [f"{one.action_label} {one.subject_label}" for one in entries[: most - len(found)]]
        if len(found) >= most:
            return found
    for part in parts():
        found += part.recorded(undo["opened"], since=since)
        if undo["parts"].get(part.key) is not None:
            found += part.recorded_on_own(undo["parts"][part.key], since=since)
    return found[:most]
