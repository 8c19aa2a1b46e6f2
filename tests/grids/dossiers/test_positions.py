"""A site outside its sub-grid is asked about with the distance; one far outside its district is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from common.errors import Invalid
from grids import actions, areas
from grids.models import Grid, Site
from grids.queries import positions
from grids.queries.blind_spots import district
from tests.factories import Cast, Places
from tests.grids.areas.squares import LAT, LON, at, drawn, square
from tests.grids.dossiers.build import full, said, version
from tests.grids.dossiers.test_pages import address, typed

BEIJING: dict[str, Any] = {"latitude": "39.9", "longitude": "116.4"}


@pytest.fixture(autouse=True)
def laid_out(places: Places) -> None:
    drawn(places.district, square(-50, -50, 50, 50))
    drawn(places.subgrid, square(0, 0, 10, 10))
    lon, lat = at(5, 5)
    Site.objects.filter(grid__in=[places.site, places.sibling_site]).update(lon=str(lon), lat=str(lat))
    areas.forget()


@pytest.fixture
def worker(client: Client, cast: Cast) -> Client:
    client.force_login(cast.worker)
    return client


def place(x: float, y: float) -> dict[str, Any]:
    lon, lat = at(x, y)
    return {"latitude": f"{lat:.6f}", "longitude": f"{lon:.6f}"}


def kept_place(grid: Grid) -> tuple[float, float]:
    site = Site.objects.get(grid=grid)
    return float(site.lon), float(site.lat)


# ---- outside the sub-grid


def test_a_place_within_the_sub_grid_is_taken_at_once(worker: Client, places: Places) -> None:
    answer = worker.post(address("dossier", places.site), typed(places.site, **place(6, 6)))
    assert answer.status_code == 302
    assert kept_place(places.site) == at(6, 6)


def test_a_place_outside_is_asked_about_and_nothing_typed_is_lost(worker: Client, places: Places) -> None:
    page, sent = address("dossier", places.site), typed(places.site, **place(20, 5), remarks="写了很多")
    answer = worker.post(page, sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "写了很多" in text
    assert "布袋除尘器" in text
    with translation.override("en"):
        assert str(answer.context["aside"]["far"]) in ("917 m", "918 m", "919 m")
    assert places.subgrid.name in text
    assert version(places.site) == 1
    agreed = answer.context["aside"]["place"]
    assert worker.post(page, sent | {"confirmed_place": agreed}).status_code == 302
    assert kept_place(places.site) == at(20, 5)


def test_another_place_than_was_confirmed_is_asked_about_anew(worker: Client, places: Places) -> None:
    page = address("dossier", places.site)
    agreed = worker.post(page, typed(places.site, **place(20, 5))).context["aside"]["place"]
    again = typed(places.site, **place(21, 5), confirmed_place=agreed)
    assert worker.post(page, again).status_code == 422
    assert version(places.site) == 1


def test_a_place_that_was_not_touched_is_not_asked_about(worker: Client, places: Places) -> None:
    lon, lat = at(20, 5)
    Site.objects.filter(grid=places.site).update(lon=str(lon), lat=str(lat))
    answer = worker.post(address("dossier", places.site), typed(places.site, **place(20, 5)))
    assert answer.status_code == 302


def test_a_new_site_outside_is_asked_about_too(worker: Client, places: Places) -> None:
    new: dict[str, Any] = {"code": "410173001201-01-002", "name": "永盛家具厂"}
    page, sent = address("site_new", places.subgrid), typed(places.site, **new, **place(20, 5))
    answer = worker.post(page, sent)
    assert answer.status_code == 422
    assert not Grid.objects.filter(code=new["code"]).exists()
    sent |= {"confirmed_place": answer.context["aside"]["place"]}
    assert worker.post(page, sent).status_code == 302


# ---- outside the district


def test_a_place_far_outside_the_district_is_refused_beside_its_field(worker: Client, places: Places) -> None:
    answer = worker.post(address("dossier", places.site), typed(places.site, **BEIJING))
    assert answer.status_code == 422
    assert answer.context["forms"].main.errors.keys() == {"longitude"}
    assert "aside" not in answer.context or not answer.context["aside"]
    sent = typed(places.site, **BEIJING, confirmed_place="116.400000,39.900000")
    assert worker.post(address("dossier", places.site), sent).status_code == 422
    assert version(places.site) == 1


def test_a_dossier_that_lies_far_off_already_can_be_changed_otherwise(places: Places, cast: Cast) -> None:
    Site.objects.filter(grid=places.site).update(lon="116.400000", lat="39.900000")
    content = said(places.site) | {"remarks": "待核实"}
    assert actions.change_dossier(places.site.pk, content, by=cast.leader, version=1).version == 2


def test_no_action_puts_a_site_far_outside(places: Places, cast: Cast) -> None:
    far = full(lon="116.400000", lat="39.900000")
    with pytest.raises(Invalid) as refused:
        actions.change_dossier(places.site.pk, far, by=cast.leader, version=1)
    assert refused.value.fields.keys() == {"lon"}
    with pytest.raises(Invalid):
        actions.open_site(places.subgrid.pk, far, code="x-9", name="永盛家具厂", by=cast.leader)


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (LON, LAT, ""),
        (LON + 0.065, LAT, ""),  # some 1.4 km beyond the border
        (LON + 0.1, LAT, "check longitude"),
        (34.4, 13.9, "check longitude"),
    ],
)
def test_a_place_may_lie_a_little_beyond_the_border(
    places: Places, lon: float, lat: float, words: str
) -> None:
    with translation.override("en"):
        fault = positions.fault(district(places.district.tree_id), lon, lat)
        assert (words in str(fault)) if words else fault is None


def test_swapped_degrees_are_named(places: Places, worker: Client) -> None:
    west = {"type": "Polygon", "coordinates": [[[86, 42], [88, 42], [88, 44], [86, 44], [86, 42]]]}
    places.district.boundaries.all().delete()
    drawn(places.district, west)
    areas.forget()
    with translation.override("en"):
        assert "swapped" in str(positions.fault(district(places.district.tree_id), 43, 87))
        assert positions.fault(district(places.district.tree_id), 87, 43) is None
    swapped: dict[str, Any] = {"latitude": "113.85", "longitude": "34.52"}
    answer = worker.post(address("dossier", places.site), typed(places.site, **swapped))
    with translation.override("en"):
        assert "swapped" in str(answer.context["forms"].main.fields["latitude"].error_messages["max_value"])
    assert answer.context["forms"].main.errors.keys() == {"latitude"}


def test_without_its_own_boundary_a_district_is_known_by_its_grids(places: Places) -> None:
    places.district.boundaries.all().delete()
    areas.forget()
    assert positions.fault(district(places.district.tree_id), *at(60, 5)) is None
    assert positions.fault(district(places.district.tree_id), 116.4, 39.9) is not None
