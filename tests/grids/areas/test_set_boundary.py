"""One boundary is set: what is kept, refused with the place, and written to the ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import prcoords
import pytest
from django.utils import timezone

from common.coordinates import System
from common.errors import Invalid, NotAllowed
from grids import actions
from grids.areas import NoArea
from grids.models import AreaMark, Boundary
from ledgers.models import Entry
from tests.factories import OPENED, SYSTEM, Cast, Places
from tests.grids.areas.squares import at, bow_tie, drawn, square


def in_force(grid_id: int) -> Boundary:
    return Boundary.objects.get(grid_id=grid_id, valid_to__isnull=True)


def test_the_first_boundary_holds_from_its_day(places: Places, cast: Cast) -> None:
    day = timezone.localdate() - timedelta(days=3)
    assert actions.set_boundary(places.town.pk, square(0, 0, 10, 10), by=cast.administrator, on=day)
    row = in_force(places.town.pk)
    assert (row.geometry, row.valid_from, row.illustrative) == (square(0, 0, 10, 10), day, False)


def test_a_new_boundary_ends_the_one_before(places: Places, cast: Cast) -> None:
    drawn(places.town, square(0, 0, 10, 10), illustrative=True)
    actions.set_boundary(places.town.pk, square(0, 0, 10, 12), by=cast.administrator)
    today = timezone.localdate()
    assert list(
        Boundary.objects.filter(grid=places.town)
        .order_by("valid_from")
        .values_list("valid_from", "valid_to", "illustrative")
    ) == [(OPENED, today, True), (today, None, False)]


def test_set_twice_in_a_day_the_first_never_was(places: Places, cast: Cast) -> None:
    actions.set_boundary(places.town.pk, square(0, 0, 10, 10), by=cast.administrator)
    actions.set_boundary(places.town.pk, square(0, 0, 10, 12), by=cast.administrator)
    assert Boundary.objects.filter(grid=places.town).count() == 1


def test_it_is_one_entry_that_names_the_outlines_by_their_hash(places: Places, cast: Cast) -> None:
    drawn(places.town, square(0, 0, 10, 10))
    actions.set_boundary(places.town.pk, square(0, 0, 10, 12), by=cast.administrator, note="测绘成果")
    entry = Entry.objects.get()
    payload = json.loads(entry.payload)["payload"]
    assert (entry.action, entry.grid_id, entry.actor) == ("set_boundary", places.town.pk, cast.administrator)
    assert payload["note"] == "测绘成果"
    assert payload["corners"] == 5
    assert payload["square_metres"] == pytest.approx(1_222_000, rel=0.01)
    assert len(payload["before"]) == len(payload["after"]) == 64


def test_the_same_outline_again_changes_nothing(places: Places, cast: Cast) -> None:
    drawn(places.town, square(0, 0, 10, 10))
    turned = square(0, 0, 10, 10)
    turned["coordinates"][0] = turned["coordinates"][0][1:] + turned["coordinates"][0][1:2]
    assert not actions.set_boundary(places.town.pk, turned, by=cast.administrator)
    assert not Entry.objects.exists()
    assert not AreaMark.objects.exists()


def test_an_illustrative_outline_set_again_is_meant(places: Places, cast: Cast) -> None:
    drawn(places.town, square(0, 0, 10, 10), illustrative=True)
    assert actions.set_boundary(places.town.pk, square(0, 0, 10, 10), by=cast.administrator)
    assert not in_force(places.town.pk).illustrative


def test_gcj02_is_converted(places: Places, cast: Cast) -> None:
    geometry = square(0, 0, 10, 10)
    shown = [prcoords.wgs_gcj((lat, lon)) for lon, lat in geometry["coordinates"][0]]
    given = {"type": "Polygon", "coordinates": [[[one.lon, one.lat] for one in shown]]}
    actions.set_boundary(places.town.pk, given, by=cast.administrator, coordinates=System.GCJ02)
    kept = in_force(places.town.pk).geometry["coordinates"][0]
    for one, other in zip(sorted(kept), sorted(geometry["coordinates"][0]), strict=True):
        assert one == pytest.approx(other, abs=1e-7)


def test_a_line_that_crosses_itself_is_refused_with_the_place(places: Places, cast: Cast) -> None:
    with pytest.raises(NoArea) as refused:
        actions.set_boundary(places.town.pk, bow_tie(), by=cast.administrator)
    assert refused.value.fields.keys() == {"geometry"}
    assert refused.value.place == pytest.approx(at(5, 5))
    assert "113.805000，34.505000" in str(refused.value)
    assert not Boundary.objects.exists()
    assert not Entry.objects.exists()


def test_the_place_is_told_as_given_and_marked_in_wgs84(places: Places, cast: Cast) -> None:
    with pytest.raises(NoArea) as refused:
        actions.set_boundary(places.town.pk, bow_tie(), by=cast.administrator, coordinates=System.GCJ02)
    assert "113.805000，34.505000" in str(refused.value)
    lon, lat = refused.value.place or (0, 0)
    shown = prcoords.wgs_gcj((lat, lon))
    assert (shown.lon, shown.lat) == pytest.approx(at(5, 5), abs=1e-7)


RING = square(0, 0, 10, 10)["coordinates"][0]


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        [],
        "x",
        {},
        {"type": "Point", "coordinates": [113.8, 34.5]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [RING[:2]]},
        {"type": "Polygon", "coordinates": [[RING[0]] * 5]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[*RING[:2], ["a", "b"], RING[0]]]},
        {"type": "Polygon", "coordinates": [[*RING[:2], [None, 34.5], RING[0]]]},
        {"type": "Polygon", "coordinates": [[*RING[:2], [10**400, 34.5], RING[0]]]},
        {"type": "Polygon", "coordinates": [[*RING[:2], [float("nan"), 34.5], RING[0]]]},
        {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in RING]]},
        {"type": "MultiPolygon", "coordinates": [[RING], [RING]]},
        {"type": "Polygon", "coordinates": [RING, square(20, 20, 30, 30)["coordinates"][0]]},
    ],
)
def test_what_is_no_area_is_refused_with_a_sentence(places: Places, cast: Cast, geometry: Any) -> None:
    with pytest.raises(NoArea) as refused:
        actions.set_boundary(places.town.pk, geometry, by=cast.administrator)
    assert str(refused.value)
    assert not Boundary.objects.exists()


def test_a_day_ahead_before_the_opening_or_before_the_last_change_is_refused(
    places: Places, cast: Cast
) -> None:
    today = timezone.localdate()
    drawn(places.town, square(0, 0, 10, 10), since=today - timedelta(days=2))
    for day in (today + timedelta(days=1), today - timedelta(days=3), OPENED - timedelta(days=1)):
        for grid in (places.town, places.village):
            if grid == places.village and OPENED <= day <= today:
                continue
            with pytest.raises(Invalid) as refused:
                actions.set_boundary(grid.pk, square(0, 0, 9, 9), by=cast.administrator, on=day)
            assert refused.value.fields.keys() == {"on"}


def test_a_closed_grid_keeps_its_boundary(places: Places, cast: Cast) -> None:
    empty = actions.open_grid(code="x", name="x", parent_id=places.village.pk, by=SYSTEM)
    actions.close_grid(empty.pk, by=SYSTEM)
    with pytest.raises((Invalid, NotAllowed)):
        actions.set_boundary(empty.pk, square(0, 0, 9, 9), by=cast.administrator)


@pytest.mark.parametrize(
    "who", ["worker", "leader", "town_leader", "chief", "viewer", "dispatcher", "former"]
)
def test_only_administrators_set_boundaries(places: Places, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.set_boundary(places.subgrid.pk, square(0, 0, 9, 9), by=getattr(cast, who))
    assert not Boundary.objects.exists()
