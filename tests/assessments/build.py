"""Incidents and visits for assessment tests: only what an indicator reads."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from assessments.rules import ZONE
from grids.models import Grid
from incidents.models import Category, Incident, LookBack, Step
from incidents.rules import Action, State
from inspections.models import Checklist, Visit
from people.models import Posting, User
from tests import factories

_n = count(1)


def at(month: int, day: int, hour: int = 10, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE)


def someone() -> User:
    return User.objects.filter(username="maker").first() or factories.person(username="maker", name="张三")


def incident(grid: Grid, **fields: Any) -> Incident:
    """An incident of a category of its own room; times as given, nothing worked out."""
    category, _made = Category.objects.get_or_create(
        code="101", defaults={"name": "施工扬尘", "name_en": "Dust"}
    )
    closed = fields.get("closed_at") is not None
    given = {"reported_at": at(3, 1), "state": State.CLOSED if closed else State.HANDLING, **fields}
    return Incident.objects.create(
        number=f"T-{next(_n):05}",
        category=category,
        grid=grid,
        grid_now=grid,
        holder_grid=grid,
        reporter=someone(),
        description="裸土未覆盖",
        **given,
    )


def visit(site: Grid, when: datetime) -> Visit:
    checklist, _made = Checklist.objects.get_or_create(
        site_kind="enterprise", defaults={"name": "企业检查表"}
    )
    person = someone()
    posting = Posting.objects.filter(person=person).first() or factories.posting(
        person, "worker", grid=site.parent
    )
    return Visit.objects.create(site=site, by=person, posting=posting, at=when, checklist=checklist)


def look_back(case: Incident, when: datetime, *, passed: bool) -> LookBack:
    steps = [
        Step.objects.create(
            incident=case, number=number, action=action, after=case.state, by=someone(), at=moment,
            holder_grid=case.grid,
        )
        for number, action, moment in (
            (1, Action.CLOSE, case.closed_at or when),
            (2, Action.LOOK_BACK_PASS if passed else Action.LOOK_BACK_FAIL, when),
        )
    ]  # fmt: skip
    return LookBack.objects.create(
        incident=case, due_on=when.date(), closing_step=steps[0], done_step=steps[1], passed=passed
    )
