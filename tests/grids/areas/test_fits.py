"""A boundary that does not fit into the tree is told of, with areas and names, before it is set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from grids import areas
from grids.models import Boundary, Grid, Site
from grids.queries import fits
from tests import factories
from tests.factories import Cast, Places
from tests.grids.areas.squares import at, collection, drawn, feature, square


@pytest.fixture(autouse=True)
def laid_out(places: Places) -> None:
    """A village with two sub-grids side by side, each with its site."""
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    place(places.site, 2, 5)
    place(places.sibling_site, 7, 5)
    areas.forget()


def place(site: Grid, x: float, y: float) -> None:
    lon, lat = at(x, y)
    Site.objects.filter(grid=site).update(lon=str(lon), lat=str(lat))


def told(grid: Grid, geometry: dict[str, Any]) -> list[str]:
    areas.forget()
    with translation.override("en"):
        return [str(one) for one in fits.misfits(grid.tree_id, {grid.pk: geometry})]


# ---- what is told


def test_a_boundary_that_fits_says_nothing(places: Places) -> None:
    assert told(places.subgrid, square(0, 0, 5, 10)) == []
    assert told(places.village, square(0, 0, 12, 10)) == []


def test_what_lies_outside_the_upper_grid_and_on_neighbours_is_told_with_its_area(places: Places) -> None:
    outside, both = told(places.subgrid, square(-1, 0, 6, 10))
    assert places.village.name in outside
    assert places.sibling_subgrid.name in both
    for text in (outside, both):
        assert "101,8" in text.replace("101,7", "101,8")
        assert places.subgrid.name in text


def test_land_that_is_given_up_is_told_and_a_gap_of_before_is_not(places: Places) -> None:
    (text,) = told(places.subgrid, square(0, 0, 4, 10))
    assert "no grid of its level" in text
    Boundary.objects.filter(grid=places.sibling_subgrid).update(geometry=square(5, 0, 9, 10))
    assert told(places.subgrid, square(0, 0, 5, 10)) == []


def test_sites_that_would_lie_outside_are_counted_and_named(places: Places) -> None:
    for n in range(7):
        place(factories.site(f"s{n}", f"点{n}", parent=places.subgrid), 4, 1)
    (text,) = [text for text in told(places.subgrid, square(0, 0, 3, 10)) if "site" in text]
    assert text.startswith("7 sites of")
    assert "点0" in text
    assert text.rstrip(".").endswith("…")
    assert places.site.name not in text


def test_grids_below_that_would_lie_outside_are_told(places: Places) -> None:
    texts = told(places.village, square(0, 0, 8, 10))
    assert any(places.sibling_subgrid.name in text and "outside its upper grid" in text for text in texts)
    assert any("no grid of its level" in text for text in texts)


def test_boundaries_that_change_together_are_held_against_each_other(places: Places) -> None:
    wanted = {places.subgrid.pk: square(0, 0, 6, 10), places.sibling_subgrid.pk: square(6, 0, 10, 10)}
    assert fits.misfits(places.village.tree_id, wanted) == []


def test_it_asks_no_more_when_more_changes(places: Places, django_assert_max_num_queries) -> None:
    wanted = {places.subgrid.pk: square(0, 0, 6, 10)}
    for n in range(30):
        one = factories.grid(f"g{n:02}", f"格{n}", parent=places.village)
        place(factories.site(f"s{n:02}", f"点{n}", parent=one), 0, 39)
        wanted[one.pk] = square(n, 0, n + 1.5, 1)
    areas.forget()
    with django_assert_max_num_queries(6):
        assert len(fits.misfits(places.village.tree_id, wanted)) > 30


# ---- the page


@pytest.fixture
def page(client: Client, places: Places, cast: Cast) -> str:
    client.force_login(cast.administrator)
    return reverse("grids:boundary", args=[places.subgrid.pk])


def send(client: Client, page: str, geometry: dict[str, Any], **more: Any) -> Any:
    today = timezone.localdate().isoformat()
    sent = {"geometry": json.dumps(geometry), "coordinates": "wgs84", "on": today, "note": "郑测3号"}
    areas.forget()
    return client.post(page, sent | more)


def in_force(grid: Grid) -> Any:
    return Boundary.objects.get(grid=grid, valid_to__isnull=True).geometry


def test_a_boundary_elsewhere_is_set_only_once_it_was_agreed_to(
    client: Client, places: Places, page: str
) -> None:
    elsewhere = square(400, 0, 405, 10)
    answer = send(client, page, elsewhere)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert places.village.name in text
    assert places.site.name in text
    assert "郑测3号" in text  # nothing typed is lost
    assert in_force(places.subgrid) == square(0, 0, 5, 10)
    again = send(client, page, elsewhere, agreed=answer.context["token"])
    assert again.status_code == 302
    assert in_force(places.subgrid) == elsewhere


def test_agreement_holds_for_what_was_seen_alone(client: Client, places: Places, page: str) -> None:
    seen = send(client, page, square(0, 0, 6, 10)).context["token"]
    assert send(client, page, square(0, 0, 7, 10), agreed=seen).status_code == 422
    Boundary.objects.filter(grid=places.sibling_subgrid).update(geometry=square(4, 0, 10, 10))
    assert send(client, page, square(0, 0, 6, 10), agreed=seen).status_code == 422
    assert in_force(places.subgrid) == square(0, 0, 5, 10)


def test_an_import_tells_the_same_before_it_is_confirmed(client: Client, places: Places, cast: Cast) -> None:
    client.force_login(cast.administrator)
    content = collection(feature(places.subgrid.code, square(400, 0, 405, 10)))
    upload = SimpleUploadedFile("a.geojson", json.dumps(content).encode())
    today = timezone.localdate().isoformat()
    answer = client.post(
        reverse("grids:import_boundaries", args=[places.village.pk]),
        {"file": upload, "coordinates": "wgs84", "on": today},
    )
    assert answer.status_code == 200
    assert [str(one) for one in answer.context["misfits"]]
    around = reverse("grids:outlines", args=[places.village.pk])
    assert f'data-around-url="{around}"' in answer.content.decode()  # to see where the shapes lie
    assert places.site.name in answer.content.decode()
