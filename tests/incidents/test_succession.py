"""When a grid is closed by itself: open cases need someone to pass to, and go there as a step."""

import pytest

from common.errors import Invalid, NotAllowed
from grids import actions as tree
from grids.restructuring.target import Edit
from incidents import queries
from incidents.actions import perform
from incidents.models import Incident
from ledgers.actions import Actor
from ledgers.models import Entry
from people.models import Posting, User
from tests.factories import SYSTEM


@pytest.fixture
def by(cast) -> Actor:
    return Actor(user_id=cast.administrator.pk, name="管理员")


def test_a_site_with_an_open_case_is_not_closed_into_nothing(case, places, by):
    with pytest.raises(Invalid, match=case.number):
        tree.close_grid(places.site.pk, by=by)
    places.site.refresh_from_db()
    assert places.site.closed_on is None


def test_a_merged_sub_grid_hands_its_cases_on(case, places, cast, by):
    entries = Entry.objects.count()
    tree.merge_grid(places.subgrid.pk, into_id=places.sibling_subgrid.pk, by=by)
    case.refresh_from_db()
    assert (case.holder_grid, case.grid_now) == (places.sibling_subgrid, places.site)
    step = case.steps.latest("number")
    assert (step.action, step.before, step.after) == ("pass_on", "reported", "reported")
    ended = Posting.objects.filter(grid=places.subgrid, valid_to__isnull=False).count()
    assert Entry.objects.count() == entries + 1 + 1 + (ended - 1)  # the merge, the step, two postings
    heir = User.objects.get(pk=cast.sibling.pk)
    assert queries.mine_to_act(heir).filter(pk=case.pk).exists()


def test_nobody_passes_a_case_on_by_hand(case, cast):
    for who in (cast.leader, cast.dispatcher, cast.administrator):
        with pytest.raises(NotAllowed):
            perform(case.pk, "pass_on", by=who, version=case.version)


def test_the_system_passes_no_case_on_without_a_person(case, places):
    with pytest.raises(Invalid):
        tree.merge_grid(places.subgrid.pk, into_id=places.sibling_subgrid.pk, by=SYSTEM)


def test_ended_cases_follow_without_a_step(at_state, places, by):
    case = at_state("closed")
    steps = case.steps.count()
    tree.close_grid(places.site.pk, by=by)
    case = Incident.objects.get(pk=case.pk)
    assert (case.grid, case.grid_now, case.steps.count()) == (places.site, places.subgrid, steps)


def test_a_plan_tells_how_many_cases_pass_on_and_how_many_go_along(case, places, cast):
    def told(edit: Edit) -> list[int]:
        plan = tree.plan_edits(
            [edit], root_id=places.district.pk, on=case.reported_at.date(), by=cast.administrator
        )
        return [count for label, count in plan.summary["effects"] if "incident" in label["text"]]

    assert told(Edit(act="merge", code=places.subgrid.code, to=places.sibling_subgrid.code)) == [1, 1]
    assert told(Edit(act="move", code=places.village.code, to=places.other_town.code)) == [0, 1]
