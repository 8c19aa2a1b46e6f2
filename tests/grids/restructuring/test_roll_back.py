"""While nothing has been recorded on its result, a plan can be taken back as if it had never been."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions, queries
from grids.check import damages
from grids.models import Grid, PlanState
from incidents.models import Incident
from people.actions import note_login, post
from people.models import Role, User
from tests import factories
from tests.grids.restructuring.build import Book, District, as_it_is, snapshot, told, without_postings


def everything(district: District, book: Book) -> Book:
    """One operation of nearly every kind."""
    p = district.places
    book.drop(p.other_village.code, p.sibling_subgrid.code)
    book.row(p.village.code)[4] = p.other_village.code
    book.row(p.subgrid.code)[4] = p.sibling_subgrid.code
    book.row(p.other_subgrid.code)[3] = p.village.code
    book.row(p.other_subgrid.code)[1] = "改名网格"
    book.add(["newtown", "新镇", 2, district.root.code])
    book.add(["newvillage", "新村", 3, "newtown"])
    book.add(["half", "半网格", 4, "newvillage", f"{p.other_subgrid.code}:0.5"])
    renumbered = book.row(p.town.code)
    renumbered[0], renumbered[4] = "410173111", p.town.code
    book.row(p.village.code)[3] = "410173111"
    book.units[:] = [row for row in book.units if row[0] != p.team.code]
    book.units.append(["group", "工作组", "第一工作组", "", "newtown"])
    for row in book.units:
        row[4] = "410173111" if row[4] == p.town.code else row[4]
    book.unpost(p.team.code, p.other_village.code, p.sibling_subgrid.code)
    for row in book.postings:
        row[3] = "410173111" if row[3] == p.town.code else row[3]
    book.postings.append(["patrol", "", "部门经办人", "", "group"])
    book.sheets["层级名称"] = [["层级", "名称"], [2, "一级网格"]]
    return book.lead("chief", "newtown").lead("sibling", "newvillage").lead("sibling", "half")


def test_everything_is_as_it_was(district: District, book: Book) -> None:
    before = snapshot()
    plan = district.carry_out(everything(district, book))
    assert snapshot() != before
    assert damages() == []
    plan = actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    assert plan.state == PlanState.ROLLED_BACK
    assert damages() == []
    assert snapshot() == before
    again = district.plan(as_it_is(district.root))
    assert (again.operations, again.objections) == ([], [])


def test_the_same_workbook_can_be_planned_and_applied_again(district: District, book: Book) -> None:
    plan = district.carry_out(everything(district, book))
    after, grids = snapshot(), Grid.objects.count()
    actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    again = actions.remake_plan(plan.pk, by=district.cast.administrator)
    assert told(again) == []
    district.apply(again)
    assert damages() == []
    assert Grid.objects.count() == grids  # the same rows again, not more of them
    assert snapshot()["lineage"] == after["lineage"]
    assert snapshot()["names"] == after["names"]


def test_open_work_is_given_back_as_a_step(district: District, book: Book) -> None:
    p, cast = district.places, district.cast
    case = factories.incident(p, cast, grid=p.sibling_subgrid, by=cast.sibling)
    plan = district.carry_out(everything(district, book))
    assert Incident.objects.get(pk=case.pk).holder_grid == p.subgrid
    actions.roll_back_plan(plan.pk, by=cast.administrator)
    case = Incident.objects.get(pk=case.pk)
    assert (case.holder_grid, case.grid_now) == (p.sibling_subgrid, p.sibling_subgrid)
    assert list(case.steps.values_list("action", flat=True)) == ["report", "pass_on", "pass_on"]
    assert case.version == 3


def test_not_once_something_was_recorded(district: District, book: Book) -> None:
    p, cast = district.places, district.cast
    plan = district.carry_out(everything(district, book))
    worker = User.objects.get(pk=cast.worker.pk)
    case = factories.incident(p, cast, by=worker)
    before = snapshot()
    with pytest.raises(Invalid, match=case.number):
        actions.roll_back_plan(plan.pk, by=cast.administrator)
    assert snapshot() == before
    plan.refresh_from_db()
    assert plan.state == PlanState.APPLIED


def test_a_posting_given_since_is_something_recorded(district: District, book: Book) -> None:
    plan = district.carry_out(everything(district, book))
    new = Grid.objects.get(code="half")
    post(factories.person(), Role.WORKER, grid=new, by=district.cast.administrator)
    with pytest.raises(Invalid):
        actions.roll_back_plan(plan.pk, by=district.cast.administrator)


def test_logging_in_is_nothing_recorded(district: District, book: Book) -> None:
    plan = district.carry_out(everything(district, book))
    note_login(User.objects.get(pk=district.cast.village_leader.pk))
    actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    assert damages() == []


def test_not_once_the_tree_was_changed(district: District, book: Book) -> None:
    plan = district.carry_out(everything(district, book))
    actions.open_grid(code="late", name="x", parent_id=district.places.village.pk, by=factories.SYSTEM)
    with pytest.raises(StaleVersion):
        actions.roll_back_plan(plan.pk, by=district.cast.administrator)


def test_not_twice_and_not_what_was_never_applied(district: District, book: Book) -> None:
    plan = district.plan(everything(district, book))
    with pytest.raises(Invalid):
        actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    district.apply(plan)
    actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    with pytest.raises(Invalid):
        actions.roll_back_plan(plan.pk, by=district.cast.administrator)


def test_only_an_administrator_rolls_back(district: District, book: Book) -> None:
    plan = district.carry_out(everything(district, book))
    for who in ("chief", "town_leader", "viewer"):
        with pytest.raises(NotAllowed):
            actions.roll_back_plan(plan.pk, by=getattr(district.cast, who))


def test_days_later_it_still_never_was(
    district: District, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot()
    plan = district.carry_out(without_postings(merged(district, book)))
    later = timezone.localdate() + timedelta(days=3)
    monkeypatch.setattr(timezone, "localdate", lambda *a: later)
    actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    assert snapshot() == before
    assert damages() == []
    assert queries.ancestors(district.places.other_site.pk)[2] == district.places.other_village


def merged(district: District, book: Book) -> Book:
    p = district.places
    book.drop(p.other_village.code).row(p.village.code)[4] = p.other_village.code
    book.row(p.other_subgrid.code)[3] = p.village.code
    return book
