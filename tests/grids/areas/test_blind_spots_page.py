"""The page of blind spots: every kind, one kind, the map, the workbook; for those who lead or oversee."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from grids import areas
from grids.blind_spots import Kind
from grids.queries import blind_spots
from ledgers.models import Entry
from tests import factories
from tests.factories import Cast, Places
from tests.grids.areas.squares import drawn, square

PAGE = reverse("grids:blind_spots")
MAP = reverse("grids:blind_spots_map")
EXPORT = reverse("grids:blind_spots_export")


@pytest.fixture
def uncovered(places: Places, cast: Cast) -> Places:
    """A gap and an overlap in the village."""
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 6, 10))
    drawn(places.sibling_subgrid, square(5, 0, 9, 10))
    areas.forget()
    return places


def counts(client: Client, query: dict[str, str | int] | None = None) -> dict[str, int]:
    shown = client.get(PAGE, query or {}).context
    return {one.kind.key: len(one.found) for one in shown["sections"]}


def test_every_kind_stands_on_the_page_with_its_count(client: Client, uncovered: Places, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert counts(client) == {
        "gap": 1, "overlap": 1, "beyond": 0, "outside": 2, "no_boundary": 5, "no_dossier": 0,
        "no_leader": 2, "few_workers": 3, "not_inspected": 0,
    }  # fmt: skip
    text = client.get(PAGE).content.decode()
    assert "101,8" in text  # one stripe of the gap, in square metres
    assert uncovered.sibling_subgrid.name in text


def test_the_page_begins_at_the_top_of_the_readers_scope(
    client: Client, uncovered: Places, cast: Cast
) -> None:
    client.force_login(cast.other_town_leader)
    assert client.get(PAGE).context["grid"] == uncovered.other_town
    assert counts(client)["overlap"] == 0
    client.force_login(cast.village_leader)
    assert counts(client)["overlap"] == 1
    assert client.get(PAGE, {"under": uncovered.district.pk}).status_code == 404


def test_one_kind_is_shown_page_by_page(client: Client, uncovered: Places, cast: Cast) -> None:
    for n in range(40):
        factories.grid(f"g{n:02}", f"格{n}", parent=uncovered.village)
    client.force_login(cast.viewer)
    asked = {"under": uncovered.village.pk, "kind": "no_boundary"}
    first = client.get(PAGE, asked).context
    assert [len(first["sections"]), first["page_obj"].paginator.count] == [1, 40]
    assert len(client.get(PAGE, asked | {"page": 2}).context["sections"][0].rows) == 10
    text = client.get(PAGE, asked).content.decode()
    assert f"?under={uncovered.village.pk}&amp;kind=no_boundary&amp;page=2" in text


def test_the_filter_offers_the_line_and_the_grids_below(
    client: Client, uncovered: Places, cast: Cast
) -> None:
    client.force_login(cast.town_leader)
    form = client.get(PAGE, {"under": uncovered.village.pk}).context["form"]
    assert [name for _key, name in form.fields["under"].choices] == [
        uncovered.town.name,
        uncovered.village.name,
        uncovered.subgrid.name,
        uncovered.sibling_subgrid.name,
    ]


@pytest.mark.parametrize("query", [{"kind": "x"}, {"under": "x"}, {"under": "9" * 30}, {"under": "-1"}])
def test_nonsense_is_404(client: Client, uncovered: Places, cast: Cast, query: dict[str, str]) -> None:
    client.force_login(cast.viewer)
    for page in (PAGE, MAP, EXPORT):
        assert client.get(page, query).status_code == 404


def test_the_map_shows_parts_and_places_with_their_tone(
    client: Client, uncovered: Places, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    shown = client.get(MAP, {"under": uncovered.village.pk}).json()["features"]
    kinds = [(one["geometry"]["type"], one["properties"].get("tone", "")) for one in shown]
    assert kinds.count(("Polygon", "")) == 2  # the sub-grids as they lie
    assert kinds.count(("Polygon", "late")) == 1
    assert kinds.count(("Polygon", "soon")) == 1
    assert kinds.count(("Point", "late")) == 3  # the gap, and two sites outside
    only = client.get(MAP, {"under": uncovered.village.pk, "kind": "gap"}).json()["features"]
    assert len(only) == 4


def test_a_whole_grid_is_drawn_where_the_grid_is_the_matter(
    client: Client, uncovered: Places, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    shown = client.get(MAP, {"under": uncovered.village.pk, "kind": "few_workers"}).json()["features"]
    names = [one["properties"]["name"] for one in shown if one["properties"].get("tone") == "resting"]
    assert sorted(names) == [uncovered.subgrid.name, uncovered.sibling_subgrid.name]


def test_the_workbook_holds_what_is_shown_and_stands_in_the_ledger(
    client: Client, uncovered: Places, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    answer = client.get(EXPORT, {"under": uncovered.village.pk, "kind": "overlap"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert {uncovered.subgrid.name, uncovered.sibling_subgrid.name} == {rows[1][2], rows[1][4]}
    assert rows[1][6] == pytest.approx(101_800, rel=0.01)
    payload = json.loads(Entry.objects.get(action="export").payload)["payload"]
    assert payload == {"what": "blind_spots", "rows": 1}


def test_a_second_grid_out_of_sight_is_named_not_linked(
    client: Client, uncovered: Places, cast: Cast
) -> None:
    site = uncovered.other_site
    drawn(uncovered.other_subgrid, square(30, 30, 40, 40))
    areas.forget()
    client.force_login(cast.other_town_leader)
    type(site.site).objects.filter(pk=site.pk).update(lon="113.801", lat="34.501")
    page = client.get(PAGE, {"kind": "outside"})
    (row,) = page.context["sections"][0].rows
    assert row.other == uncovered.subgrid
    assert page.context["seen"] == set()
    assert reverse("grids:detail", args=[uncovered.subgrid.pk]) not in page.content.decode()


def test_the_pages_take_the_same_queries_whatever_lies_below(
    client: Client, uncovered: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    for n in range(30):
        one = factories.grid(f"g{n:02}", f"格{n}", parent=uncovered.village)
        drawn(one, square(n, 0, n + 1.5, 1))
        factories.site(f"s{n:02}", f"点{n}", parent=one)
    client.force_login(cast.viewer)
    for page in (PAGE, MAP, EXPORT, f"{PAGE}?kind=overlap"):
        areas.forget()
        with django_assert_max_num_queries(42):
            assert client.get(page).status_code == 200


def test_every_kind_has_a_name_of_its_own(uncovered: Places) -> None:
    kinds: tuple[Kind, ...] = blind_spots.kinds()
    assert len({kind.key for kind in kinds}) == len(kinds) == 9
    assert all(str(text) for kind in kinds for text in (kind.label, kind.why, kind.none))
