"""Boundaries of many grids from one file: all of them or none, and every fault told with its place."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.coordinates import System
from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions, area_import
from grids.area_import import Kind, Refused
from grids.models import Boundary
from ledgers.models import Entry
from tests.factories import Cast, Places
from tests.grids.areas.squares import at, bow_tie, collection, drawn, feature, square


def of_subgrids(places: Places) -> dict[str, Any]:
    return collection(
        feature(places.subgrid.code, square(0, 0, 5, 10)),
        feature(places.sibling_subgrid.code, square(5, 0, 10, 10)),
    )


def run(places: Places, cast: Cast, what: Any, **more: Any) -> area_import.Survey:
    return actions.import_boundaries(what, root_id=places.district.pk, by=cast.administrator, **more)


def test_all_are_written_with_one_entry(places: Places, cast: Cast) -> None:
    drawn(places.subgrid, square(0, 0, 4, 10))
    found = run(places, cast, of_subgrids(places))
    assert found.counts == {Kind.NEW: 1, Kind.CHANGED: 1, Kind.SAME: 0}
    assert Boundary.objects.filter(valid_to__isnull=True).count() == 2
    entry = Entry.objects.get()
    payload = json.loads(entry.payload)["payload"]
    assert (entry.action, entry.grid_id) == ("import_boundaries", places.district.pk)
    assert set(payload["grids"]) == {places.subgrid.code, places.sibling_subgrid.code}


def test_what_is_so_already_is_left_alone(places: Places, cast: Cast) -> None:
    kept = drawn(places.subgrid, square(0, 0, 5, 10))
    found = run(places, cast, of_subgrids(places))
    assert [change.code for change in found.writes] == [places.sibling_subgrid.code]
    kept.refresh_from_db()
    assert kept.valid_to is None
    with pytest.raises(Invalid):
        run(places, cast, of_subgrids(places))
    assert Entry.objects.count() == 1


def test_every_fault_is_told_with_feature_code_and_place_and_nothing_is_written(
    places: Places, cast: Cast
) -> None:
    today = timezone.localdate()
    drawn(places.village, square(0, 0, 10, 10), since=today)
    what = collection(
        feature(places.subgrid.code, square(0, 0, 5, 10)),
        feature(places.sibling_subgrid.code, bow_tie()),
        feature("999", square(0, 0, 5, 10)),
        feature(None, square(0, 0, 5, 10)),
        "nonsense",
        feature(places.subgrid.code, square(0, 0, 5, 10)),
        feature(places.town.code, None),
        feature(places.village.code, square(0, 0, 10, 11)),
    )
    with pytest.raises(Refused) as refused:
        run(places, cast, what, on=today - timedelta(days=1))
    faults = refused.value.faults
    assert [(fault.number, fault.code) for fault in faults] == [
        (2, places.sibling_subgrid.code),
        (3, "999"),
        (4, ""),
        (5, ""),
        (6, places.subgrid.code),
        (7, places.town.code),
        (8, places.village.code),
    ]
    assert faults[0].place == pytest.approx(at(5, 5))
    assert "113.805000，34.505000" in str(faults[0])
    assert places.sibling_subgrid.code in str(faults[0])
    assert all(str(fault) for fault in faults)
    assert Boundary.objects.count() == 1
    assert not Entry.objects.exists()


def test_a_code_that_was_taken_for_a_number_is_understood(places: Places, cast: Cast) -> None:
    run(places, cast, collection(feature(int(places.town.code), square(0, 0, 9, 9))))
    assert Boundary.objects.get().grid == places.town


def test_grids_outside_the_one_asked_are_unknown(places: Places, cast: Cast) -> None:
    what = collection(feature(places.other_subgrid.code, square(0, 0, 5, 5)))
    with pytest.raises(Refused):
        actions.import_boundaries(what, root_id=places.town.pk, by=cast.administrator)


def test_only_administrators_import(places: Places, cast: Cast) -> None:
    for who in ("chief", "town_leader", "viewer", "worker"):
        with pytest.raises(NotAllowed):
            actions.import_boundaries(of_subgrids(places), root_id=places.town.pk, by=getattr(cast, who))


def test_an_import_seen_before_another_change_is_refused(places: Places, cast: Cast) -> None:
    today = timezone.localdate()
    asked = {"root_id": places.district.pk, "on": today, "system": System.WGS84}
    seen = area_import.survey(of_subgrids(places), **asked).version
    assert area_import.survey(of_subgrids(places), **asked).version == seen
    drawn(places.subgrid, square(0, 0, 4, 10))
    with pytest.raises(StaleVersion):
        run(places, cast, of_subgrids(places), version=seen)
    assert Boundary.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("urn:ogc:def:crs:EPSG::4490", True),
        ("EPSG:3857", False),
        ("urn:ogc:def:crs:EPSG::4547", False),
    ],
)
def test_a_file_that_says_it_is_in_other_coordinates_is_refused(
    places: Places, cast: Cast, name: str, accepted: bool
) -> None:
    what = of_subgrids(places) | {"crs": {"type": "name", "properties": {"name": name}}}
    if accepted:
        run(places, cast, what)
        return
    with pytest.raises(Refused, match=name):
        run(places, cast, what)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe{",
        b"[" * 100_000,
        b"1" * 100_000,
        b'{"a": ' * 50_000,
        b"\x00",
        "网格".encode("gbk"),
    ],
)
def test_a_file_that_is_no_json_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        area_import.parse(content)
    assert refused.value.fields.keys() == {"file"}


@pytest.mark.parametrize("what", [None, [], 5, "x", {}, {"type": "FeatureCollection"}, collection()])
def test_what_is_no_collection_is_refused_with_a_sentence(places: Places, cast: Cast, what: Any) -> None:
    with pytest.raises(Refused) as refused:
        run(places, cast, what)
    assert str(refused.value)


# ---- any JSON at all

plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("\ud800"),
    st.sampled_from(["Polygon", "MultiPolygon", "Feature", "FeatureCollection", 10**400, 113.8, 34.5]),
)  # fmt: skip
anything = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "properties", "coordinates", "code", "crs", "x"]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=25,
)
rings = st.lists(st.lists(st.one_of(st.floats(110, 120), st.floats(30, 40), plain), max_size=3), max_size=6)
geometries = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Polygon", "MultiPolygon"]),
        "coordinates": st.one_of(st.lists(rings), anything),
    }
)
features = st.fixed_dictionaries(
    {
        "type": st.just("Feature"),
        "properties": st.one_of(
            anything, st.fixed_dictionaries({"code": st.one_of(plain, st.just("410173001"))})
        ),
        "geometry": st.one_of(geometries, anything),
    }
)
collections = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(st.one_of(features, anything), max_size=4)}
)


@given(what=st.one_of(anything, collections), system=st.sampled_from(list(System)))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_json_is_imported_or_refused_with_sentences(
    places: Places, cast: Cast, what: Any, system: str
) -> None:
    asked = {"root_id": places.district.pk, "on": timezone.localdate(), "system": system}
    found = area_import.survey(what, **asked)
    assert all(str(fault).encode() for fault in found.faults)
    assert found.faults or found.changes
    assert found.version >= 0
    for change in found.changes:
        assert change.square_metres > 0
