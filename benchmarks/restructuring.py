"""The worked example on the demo district: planned, applied, rolled back; against one action a grid."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from benchmarks.common import Line, scratch_database, timed
from grids import actions
from grids.check import damages
from grids.models import Grid, Plan
from ledgers.actions import Actor
from people.models import User

EXAMPLE = Path(settings.BASE_DIR) / "demo" / "data" / "restructuring-2018.xlsx"


def run(*, full: bool) -> list[Line]:
    """``full`` changes nothing: the demo district is one size."""
    with scratch_database():
        call_command("load_demo", stdout=StringIO())
        return _example(timezone.localdate())


def _example(today: date) -> list[Line]:
    root, admin = Grid.objects.get(level=1), User.objects.get(username="admin")
    content = EXAMPLE.read_bytes()
    planned = timed(lambda: actions.plan_workbook(content, root_id=root.pk, on=today, by=admin))
    plan = Plan.objects.latest("pk")
    actions.approve_plan(plan.pk, by=User.objects.get(username="chief"))
    applied = timed(lambda: actions.apply_plan(plan.pk, by=admin))
    sound()
    back = timed(lambda: actions.roll_back_plan(plan.pk, by=admin))
    sound()
    moves = [one for one in plan.operations if one["kind"] == "move" and one["level"] == 3]
    one_by_one = timed(lambda: _move_each(moves[:20]))
    tree = len([one for one in plan.operations if one["level"]])
    by_hand = one_by_one / len(moves[:20]) * tree
    return [
        Line(name=f"plan of {len(plan.operations):,} operations", seconds=planned),
        Line(name="… applied", seconds=applied, limit=5, ratio=by_hand / applied),
        Line(name="… rolled back", seconds=back),
        Line(name=f"one action a grid, worked out for {tree:,}", seconds=by_hand),
    ]


def _move_each(moves: list[dict[str, object]]) -> None:
    """Villages moved there and back by the single action, as long as there is no plan."""
    by = Actor(user_id=None, name="benchmark")
    towns = list(Grid.objects.filter(level=2, closed_on__isnull=True).values_list("pk", flat=True))
    for one in moves:
        village = Grid.objects.get(code=one["code"])
        target = next(pk for pk in towns if pk != village.parent_id)
        actions.move_grid(village.pk, parent_id=target, by=by)


def sound() -> None:
    if found := damages():
        raise AssertionError(found[:3])
