"""Sites as a workbook, as the person sees it: taken away, looked at, confirmed."""

import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from grids import actions
from grids.models import Grid
from ledgers.models import Entry, StoredFile
from tests import factories
from tests.factories import Cast, Places
from tests.grids.dossiers.build import book, full, row, said, upload


@pytest.fixture
def leader(client: Client, cast: Cast) -> Client:
    client.force_login(cast.town_leader)
    return client


def page(grid: Grid) -> str:
    return reverse("grids:sites_import", args=[grid.pk])


def fresh(places: Places, code: str = "new-1") -> dict[str, object]:
    return {
        "code": code, "name": "永盛家具厂", "kind": "企业", "lon": 113.85, "lat": 34.52,
        "subgrid": places.subgrid.code,
    }  # fmt: skip


def test_what_was_taken_away_is_on_record(leader: Client, places: Places) -> None:
    answer = leader.get(reverse("grids:sites_export", args=[places.town.pk]))
    codes = [
        cells[0] for cells in load_workbook(io.BytesIO(answer.content))["点位"].iter_rows(values_only=True)
    ]
    assert codes[1:] == [places.site.code, places.sibling_site.code]
    entry = Entry.objects.get(app="grids")
    assert (entry.action, json.loads(entry.payload)["payload"]["rows"]) == ("export", 2)


def test_looked_at_then_confirmed(leader: Client, places: Places) -> None:
    assert leader.get(page(places.town)).status_code == 200
    content = book([fresh(places), row(places.site, address="迎宾路1号")])
    seen = leader.post(page(places.town), {"file": upload(content), "note": "摸底排查"})
    assert seen.status_code == 200
    assert "迎宾路1号" in seen.content.decode()
    assert not Grid.objects.filter(code="new-1").exists()
    confirm = seen.context["form"].initial
    answer = leader.post(page(places.town), confirm)
    assert answer.headers["Location"].startswith(reverse("grids:detail", args=[places.town.pk]))
    assert Grid.objects.filter(code="new-1").exists()
    assert said(places.site)["address"] == "迎宾路1号"
    payload = json.loads(Entry.objects.get(app="grids").payload)["payload"]
    assert (payload["note"], payload["file"]) == ("摸底排查", confirm["sha256"])


def test_confirmed_twice_it_is_done_once(leader: Client, places: Places) -> None:
    seen = leader.post(page(places.town), {"file": upload(book([fresh(places)]))})
    confirm = seen.context["form"].initial
    leader.post(page(places.town), confirm)
    again = leader.post(page(places.town), confirm)
    assert again.status_code == 409
    assert again.context["planned"].unchanged == 1
    assert Entry.objects.filter(app="grids").count() == 1


def test_faults_are_listed_with_their_cells_and_nothing_is_kept(leader: Client, places: Places) -> None:
    content = book([fresh(places), fresh(places) | {"code": "new-2", "kind": "工厂"}])
    answer = leader.post(page(places.town), {"file": upload(content), "note": "仍在"})
    assert answer.status_code == 422
    (problem,) = answer.context["problems"]
    assert (problem.row, problem.column) == (3, "E")
    assert "仍在" in answer.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("content", [b"<html>", b"PK\x03\x04", b"\x00" * 1000])
def test_what_is_no_workbook_is_told_beside_the_field(leader: Client, places: Places, content: bytes) -> None:
    answer = leader.post(page(places.town), {"file": upload(content)})
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert leader.post(page(places.town), {}).status_code == 422


def test_changed_meanwhile_it_is_shown_once_more(leader: Client, places: Places, cast: Cast) -> None:
    seen = leader.post(page(places.town), {"file": upload(book([row(places.site, address="新")]))})
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    answer = leader.post(page(places.town), seen.context["form"].initial)
    assert answer.status_code == 409
    assert said(places.site) == full()
    leader.post(page(places.town), answer.context["form"].initial)
    assert said(places.site)["address"] == "新"


def test_a_fault_that_came_meanwhile_is_told(leader: Client, places: Places) -> None:
    seen = leader.post(page(places.town), {"file": upload(book([fresh(places)]))})
    factories.site("new-1", "别的厂", parent=places.other_subgrid)
    answer = leader.post(page(places.town), seen.context["form"].initial)
    assert answer.status_code == 422
    assert [problem.kind for problem in answer.context["problems"]] == ["taken"]


@pytest.mark.parametrize("sha256", ["", "x", "0" * 64])
def test_only_a_workbook_that_was_looked_at_is_confirmed(leader: Client, places: Places, sha256: str) -> None:
    sent = {"sha256": sha256, "digest": "0" * 64}
    assert leader.post(page(places.town), sent).status_code == 404


def test_a_workbook_that_changes_nothing_offers_nothing_to_confirm(leader: Client, places: Places) -> None:
    answer = leader.post(page(places.town), {"file": upload(book([row(places.site)]))})
    assert answer.context["n"] == 0
    assert "data-confirm=" not in answer.content.decode()


def test_a_site_has_no_workbook(leader: Client, places: Places) -> None:
    assert leader.get(page(places.site)).status_code == 404
    assert leader.get(reverse("grids:sites_export", args=[places.site.pk])).status_code == 404


def test_many_sites_are_exported_and_looked_at_in_few_queries(
    leader: Client, places: Places, django_assert_max_num_queries
) -> None:
    for n in range(30):
        factories.site(f"s{n}", f"厂{n}", parent=places.subgrid)
    with django_assert_max_num_queries(20):
        content = leader.get(reverse("grids:sites_export", args=[places.town.pk])).content
    with django_assert_max_num_queries(30):
        assert leader.post(page(places.town), {"file": upload(content)}).context["planned"].unchanged == 32
