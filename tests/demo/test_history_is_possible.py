"""Every generated incident is walked again: all by the table, a sample by the real actions."""

from itertools import groupby

import pytest

from demo.history.staged import STAGES
from incidents import actions
from incidents.models import Incident, LookBack, Step
from incidents.rules import WORKFLOW, Action, Clockwork, Holder, State, state_after
from people.models import Unit
from people.rules import Relation, rights

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("demo"),
]

SAMPLE = 60
LATER = {word.partition(" ")[0] for stage in STAGES for word in stage.later}
SAME = (
    "state", "version", "holder_grid_id", "holder_unit_id", "handler_id", "verifier_id", "reported_at",
    "filed_at", "dispatched_at", "fed_back_at", "closed_at", "due_at", "rework_count", "reopened_count",
    "settled_on_spot",
)  # fmt: skip


def walks() -> list[list[Step]]:
    steps = (
        Step.objects.select_related("posting").prefetch_related("photos").order_by("incident_id", "number")
    )
    return [list(rows) for _, rows in groupby(steps, key=lambda step: step.incident_id)]


def test_every_step_obeys_the_table_and_leads_to_where_the_incident_stands():
    centre = Unit.objects.get(kind="command_centre").pk
    incidents = Incident.objects.in_bulk()
    for steps in walks():
        incident, last = incidents.pop(steps[0].incident_id), steps[-1]
        assert (incident.state, incident.version) == (last.after, last.number)
        held = (last.holder_grid_id, last.holder_unit_id)
        assert (incident.holder_grid_id, incident.holder_unit_id) == held
        first = steps[0]
        assert (first.action, first.before, first.number) == (Action.REPORT, "", 1)
        assert first.note
        for before, step in zip(steps, steps[1:], strict=False):
            rule = WORKFLOW[Action(step.action)]
            what = f"{step.incident_id}#{step.number} {step.action}"
            assert step.number == before.number + 1, what
            assert step.before == before.after, what
            assert State(step.before) in rule.before, what
            reached = step.holder_unit_id == centre
            assert step.after == state_after(rule.action, step.before, reaches_desk=reached), what
            assert step.at >= before.at, what
            assert step.note or "note" not in rule.needs, what
            assert len(step.photos.all()) > 0 or "photo" not in rule.needs, what
            assert (step.due_at is not None) or rule.clock is not Clockwork.STARTS, what
            held = (step.holder_grid_id, step.holder_unit_id)
            if rule.holder is Holder.KEEP:
                assert held == (before.holder_grid_id, before.holder_unit_id), what
            if rule.holder is Holder.DESK:
                assert held == (None, centre), what
            assert step.posting is not None, what
            given = set().union(*(rights(step.posting.role, relation) for relation in Relation))
            assert rule.right in given, what
    assert not incidents  # each has been walked


def test_numbers_count_through_each_month_in_order_of_reporting():
    rows = Incident.objects.order_by("reported_at", "pk").values_list("number", flat=True)
    for month, numbers in groupby(rows, key=lambda number: number[:8]):
        assert [int(n[8:]) for n in numbers] == list(
            range(1, len(Incident.objects.filter(number__startswith=month)) + 1)
        )


def test_the_real_actions_take_the_same_way():
    """A sample told again through incidents.actions, each act with its own person and time, ends the same."""
    seen: set[str] = set()
    done: set[str] = set()
    chosen: list[list[Step]] = []
    for steps in reversed(walks()):
        kinds = {str(step.action) for step in steps}
        done |= kinds
        if kinds & LATER:
            continue  # done by the real actions already
        if kinds - seen or (len(chosen) < SAMPLE and steps[0].incident_id % 71 == 0):
            chosen.append(steps)
            seen |= kinds
    assert done == {action.value for action in WORKFLOW}
    assert seen == done - LATER
    for steps in chosen:
        told = Incident.objects.get(pk=steps[0].incident_id)
        again = replay(told, steps)
        for name in SAME:
            assert getattr(again, name) == getattr(told, name), f"{told.number} {name}"
        theirs = LookBack.objects.filter(incident=told).count()
        assert LookBack.objects.filter(incident=again).count() == theirs, told.number


def replay(told: Incident, steps: list[Step]) -> Incident:
    # The look-back sample follows from the number, so the second telling takes the number over.
    number = told.number
    Incident.objects.filter(pk=told.pk).update(number=f"x{number}")
    first = steps[0]
    again = actions.report(
        by=first.by,
        grid=told.grid,
        category=told.category,
        severity=told.severity,
        source=told.source,
        description=told.description,
        photos=[photo.file for photo in first.photos.all()],
        at=first.at,
    )
    Incident.objects.filter(pk=again.pk).update(number=number)
    for step in steps[1:]:
        given = step.action == Action.DISPATCH
        done = actions.perform(
            again.pk,
            step.action,
            by=step.by,
            version=step.number - 1,
            note=step.note,
            photos=[photo.file for photo in step.photos.all()],
            at=step.at,
            target_grid=step.holder_grid if given else None,
            target_unit=step.holder_unit if given else None,
        )
        assert done.posting is not None
        assert done.posting.person_id == step.by_id
    return Incident.objects.get(pk=again.pk)
