"""Changing a dossier: by whom, upon which version, and what stays on record."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from common.days import midnight
from common.errors import Invalid, NotAllowed, StaleVersion
from grids import actions
from grids.check import damages
from grids.models import Naming, Site, SiteVersion
from grids.queries.dossiers import dossier_page
from ledgers.models import Entry
from tests.factories import OPENED, Cast, Places
from tests.grids.dossiers.build import full, kept, said, version


def test_the_first_change_keeps_what_was_there_from_the_opening_on(places: Places, cast: Cast) -> None:
    before = said(places.site)
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1, note="摸底排查")
    assert said(places.site) == full()
    assert kept(places.site) == [(1, before), (2, full())]
    first, second = SiteVersion.objects.filter(site_id=places.site.pk)
    assert (first.by, first.at) == (None, midnight(OPENED))
    assert (second.by, second.note) == (cast.worker, "摸底排查")


def test_a_change_is_one_entry_with_the_digest_of_what_is_said(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1, note="摸底排查")
    entry = Entry.objects.get()
    assert (entry.action, entry.role, entry.grid_id) == ("change_site", "worker", places.site.pk)
    payload = json.loads(entry.payload)["payload"]
    assert payload["version"] == 2
    assert "sources" in payload["changed"]
    assert "王建国" not in entry.payload  # a person's name and telephone stay in the dossier


def test_what_changes_nothing_writes_nothing(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    actions.change_dossier(
        places.site.pk, full(address=" 新港街道岗李中心街12号 "), by=cast.leader, version=2, name="恒源建材厂"
    )
    assert version(places.site) == 2
    assert Entry.objects.count() == 1
    assert len(kept(places.site)) == 2


def test_lists_that_stay_the_same_keep_their_rows(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    site = Site.objects.get(pk=places.site.pk)
    source = site.sources.get().pk
    actions.change_dossier(places.site.pk, full({"permits": []}), by=cast.worker, version=2)
    assert site.sources.get().pk == source
    assert not site.permits.exists()


def test_another_name_is_part_of_the_same_act(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1, name="恒源新材料厂")
    places.site.refresh_from_db()
    assert places.site.name == "恒源新材料厂"
    assert Naming.objects.filter(grid=places.site).count() == 2
    assert json.loads(Entry.objects.get().payload)["payload"]["renamed"] == ["恒源建材厂", "恒源新材料厂"]
    assert damages() == []


def test_another_name_alone_is_no_version(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, said(places.site), by=cast.worker, version=1, name="恒源新材料厂")
    assert Entry.objects.get().action == "rename"
    assert version(places.site) == 1


def test_upon_a_version_that_has_gone_nothing_is_written(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.leader, version=1)
    with pytest.raises(StaleVersion) as stale:
        actions.change_dossier(places.site.pk, full(risk="ordinary"), by=cast.worker, version=1)
    assert (stale.value.seen, stale.value.now) == (1, 2)
    assert said(places.site) == full()


def test_a_fault_is_told_on_its_field(places: Places, cast: Cast) -> None:
    wrong = full({"sources": [{"kind": "dust", "name": ""}]}, credit_code="123")
    with pytest.raises(Invalid) as refused:
        actions.change_dossier(places.site.pk, wrong, by=cast.worker, version=1)
    assert set(refused.value.fields) == {"credit_code", "sources.0.name"}
    assert not SiteVersion.objects.exists()


@pytest.mark.parametrize(
    "who", ["worker", "leader", "village_leader", "town_leader", "chief", "administrator"]
)
def test_leaders_workers_and_administrators_keep_it(places: Places, cast: Cast, who: str) -> None:
    actions.change_dossier(places.site.pk, full(), by=getattr(cast, who), version=1)
    assert version(places.site) == 2


@pytest.mark.parametrize(
    "who", ["sibling", "other_town_leader", "officer", "dispatcher", "patrol", "assessor", "viewer", "former"]
)
def test_others_do_not(places: Places, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.change_dossier(places.site.pk, full(), by=getattr(cast, who), version=1)


def test_the_database_refuses_to_change_a_version(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteVersion.objects.update(note="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteVersion.objects.filter(number=1).delete()


def test_a_day_shows_the_dossier_as_it_stood_at_its_end(places: Places, cast: Cast) -> None:
    site = Site.objects.select_related("grid").get(pk=places.site.pk)
    unchanged = dossier_page(site, on=OPENED)
    assert (unchanged["number"], unchanged["earliest"]) == (1, False)
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    site.refresh_from_db()
    today = timezone.localdate()
    before = dossier_page(site, on=today - timedelta(days=1))
    assert (before["number"], before["sources"], before["earliest"]) == (1, [], False)
    now = dossier_page(site, on=today)
    assert (now["number"], len(now["sources"])) == (2, 1)
    early = dossier_page(site, on=OPENED - timedelta(days=1))
    assert (early["number"], early["earliest"]) == (1, True)


def test_permits_that_end_are_marked_by_the_day_looked_at(places: Places, cast: Cast) -> None:
    actions.change_dossier(places.site.pk, full(), by=cast.worker, version=1)
    site = Site.objects.select_related("grid").get(pk=places.site.pk)

    def tone(until: str) -> str:
        permit = full()["permits"][0] | {"valid_until": until}
        actions.change_dossier(
            site.pk, full({"permits": [permit]}), by=cast.worker, version=version(places.site)
        )
        site.refresh_from_db()
        return str(dossier_page(site)["permits"][0].tone)

    today = timezone.localdate()
    assert tone((today - timedelta(days=1)).isoformat()) == "late"
    assert tone(today.isoformat()) == "soon"  # the last day still counts
    assert tone((today + timedelta(days=60)).isoformat()) == "soon"
    assert tone((today + timedelta(days=61)).isoformat()) == ""
    assert tone("") == ""
