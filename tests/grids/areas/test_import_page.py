"""The import of boundaries: looked at first, and what was looked at is what is set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grids import area_import
from grids.area_import import Kind
from grids.models import Boundary
from ledgers.models import Entry
from tests import factories
from tests.factories import Cast, Places
from tests.grids.areas.squares import at, bow_tie, collection, drawn, feature, square


@pytest.fixture
def page(client: Client, places: Places, cast: Cast) -> str:
    client.force_login(cast.administrator)
    return reverse("grids:import_boundaries", args=[places.district.pk])


def upload(content: Any, **more: Any) -> dict[str, Any]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    sent = SimpleUploadedFile("a.geojson", body, content_type="application/octet-stream")
    today = timezone.localdate().isoformat()
    return {"file": sent, "coordinates": "wgs84", "on": today, "note": "郑测〔2026〕3号"} | more


def of_subgrids(places: Places) -> dict[str, Any]:
    return collection(
        feature(places.subgrid.code, square(0, 0, 5, 10)),
        feature(places.sibling_subgrid.code, square(5, 0, 10, 10)),
    )


def hidden(answer: Any) -> dict[str, Any]:
    """What the confirming form would send."""
    return {field.html_name: field.value() for field in answer.context["form"]}


def test_a_good_file_is_shown_before_it_is_set(client: Client, places: Places, page: str) -> None:
    drawn(places.subgrid, square(0, 0, 4, 10))
    answer = client.post(page, upload(of_subgrids(places)))
    assert answer.status_code == 200
    assert answer.context["survey"].counts == {Kind.NEW: 1, Kind.CHANGED: 1, Kind.SAME: 0}
    assert Boundary.objects.count() == 1
    assert not Entry.objects.filter(app="grids").exists()
    shown = client.get(answer.context["map_url"]).json()["features"]
    assert [one["properties"]["tone"] for one in shown] == ["soon", "underway", "done"]
    done = client.post(page, hidden(answer), follow=True)
    assert done.redirect_chain == [(page, 302)]
    assert Boundary.objects.filter(valid_to__isnull=True).count() == 2
    payload = json.loads(Entry.objects.get(app="grids").payload)["payload"]
    assert (payload["note"], payload["file"]) == ("郑测〔2026〕3号", hidden(answer)["sha256"])


def test_faults_are_listed_and_marked_on_the_map(client: Client, places: Places, page: str) -> None:
    what = collection(
        feature(places.subgrid.code, square(0, 0, 5, 10)),
        feature(places.sibling_subgrid.code, bow_tie()),
        feature("999", square(0, 0, 5, 10)),
    )
    answer = client.post(page, upload(what))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "999" in text
    assert "（113.805000，34.505000）" in text
    assert answer.context["form"]["note"].value() == "郑测〔2026〕3号"
    points = [
        one["geometry"]["coordinates"]
        for one in client.get(answer.context["map_url"]).json()["features"]
        if one["geometry"]["type"] == "Point"
    ]
    assert points == [pytest.approx(list(at(5, 5)))]
    assert not Boundary.objects.exists()


def test_what_has_changed_meanwhile_is_shown_again(client: Client, places: Places, page: str) -> None:
    seen = client.post(page, upload(of_subgrids(places)))
    drawn(places.subgrid, square(0, 0, 4, 10))
    again = client.post(page, hidden(seen))
    assert again.status_code == 409
    assert Boundary.objects.count() == 1
    assert client.post(page, hidden(again)).status_code == 302
    assert Boundary.objects.filter(valid_to__isnull=True).count() == 2


def test_a_grid_closed_meanwhile_is_a_fault(client: Client, places: Places, page: str) -> None:
    what = of_subgrids(places)
    what["features"].append(feature("x", square(20, 0, 30, 10)))
    new = factories.grid("x", "新网格", parent=places.village)
    seen = client.post(page, upload(what))
    type(new).objects.filter(pk=new.pk).update(closed_on=timezone.localdate())
    again = client.post(page, hidden(seen))
    assert again.status_code == 422
    assert [fault.code for fault in again.context["faults"]] == ["x"]


def test_a_file_that_changes_nothing_says_so(client: Client, places: Places, page: str) -> None:
    drawn(places.subgrid, square(0, 0, 5, 10), illustrative=True)
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    seen = client.post(page, upload(of_subgrids(places)))
    assert (seen.status_code, seen.context["survey"].writes) == (200, [])
    assert client.post(page, hidden(seen)).status_code == 422
    assert not Entry.objects.filter(app="grids").exists()


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"sha256": "x"}, {"version": "x"}, {"on": ""}])
def test_a_tampered_confirmation_is_404(
    client: Client, places: Places, page: str, change: dict[str, str]
) -> None:
    seen = client.post(page, upload(of_subgrids(places)))
    assert client.post(page, hidden(seen) | change).status_code == 404
    assert not Boundary.objects.exists()


@pytest.mark.parametrize(
    ("content", "more", "field"),
    [
        (b"{", {}, "file"),
        (b"", {}, "file"),
        (b"x" * 200, {}, "file"),
        (collection(), {"on": "x"}, "on"),
        (collection(), {"coordinates": ""}, "coordinates"),
    ],
)
def test_every_fault_of_the_form_stands_beside_its_field(
    client: Client,
    places: Places,
    page: str,
    content: Any,
    more: dict[str, str],
    field: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(area_import, "MOST_BYTES", 150)
    answer = client.post(page, upload(content, **more))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}


def test_a_day_ahead_is_refused(client: Client, places: Places, page: str) -> None:
    seen = client.post(page, upload(of_subgrids(places), on="2999-01-01"))
    assert seen.status_code == 422
    assert set(seen.context["form"].errors) == {"on"}
    assert not Boundary.objects.exists()


def test_what_is_exported_is_imported_without_change(client: Client, places: Places, page: str) -> None:
    drawn(places.town, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10), illustrative=True)
    answer = client.get(reverse("grids:export_boundaries", args=[places.district.pk]))
    assert "attachment" in answer["Content-Disposition"]
    assert [one["properties"]["code"] for one in answer.json()["features"]] == [
        places.town.code,
        places.subgrid.code,
    ]
    assert json.loads(Entry.objects.get(action="export").payload)["payload"]["rows"] == 2
    assert client.post(page, upload(answer.content)).context["survey"].writes == []


@pytest.mark.parametrize("query", [{}, {"file": "0" * 64}, {"file": "x", "on": "2026-01-01"}])
def test_the_map_of_no_file_is_404(client: Client, places: Places, page: str, query: dict[str, str]) -> None:
    asked = {"coordinates": "wgs84", "on": "2026-01-01"} | query
    assert client.get(reverse("grids:import_map", args=[places.district.pk]), asked).status_code == 404


def test_an_import_takes_the_same_queries_whatever_it_holds(
    client: Client, places: Places, page: str, django_assert_max_num_queries
) -> None:
    grids = [factories.grid(f"g{n}", f"格{n}", parent=places.village) for n in range(30)]
    what = collection(*(feature(one.code, square(n, 0, n + 1, 1)) for n, one in enumerate(grids)))
    with django_assert_max_num_queries(22):
        seen = client.post(page, upload(what))
    with django_assert_max_num_queries(30):
        assert client.post(page, hidden(seen)).status_code == 302
    assert Boundary.objects.count() == 30


@given(content=st.one_of(st.binary(max_size=60), st.from_type(type(None)).map(lambda _none: b"null")))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered(client: Client, places: Places, page: str, content: bytes) -> None:
    assert client.post(page, upload(content)).status_code == 422
