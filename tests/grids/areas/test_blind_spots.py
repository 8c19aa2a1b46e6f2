"""What counts as a blind spot: gaps and overlaps with their area, slivers left out, and what is missing."""

from __future__ import annotations

from datetime import date, timedelta
from math import cos, radians
from typing import Any

import pytest
import shapely
import shapely.affinity
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from grids import actions, areas
from grids.blind_spots import BlindSpot
from grids.models import Grid, Site
from grids.queries import blind_spots
from grids.queries.blind_spots import METRES_A_DEGREE, how_far, is_wide
from inspections.actions import install_defaults
from people.models import Posting, Role
from tests import factories
from tests.factories import SYSTEM, Cast, Places
from tests.grids.areas.squares import LAT, LON, at, drawn, square


def found(kind: str, grid: Grid) -> list[BlindSpot]:
    areas.forget()
    return list(next(one for one in blind_spots.kinds() if one.key == kind).find(grid))


def metres(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """A rectangle counted in metres from the corner of the district."""
    return shapely.transform(shapely.box(x0, y0, x1, y1), on_the_ground)


def on_the_ground(places: Any) -> Any:
    up = 1 / METRES_A_DEGREE
    return (LON, LAT) + places * (up / cos(radians(LAT)), up)


# ---- between siblings


def test_land_of_the_upper_grid_that_no_lower_one_covers_is_a_gap(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    drawn(places.sibling_subgrid, square(6, 0, 10, 10))
    (gap,) = found("gap", places.district)
    assert gap.grid_id == places.village.pk
    bare = shape(square(5, 0, 6, 10))
    assert gap.square_metres == pytest.approx(areas.square_metres(bare), rel=1e-6)
    assert gap.square_metres == pytest.approx(91.8 * 1109.2, rel=0.01)
    assert gap.geometry is not None
    assert areas.same(shape(dict(gap.geometry)), bare)
    lon, lat = gap.place or (0, 0)
    assert (round(lon, 6), round(lat, 6)) == (lon, lat)  # as positions are kept
    assert shapely.intersects_xy(bare, lon, lat)


def test_a_hole_and_a_strip_are_two_gaps_the_larger_first(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    ring = shape(square(0, 0, 9, 10)).difference(shape(square(2, 2, 3, 3)))
    drawn(places.subgrid, areas.geojson(ring))
    gaps = found("gap", places.district)
    assert [round(gap.square_metres or 0, -3) for gap in gaps] == [102_000, 10_000]


def test_what_two_siblings_both_cover_is_an_overlap(places: Places) -> None:
    drawn(places.subgrid, square(0, 0, 6, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    (overlap,) = found("overlap", places.district)
    assert {overlap.grid_id, overlap.other_id} == {places.subgrid.pk, places.sibling_subgrid.pk}
    assert overlap.square_metres == pytest.approx(areas.square_metres(shape(square(5, 0, 6, 10))))


def test_an_overlap_across_the_border_of_upper_grids_is_told_on_both_sides(places: Places) -> None:
    drawn(places.village, square(0, 0, 5, 10))
    drawn(places.other_village, square(5, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 6, 10))
    drawn(places.other_subgrid, square(5, 0, 10, 10))
    for grid, mine, theirs in (
        (places.district, places.subgrid, places.other_subgrid),
        (places.village, places.subgrid, places.other_subgrid),
        (places.other_village, places.other_subgrid, places.subgrid),
    ):
        (overlap,) = found("overlap", grid)
        assert (overlap.grid_id, overlap.other_id) == (mine.pk, theirs.pk)


def test_what_upper_grids_both_cover_is_told_of_them_alone(places: Places) -> None:
    drawn(places.village, square(0, 0, 6, 10))
    drawn(places.other_village, square(5, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 6, 10))
    drawn(places.other_subgrid, square(5, 0, 10, 10))
    (overlap,) = found("overlap", places.district)
    assert {overlap.grid_id, overlap.other_id} == {places.village.pk, places.other_village.pk}


def test_land_outside_the_upper_grid_is_named_with_its_area(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(8, 0, 12, 10))
    drawn(places.sibling_subgrid, square(0, 0, 8, 10))
    (spot,) = found("beyond", places.district)
    assert (spot.grid_id, spot.other_id) == (places.subgrid.pk, places.village.pk)
    assert spot.square_metres == pytest.approx(areas.square_metres(shape(square(10, 0, 12, 10))))
    assert found("beyond", places.other_town) == []
    drawn(places.town, square(0, 0, 9, 10))
    assert {spot.grid_id for spot in found("beyond", places.district)} == {
        places.subgrid.pk,
        places.village.pk,
    }


def test_a_grid_that_follows_the_fence_of_its_upper_grid_is_not_beyond_it(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 10.000002, 10))  # within a sliver
    assert found("beyond", places.district) == []


def test_neighbours_with_one_fence_neither_gap_nor_overlap(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    assert found("gap", places.district) == found("overlap", places.district) == []


def test_corners_rounded_to_six_decimals_are_slivers(places: Places) -> None:
    """As many programs write them: a corner on the neighbour's slanting line moves by up to 0.1 m."""
    a, b, c, d = (0, 0), (10, 0), (10, 10), (0, 10)
    low, middle, high = (3.0, 0), (4.27354, 4.55142), (5.8, 10)

    def polygon(*corners: tuple[float, float]) -> dict[str, object]:
        line = [[round(value, 6) for value in at(*corner)] for corner in (*corners, corners[0])]
        return {"type": "Polygon", "coordinates": [line]}

    drawn(places.village, polygon(a, b, c, d))
    drawn(places.subgrid, polygon(a, low, middle, high, d))
    drawn(places.sibling_subgrid, polygon(low, b, c, high))
    one, other = shape(polygon(a, low, middle, high, d)), shape(polygon(low, b, c, high))
    both = one.intersection(other).area + shape(polygon(a, b, c, d)).difference(one.union(other)).area
    assert both > 0
    assert found("gap", places.district) == found("overlap", places.district) == []


def test_a_long_strip_counts_from_half_a_metre_on() -> None:
    assert not is_wide(metres(0, 0, 0.45, 2000))  # 900 m², and nowhere to stand
    assert is_wide(metres(0, 0, 0.55, 2000))


def test_a_patch_with_a_sliver_for_a_tail_counts() -> None:
    patch = metres(0, 0, 20, 20).union(metres(20, 10, 6000, 10.05))
    assert 2 * areas.square_metres(patch) / 12_000 < 0.2  # its mean width is that of a sliver
    assert is_wide(patch)


def test_lines_and_points_and_crumbs_do_not_count() -> None:
    assert not is_wide(metres(0, 0, 0.9, 0.9))
    assert not is_wide(shapely.LineString([(LON, LAT), (LON + 1, LAT)]))
    assert not is_wide(shapely.Polygon())


@given(width=st.floats(0.05, 3), length=st.floats(20, 3000), turn=st.floats(0, 180))
@settings(max_examples=80, deadline=None)
def test_a_strip_counts_by_its_width_whichever_way_it_runs(width: float, length: float, turn: float) -> None:
    turned = shapely.affinity.rotate(shapely.box(0, 0, width, length), turn)
    around = shapely.transform(turned, on_the_ground)
    if abs(width - 0.5) > 0.02:
        assert is_wide(around) == (width > 0.5)


def test_a_change_is_seen_and_what_did_not_change_is_not_computed_again(
    places: Places, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    areas.forget()
    kind = next(one for one in blind_spots.kinds() if one.key == "gap")
    assert len(list(kind.find(places.district))) == 1
    monkeypatch.setattr(blind_spots, "_gaps", lambda *given: pytest.fail("computed again"))
    assert len(list(kind.find(places.district))) == 1
    monkeypatch.undo()
    actions.set_boundary(places.sibling_subgrid.pk, square(5, 0, 10, 10), by=cast.administrator)
    assert list(kind.find(places.district)) == []


# ---- what lies below, and is seen from where


def test_each_reader_asks_for_what_lies_below(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 6, 10))
    drawn(places.sibling_subgrid, square(5, 0, 9, 10))
    for kind in ("gap", "overlap"):
        for grid, expected in ((places.village, 1), (places.town, 1), (places.other_town, 0)):
            assert len(found(kind, grid)) == expected


def test_a_site_outside_its_grid_is_told_with_the_distance_and_where_it_lies(places: Places) -> None:
    drawn(places.village, square(0, 0, 20, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    place(places.site, 5.1, 5)
    place(places.sibling_site, 12, 5)
    far, near = found("outside", places.district)
    assert (far.grid_id, far.other_id) == (places.sibling_site.pk, places.village.pk)
    assert (near.grid_id, near.other_id) == (places.site.pk, places.sibling_subgrid.pk)
    assert near.text is not None
    assert near.text.values["metres"] == pytest.approx(9, abs=1)  # 0.0001° of longitude here


def test_distances_are_told_in_kilometres_from_a_thousand_metres_on(places: Places) -> None:
    drawn(places.subgrid, square(0, 0, 5, 10))
    Site.objects.filter(grid=places.site).update(lon="116.400000", lat="39.900000")
    (far,) = found("outside", places.subgrid)
    assert far.text is not None
    assert float(far.text.values["km"]) == pytest.approx(640, abs=10)
    assert [how_far(metres).values for metres in (999.4, 1000, 1_234_567)] == [
        {"metres": 999},
        {"km": "1.0"},
        {"km": "1,234.6"},
    ]


def test_a_site_on_the_edge_lies_in_its_grid(places: Places) -> None:
    drawn(places.subgrid, square(0, 0, 5, 10))
    place(places.site, 5, 5)
    assert found("outside", places.district) == []


def place(site: Grid, x: float, y: float) -> None:
    lon, lat = at(x, y)
    Site.objects.filter(grid=site).update(lon=str(lon), lat=str(lat))


def test_grids_without_boundary_are_those_above_the_sites(places: Places) -> None:
    drawn(places.subgrid, square(0, 0, 5, 10))
    bare = {spot.grid_id for spot in found("no_boundary", places.town)}
    assert bare == {places.town.pk, places.village.pk, places.sibling_subgrid.pk}


def test_a_site_in_the_tree_without_dossier_is_found(places: Places) -> None:
    assert found("no_dossier", places.district) == []
    bare = factories.grid("x", "新点", parent=places.subgrid)
    assert [spot.grid_id for spot in found("no_dossier", places.district)] == [bare.pk]
    assert found("no_dossier", places.other_town) == []


def test_closed_grids_are_no_blind_spots(places: Places) -> None:
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 6, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    actions.close_grid(places.sibling_site.pk, by=SYSTEM)
    actions.close_grid(places.sibling_subgrid.pk, by=SYSTEM)
    assert found("overlap", places.district) == []
    assert places.sibling_subgrid.pk not in {spot.grid_id for spot in found("no_leader", places.district)}
    assert len(found("gap", places.district)) == 1


def test_a_grid_without_leader_has_nobody_of_the_right_role_today(places: Places, cast: Cast) -> None:
    bare = {spot.grid_id for spot in found("no_leader", places.district)}
    assert bare == {places.other_village.pk, places.other_subgrid.pk}
    Posting.objects.filter(person=cast.leader).update(valid_to=timezone.localdate())
    factories.person(Role.DEPUTY, grid=places.subgrid)
    assert places.subgrid.pk in {spot.grid_id for spot in found("no_leader", places.district)}
    cast.chief.is_active = False
    cast.chief.save()
    assert places.district.pk in {spot.grid_id for spot in found("no_leader", places.district)}


def test_a_subgrid_has_two_workers(places: Places, cast: Cast) -> None:
    few = found("few_workers", places.district)
    assert [spot.grid_id for spot in few[-1:]] == [places.subgrid.pk]  # one worker; the others have none
    assert len(few) == 3
    factories.person(Role.WORKER, grid=places.subgrid)
    assert len(found("few_workers", places.district)) == 2
    assert found("few_workers", places.subgrid) == []


def test_sites_overdue_by_their_plan_are_not_inspected(places: Places, cast: Cast) -> None:
    install_defaults()
    today = timezone.localdate()
    Grid.objects.filter(pk=places.other_site.pk).update(opened_on=today)
    late = found("not_inspected", places.district)
    assert {spot.grid_id for spot in late} == {places.site.pk, places.sibling_site.pk}
    assert late[0].place == (113.85, 34.52)
    assert late[0].text is not None
    assert date.fromisoformat(late[0].text.values["due"]) < today - timedelta(days=1)


def test_no_kind_asks_more_when_more_lies_below(
    places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    drawn(places.village, square(0, 0, 40, 40))
    for n in range(40):
        one = factories.grid(f"g{n:02}", f"格{n}", parent=places.village)
        drawn(one, square(n, 0, n + 1.5, 1))
        place(factories.site(f"s{n:02}", f"点{n}", parent=one), 0, 39)
    for kind in blind_spots.kinds():
        areas.forget()
        with django_assert_max_num_queries(6):
            assert list(kind.find(places.district)) or kind.key in ("no_dossier", "not_inspected")
