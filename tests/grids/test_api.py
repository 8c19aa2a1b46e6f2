"""The tree for programs: as of any day, in scope only, with clear answers to wrong questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grids import actions, dated
from grids.models import Boundary, Grid, Naming
from tests import factories
from tests.factories import OPENED, SYSTEM, Cast, Places

BEFORE = OPENED + timedelta(days=30)
CHANGED = OPENED + timedelta(days=60)
SQUARE = {"type": "Polygon", "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.9, 34.6], [113.8, 34.5]]]}


@pytest.fixture
def moved(places: Places) -> Places:
    actions.rename_grid(places.village.pk, name="岗李社区", by=SYSTEM, on=CHANGED)
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=SYSTEM, on=CHANGED)
    return places


@pytest.fixture
def api(client: Client, cast: Cast) -> Client:
    client.force_login(cast.viewer)
    return client


def get(api: Client, address: str, **query: Any) -> Any:
    answer = api.get(f"/api/v1/{address}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(body: Any) -> list[str]:
    return [row["code"] for row in body["results"]]


def test_children_are_those_of_the_day(api: Client, moved: Places) -> None:
    town = f"grids/{moved.town.code}/children/"
    assert codes(get(api, town, on=BEFORE.isoformat())) == [moved.village.code]
    assert codes(get(api, town)) == []


def test_a_grid_answers_with_the_name_and_the_line_of_the_day(api: Client, moved: Places) -> None:
    then = get(api, f"grids/{moved.village.code}/", on=BEFORE.isoformat())
    now = get(api, f"grids/{moved.village.code}/")
    assert (then["name"], [above["code"] for above in then["line"]][1]) == ("岗李村", moved.town.code)
    assert (now["name"], [above["code"] for above in now["line"]][1]) == ("岗李社区", moved.other_town.code)
    assert then["below"] == {"4": 2, "5": 2}


def test_before_it_was_opened_it_says_so(api: Client, places: Places) -> None:
    new = actions.open_grid(code="new", name="新", parent_id=places.town.pk, by=SYSTEM, on=CHANGED)
    assert get(api, f"grids/{new.code}/", on=BEFORE.isoformat())["existed"] is False
    assert get(api, f"grids/{new.code}/")["existed"] is True


def test_people_boundary_sites_and_life(api: Client, places: Places) -> None:
    Boundary.objects.create(grid=places.town, geometry=SQUARE, valid_from=CHANGED)
    factories.person("leader", grid=places.town, name="前任长", valid_to=CHANGED)
    town = f"grids/{places.town.code}"
    then = [one["name"] for one in get(api, f"{town}/people/", on=BEFORE.isoformat())]
    assert "前任长" in then
    assert "前任长" not in [one["name"] for one in get(api, f"{town}/people/")]
    assert get(api, f"{town}/boundary/", on=BEFORE.isoformat())["geometry"] is None
    assert get(api, f"{town}/boundary/")["geometry"] == SQUARE
    assert set(codes(get(api, f"{town}/sites/"))) == {places.site.code, places.sibling_site.code}
    assert get(api, f"{town}/life/")[-1]["on"] == OPENED.isoformat()


def test_telephones_are_given_of_today_alone(api: Client, moved: Places, cast: Cast) -> None:
    people = f"grids/{moved.village.code}/people/"
    assert [one["phone"] for one in get(api, people)] == [cast.village_leader.phone]
    then = get(api, people, on=BEFORE.isoformat())
    assert [one["name"] for one in then] == [str(cast.village_leader)]
    assert "phone" not in then[0]


def test_a_renumbered_grid_is_found_by_either_code(api: Client, places: Places) -> None:
    Grid.objects.filter(pk=places.village.pk).update(code="x999")
    dated.settle(
        Naming,
        {places.village.pk: {"code": "x999", "name": places.village.name}},
        on=CHANGED,
        key="grid_id",
    )
    assert get(api, f"grids/{places.village.code}/", on=BEFORE.isoformat())["code"] == places.village.code
    assert get(api, "grids/x999/")["code"] == "x999"
    assert api.get(f"/api/v1/grids/{places.village.code}/").status_code == 404


def test_lists_are_narrowed_and_paged(api: Client, places: Places) -> None:
    assert len(codes(get(api, "grids/"))) == 11
    assert codes(get(api, "grids/", level=3)) == [places.village.code, places.other_village.code]
    assert len(codes(get(api, "grids/", under=places.town.code))) == 6
    first = get(api, "grids/", page_size=4)
    assert len(first["results"]) == 4
    second = api.get(first["next"]).json()
    assert not set(codes(first)) & set(codes(second))


def test_a_life_ends_with_the_day_for_whom_the_grid_is_past(
    client: Client, moved: Places, cast: Cast
) -> None:
    life = f"grids/{moved.village.code}/life/"
    client.force_login(cast.town_leader)
    assert all(event["on"] <= BEFORE.isoformat() for event in get(client, life, on=BEFORE.isoformat()))
    client.force_login(cast.other_town_leader)
    assert get(client, life, on=BEFORE.isoformat())[0]["on"] == CHANGED.isoformat()


def test_scope_is_that_of_the_pages(client: Client, moved: Places, cast: Cast) -> None:
    client.force_login(cast.town_leader)
    village = f"/api/v1/grids/{moved.village.code}/"
    assert client.get(village).status_code == 404
    assert client.get(village, {"on": BEFORE.isoformat()}).status_code == 200
    assert moved.village.code not in codes(get(client, "grids/"))
    for who in (cast.former, cast.officer):
        client.force_login(who)
        assert client.get(village, {"on": BEFORE.isoformat()}).status_code == 404
        assert codes(get(client, "grids/")) == []


@pytest.mark.parametrize("address", ["grids/", "grids/410173/", "locate/?lon=1&lat=1"])
def test_a_stranger_gets_no_page_but_a_refusal(client: Client, places: Places, address: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"on": "yesterday"}, "on"),
        ({"on": "2017-13-01"}, "on"),
        ({"on": (timezone.localdate() + timedelta(days=1)).isoformat()}, "on"),
        ({"level": "9"}, "level"),
        ({"level": "x"}, "level"),
    ],
)
def test_wrong_questions_are_told_what_is_wrong(
    api: Client, places: Places, query: dict[str, str], field: str
) -> None:
    answer = api.get("/api/v1/grids/", query)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


@pytest.mark.parametrize(
    "query", [{}, {"lon": "x", "lat": "1"}, {"lon": "nan", "lat": "1"}, {"lon": 999, "lat": 1}]
)
def test_a_place_must_be_in_degrees(api: Client, places: Places, query: dict[str, Any]) -> None:
    assert api.get("/api/v1/locate/", query).status_code == 400


def test_lists_take_the_same_queries_whatever_their_length(
    api: Client, places: Places, django_assert_max_num_queries: Any
) -> None:
    for n in range(40):
        factories.grid(f"v{n}", f"村{n}", parent=places.town)
    for on in ({}, {"on": BEFORE.isoformat()}):
        with django_assert_max_num_queries(12):
            assert len(codes(get(api, f"grids/{places.town.code}/children/", **on))) == 41


def test_a_code_that_came_again_means_its_bearer_of_the_day(api: Client, places: Places) -> None:
    """Two villages have changed codes with each other."""
    one, other = places.village, places.other_village
    codes_then = (one.code, other.code)
    Naming.objects.filter(grid__in=[one, other]).update(valid_to=CHANGED)
    Grid.objects.filter(pk=one.pk).update(code="between")
    for grid, code in ((other, codes_then[0]), (one, codes_then[1])):
        Grid.objects.filter(pk=grid.pk).update(code=code)
        Naming.objects.create(grid=grid, code=code, name=grid.name, valid_from=CHANGED)
    for code, then, now in zip(codes_then, (one, other), (other, one), strict=True):
        assert get(api, f"grids/{code}/", on=BEFORE.isoformat())["name"] == then.name
        assert get(api, f"grids/{code}/")["name"] == now.name
