"""The lists and forms of the room in the admin site: what they find, and what they offer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import Posting, Role, Unit, UnitKind, User
from tests.factories import OPENED, Cast, Places, person

PEOPLE = "admin:people_user_changelist"
POSTINGS = "admin:people_posting_changelist"


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.administrator)
    return client


def found(client: Client, name: str, query: str = "") -> set[object]:
    page = client.get(reverse(name) + query)
    assert page.status_code == 200, query
    return set(page.context["cl"].result_list)


def test_people_are_narrowed_by_what_they_hold_today(admin: Client, cast: Cast) -> None:
    assert cast.former in found(admin, PEOPLE, "?in_post=no")
    assert cast.former not in found(admin, PEOPLE, "?in_post=yes")
    assert found(admin, PEOPLE, "?role=leader") == {
        cast.leader, cast.village_leader, cast.town_leader, cast.sibling, cast.other_town_leader,
    }  # fmt: skip


def test_people_are_narrowed_by_their_password(admin: Client, cast: Cast) -> None:
    none, first = person(), person()
    none.set_unusable_password()
    none.save()
    User.objects.filter(pk=first.pk).update(must_change_password=True)
    assert found(admin, PEOPLE, "?has_password=none") == {none}
    assert found(admin, PEOPLE, "?has_password=first") == {first}
    assert cast.worker in found(admin, PEOPLE, "?has_password=own")


@pytest.mark.parametrize(("value", "who"), [("now", "leader"), ("ended", "former"), ("later", "new")])
def test_postings_are_narrowed_by_whether_they_are_in_force(
    admin: Client, cast: Cast, places: Places, value: str, who: str
) -> None:
    person(
        Role.LEADER, grid=places.subgrid, username="new", valid_from=timezone.localdate() + timedelta(days=1)
    )
    leaders = {"leader", "former", "new"}
    names = {p.person.username for p in found(admin, POSTINGS, f"?in_post={value}")}  # type: ignore[attr-defined]
    assert names & leaders == {who}


def test_postings_are_found_by_person_place_and_unit_kind(admin: Client, cast: Cast, places: Places) -> None:
    for query in ("?q=worker", f"?q={cast.worker.name}", f"?q={places.subgrid.code}"):
        assert cast.worker.postings.get() in found(admin, POSTINGS, query)
    assert found(admin, POSTINGS, f"?unit_kind={UnitKind.PATROL_TEAM}") == {cast.patrol.postings.get()}


def test_units_are_narrowed_and_counted(admin: Client, cast: Cast, places: Places) -> None:
    Unit.objects.filter(pk=places.team.pk).update(closed_on=timezone.localdate())
    assert found(admin, "admin:people_unit_changelist", "?open=no") == {places.team}
    units = found(admin, "admin:people_unit_changelist", "?open=yes")
    assert {unit.code: unit.staff for unit in units} == {"centre": 1, "department": 1}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [PEOPLE, POSTINGS, "admin:people_unit_changelist"])
def test_a_long_list_takes_as_few_queries(
    admin: Client, cast: Cast, places: Places, name: str, django_assert_max_num_queries
) -> None:
    made = User.objects.bulk_create(
        User(username=f"w{n}", name=f"网格员{n}", password="!") for n in range(60)
    )
    Posting.objects.bulk_create(
        Posting(person=one, role=role, grid=places.subgrid, valid_from=OPENED)
        for one in made
        for role in (Role.WORKER, Role.DEPUTY)
    )
    with django_assert_max_num_queries(11):
        admin.get(reverse(name))


def test_the_list_of_people_says_what_each_is_today(admin: Client, cast: Cast, places: Places) -> None:
    text = admin.get(reverse(PEOPLE)).content.decode()
    assert f"网格员 · {places.subgrid.name}" in text
    assert reverse("admin:people_user_import") in text
    assert reverse("admin:people_user_export") in text


def test_a_posting_form_offers_only_what_is_allowed(client: Client, cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.town)
    User.objects.filter(pk=cast.worker.pk).update(is_active=False)
    Unit.objects.filter(pk=places.team.pk).update(closed_on=timezone.localdate())
    client.force_login(local)

    def offered(field: str, term: str = "") -> set[str]:
        asked = {"app_label": "people", "model_name": "posting", "field_name": field, "term": term}
        answer = client.get(reverse("admin:autocomplete"), asked).json()
        return {one["text"] for one in answer["results"]}

    people = offered("person")
    assert f"{cast.leader} (leader)" in people
    assert f"{cast.worker} (worker)" not in people
    assert f"{cast.chief} (chief)" not in people
    assert offered("unit") == set()
    assert f"{places.district} ({places.district.code})" not in offered("grid")
    for field, key in (("grid", places.district.pk), ("unit", places.team.pk), ("person", cast.worker.pk)):
        form = {"person": cast.leader.pk, "role": Role.WORKER, "valid_from": "2026-01-01", field: key}
        page = client.post(reverse("admin:people_posting_add"), form)
        assert page.status_code == 200
        assert field in page.context["adminform"].form.errors


@pytest.mark.parametrize("value", ["abc", "", "9" * 23, "9" * 5000, "-1", "１"])
def test_an_address_that_names_no_row_fills_nothing_in(admin: Client, cast: Cast, value: str) -> None:
    for field in ("person", "grid", "unit"):
        page = admin.get(reverse("admin:people_posting_add"), {field: value})
        assert page.status_code == 200
        assert field not in page.context["adminform"].form.initial
    assert admin.get(reverse("admin:people_user_first_passwords"), {"people": value}).status_code == 200


def test_roles_stand_under_where_they_are_held(admin: Client, cast: Cast) -> None:
    page = admin.get(reverse("admin:people_posting_add"))
    groups = dict(page.context["adminform"].form.fields["role"].choices[1:])
    roles = [value for some in groups.values() for value, _label in some]
    assert sorted(roles) == sorted(Role.values)
    assert [Role.DISPATCHER] in [[value for value, _label in some] for some in groups.values()]
    assert 'type="date"' in page.content.decode()
