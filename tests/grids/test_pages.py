"""The tree, a grid's page and the map's data: in scope only, and in few queries."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from grids.hooks import Panel, _panels, register_panel
from grids.models import Boundary
from tests import factories
from tests.factories import OPENED, Cast, Places

SQUARE = {"type": "Polygon", "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.9, 34.6], [113.8, 34.5]]]}


def test_the_tree_begins_where_the_scope_does(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.town_leader)
    page = client.get(reverse("grids:tree")).content.decode()
    assert places.town.name in page
    assert places.village.name in page
    assert places.other_town.name not in page


def test_children_are_fetched_lazily(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert places.village.name not in client.get(reverse("grids:tree")).content.decode()
    branch = client.get(reverse("grids:children", args=[places.town.pk])).content.decode()
    assert places.village.name in branch
    assert "<html" not in branch


def test_search_finds_by_name_and_code_in_scope_only(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.town_leader)
    found = client.get(reverse("grids:tree"), {"q": "网格"}).content.decode()
    assert places.subgrid.name in found
    assert places.other_subgrid.name not in found
    assert places.site.name in client.get(reverse("grids:tree"), {"q": places.site.code}).content.decode()


@pytest.mark.parametrize("level", ["district", "town", "village", "subgrid", "site"])
def test_every_level_has_its_page(client: Client, places: Places, cast: Cast, level: str) -> None:
    grid = getattr(places, level)
    client.force_login(cast.viewer)
    answer = client.get(reverse("grids:detail", args=[grid.pk]), {"show": "sites"})
    assert answer.status_code == 200
    assert grid.name in answer.content.decode()
    assert client.get(reverse("grids:detail", args=[grid.pk])).status_code == 200


def test_the_breadcrumb_links_what_is_in_scope_only(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.leader)
    crumbs = client.get(reverse("grids:detail", args=[places.site.pk])).context["crumbs"]
    assert [bool(crumb["url"]) for crumb in crumbs] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("worker", {"subgrid", "site"}),
        ("leader", {"subgrid", "site"}),
        ("sibling", {"sibling_subgrid"}),
        ("town_leader", {"town", "village", "subgrid", "sibling_subgrid", "site"}),
        ("viewer", {"district", "town", "other_town", "village", "subgrid", "sibling_subgrid", "site"}),
        ("officer", set()),
        ("former", set()),
    ],
)
def test_out_of_scope_is_404_on_every_page(
    client: Client, places: Places, cast: Cast, who: str, seen: set[str]
) -> None:
    client.force_login(getattr(cast, who))
    for name in ("district", "town", "other_town", "village", "subgrid", "sibling_subgrid", "site"):
        pk = getattr(places, name).pk
        status = 200 if name in seen else 404
        assert client.get(reverse("grids:detail", args=[pk])).status_code == status, name
        assert client.get(reverse("grids:children", args=[pk])).status_code == status, name
        assert client.get(reverse("grids:geojson"), {"under": pk, "level": 5}).status_code == status, name


def test_anonymous_is_sent_to_the_login(client: Client, places: Places) -> None:
    for page in (
        reverse("grids:tree"),
        reverse("grids:detail", args=[places.town.pk]),
        reverse("grids:geojson"),
    ):
        assert client.get(page).status_code == 302


def test_geojson_has_the_level_asked_for_and_an_etag(client: Client, places: Places, cast: Cast) -> None:
    Boundary.objects.create(grid=places.village, geometry=SQUARE, valid_from=OPENED)
    Boundary.objects.create(grid=places.subgrid, geometry=SQUARE, valid_from=OPENED)
    client.force_login(cast.viewer)
    asked = {"under": places.district.pk, "level": 3}
    answer = client.get(reverse("grids:geojson"), asked)
    features = answer.json()["features"]
    assert [feature["id"] for feature in features] == [places.village.pk]
    assert features[0]["geometry"] == SQUARE
    again = client.get(reverse("grids:geojson"), asked, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    points = client.get(reverse("grids:geojson"), {**asked, "level": 5}).json()["features"]
    assert {f["geometry"]["type"] for f in points} == {"Point"}
    assert len(points) == 3


@pytest.mark.parametrize("query", [{}, {"under": "x", "level": "2"}, {"under": "9" * 30, "level": "2"}])
def test_geojson_of_nonsense_is_404(client: Client, cast: Cast, query: dict[str, str]) -> None:
    client.force_login(cast.viewer)
    assert client.get(reverse("grids:geojson"), query).status_code == 404


def test_rooms_above_add_panels(client: Client, places: Places, cast: Cast) -> None:
    @register_panel
    def _people(request, grid, on):
        return Panel("components/callout.html", {"text": "x"}) if grid.level == 2 else None

    try:
        client.force_login(cast.viewer)
        panels = client.get(reverse("grids:detail", args=[places.town.pk])).context["panels"]
    finally:
        _panels.remove(_people)
    assert any(panel.template == "components/callout.html" for panel in panels)


def test_pages_take_the_same_queries_whatever_lies_below(
    client: Client, places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    for n in range(25):
        village = factories.grid(f"v{n}", f"村{n}", parent=places.town)
        factories.site(f"s{n}", f"点{n}", parent=factories.grid(f"g{n}", f"格{n}", parent=village))
    client.force_login(cast.viewer)
    for page in (
        reverse("grids:tree"),
        reverse("grids:children", args=[places.town.pk]),
        reverse("grids:detail", args=[places.town.pk]),
        reverse("grids:detail", args=[places.town.pk]) + "?show=sites",
        reverse("grids:geojson") + f"?under={places.town.pk}&level=5",
    ):
        with django_assert_max_num_queries(32):
            assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "who", ["worker", "leader", "village_leader", "viewer", "dispatcher", "administrator"]
)
@pytest.mark.parametrize("level", ["district", "town", "village", "subgrid", "site"])
def test_every_link_of_a_grids_page_may_be_followed(
    client: Client, places: Places, cast: Cast, who: str, level: str
) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get(reverse("grids:detail", args=[getattr(places, level).pk]))
    if answer.status_code == 404:
        return
    main = answer.content.decode().split("<main")[1]
    links = {html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', main)}
    assert links
    refused = {link: status for link in links if (status := client.get(link).status_code) != 200}
    assert refused == {}


def test_before_all_grids_the_tree_says_so_and_keeps_the_day(
    client: Client, places: Places, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    page = client.get(reverse("grids:tree"), {"on": (OPENED - timedelta(days=1)).isoformat()})
    assert page.context["first_day"] == OPENED
    text = page.content.decode()
    assert OPENED.isoformat() in text
    assert 'name="on"' in text
    stranger = factories.person()
    client.force_login(stranger)
    assert "first_day" not in client.get(reverse("grids:tree"), {"on": "2001-01-01"}).context
