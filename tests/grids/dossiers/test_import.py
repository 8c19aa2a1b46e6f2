"""Sites by workbook: read with every fault and its cell, looked at, then written all or nothing."""

import json
from typing import Any

import pytest
from django.utils import timezone, translation

from common import workbooks
from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions
from grids.check import damages
from grids.models import Boundary, Grid, Naming, Permit, PollutionSource, Site, SiteVersion
from grids.queries import ancestors
from grids.sitebooks.plan import Planned
from ledgers.models import Entry
from tests.factories import OPENED, Cast, Places
from tests.grids.dossiers.build import CREDIT_CODE, book, exported, full, kept, row, said, version

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.8, 34.5], [113.9, 34.5], [113.9, 34.6], [113.8, 34.6], [113.8, 34.5]]],
}


def fresh(code: str = "new-1", name: str = "永盛家具厂", **more: Any) -> dict[str, Any]:
    """A row of a site to be opened."""
    return {"code": code, "name": name, "kind": "企业", "lon": 113.85, "lat": 34.52} | more


def preview(places: Places, cast: Cast, content: bytes) -> Planned:
    return actions.preview_sites(places.district.pk, content, by=cast.administrator)


def bring_in(places: Places, cast: Cast, content: bytes, **more: Any) -> Planned:
    return actions.import_sites(places.district.pk, content, by=cast.administrator, **more)


def faults(planned: Planned) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.kind) for problem in planned.problems]


# ---- there and back


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_was_exported_changes_nothing(places: Places, cast: Cast, language: str) -> None:
    actions.change_dossier(
        places.site.pk, full(remarks="第一行\n=第二行\n\t_x000D_ 末"), by=cast.worker, version=1
    )
    with translation.override(language):
        content = exported(places.district)
    planned = bring_in(places, cast, content)
    assert (planned.unchanged, planned.new, planned.changed, planned.problems) == (3, [], [], [])
    assert version(places.site) == 2
    assert not Entry.objects.filter(action="import_sites").exists()


def test_a_dossier_that_was_never_checked_comes_back_unchanged(places: Places, cast: Cast) -> None:
    Site.objects.filter(pk=places.site.pk).update(credit_code="123", address="  a  b ")
    planned = preview(places, cast, exported(places.district))
    assert (planned.unchanged, planned.problems) == (3, [])


def test_the_export_of_a_town_has_its_own_sites_alone(places: Places, cast: Cast) -> None:
    planned = preview(places, cast, exported(places.town))
    assert planned.unchanged == 2


# ---- opening


def test_new_sites_are_opened_with_all_that_belongs_to_them(places: Places, cast: Cast) -> None:
    content = book(
        [
            fresh(subgrid=places.subgrid.code, risk="重点", surveyed_on="2026年3月1日"),
            fresh("new-2", "二厂", subgrid=places.other_subgrid.code),
        ],
        {
            "sources": [{"code": "new-1", "kind": "扬尘", "name": "堆场"}],
            "permits": [{"code": "new-1", "kind": "排污许可证", "number": "X1", "valid_until": "长期"}],
            "facilities": [{"code": "new-1", "name": "除尘器", "treats": "dust"}],
        },
    )  # fmt: skip
    planned = bring_in(places, cast, content, note="摸底排查")
    assert (len(planned.new), planned.unchanged) == (2, 0)
    grid = Grid.objects.get(code="new-1")
    assert [above.code for above in ancestors(grid.pk)][-2:] == [places.subgrid.code, "new-1"]
    assert (grid.opened_on, Naming.objects.get(grid=grid).name) == (timezone.localdate(), "永盛家具厂")
    site = Site.objects.get(pk=grid.pk)
    assert (site.kind, site.risk, str(site.surveyed_on)) == ("enterprise", "key", "2026-03-01")
    assert (site.sources.get().kind, site.permits.get().valid_until) == ("dust", None)
    assert site.facilities.get().state == "running"
    assert kept(grid) == [(1, said(grid))]
    assert SiteVersion.objects.filter(note="摸底排查").count() == 2
    assert damages() == []


def test_the_whole_is_one_entry(places: Places, cast: Cast) -> None:
    content = book([fresh(subgrid=places.subgrid.code), row(places.site, address="迎宾路1号")])
    bring_in(places, cast, content)
    entry = Entry.objects.get()
    payload = json.loads(entry.payload)["payload"]
    assert (entry.action, entry.subject_id) == ("import_sites", str(places.district.pk))
    assert (payload["new"], payload["changed"], len(payload["file"])) == (1, 1, 64)


def test_without_a_sub_grid_the_position_decides(places: Places, cast: Cast) -> None:
    Boundary.objects.create(grid=places.subgrid, geometry=SQUARE, valid_from=OPENED)
    bring_in(places, cast, book([fresh()]))
    assert Grid.objects.get(code="new-1").parent_id == places.subgrid.pk
    planned = preview(places, cast, book([fresh("new-2", lon=115)]))
    assert faults(planned) == [(2, "C", "no_parent")]


def test_a_site_outside_the_area_of_its_sub_grid_is_pointed_out(places: Places, cast: Cast) -> None:
    Boundary.objects.create(grid=places.subgrid, geometry=SQUARE, valid_from=OPENED)
    planned = preview(places, cast, book([fresh(subgrid=places.subgrid.code, lon=113.95)]))
    (aside,) = planned.outside
    assert (aside.name, aside.subgrid, planned.problems) == ("永盛家具厂", places.subgrid.name, [])
    assert float(aside.far.values["n"]) == pytest.approx(4.6, abs=0.1)  # kilometres


def test_a_place_far_from_the_district_is_refused_whatever_the_sub_grid(places: Places, cast: Cast) -> None:
    Boundary.objects.create(grid=places.district, geometry=SQUARE, valid_from=OPENED)
    far = [
        fresh("new-1", subgrid=places.subgrid.code, lon=34.4, lat=13.9),
        row(places.site, lon=116.4, lat=39.9),
        row(places.sibling_site, lon=113.8695, lat=34.52),  # within the margin
    ]
    planned = preview(places, cast, book(far))
    column = next(letter for _row, letter, kind in faults(planned) if kind == "far_off")
    assert faults(planned) == [(2, column, "far_off"), (3, column, "far_off")]
    assert len(planned.changed) == 1


def test_positions_of_chinese_maps_are_brought_to_wgs84(places: Places, cast: Cast) -> None:
    bring_in(places, cast, book([fresh(subgrid=places.subgrid.code, system="高德")]))
    site = Site.objects.get(grid__code="new-1")
    assert 0.004 < 113.85 - float(site.lon) < 0.008


def test_a_code_that_existed_on_no_day_lives_again(places: Places, cast: Cast) -> None:
    bring_in(places, cast, book([fresh(subgrid=places.subgrid.code)]))
    first = Grid.objects.get(code="new-1")
    actions.close_site(first.pk, by=cast.chief, reason="录错")
    bring_in(places, cast, book([fresh(name="改名厂", subgrid=places.sibling_subgrid.code)]))
    again = Grid.objects.get(code="new-1")
    assert (again.pk, again.name, again.parent_id, again.closed_on) == (
        first.pk,
        "改名厂",
        places.sibling_subgrid.pk,
        None,
    )
    assert damages() == []


# ---- changing


def test_columns_and_sheets_that_are_missing_change_nothing(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    bring_in(places, cast, book([row(places.site, address="迎宾路1号", **full_row())]))
    assert said(places.site) == full(address="迎宾路1号")


def full_row() -> dict[str, Any]:
    """Every main field but the address as ``full`` has it: an empty cell would empty the field."""
    return {key: value for key, value in full().items() if isinstance(value, str) and key != "address"}


def test_an_empty_cell_empties_the_field_but_never_kind_risk_or_place(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    bring_in(places, cast, book([row(places.site)]))
    after = said(places.site)
    assert (after["kind"], after["risk"], after["lon"]) == ("enterprise", "key", "113.850000")
    assert (after["address"], after["credit_code"], after["surveyed_on"]) == ("", "", "")
    assert after["sources"] == full()["sources"]


def test_a_sheet_that_is_there_replaces_the_lists(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    lists = {"sources": [{"code": places.site.code, "kind": "噪声", "name": "破碎机"}], "permits": []}
    bring_in(places, cast, book([row(places.site, **full_row())], lists))
    assert PollutionSource.objects.get().name == "破碎机"
    assert not Permit.objects.exists()
    assert len(said(places.site)["facilities"]) == 1


def test_a_site_is_moved_and_named_anew(places: Places, cast: Cast) -> None:
    planned = bring_in(
        places,
        cast,
        book([{"code": places.site.code, "name": "恒源新材料厂", "subgrid": places.other_subgrid.code}]),
    )
    assert (len(planned.moved), len(planned.renamed)) == (1, 1)
    grid = Grid.objects.get(pk=places.site.pk)
    assert (grid.parent_id, grid.name) == (places.other_subgrid.pk, "恒源新材料厂")
    assert [above.pk for above in ancestors(grid.pk)][1] == places.other_town.pk
    assert Naming.objects.filter(grid=grid).count() == 2
    assert version(places.site) == 1  # the dossier says what it said
    assert damages() == []


def test_the_preview_tells_what_would_change(places: Places, cast: Cast) -> None:
    content = book([row(places.site, address="迎宾路1号", subgrid=places.sibling_subgrid.code)])
    with translation.override("en"):
        (one,) = preview(places, cast, content).changed
        told = [(change.label, change.old, change.new) for change in one.changes()]
    assert told == [
        ("Sub-grid's name", places.subgrid.name, places.sibling_subgrid.name),
        ("Address", "—", "迎宾路1号"),
    ]
    assert version(places.site) == 1


# ---- refusing


def test_every_fault_is_told_with_its_cell(places: Places, cast: Cast) -> None:
    term = {"valid_from": "2026/2/2", "valid_until": "2026年2月1日"}
    sites = [
        fresh(code="", subgrid=places.subgrid.code),  # 2
        fresh(name="", subgrid=places.subgrid.code),  # 3
        fresh("b", kind="工厂", subgrid=places.subgrid.code),
        fresh("c", lon="东边", subgrid=places.subgrid.code),
        fresh("d", subgrid="nowhere"),  # 6
        fresh("e", surveyed_on="2999-01-01", subgrid=places.subgrid.code),
        fresh("f", credit_code=CREDIT_CODE[:-1] + "0", subgrid=places.subgrid.code),
        fresh("b", subgrid=places.subgrid.code),  # 9
        {"code": places.subgrid.code, "name": "x"},
        {"code": "g", "name": "x", "subgrid": places.subgrid.code},  # 11
        fresh("h", system="BD-09", subgrid=places.subgrid.code),
    ]
    lists = {
        "sources": [{"code": "nobody", "kind": "dust", "name": "x"}, {"code": "c", "kind": "dust"}],
        "permits": [{"code": "f", "kind": "other", "number": "1"} | term],
    }
    with translation.override("en"):
        planned = preview(places, cast, book(sites, lists))
    found = {(problem.sheet, problem.cell.partition("!")[2], problem.kind) for problem in planned.problems}
    assert found == {
        ("Sites", "A2", "missing"),
        ("Sites", "B3", "missing"),
        ("Sites", "E4", "invalid"),
        ("Sites", "I5", "invalid"),
        ("Sites", "C6", "no_parent"),
        ("Sites", "O7", "invalid"),
        ("Sites", "M8", "invalid"),
        ("Sites", "A9", "duplicate"),
        ("Sites", "A10", "taken"),
        ("Sites", "E11", "invalid"),
        ("Sites", "I11", "invalid"),
        ("Sites", "J11", "invalid"),
        ("Sites", "H12", "invalid"),
        ("Pollution sources", "A2", "no_site"),
        ("Pollution sources", "C3", "invalid"),
        ("Permits", "F2", "invalid"),
    }


def test_one_fault_and_nothing_is_written(places: Places, cast: Cast) -> None:
    content = book(
        [fresh(subgrid=places.subgrid.code), row(places.site, address="新"), fresh("bad", lat="x")]
    )
    with pytest.raises(Invalid) as refused:
        bring_in(places, cast, content)
    assert "file" in refused.value.fields
    assert not Grid.objects.filter(code="new-1").exists()
    assert version(places.site) == 1
    assert not Entry.objects.exists()


def test_a_closed_site_is_not_brought_back(places: Places, cast: Cast) -> None:
    actions.close_site(places.site.pk, by=cast.chief, reason="拆除")
    assert faults(preview(places, cast, book([row(places.site)]))) == [(2, "A", "closed")]


def test_what_lies_elsewhere_is_not_touched(places: Places, cast: Cast) -> None:
    content = book([row(places.other_site, address="新"), fresh(subgrid=places.other_subgrid.code)])
    planned = actions.preview_sites(places.town.pk, content, by=cast.town_leader)
    assert faults(planned) == [(2, "A", "taken"), (3, "C", "no_parent")]


@pytest.mark.parametrize("who", ["dispatcher", "patrol", "viewer", "other_town_leader", "former"])
def test_whoever_keeps_no_dossiers_imports_none(places: Places, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.import_sites(places.town.pk, book([]), by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.preview_sites(places.town.pk, book([]), by=getattr(cast, who))


def test_a_worker_imports_into_the_own_sub_grid(places: Places, cast: Cast) -> None:
    actions.import_sites(places.subgrid.pk, book([fresh(subgrid=places.subgrid.code)]), by=cast.worker)
    assert Grid.objects.filter(code="new-1").exists()


def test_what_was_seen_must_still_be_what_is_done(places: Places, cast: Cast) -> None:
    content = book([row(places.site, address="迎宾路1号")])
    seen = preview(places, cast, content).digest
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    with pytest.raises(StaleVersion):
        bring_in(places, cast, content, digest=seen)
    assert said(places.site) == full()
    bring_in(places, cast, content, digest=preview(places, cast, content).digest)
    assert version(places.site) == 3


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"code,name\n1,2\n"])
def test_what_is_no_workbook_is_refused(places: Places, cast: Cast, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        preview(places, cast, content)
    assert "file" in refused.value.fields


def test_a_workbook_without_the_sheet_is_told_so(places: Places, cast: Cast) -> None:
    planned = preview(places, cast, workbooks.write([]))
    assert [problem.kind for problem in planned.problems] == ["no_sheet"]


def test_an_import_takes_the_same_queries_for_many_sites(
    places: Places, cast: Cast, django_assert_max_num_queries
) -> None:
    content = book([fresh(f"n{i}", f"厂{i}", subgrid=places.subgrid.code) for i in range(300)])
    with django_assert_max_num_queries(60):
        bring_in(places, cast, content)
    assert damages() == []
