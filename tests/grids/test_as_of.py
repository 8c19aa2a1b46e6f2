"""The tree, a grid, its people, its boundary and its sites as of a day, and what a grid has lived through."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from common.days import midnight
from grids import actions, queries
from grids.models import Boundary, Grid, LevelLabel, Risk, Site, SiteKind, SiteVersion
from grids.queries import life
from people.fixings import with_contact
from people.models import Role, User
from tests import factories
from tests.factories import OPENED, SYSTEM, Cast, Places

SQUARE = {"type": "Polygon", "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.9, 34.6], [113.8, 34.5]]]}
OTHER = {"type": "Polygon", "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.8, 34.6], [113.8, 34.5]]]}
BEFORE = OPENED + timedelta(days=30)
CHANGED = OPENED + timedelta(days=60)


def get(user: User, name: str, *args: int, on: date | None = None, **query: str | int) -> str:
    client = Client()
    client.force_login(user)
    day = {"on": on.isoformat()} if on else {}
    answer = client.get(reverse(name, args=args), {**query, **day})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def moved(places: Places) -> Places:
    """On the sixtieth day our village, renamed, passed to the other town."""
    actions.rename_grid(places.village.pk, name="岗李社区", by=SYSTEM, on=CHANGED)
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=SYSTEM, on=CHANGED)
    return places


def test_the_tree_is_that_of_the_day(moved: Places, cast: Cast) -> None:
    then = get(cast.viewer, "grids:children", moved.town.pk, on=BEFORE)
    assert "岗李村" in then
    assert "岗李社区" not in then
    assert "岗李" not in get(cast.viewer, "grids:children", moved.town.pk)
    assert "岗李社区" in get(cast.viewer, "grids:children", moved.other_town.pk)


def test_links_keep_the_day(moved: Places, cast: Cast) -> None:
    page = get(cast.viewer, "grids:detail", moved.town.pk, on=BEFORE)
    assert f"{reverse('grids:detail', args=[moved.village.pk])}?on={BEFORE.isoformat()}" in page
    assert f"&amp;on={BEFORE.isoformat()}" in page  # the map's address


def test_a_grid_stands_where_and_under_the_name_it_had(moved: Places, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.viewer)
    page = client.get(reverse("grids:detail", args=[moved.village.pk]), {"on": BEFORE.isoformat()})
    assert [crumb["label"] for crumb in page.context["crumbs"]][1:] == ["新港街道", "岗李村"]
    assert page.context["title"] == "岗李村"
    today = client.get(reverse("grids:detail", args=[moved.village.pk]))
    assert [crumb["label"] for crumb in today.context["crumbs"]][1:] == ["郑港街道", "岗李社区"]


def test_counts_are_those_of_the_day(moved: Places) -> None:
    assert queries.counts_under([moved.town.pk], on=BEFORE)[moved.town.pk] == {3: 1, 4: 2, 5: 2}
    assert queries.counts_under([moved.town.pk]) == {}


def test_people_are_those_in_post_that_day(places: Places, cast: Cast) -> None:
    factories.person(Role.LEADER, grid=places.town, name="前任长", valid_to=CHANGED)
    assert "前任长" in get(cast.viewer, "grids:detail", places.town.pk, on=BEFORE)
    assert "前任长" not in get(cast.viewer, "grids:detail", places.town.pk, on=CHANGED).split('id="life"')[0]


def test_the_boundary_is_that_of_the_day(places: Places, cast: Cast, client: Client) -> None:
    Boundary.objects.create(grid=places.village, geometry=SQUARE, valid_from=OPENED, valid_to=CHANGED)
    Boundary.objects.create(grid=places.village, geometry=OTHER, valid_from=CHANGED)
    client.force_login(cast.viewer)
    asked = {"under": places.town.pk, "level": 3}
    then = client.get(reverse("grids:geojson"), {**asked, "on": BEFORE.isoformat()}).json()
    now = client.get(reverse("grids:geojson"), asked).json()
    assert then["features"][0]["geometry"] == SQUARE
    assert now["features"][0]["geometry"] == OTHER
    assert then["features"][0]["properties"]["url"].endswith(f"?on={BEFORE.isoformat()}")


def test_sites_are_those_of_the_day(places: Places, cast: Cast) -> None:
    late = actions.open_grid(code="late", name="新点", parent_id=places.subgrid.pk, by=SYSTEM, on=CHANGED)
    factories.Site.objects.create(grid=late, kind="market", risk="key", lon="113.85", lat="34.52")
    actions.close_grid(places.site.pk, by=SYSTEM, on=CHANGED)
    then = get(cast.viewer, "grids:detail", places.subgrid.pk, on=BEFORE)
    now = get(cast.viewer, "grids:detail", places.subgrid.pk)
    assert (places.site.name in then, "新点" in then) == (True, False)
    assert (places.site.name in now, "新点" in now) == (False, True)


def test_levels_are_called_as_they_were(places: Places, cast: Cast) -> None:
    LevelLabel.objects.create(level=2, name="镇办", valid_from=OPENED, valid_to=CHANGED)
    LevelLabel.objects.create(level=2, name="一级网格", valid_from=CHANGED)
    assert "镇办" in get(cast.viewer, "grids:detail", places.town.pk, on=BEFORE)
    assert "一级网格" in get(cast.viewer, "grids:detail", places.town.pk)


def test_search_finds_by_the_name_of_the_day(moved: Places, cast: Cast) -> None:
    assert moved.village.code in get(cast.viewer, "grids:tree", q="岗李村", on=BEFORE)
    assert moved.village.code not in get(cast.viewer, "grids:tree", q="岗李社区", on=BEFORE)
    assert moved.village.code in get(cast.viewer, "grids:tree", q="岗李社区")


def test_a_site_is_as_its_dossier_said_that_day(places: Places, cast: Cast, client: Client) -> None:
    client.force_login(cast.viewer)
    Site.objects.filter(pk=places.site.pk).update(lon="113.870000", risk=Risk.ORDINARY, contact_name="新任")
    old = {"lon": "113.850000", "lat": "34.520000", "risk": Risk.KEY, "kind": SiteKind.MARKET}
    new = {**old, "lon": "113.870000", "risk": Risk.ORDINARY}
    for number, day, content in (
        (1, OPENED, {**old, "contact_name": "旧任"}),
        (2, CHANGED, {**new, "contact_name": "新任"}),
    ):
        SiteVersion.objects.create(site_id=places.site.pk, number=number, at=midnight(day), content=content)
    for on, lon, tone, contact in ((BEFORE, 113.85, "late", "旧任"), (CHANGED, 113.87, "resting", "新任")):
        query = {"under": places.subgrid.pk, "level": 5, "on": on.isoformat()}
        (point,) = client.get(reverse("grids:geojson"), query).json()["features"]
        assert (point["geometry"]["coordinates"][0], point["properties"]["tone"]) == (lon, tone)
        assert point["properties"]["text"] == str(SiteKind.MARKET.label)
        assert with_contact([places.site.pk], on=on).get().contact == contact
        assert contact in get(cast.viewer, "grids:detail", places.site.pk, on=on)
    assert "新任" not in get(cast.viewer, "grids:detail", places.site.pk, on=BEFORE)


# ---- who sees the past


def test_a_leader_sees_what_was_theirs_then(moved: Places, cast: Cast, client: Client) -> None:
    client.force_login(cast.town_leader)
    page = reverse("grids:detail", args=[moved.village.pk])
    assert client.get(page).status_code == 404
    assert client.get(page, {"on": BEFORE.isoformat()}).status_code == 200
    assert client.get(page, {"on": CHANGED.isoformat()}).status_code == 404
    client.force_login(cast.other_town_leader)
    assert client.get(page).status_code == 200
    assert client.get(page, {"on": BEFORE.isoformat()}).status_code == 200  # it is theirs today


def test_a_past_day_tells_nothing_of_what_came_after_to_whom_it_is_past(moved: Places, cast: Cast) -> None:
    factories.person(Role.LEADER, grid=moved.village, name="现任长", valid_from=CHANGED)
    theirs_then = get(cast.town_leader, "grids:detail", moved.village.pk, on=BEFORE)
    assert str(cast.village_leader) in theirs_then
    assert "现任长" not in theirs_then
    assert moved.other_town.name not in theirs_then
    assert "现任长" in get(cast.other_town_leader, "grids:detail", moved.village.pk, on=BEFORE)
    assert "现任长" in get(cast.viewer, "grids:detail", moved.village.pk, on=BEFORE)


def test_the_heir_sees_the_past_of_what_passed_to_them(places: Places, cast: Cast, client: Client) -> None:
    actions.merge_grid(places.other_village.pk, into_id=places.village.pk, by=SYSTEM, on=CHANGED)
    client.force_login(cast.village_leader)
    for grid in (places.other_village, places.other_subgrid):
        page = reverse("grids:detail", args=[grid.pk])
        assert client.get(page, {"on": BEFORE.isoformat()}).status_code == 200
    assert client.get(reverse("grids:detail", args=[places.other_town.pk])).status_code == 404


def test_who_has_no_posting_sees_no_past(moved: Places, cast: Cast, client: Client) -> None:
    for who in (cast.former, cast.officer, cast.sibling):
        client.force_login(who)
        page = reverse("grids:detail", args=[moved.village.pk])
        assert client.get(page, {"on": BEFORE.isoformat()}).status_code == 404


# ---- days that are none


def test_before_it_was_opened_a_grid_names_what_it_came_from(places: Places, cast: Cast) -> None:
    new = actions.open_grid(code="new", name="新村", parent_id=places.town.pk, by=SYSTEM, on=CHANGED)
    actions.merge_grid(places.village.pk, into_id=new.pk, by=SYSTEM, on=CHANGED)
    page = get(cast.viewer, "grids:detail", new.pk, on=BEFORE)
    assert places.village.name in page
    assert CHANGED.isoformat() in page


def test_a_closed_grid_is_shown_as_on_its_last_day(places: Places, cast: Cast) -> None:
    actions.merge_grid(places.village.pk, into_id=places.other_village.pk, by=SYSTEM, on=CHANGED)
    page = get(cast.viewer, "grids:detail", places.village.pk)
    assert places.subgrid.name in page
    assert places.other_village.name in page
    last = CHANGED - timedelta(days=1)
    assert f"{reverse('grids:completeness')}?under={places.village.pk}&amp;on={last.isoformat()}" in page
    get(cast.viewer, "grids:completeness", under=places.village.pk, on=last)
    assert reverse("grids:blind_spots") not in page  # known of today alone


def test_a_closed_grid_names_its_last_people_without_telephones(places: Places, cast: Cast) -> None:
    actions.merge_grid(places.village.pk, into_id=places.other_village.pk, by=SYSTEM, on=CHANGED)
    for on in (None, timezone.localdate() - timedelta(days=1)):
        page = get(cast.viewer, "grids:detail", places.village.pk, on=on)
        assert str(cast.village_leader) in page
        assert "tel:" not in page


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-40", "", "9999-01-01"])
def test_what_is_no_day_of_the_past_shows_today(
    places: Places, cast: Cast, client: Client, typed: str
) -> None:
    client.force_login(cast.viewer)
    page = client.get(reverse("grids:detail", args=[places.town.pk]), {"on": typed})
    assert page.status_code == 200
    assert page.context["on"] is None
    assert page.context["on_unknown"] is bool(typed)


def test_a_grid_that_existed_on_no_day_has_no_page(places: Places, cast: Cast, client: Client) -> None:
    grid = actions.open_grid(code="x", name="x", parent_id=places.village.pk, by=SYSTEM)
    actions.close_grid(grid.pk, by=SYSTEM)
    client.force_login(cast.viewer)
    assert client.get(reverse("grids:detail", args=[grid.pk])).status_code == 404


# ---- its life


def told(grid: Grid) -> list[tuple[date, str]]:
    events = life.events(Grid.objects.get(pk=grid.pk))
    return [(event.on, event.text.text) for event in events if event.order != life.LED]


def test_the_life_of_a_grid(places: Places, cast: Cast) -> None:
    later, last = CHANGED + timedelta(days=10), CHANGED + timedelta(days=20)
    actions.rename_grid(places.village.pk, name="岗李社区", by=SYSTEM, on=CHANGED)
    actions.move_grid(places.village.pk, parent_id=places.other_town.pk, by=SYSTEM, on=later)
    actions.merge_grid(places.other_village.pk, into_id=places.village.pk, by=SYSTEM, on=last)
    assert told(places.village) == [
        (last, "Took over %(grid)s"),
        (later, "Passed from %(old)s to %(new)s"),
        (CHANGED, "Renamed from %(old)s to %(new)s"),
        (OPENED, "Opened"),
    ]
    assert told(places.other_village) == [
        (last, "Closed"),
        (last, "Passed into %(grid)s"),
        (OPENED, "Opened"),
    ]


def test_a_part_that_passed_on_is_told_with_its_share(places: Places) -> None:
    actions.close_grid(places.site.pk, by=SYSTEM, on=CHANGED)
    actions.close_grid(
        places.subgrid.pk,
        by=SYSTEM,
        on=CHANGED,
        successors={places.sibling_subgrid.pk: Decimal("0.6"), places.other_subgrid.pk: Decimal("0.4")},
    )
    texts = [str(event.text) for event in life.events(Grid.objects.get(pk=places.subgrid.pk))]
    assert any("60%" in text for text in texts)
    assert [kin.share for kin in life.heirs(places.subgrid)] == ["60%", "40%"]


def test_its_leaders_belong_to_its_life(places: Places) -> None:
    last = CHANGED + timedelta(days=20)
    factories.person(Role.LEADER, grid=places.village, name="前任长", valid_to=CHANGED)
    factories.person(Role.LEADER, grid=places.village, name="现任长", valid_from=CHANGED, valid_to=last)
    factories.person(Role.WORKER, grid=places.village, name="员")
    with translation.override("en"):
        events = [event for event in life.events(places.village) if event.order == life.LED]
        assert [(event.on, str(event.text)) for event in events] == [
            (last, "现任长 left the post of Grid leader"),
            (CHANGED, "现任长 took up the post of Grid leader"),
            (CHANGED, "前任长 left the post of Grid leader"),
            (OPENED, "前任长 took up the post of Grid leader"),
        ]


def test_pages_of_the_past_take_the_same_queries_whatever_lies_below(
    places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    for n in range(25):
        village = factories.grid(f"v{n}", f"村{n}", parent=places.town)
        factories.site(f"s{n}", f"点{n}", parent=factories.grid(f"g{n}", f"格{n}", parent=village))
    client = Client()
    client.force_login(cast.viewer)
    day = f"on={BEFORE.isoformat()}"
    for page in (
        reverse("grids:tree") + f"?{day}",
        reverse("grids:children", args=[places.town.pk]) + f"?{day}",
        reverse("grids:detail", args=[places.town.pk]) + f"?{day}",
        reverse("grids:detail", args=[places.town.pk]) + f"?show=sites&{day}",
        reverse("grids:geojson") + f"?under={places.town.pk}&level=5&{day}",
    ):
        with django_assert_max_num_queries(44):
            assert client.get(page).status_code == 200
    assert timezone.localdate() > BEFORE
