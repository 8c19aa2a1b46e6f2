"""Whose accounts an administrator may change: of who is in post there, was last, or was entered there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import NotAllowed
from people import actions
from people.models import Role, User
from people.queries import manageable
from tests.factories import OPENED, Cast, Places, person, posting

ENDED = OPENED + timedelta(days=90)
SECRET = "Kq8-vexing-pond"  # noqa: S105 - of a test


@pytest.fixture
def local(places: Places) -> User:
    """Who administers our town."""
    return person(Role.ADMINISTRATOR, grid=places.town, username="local")


def may(by: User, who: User) -> bool:
    return manageable(by).filter(pk=who.pk).exists()


def test_who_is_in_no_post_belongs_to_the_place_of_the_last(places: Places, cast: Cast, local: User) -> None:
    here = person(Role.WORKER, grid=places.subgrid, valid_to=ENDED)
    away = person(Role.WORKER, grid=places.other_subgrid, valid_to=ENDED)
    above = person(Role.ADMINISTRATOR, grid=places.district, valid_to=ENDED)
    officer = person(Role.DEPARTMENT_OFFICER, unit=places.department, valid_to=ENDED)
    patrol = person(Role.PATROL_OFFICER, unit=places.team, valid_to=ENDED)
    everyone = (here, away, above, officer, patrol)
    assert [may(local, who) for who in everyone] == [True, False, False, False, True]
    assert all(may(cast.administrator, who) for who in everyone)


def test_the_last_post_counts_not_those_before(places: Places, local: User) -> None:
    came = person(Role.WORKER, grid=places.other_subgrid, valid_to=ENDED)
    posting(came, Role.WORKER, grid=places.subgrid, valid_from=ENDED, valid_to=ENDED + timedelta(days=9))
    went = person(Role.WORKER, grid=places.subgrid, valid_to=ENDED)
    posting(
        went, Role.LEADER, grid=places.other_village, valid_from=ENDED, valid_to=ENDED + timedelta(days=9)
    )
    both = person(Role.WORKER, grid=places.subgrid, valid_to=ENDED)
    posting(both, Role.VIEWER, grid=places.district, valid_to=ENDED)
    back = person(Role.WORKER, grid=places.other_subgrid, valid_to=ENDED)
    posting(back, Role.WORKER, grid=places.subgrid, valid_from=ENDED)
    assert [may(local, who) for who in (came, went, both, back)] == [True, False, False, True]


def test_a_post_of_no_day_is_none(places: Places, local: User) -> None:
    who = person(Role.WORKER, grid=places.subgrid, valid_to=OPENED)
    assert not may(local, who)


def test_who_never_was_in_post_belongs_where_they_were_entered(
    places: Places, cast: Cast, local: User
) -> None:
    unknown = person()
    ours = actions.create_person(username="ours", name="新人甲", password=SECRET, by=local)
    theirs = actions.create_person(username="theirs", name="新人乙", password=SECRET, by=cast.administrator)
    assert [may(local, who) for who in (unknown, ours, theirs)] == [False, True, False]
    assert all(may(cast.administrator, who) for who in (unknown, ours, theirs))


def test_who_was_last_in_a_closed_grid_belongs_to_the_district(
    places: Places, cast: Cast, local: User
) -> None:
    was = person(Role.LEADER, grid=places.subgrid, valid_to=ENDED)
    type(places.subgrid).objects.filter(pk=places.subgrid.pk).update(closed_on=ENDED)
    places.subgrid.lineage_up.update(valid_to=ENDED)
    assert (may(local, was), may(cast.administrator, was)) == (False, True)


def test_a_former_administrator_of_the_district_is_out_of_reach_in_a_town(
    client: Client, places: Places, local: User
) -> None:
    above = person(Role.ADMINISTRATOR, grid=places.district, valid_to=ENDED)
    client.force_login(local)
    page = reverse("admin:people_user_change", args=[above.pk])
    assert client.get(page).headers.get("Location") == reverse("admin:index")  # as if there were none
    password = reverse("admin:auth_user_password_change", args=[above.pk])
    assert client.get(password).status_code in (302, 404)
    with pytest.raises(NotAllowed):
        actions.set_password(above.pk, password=SECRET, by=local)
    assert timezone.localdate() > ENDED


def test_the_list_takes_as_few_queries_however_many_there_are(
    client: Client, places: Places, local: User, django_assert_max_num_queries
) -> None:
    for _ in range(30):
        person(Role.WORKER, grid=places.subgrid, valid_to=ENDED)
    client.force_login(local)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("admin:people_user_changelist")).status_code == 200
