"""A leader's posting ends, rights end with it that day, and the successor sees the open work."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.days import midnight
from grids.models import Succession
from incidents.models import Incident
from inspections.actions import install_defaults
from people import actions
from people.hand_over import DAYS, leaving, taken_over
from people.models import Posting, Role, User
from tests import factories
from tests.factories import Cast, Places, person

ME = "people:me"


def today() -> date:
    return timezone.localdate()


def ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture
def vacated(cast: Cast, places: Places) -> date:
    """The leader of the sub-grid went five days ago; an incident reported before waits there."""
    factories.incident(places, cast)
    Incident.objects.update(reported_at=midnight(ago(9)))
    Posting.objects.filter(person=cast.former).delete()
    cast.leader.postings.update(valid_to=ago(5))
    return ago(5)


def work(user: User) -> list[tuple[str, str, list[int]]]:
    """(from whom, place, numbers) of each card."""
    found = taken_over(User.objects.get(pk=user.pk))
    return [(taken.names, taken.posting.place_name, [one.count for one in taken.work]) for taken in found]


def test_the_successor_sees_what_is_open(client: Client, cast: Cast, places: Places, vacated: date) -> None:
    new = person(Role.LEADER, grid=places.subgrid, valid_from=vacated)
    assert work(new) == [(str(cast.leader), places.subgrid.name, [1])]
    client.force_login(new)
    for address in (reverse(ME), reverse("incidents:index"), reverse("inspections:today")):
        text = client.get(address).content.decode()
        assert f"{cast.leader}" in text, address
        assert vacated.isoformat() in text, address


def test_the_number_leads_to_that_list(client: Client, cast: Cast, places: Places, vacated: date) -> None:
    new = person(Role.LEADER, grid=places.subgrid, valid_from=vacated)
    other = factories.incident(places, cast)  # reported today, after the hand-over
    client.force_login(new)
    (taken,) = taken_over(new)
    page = client.get(taken.work[0].url)
    listed = [incident.pk for incident in page.context["page_obj"]]
    assert len(listed) == taken.work[0].count == 1
    assert other.pk not in listed


def test_overdue_sites_are_part_of_it(cast: Cast, places: Places, vacated: date) -> None:
    install_defaults()
    new = person(Role.LEADER, grid=places.subgrid, valid_from=vacated)
    assert work(new) == [(str(cast.leader), places.subgrid.name, [1, 1])]


def test_a_unit_is_handed_over_as_a_grid_is(cast: Cast, places: Places) -> None:
    cast.officer.postings.update(valid_to=ago(3))
    new = person(Role.DEPARTMENT_OFFICER, unit=places.department, valid_from=ago(2))
    Incident.objects.filter(pk=factories.incident(places, cast).pk).update(
        reported_at=midnight(ago(9)), holder_grid=None, holder_unit=places.department
    )
    assert work(new) == [(str(cast.officer), places.department.name, [1])]


@pytest.mark.parametrize(
    ("role", "began", "why"),
    [
        (Role.WORKER, 5, "another role"),
        (Role.DEPUTY, 5, "another role"),
        (Role.LEADER, DAYS + 5, "there long before"),
        (Role.VIEWER, 5, "no work is handed to who only looks"),
    ],
)
def test_others_are_shown_nothing(
    cast: Cast, places: Places, vacated: date, role: str, began: int, why: str
) -> None:
    assert work(person(role, grid=places.subgrid, valid_from=ago(began))) == [], why


def test_after_a_while_it_is_no_news(cast: Cast, places: Places, vacated: date) -> None:
    cast.leader.postings.update(valid_to=ago(DAYS + 40))
    assert work(person(Role.LEADER, grid=places.subgrid, valid_from=ago(DAYS))) == []
    assert work(person(Role.LEADER, grid=places.subgrid, valid_from=ago(DAYS - 1))) != []


def test_a_place_long_vacant_is_taken_over_from_nobody(cast: Cast, places: Places, vacated: date) -> None:
    cast.leader.postings.update(valid_to=ago(DAYS + 10))
    assert work(person(Role.LEADER, grid=places.subgrid, valid_from=ago(2))) == []


def test_who_stays_has_handed_over_nothing(cast: Cast, places: Places) -> None:
    Posting.objects.filter(person=cast.former).delete()
    assert work(person(Role.LEADER, grid=places.subgrid, valid_from=ago(2))) == []
    again = Posting.objects.create(
        person=cast.leader, role=Role.LEADER, grid=places.subgrid, valid_from=ago(1)
    )
    cast.leader.postings.exclude(pk=again.pk).update(valid_to=ago(3))
    assert work(person(Role.LEADER, grid=places.subgrid, valid_from=ago(2))) == []
    assert work(cast.leader) == []


def test_a_posting_never_in_force_was_nobodys(cast: Cast, places: Places) -> None:
    Posting.objects.filter(person__in=[cast.former, cast.leader]).delete()
    person(Role.LEADER, grid=places.subgrid, valid_from=ago(5), valid_to=ago(5))
    assert work(person(Role.LEADER, grid=places.subgrid, valid_from=ago(2))) == []


def test_what_a_restructuring_passed_on_is_taken_over_too(cast: Cast, places: Places) -> None:
    """The sibling sub-grid was merged into this one: its leader's posting ended that day."""
    on = ago(4)
    Posting.objects.filter(person=cast.former).delete()
    Succession.objects.create(
        predecessor=places.sibling_subgrid, successor=places.subgrid, share=Decimal(1), on=on
    )
    cast.sibling.postings.update(valid_to=on)
    stayed = (str(cast.sibling), places.subgrid.name)
    assert [found[:2] for found in work(cast.leader)] == [stayed]
    new = person(Role.LEADER, grid=places.subgrid, valid_from=on)
    assert (str(cast.sibling), places.subgrid.name) in [found[:2] for found in work(new)]
    assert work(cast.village_leader) == []


def test_who_goes_along_into_the_new_grid_has_handed_over_nothing(cast: Cast, places: Places) -> None:
    on = ago(4)
    Posting.objects.filter(person=cast.former).delete()
    Succession.objects.create(
        predecessor=places.sibling_subgrid, successor=places.subgrid, share=Decimal(1), on=on
    )
    cast.sibling.postings.update(valid_to=on)
    Posting.objects.create(person=cast.sibling, role=Role.LEADER, grid=places.subgrid, valid_from=on)
    assert work(cast.leader) == []
    assert [found[0] for found in work(cast.sibling)] == []


def test_most_people_cost_one_query(cast: Cast, places: Places, django_assert_num_queries) -> None:
    user = User.objects.get(pk=cast.leader.pk)
    with django_assert_num_queries(2):  # their postings, and whether a grid has passed into theirs
        assert taken_over(user) == []


# ---- who goes


def test_rights_end_with_the_day(client: Client, cast: Cast, places: Places, monkeypatch) -> None:
    """Half-open days: the session that is open at midnight sees nothing more from the next request on."""
    cast.leader.postings.update(valid_to=today() + timedelta(days=1))
    client.force_login(cast.leader)
    page = reverse("grids:detail", args=[places.subgrid.pk])
    now = midnight(today() + timedelta(days=1)) - timedelta(seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert client.get(page).status_code == 200
    now += timedelta(seconds=1)
    assert client.get(page).status_code == 404
    assert client.get(reverse(ME)).status_code == 200


def test_what_is_left_behind_is_told_before_a_posting_ends(
    client: Client, cast: Cast, places: Places
) -> None:
    factories.incident(places, cast)
    posting = cast.leader.postings.get()
    left = leaving(posting, on=today())
    assert [one.count for one in left.work] == [1]
    assert left.others == []
    client.force_login(cast.administrator)
    address = reverse("admin:people_posting_change", args=[posting.pk])
    assert left.work[0].text in client.get(address).content.decode()
    end = {"valid_to": ago(1).isoformat()}  # the form asks for the last day in post
    page = client.post(address, end)
    assert page.status_code == 200
    assert "although_alone" in page.context["adminform"].form.errors
    posting.refresh_from_db()
    assert posting.valid_to is None
    done = client.post(address, {**end, "although_alone": "on"}, follow=True)
    said = [str(message) for message in done.context["messages"]]
    assert len(said) == 1
    assert ago(1).isoformat() in said[0]
    posting.refresh_from_db()
    assert posting.valid_to == today()


def test_with_a_successor_in_post_nothing_more_is_asked(client: Client, cast: Cast, places: Places) -> None:
    new = person(Role.LEADER, grid=places.subgrid, valid_from=today())
    posting = cast.leader.postings.get()
    assert leaving(posting, on=today()).others == [new.postings.get()]
    client.force_login(cast.administrator)
    address = reverse("admin:people_posting_change", args=[posting.pk])
    assert str(new) in client.get(address).content.decode()
    assert client.post(address, {"valid_to": ago(1).isoformat()}).status_code == 302


def test_an_end_that_will_not_do_is_said_and_kept(client: Client, cast: Cast) -> None:
    posting = cast.leader.postings.get()
    client.force_login(cast.administrator)
    address = reverse("admin:people_posting_change", args=[posting.pk])
    for typed in ("2020-01-01", "soon", ""):
        page = client.post(address, {"valid_to": typed, "although_alone": "on"})
        assert page.status_code == 200
        assert "valid_to" in page.context["adminform"].form.errors
        assert f'value="{typed}"' in page.content.decode() or not typed


def test_what_has_ended_is_only_looked_at(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    address = reverse("admin:people_posting_change", args=[cast.former.postings.get().pk])
    page = client.get(address)
    assert page.status_code == 200
    assert 'name="valid_to"' not in page.content.decode()
    assert client.post(address, {"valid_to": today().isoformat()}).status_code == 403


def test_a_posting_that_has_not_begun_can_be_withdrawn(cast: Cast, places: Places) -> None:
    tomorrow = today() + timedelta(days=1)
    new = person()
    made = actions.post(new, Role.WORKER, grid=places.subgrid, valid_from=tomorrow, by=cast.administrator)
    actions.end_posting(made.pk, on=tomorrow, by=cast.administrator)
    assert Posting.objects.get(pk=made.pk).valid_to == tomorrow
