"""What was recorded on units and postings of a plan stands in the way of rolling it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid
from grids import actions
from grids.models import Grid, Plan, PlanState
from people.actions import change_unit, end_posting, post
from people.models import Posting, Role, Unit
from tests import factories
from tests.grids.restructuring.build import Book, District, snapshot


@pytest.fixture
def plan(district: District, book: Book) -> Plan:
    """Opens a unit, renames the team, ends the worker's posting and posts the patrol officer in the new unit.

    No grid is touched.
    """
    next(row for row in book.units if row[0] == district.places.team.code)[2] = "巡查一队"
    book.units.append(["U-NEW", "工作组", "第一工作组", "", district.root.code])
    book.postings[:] = [row for row in book.postings if row[0] != "worker"]
    book.postings.append(["patrol", "", "部门经办人", "", "U-NEW"])
    return district.carry_out(book)


def unit_named_again(d: District) -> None:
    change_unit(d.places.team.pk, name="巡查大队", name_en="", closed_on=None, by=d.cast.administrator)


def posted_into_the_new_unit(d: District) -> None:
    unit = Unit.objects.get(code="U-NEW")
    post(factories.person(), Role.DEPARTMENT_OFFICER, unit=unit, by=d.cast.administrator)


def posted_again_where_the_plan_ended_it(d: District) -> None:
    post(d.cast.worker, Role.WORKER, grid=d.places.subgrid, by=d.cast.administrator)


def new_posting_ended(d: District) -> None:
    posting = Posting.objects.get(unit__code="U-NEW")
    tomorrow = timezone.localdate() + timedelta(days=1)
    end_posting(posting.pk, on=tomorrow, by=d.cast.administrator)


def new_unit_holds_a_case(d: District) -> None:
    case = factories.incident(d.places, d.cast, grid=d.places.sibling_subgrid, by=d.cast.sibling)
    type(case).objects.filter(pk=case.pk).update(holder_unit=Unit.objects.get(code="U-NEW"), holder_grid=None)


@pytest.mark.parametrize(
    "change",
    [
        unit_named_again,
        posted_into_the_new_unit,
        posted_again_where_the_plan_ended_it,
        new_posting_ended,
        new_unit_holds_a_case,
    ],
)
def test_it_cannot_be_rolled_back_then(
    district: District, plan: Plan, change: Callable[[District], None]
) -> None:
    change(district)
    before = snapshot()
    with pytest.raises(Invalid):
        actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    plan.refresh_from_db()
    assert (plan.state, snapshot()) == (PlanState.APPLIED, before)


def test_what_was_recorded_is_named(district: District, plan: Plan) -> None:
    posted_into_the_new_unit(district)
    person = Posting.objects.latest("id").person
    with pytest.raises(Invalid, match=person.name):
        actions.roll_back_plan(plan.pk, by=district.cast.administrator)


def test_what_happens_to_other_people_and_units_does_not_matter(district: District, plan: Plan) -> None:
    p, by = district.places, district.cast.administrator
    change_unit(p.department.pk, name="执法支队", name_en="", closed_on=None, by=by)
    post(factories.person(), Role.WORKER, grid=p.sibling_subgrid, by=by)
    post(district.cast.sibling, Role.WORKER, grid=p.subgrid, by=by)
    actions.roll_back_plan(plan.pk, by=by)
    assert Unit.objects.get(code="U-NEW").never_was
    assert Grid.objects.filter(closed_on__isnull=False).count() == 0
    assert Posting.objects.filter(person=district.cast.worker, valid_to__isnull=True).count() == 1
