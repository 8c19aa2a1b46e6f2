"""The page on which a boundary is drawn: what was given stays, and where it goes wrong is marked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids.forms import areas as forms
from grids.models import Boundary, Site
from tests import factories
from tests.factories import Cast, Places
from tests.grids.areas.squares import at, bow_tie, collection, drawn, feature, square


@pytest.fixture
def page(client: Client, places: Places, cast: Cast) -> str:
    """Of a sub-grid whose site lies where the tests draw: what fits is set without a question."""
    client.force_login(cast.administrator)
    lon, lat = at(2, 2)
    Site.objects.filter(grid=places.site).update(lon=str(lon), lat=str(lat))
    return reverse("grids:boundary", args=[places.subgrid.pk])


def given_form(geometry: Any = "", **more: Any) -> dict[str, Any]:
    text = geometry if isinstance(geometry, str) else json.dumps(geometry)
    today = timezone.localdate().isoformat()
    return {"geometry": text, "coordinates": "wgs84", "on": today, "note": "郑测〔2026〕3号"} | more


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.geojson", content, content_type="application/geo+json")


def test_it_shows_the_boundary_in_force_and_those_before(client: Client, places: Places, page: str) -> None:
    today = timezone.localdate()
    old = drawn(places.subgrid, square(0, 0, 4, 4), valid_to=today - timedelta(days=5), illustrative=True)
    drawn(places.subgrid, square(0, 0, 5, 5), since=today - timedelta(days=5))
    shown = client.get(page, {"show": old.pk})
    assert shown.context["form"]["geometry"].value() == forms.as_text(square(0, 0, 5, 5))
    assert [period.in_force for period in shown.context["periods"]] == [True, False]
    assert f"show={old.pk}" in shown.context["outlines_url"]
    assert "show" not in client.get(page, {"show": "9999"}).context["outlines_url"]


def test_what_is_drawn_is_set(client: Client, places: Places, page: str) -> None:
    answer = client.post(page, given_form(square(0, 0, 5, 5)), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert places.subgrid.name in str(list(answer.context["messages"])[0])
    assert Boundary.objects.get().geometry == square(0, 0, 5, 5)


@pytest.mark.parametrize(
    "content",
    [square(0, 0, 5, 5), feature("x", square(0, 0, 5, 5)), collection(feature("x", square(0, 0, 5, 5)))],
)
def test_a_file_is_taken_before_the_text(client: Client, places: Places, page: str, content: Any) -> None:
    sent = file(b"\xef\xbb\xbf" + json.dumps(content).encode())
    assert client.post(page, given_form(bow_tie(), file=sent)).status_code == 302
    assert Boundary.objects.get().geometry == square(0, 0, 5, 5)


def test_a_crossing_line_comes_back_with_its_place_marked(client: Client, places: Places, page: str) -> None:
    answer = client.post(page, given_form(bow_tie()))
    assert answer.status_code == 422
    assert answer.context["wrong"].place == pytest.approx(at(5, 5))
    text = answer.content.decode()
    assert 'data-wrong-lon="113.805000000" data-wrong-lat="34.505000000"' in text
    assert "（113.805000，34.505000）" in text
    assert json.loads(answer.context["form"]["geometry"].value()) == bow_tie()
    assert answer.context["form"]["note"].value() == "郑测〔2026〕3号"
    assert not Boundary.objects.exists()


def test_what_a_wrong_file_held_stands_in_the_text_field(client: Client, places: Places, page: str) -> None:
    answer = client.post(page, given_form(file=file(json.dumps(bow_tie()).encode())))
    assert answer.status_code == 422
    assert json.loads(answer.context["form"]["geometry"].value()) == bow_tie()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"geometry": ""}, "geometry"),
        ({"geometry": "{"}, "geometry"),
        ({"geometry": "[" * 5000}, "geometry"),
        ({"geometry": json.dumps(collection())}, "geometry"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": "2001-01-01"}, "on"),
        ({"on": "x"}, "on"),
        ({"coordinates": "bd09"}, "coordinates"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_every_fault_stands_beside_its_field(
    client: Client, places: Places, page: str, given: dict[str, str], field: str
) -> None:
    answer = client.post(page, given_form(square(0, 0, 5, 5)) | given)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Boundary.objects.exists()


def test_a_file_too_large_for_one_boundary_is_refused(
    client: Client, places: Places, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MOST_CHARACTERS", 20)
    answer = client.post(page, given_form(file=file(b"x" * 21)))
    assert set(answer.context["form"].errors) == {"file"}


def test_the_outlines_round_a_grid_have_their_parts(client: Client, places: Places, page: str) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    drawn(places.other_subgrid, square(15, 0, 20, 10))
    answer = client.get(reverse("grids:outlines", args=[places.subgrid.pk])).json()
    roles = {one["properties"]["name"]: one["properties"]["role"] for one in answer["features"]}
    assert roles == {
        places.village.name: "upper",
        places.subgrid.name: "now",
        places.sibling_subgrid.name: "sibling",
    }
    for asked in ("9" * 30, "x", "5"):
        page = reverse("grids:outlines", args=[places.subgrid.pk])
        assert client.get(page, {"show": asked}).status_code == 404


def test_the_pages_take_few_queries(
    client: Client, places: Places, page: str, django_assert_max_num_queries
) -> None:
    for n in range(20):
        one = factories.grid(f"g{n}", f"格{n}", parent=places.village)
        drawn(one, square(n, 0, n + 1, 1))
    for address in (page, reverse("grids:outlines", args=[places.subgrid.pk])):
        with django_assert_max_num_queries(16):
            assert client.get(address).status_code == 200


@given(text=st.one_of(st.text(max_size=80), st.binary(max_size=80)))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered(client: Client, places: Places, page: str, text: str | bytes) -> None:
    sent = given_form(text) if isinstance(text, str) else given_form(file=file(text))
    answer: HttpResponse = client.post(page, sent)  # type: ignore[assignment]
    assert answer.status_code == 422


def test_text_or_file_is_needed_so_neither_is_called_optional(client: Client, page: str) -> None:
    for answer in (client.get(page), client.post(page, given_form(""))):
        form = answer.context["form"]
        assert form.fields["geometry"].required
        assert form.fields["file"].required
        assert not form.fields["note"].required
    assert answer.context["form"].errors.keys() == {"geometry"}


def test_parts_that_overlap_are_named_so(client: Client, page: str) -> None:
    two = [square(0, 0, 5, 5)["coordinates"], square(3, 3, 8, 8)["coordinates"]]
    answer = client.post(page, given_form({"type": "MultiPolygon", "coordinates": two}))
    assert answer.status_code == 422
    with translation.override("en"):
        assert "parts of the area overlap" in str(answer.context["wrong"].fault)
    lon, lat = answer.context["wrong"].place
    assert at(3, 3) < (lon, lat) < at(5, 5)
