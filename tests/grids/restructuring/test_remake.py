"""A plan that goes no further is made anew; the ledger tells what became of the old one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from common.errors import Invalid
from grids import actions
from grids.models import Plan, PlanState
from ledgers.models import Entry
from tests.grids.restructuring.build import Book, District, told

GOES_ON = (PlanState.PLANNED, PlanState.APPROVED, PlanState.APPLIED, PlanState.WITHDRAWN)


def plan_in(district: District, book: Book, state: PlanState) -> Plan:
    book.row(district.places.other_town.code)[1] = "郑港办"
    plan = district.plan(book)
    if state in (PlanState.APPROVED, PlanState.APPLIED):
        plan = actions.approve_plan(plan.pk, by=district.second)
    if state == PlanState.APPLIED:
        plan = actions.apply_plan(plan.pk, by=district.second)
    if state == PlanState.WITHDRAWN:
        plan = actions.withdraw_plan(plan.pk, by=district.second)
    assert plan.state == state
    return plan


def said(plan: Plan) -> list[str]:
    entries = Entry.objects.filter(subject_type="grids.plan", subject_id=str(plan.pk)).order_by("id")
    return list(entries.values_list("action", flat=True))


@pytest.mark.parametrize("state", GOES_ON)
def test_a_plan_that_can_go_on_or_has_done_is_not_remade(
    district: District, book: Book, state: PlanState
) -> None:
    plan = plan_in(district, book, state)
    entries = Entry.objects.count()
    with pytest.raises(Invalid):
        actions.remake_plan(plan.pk, by=district.second)
    plan.refresh_from_db()
    assert (plan.state, Plan.objects.count(), Entry.objects.count()) == (state, 1, entries)


def test_nor_by_an_address_without_a_button(district: District, book: Book, client) -> None:
    plan = plan_in(district, book, PlanState.APPROVED)
    client.force_login(district.second)
    client.post(reverse("grids:plan_act", args=[plan.pk, "remake"]))
    plan.refresh_from_db()
    assert plan.state == PlanState.APPROVED


def test_one_with_objections_is_withdrawn_with_an_entry_of_its_own(district: District, book: Book) -> None:
    book.row(district.places.village.code)[1] = ""
    old = district.plan(book)
    new = actions.remake_plan(old.pk, by=district.second)
    old.refresh_from_db()
    assert old.state == PlanState.WITHDRAWN
    assert (said(old), said(new)) == (["plan", "withdraw_plan"], ["plan"])
    entry = Entry.objects.get(action="withdraw_plan")
    assert entry.actor == district.second
    assert f'"remade_as":{new.pk}' in entry.payload


def test_what_was_wrong_with_a_cell_is_wrong_when_the_plan_is_made_anew(
    district: District, book: Book
) -> None:
    book.row(district.places.village.code)[1] = ""
    old = district.plan(book)
    new = actions.remake_plan(old.pk, by=district.second)
    assert new.state == PlanState.OBJECTED
    assert told(new) == told(old) != []
