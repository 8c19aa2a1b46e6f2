"""A plan approved by another is applied whole, on its day, on the tree it was made for; else refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions, queries
from grids.check import damages
from grids.models import Boundary, Grid, LevelLabel, Plan, PlanState, Succession
from grids.tasks import apply_due_plans
from incidents.models import Step
from incidents.queries import actions_for, mine_to_act, visible_to
from ledgers.models import Entry
from people.models import Posting, Role
from tests import factories
from tests.grids.restructuring.build import (
    Book,
    District,
    as_it_is,
    box,
    snapshot,
    told,
    without_postings,
)

TODAY = timezone.localdate
WHOLE = Decimal(1)


def line(grid: Grid, on=None) -> list[str]:
    return [above.code for above in queries.ancestors(grid.pk, on=on)]


def merged(district: District, book: Book) -> Book:
    """The other village, with its sub-grid, passes into ours."""
    p = district.places
    book.drop(p.other_village.code).row(p.village.code)[4] = p.other_village.code
    book.row(p.other_subgrid.code)[3] = p.village.code
    return without_postings(book)


def test_it_is_applied_whole_and_the_past_stays(district: District, book: Book) -> None:
    p, before = district.places, line(district.places.other_site)
    entries = Entry.objects.count()
    plan = district.carry_out(merged(district, book))
    assert damages() == []
    assert plan.state == PlanState.APPLIED
    gone = Grid.objects.get(pk=p.other_village.pk)
    assert gone.closed_on == TODAY()
    heir = Succession.objects.get(predecessor=gone)
    assert (heir.successor_id, heir.share, heir.on) == (p.village.pk, WHOLE, TODAY())
    assert line(p.other_site)[1:3] == [p.town.code, p.village.code]
    assert line(p.other_site, on=TODAY() - timedelta(days=1)) == before
    said = list(Entry.objects.filter(app="grids").order_by("id").values_list("action", flat=True))
    assert said == ["plan", "approve_plan", "apply_plan"]
    assert Entry.objects.count() == entries + 3 + 1  # and one posting that ended


def test_what_was_applied_and_exported_plans_to_nothing(district: District, book: Book) -> None:
    district.carry_out(merged(district, book))
    again = district.plan(as_it_is(district.root))
    assert (again.operations, again.objections) == ([], [])


def test_boundaries_follow_and_the_old_ones_end(district: District, book: Book) -> None:
    p = district.places
    district.carry_out(merged(district, book))
    area = Boundary.objects.get(grid=p.village, valid_to__isnull=True)
    assert area.valid_from == TODAY()
    xs = [x for x, _y in area.geometry["coordinates"][0]]
    assert (min(xs), max(xs)) == (113.80, 113.90)
    assert Boundary.objects.get(grid=p.other_village).valid_to == TODAY()


def test_names_of_levels_change_from_the_day_on(district: District, book: Book) -> None:
    LevelLabel.objects.create(level=1, name="区", name_en="District", valid_from=factories.OPENED)
    book.sheets["层级名称"] = [["层级", "名称", "英文名称"], [1, "总网格", "Total grid"]]
    district.carry_out(book)
    assert queries.level_labels() == {1: "总网格"}
    assert queries.level_labels(on=TODAY() - timedelta(days=1)) == {1: "区"}


def test_rights_go_with_the_postings(district: District, book: Book) -> None:
    p, leader = (
        district.places,
        factories.User.objects.get(username=f"leads-{district.places.other_village.code}"),
    )
    assert visible(leader, p.other_subgrid)
    district.carry_out(merged(district, book))
    assert not visible(leader, p.other_subgrid)
    assert visible(district.cast.village_leader, p.other_subgrid)


def visible(user, grid: Grid) -> bool:
    fresh = factories.User.objects.get(pk=user.pk)  # postings are kept on the instance for a request
    return queries.in_scope(fresh).filter(pk=grid.pk).exists()


def test_open_work_passes_to_the_successor_as_a_step(district: District, book: Book) -> None:
    p, cast = district.places, district.cast
    reporter = factories.person(Role.WORKER, grid=p.other_subgrid)
    leader = factories.person(Role.LEADER, grid=p.other_subgrid)
    case = factories.incident(p, cast, grid=p.other_subgrid, by=reporter)
    case = factories.advance(case, ("escalate", leader))
    assert case.holder_grid == p.other_village
    district.carry_out(merged(district, book))
    case.refresh_from_db()
    assert (case.holder_grid, case.grid, case.grid_now) == (p.village, p.other_subgrid, p.other_subgrid)
    step = case.steps.latest("number")
    assert (step.action, step.number, step.holder_grid) == ("pass_on", case.version, p.village)
    assert Entry.objects.filter(app="incidents", action="pass_on", subject_label=case.number).count() == 1
    successor = factories.User.objects.get(pk=cast.village_leader.pk)
    assert mine_to_act(successor).filter(pk=case.pk).exists()
    assert {rule.action for rule in actions_for(case, successor)} == {"settle", "escalate"}


def test_a_case_at_a_closed_grid_is_seen_and_done_where_its_place_is_now(
    district: District, book: Book
) -> None:
    p, cast = district.places, district.cast
    case = factories.incident(p, cast, grid=p.subgrid, by=cast.worker)
    book.drop(p.subgrid.code).row(p.sibling_subgrid.code)[4] = p.subgrid.code
    district.carry_out(without_postings(book))
    case.refresh_from_db()
    assert (case.grid, case.grid_now, case.holder_grid) == (p.subgrid, p.sibling_subgrid, p.sibling_subgrid)
    heir = factories.User.objects.get(pk=cast.sibling.pk)
    assert visible_to(heir).filter(pk=case.pk).exists()
    assert factories.advance(case, ("escalate", heir)).holder_grid == p.village


def test_of_two_successors_the_case_goes_where_it_lies(district: District, book: Book) -> None:
    p, cast = district.places, district.cast
    case = factories.incident(p, cast, grid=p.subgrid, by=cast.worker, lon="113.85", lat="34.53")
    book.drop(p.subgrid.code)
    book.add(
        ["south", "南网格", 4, p.village.code, f"{p.subgrid.code}:0.8"],
        ["north", "北网格", 4, p.village.code, f"{p.subgrid.code}:0.2"],
    )
    book.unpost(p.subgrid.code).lead("leader", "south").lead("leader", "north")
    book.draw(south=box(113.84, 34.50, 113.86, 34.52), north=box(113.84, 34.52, 113.86, 34.54))
    district.carry_out(book)
    case.refresh_from_db()
    assert case.grid_now.code == "north"
    assert Succession.objects.filter(predecessor=p.subgrid).count() == 2


# ---- who and when


def test_it_needs_the_approval_of_someone_else(district: District, book: Book) -> None:
    plan = district.plan(merged(district, book))
    with pytest.raises(Invalid):
        actions.apply_plan(plan.pk, by=district.cast.administrator)
    with pytest.raises(NotAllowed):
        actions.approve_plan(plan.pk, by=district.cast.administrator)
    assert actions.approve_plan(plan.pk, by=district.cast.chief).approved_by == district.cast.chief


@pytest.mark.parametrize("who", ["town_leader", "dispatcher", "viewer", "worker", "former"])
def test_only_chief_leaders_and_administrators_approve(district: District, book: Book, who: str) -> None:
    plan = district.plan(merged(district, book))
    with pytest.raises(NotAllowed):
        actions.approve_plan(plan.pk, by=getattr(district.cast, who))


def test_not_before_its_day_and_then_by_the_timetable(
    district: District, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = TODAY() + timedelta(days=1)
    plan = district.plan(merged(district, book), on=tomorrow)
    actions.approve_plan(plan.pk, by=district.second)
    with pytest.raises(Invalid, match=tomorrow.isoformat()):
        actions.apply_plan(plan.pk, by=district.cast.administrator)
    apply_due_plans()
    assert Plan.objects.get().state == PlanState.APPROVED
    monkeypatch.setattr(timezone, "localdate", lambda *a: tomorrow)
    apply_due_plans()
    apply_due_plans()
    plan.refresh_from_db()
    assert (plan.state, plan.applied_by) == (PlanState.APPLIED, None)
    assert Grid.objects.get(pk=district.places.other_village.pk).closed_on == tomorrow
    entry = Entry.objects.get(app="grids", action="apply_plan")
    assert entry.actor == district.second  # whoever approved it answers for it


def test_postings_end_on_that_day_and_not_before(district: District, book: Book) -> None:
    p = district.places
    held = Posting.objects.get(grid=p.other_village, role=Role.LEADER)
    district.carry_out(merged(district, book))
    held.refresh_from_db()
    assert held.valid_to == TODAY()


# ---- changed since

CHANGES = {
    "a grid moved": lambda p: actions.move_grid(
        p.other_subgrid.pk, parent_id=p.village.pk, by=factories.SYSTEM
    ),
    "a grid renamed": lambda p: actions.rename_grid(p.town.pk, name="新名", by=factories.SYSTEM),
    "a grid opened": lambda p: actions.open_grid(
        code="x", name="x", parent_id=p.village.pk, by=factories.SYSTEM
    ),
    "a grid merged": lambda p: actions.merge_grid(
        p.sibling_subgrid.pk, into_id=p.subgrid.pk, by=factories.SYSTEM
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("approved", [False, True])
def test_a_plan_on_a_tree_changed_since_is_refused_and_can_be_remade(
    district: District, book: Book, change: str, approved: bool
) -> None:
    plan = district.plan(book)
    book.row(district.places.other_town.code)[1] = "郑港办"
    plan = district.plan(book)
    if approved:
        actions.approve_plan(plan.pk, by=district.second)
    CHANGES[change](district.places)
    before = snapshot()
    go_on = actions.apply_plan if approved else actions.approve_plan
    with pytest.raises(StaleVersion):
        go_on(plan.pk, by=district.second)
    plan.refresh_from_db()
    assert plan.state == PlanState.REFUSED
    assert plan.refusal
    assert snapshot() == before
    assert Entry.objects.filter(app="grids", action="refuse_plan").count() == 1
    again = actions.remake_plan(plan.pk, by=district.cast.administrator)
    assert again.remade_from == plan
    assert again.base_version != plan.base_version


def test_a_site_opened_meanwhile_follows_its_grid(district: District, book: Book) -> None:
    p = district.places
    book.drop(p.subgrid.code).row(p.sibling_subgrid.code)[4] = p.subgrid.code
    plan = district.plan(without_postings(book))
    new = actions.open_grid(code="late", name="新点", parent_id=p.subgrid.pk, by=factories.SYSTEM)
    district.apply(plan)
    assert Grid.objects.get(pk=new.pk).parent_id == p.sibling_subgrid.pk
    assert damages() == []


def test_postings_changed_against_the_sheet_refuse_it(district: District, book: Book) -> None:
    """Someone posted after the sheet was written would be ended by it unseen."""
    book.row(district.places.other_town.code)[1] = "郑港办"
    plan = district.plan(book)
    actions.approve_plan(plan.pk, by=district.second)
    factories.person(Role.WORKER, grid=district.places.sibling_subgrid)
    with pytest.raises(StaleVersion):
        actions.apply_plan(plan.pk, by=district.cast.administrator)


def test_an_applied_plan_cannot_be_applied_again(district: District, book: Book) -> None:
    plan = district.carry_out(merged(district, book))
    with pytest.raises(Invalid):
        actions.apply_plan(plan.pk, by=district.cast.administrator)


def test_a_plan_that_changes_nothing_has_nothing_to_approve(district: District, book: Book) -> None:
    plan = district.plan(book)
    assert told(plan) == []
    with pytest.raises(Invalid):
        actions.approve_plan(plan.pk, by=district.second)


def test_a_withdrawn_plan_goes_no_further(district: District, book: Book) -> None:
    plan = district.plan(merged(district, book))
    actions.withdraw_plan(plan.pk, by=district.cast.administrator)
    with pytest.raises(Invalid):
        actions.approve_plan(plan.pk, by=district.second)


def test_steps_of_incidents_are_not_written_twice(district: District, book: Book) -> None:
    factories.incident(district.places, district.cast)
    district.carry_out(merged(district, book))
    assert not Step.objects.filter(action="pass_on").exists()  # its grid was not closed
