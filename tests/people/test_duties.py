"""Responsibility lists: set by version, acknowledged once by the person posted, counted for others."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Invalid, NotAllowed
from grids.models import Grid
from grids.versions import Wording
from ledgers.models import Entry
from people import actions, defaults, duties
from people.models import Acknowledgement, DutyList, Posting, Role, User
from people.queries import current_postings
from tests import factories
from tests.factories import OPENED, Cast, Places

WORDING = Wording(name="网格员责任清单", text="每日巡查\n当日上报")
AGAIN = Wording(name="网格员责任清单", text="每日巡查两次\n当日上报")


@pytest.fixture
def duty_list(cast: Cast) -> DutyList:
    return actions.set_duty_list(Role.WORKER, 4, WORDING, by=cast.administrator, on=OPENED)


def posting_of(user: User) -> Posting:
    return Posting.objects.get(person=user)


def owed(user: User) -> list[bool]:
    return [duties.owes(one) for one in current_postings(User.objects.get(pk=user.pk))]


def test_a_list_is_set_with_one_entry(cast: Cast, places: Places, duty_list: DutyList) -> None:
    entry = Entry.objects.get(app="people", action="set_duty_list")
    assert (entry.subject_id, entry.grid_id, entry.actor_id) == (
        str(duty_list.pk),
        places.district.pk,
        cast.administrator.pk,
    )
    assert json.loads(entry.payload)["payload"]["text"] == WORDING.text


@pytest.mark.parametrize("who", ["chief", "town_leader", "worker", "viewer", "dispatcher", "former"])
def test_only_an_administrator_of_the_district_sets_one(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.set_duty_list(Role.WORKER, 4, WORDING, by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.install_duty_lists(by=getattr(cast, who), since=OPENED)
    assert not DutyList.objects.exists()


def test_an_administrator_of_a_town_does_not(places: Places, cast: Cast) -> None:
    local = factories.person(Role.ADMINISTRATOR, grid=places.town)
    with pytest.raises(NotAllowed):
        actions.set_duty_list(Role.WORKER, 4, WORDING, by=local)


def test_the_person_posted_acknowledges_once_and_it_leaves_a_trace(
    cast: Cast, places: Places, duty_list: DutyList
) -> None:
    posting = posting_of(cast.worker)
    assert owed(cast.worker) == [True]
    first = actions.acknowledge(duty_list.pk, posting.pk, by=cast.worker)
    assert actions.acknowledge(duty_list.pk, posting.pk, by=cast.worker) == first
    entry = Entry.objects.get(app="people", action="acknowledge_duties")
    assert (entry.actor_id, entry.posting_id, entry.grid_id) == (
        cast.worker.pk,
        posting.pk,
        places.subgrid.pk,
    )
    assert owed(cast.worker) == [False]


def test_nobody_acknowledges_for_another(cast: Cast, duty_list: DutyList) -> None:
    for other in (cast.leader, cast.administrator, cast.chief):
        with pytest.raises(NotAllowed):
            actions.acknowledge(duty_list.pk, posting_of(cast.worker).pk, by=other)
    assert not Acknowledgement.objects.exists()


def test_a_list_of_another_role_or_level_is_refused(cast: Cast, duty_list: DutyList) -> None:
    for user in (cast.leader, cast.village_leader, cast.patrol):
        with pytest.raises(Invalid):
            actions.acknowledge(duty_list.pk, posting_of(user).pk, by=user)
    assert not Entry.objects.filter(action="acknowledge_duties").exists()


def test_a_posting_that_has_ended_or_not_begun_acknowledges_nothing(
    cast: Cast, places: Places, duty_list: DutyList
) -> None:
    today = timezone.localdate()
    late = factories.person(Role.WORKER, grid=places.subgrid, valid_to=today)
    early = factories.person(Role.WORKER, grid=places.subgrid, valid_from=today + timedelta(days=1))
    for user in (late, early):
        with pytest.raises(Invalid):
            actions.acknowledge(duty_list.pk, posting_of(user).pk, by=user)


def test_in_a_unit_the_level_is_that_of_its_home(cast: Cast) -> None:
    of_team = actions.set_duty_list(Role.PATROL_OFFICER, 2, WORDING, by=cast.administrator, on=OPENED)
    assert owed(cast.patrol) == [True]
    actions.acknowledge(of_team.pk, posting_of(cast.patrol).pk, by=cast.patrol)
    assert owed(cast.patrol) == [False]


def test_a_new_version_is_acknowledged_anew_and_the_old_one_kept(cast: Cast, duty_list: DutyList) -> None:
    today = timezone.localdate()
    posting = posting_of(cast.worker)
    actions.acknowledge(duty_list.pk, posting.pk, by=cast.worker)
    second = actions.set_duty_list(Role.WORKER, 4, AGAIN, by=cast.administrator)
    duty_list.refresh_from_db()
    assert (duty_list.valid_to, second.version) == (today, 2)
    assert duty_list.acknowledgements.count() == 1
    assert owed(cast.worker) == [True]
    with pytest.raises(Invalid):
        actions.acknowledge(duty_list.pk, posting.pk, by=cast.worker)


def test_one_of_today_is_replaced_until_somebody_has_acknowledged_it(cast: Cast, duty_list: DutyList) -> None:
    second = actions.set_duty_list(Role.WORKER, 4, AGAIN, by=cast.administrator)
    third = actions.set_duty_list(Role.WORKER, 4, Wording(name="清单", text="更正"), by=cast.administrator)
    assert third.version == 2
    # What was read is gone: the click of someone who had the page open counts for nothing.
    with pytest.raises(Invalid):
        actions.acknowledge(second.pk, posting_of(cast.worker).pk, by=cast.worker)
    actions.acknowledge(third.pk, posting_of(cast.worker).pk, by=cast.worker)
    with pytest.raises(Invalid) as refused:
        actions.set_duty_list(Role.WORKER, 4, AGAIN, by=cast.administrator)
    assert "valid_from" in refused.value.fields
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = actions.set_duty_list(Role.WORKER, 4, AGAIN, by=cast.administrator, on=tomorrow)
    assert (later.version, later.valid_from) == (3, tomorrow)
    assert owed(cast.worker) == [False]


def test_the_past_is_answered_as_it_was(cast: Cast, places: Places, duty_list: DutyList) -> None:
    today = timezone.localdate()
    posting = posting_of(cast.worker)
    said = actions.acknowledge(duty_list.pk, posting.pk, by=cast.worker)
    Acknowledgement.objects.filter(pk=said.pk).update(at=timezone.now() - timedelta(days=10))

    def signed(days: int) -> int:
        rows = duties.overview(Grid.objects.all(), on=today - timedelta(days=days))
        return next(row.signed for row in rows if (row.role, row.level) == (Role.WORKER, 4))

    assert [signed(0), signed(10), signed(11)] == [1, 1, 0]
    assert duties.duties([posting], on=today - timedelta(days=11))[0].at is None
    assert duties.duties([posting], on=today - timedelta(days=9))[0].at is not None
    assert duties.duties([posting], on=OPENED - timedelta(days=1))[0].duty_list is None


def test_the_usual_lists_cover_every_role_that_is_posted(cast: Cast, places: Places) -> None:
    added = actions.install_duty_lists(by=cast.administrator, since=OPENED)
    assert added == len(defaults.rows(since=OPENED)) == DutyList.objects.count()
    assert Entry.objects.filter(action="set_duty_list").count() == added
    assert actions.install_duty_lists(by=cast.administrator, since=OPENED) == 0
    assert all(row.duty_list for row in duties.overview(Grid.objects.all()))
    for row in defaults.DUTY_LISTS:
        assert 4 <= len(row.duties) <= 8, row.name


def test_they_are_counted_by_role_and_by_town_in_few_queries(
    cast: Cast, places: Places, duty_list: DutyList, django_assert_max_num_queries
) -> None:
    actions.acknowledge(duty_list.pk, posting_of(cast.worker).pk, by=cast.worker)
    for _n in range(3):
        factories.person(Role.WORKER, grid=places.other_subgrid)
    everywhere = Grid.objects.all()
    with django_assert_max_num_queries(2):
        rows = duties.overview(everywhere)
    row = next(row for row in rows if row.duty_list == duty_list)
    assert (row.posted, row.signed, row.owing) == (4, 1, 3)
    with django_assert_max_num_queries(2):
        towns = duties.by_town(duties.under_list(duty_list, everywhere, on=timezone.localdate()))
    assert [(one.town, one.posted, one.owing) for one in towns] == [
        (places.town, 1, 0),
        (places.other_town, 3, 3),
    ]
