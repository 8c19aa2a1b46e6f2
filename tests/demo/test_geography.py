"""The demo district tiles exactly, holds the real places, and is the same everywhere."""

import hashlib
import json
import time
from collections import Counter, defaultdict
from dataclasses import asdict

from shapely import Point, Polygon, STRtree

from demo.geography import Area, Geography, divisions, geography, polygon
from demo.sites import sites

DIGEST = "617d8c3a04b8ee9be3c10060ce0c36ce2ce4aed1809fba0f3e0038ac2fafbe02"


def doubled_area(ring: tuple[tuple[int, int], ...]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def shapes(areas: tuple[Area, ...]) -> dict[str, Polygon]:
    return {area.code: Polygon(area.ring) for area in areas}


def test_it_holds_the_real_towns_and_villages_under_their_codes():
    world = geography()
    real = {(d.code, d.name, d.parent) for d in divisions() if d.level != "district"}
    assert {(a.code, a.name, a.parent) for a in (*world.towns, *world.villages)} == real
    assert (len(world.towns), len(world.villages), len(world.sub_grids)) == (8, 146, 777)


def test_every_area_is_one_simple_polygon_around_its_centre():
    for area in geography().areas:
        shape = Polygon(area.ring)
        assert shape.is_valid, area.code
        assert doubled_area(area.ring) > 0, f"{area.code} does not run anticlockwise"
        assert shape.contains(Point(area.centre)), area.code


def test_children_fill_their_parent_exactly():
    world = geography()
    area = {a.code: doubled_area(a.ring) for a in world.areas}
    children: dict[str, int] = defaultdict(int)
    for a in world.areas:
        children[a.parent] += area[a.code]
    for parent, total in children.items():
        if parent:
            assert total == area[parent], parent  # whole numbers: not even rounding may differ


def test_siblings_do_not_overlap_and_lie_inside_their_parent():
    world = geography()
    shape = shapes(world.areas)
    for level in (world.towns, world.villages, world.sub_grids):
        listed = [shape[a.code] for a in level]
        tree = STRtree(listed)
        for i, one in enumerate(listed):
            for j in tree.query(one):
                if j > i:
                    assert one.intersection(listed[j]).area == 0, (level[i].code, level[j].code)
        for a in level:
            outside = shape[a.code].difference(shape[a.parent])
            assert outside.area <= 1e-12 * shape[a.code].area, a.code


def test_corners_of_a_parent_are_corners_of_its_children():
    world = geography()
    corners: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for a in world.areas:
        corners[a.parent].update(a.ring)
    for a in (world.district, *world.towns, *world.villages):
        assert set(a.ring) <= corners[a.code], a.code


def test_villages_have_three_sub_grids_or_more_by_size_and_difficulty():
    counts = Counter(a.parent for a in geography().sub_grids)
    assert min(counts.values()) >= 3
    assert len(set(counts.values())) >= 4


def test_three_thousand_sites_of_six_kinds_lie_inside_their_sub_grids():
    ring = shapes(geography().sub_grids)
    rows = sites()
    assert len(rows) == 3240
    assert set(Counter(row.kind for row in rows)) == {
        "agency", "enterprise", "organisation", "compound", "market", "construction",
    }  # fmt: skip
    assert all(ring[row.sub_grid].contains(Point(row.point)) for row in rows)
    assert {row.sub_grid for row in rows} == set(ring)


def test_site_names_are_unique_in_a_town_and_contacts_cannot_be_real():
    rows = sites()
    assert len({(row.code[:9], row.name) for row in rows}) == len(rows)
    assert len({row.code for row in rows}) == len(rows)
    assert all(row.contact_phone.startswith("000") for row in rows)


def test_geojson_is_closed_and_in_degrees():
    shape = polygon(geography().district.ring)
    line = shape["coordinates"][0]  # type: ignore[index]
    assert line[0] == line[-1]
    assert all(113 < x < 115 and 34 < y < 35 for x, y in line)


def test_the_same_district_on_any_machine():
    geography.cache_clear()
    sites.cache_clear()
    start = time.process_time()
    world: Geography = geography()
    rows = sites()
    assert time.process_time() - start < 3
    text = json.dumps(
        [asdict(world), [asdict(row) for row in rows]],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST
