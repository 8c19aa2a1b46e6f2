"""Sites are opened under a sub-grid with their dossier, and closed with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.errors import Invalid, NotAllowed
from grids import actions, queries
from grids.check import damages
from grids.models import Grid, Lineage, Naming, Site, SiteVersion, Succession
from grids.queries.dossiers import suggested_code
from ledgers.models import Entry
from people.models import Role
from tests import factories
from tests.factories import OPENED, Cast, Places
from tests.grids.dossiers.build import full, kept, said

CODE, NAME = "410173001201-01-002", "永盛家具厂"


def open_one(places: Places, cast: Cast, **more: Any) -> Site:
    given: dict[str, Any] = {"content": full(), "code": CODE, "name": NAME, "by": cast.worker} | more
    return actions.open_site(places.subgrid.pk, **given)


def test_a_site_is_opened_with_its_dossier_by_one_act(places: Places, cast: Cast) -> None:
    site = open_one(places, cast, note="新增企业")
    grid = Grid.objects.get(code=CODE)
    assert (grid.level, grid.parent_id, grid.opened_on) == (5, places.subgrid.pk, timezone.localdate())
    assert said(grid) == full()
    assert kept(grid) == [(1, full())]
    assert SiteVersion.objects.get().by == cast.worker
    assert Lineage.objects.filter(descendant=grid).count() == 5
    assert Naming.objects.get(grid=grid).name == NAME
    entry = Entry.objects.get()
    assert (entry.action, entry.subject_id, entry.role) == ("open_site", str(site.pk), "worker")
    assert damages() == []


def test_it_may_have_been_there_for_some_time(places: Places, cast: Cast) -> None:
    open_one(places, cast, on=OPENED)
    assert [g.code for g in queries.ancestors(Grid.objects.get(code=CODE).pk, on=OPENED)][-1] == CODE
    assert damages() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "410173001201-01-001"}, "code"),
        ({"code": " "}, "code"),
        ({"name": "长" * 121}, "name"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "on"),
        ({"on": OPENED - timedelta(days=1)}, "on"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_stays(
    places: Places, cast: Cast, change: dict[str, object], field: str
) -> None:
    grids = Grid.objects.count()
    with pytest.raises(Invalid) as refused:
        open_one(places, cast, **change)
    assert list(refused.value.fields) == [field]
    assert Grid.objects.count() == grids
    assert not Entry.objects.exists()


def test_a_wrong_dossier_opens_nothing(places: Places, cast: Cast) -> None:
    with pytest.raises(Invalid):
        actions.open_site(places.subgrid.pk, full(kind=""), code=CODE, name=NAME, by=cast.worker)
    assert not Grid.objects.filter(code=CODE).exists()


def test_sites_lie_in_sub_grids_alone(places: Places, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.open_site(places.village.pk, full(), code=CODE, name=NAME, by=cast.administrator)
    assert "parent" in refused.value.fields


@pytest.mark.parametrize("who", ["sibling", "dispatcher", "patrol", "viewer", "former"])
def test_whoever_keeps_no_dossiers_there_opens_and_closes_none(places: Places, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        open_one(places, cast, by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.close_site(places.site.pk, by=getattr(cast, who), reason="拆除")


def test_a_site_that_lives_again_on_its_first_day_goes_on_with_its_versions(
    places: Places, cast: Cast
) -> None:
    first = open_one(places, cast)
    actions.close_site(first.pk, by=cast.worker, reason="录错")
    again = open_one(places, cast, content=full(risk="second"))
    assert again.pk == first.pk
    assert [number for number, _content in kept(again.grid)] == [1, 2]
    assert said(again.grid)["risk"] == "second"
    assert damages() == []


def test_closing_keeps_the_dossier_and_the_reason(places: Places, cast: Cast) -> None:
    actions.close_site(places.site.pk, by=cast.leader, reason="已拆除")
    places.site.refresh_from_db()
    assert places.site.closed_on == timezone.localdate()
    assert Site.objects.filter(pk=places.site.pk).exists()
    entry = Entry.objects.get()
    assert (entry.action, "已拆除" in entry.payload) == ("close", True)
    assert damages() == []


def test_a_reason_is_needed(places: Places, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.close_site(places.site.pk, by=cast.leader, reason=" ")
    assert "reason" in refused.value.fields


def test_a_unit_does_not_close_itself(places: Places, cast: Cast) -> None:
    contact = factories.person(Role.LEADER, grid=places.site)
    with pytest.raises(NotAllowed):
        actions.close_site(places.site.pk, by=contact, reason="不想被查")
    actions.change_dossier(places.site.pk, full(), by=contact, version=1)


def test_open_incidents_hold_a_site_until_another_takes_over(places: Places, cast: Cast) -> None:
    case = factories.incident(places, cast)
    with pytest.raises(Invalid) as refused:
        actions.close_site(places.site.pk, by=cast.leader, reason="拆除")
    assert case.number in refused.value.fields["successor"]
    other = open_one(places, cast)
    actions.close_site(places.site.pk, by=cast.leader, reason="并入", successor_id=other.pk)
    case.refresh_from_db()
    assert case.grid_now_id == other.pk
    assert Succession.objects.get().successor_id == other.pk


def test_the_successor_lies_in_the_same_sub_grid(places: Places, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.close_site(places.site.pk, by=cast.chief, reason="拆除", successor_id=places.sibling_site.pk)
    assert "successor" in refused.value.fields


def test_codes_follow_those_that_are_there(places: Places, cast: Cast) -> None:
    assert suggested_code(places.subgrid) == CODE
    open_one(places, cast)
    assert suggested_code(places.subgrid) == "410173001201-01-003"
    assert suggested_code(factories.grid("g9", "新网格", parent=places.village)) == "g9S01"
