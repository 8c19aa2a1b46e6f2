"""The page shows each reader what happened in their grids and what they did, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from common.days import midnight
from grids.models import Grid, Lineage, Naming
from ledgers.actions import Subject
from ledgers.queries import visible_to
from tests import factories
from tests.factories import Cast, Places
from tests.ledgers.conftest import type_of_entry

pytestmark = pytest.mark.django_db


def test_a_reader_sees_their_grids_and_their_own_acts(
    places: Places, cast: Cast, write: type_of_entry
) -> None:
    here = write(places.site, by=cast.worker)
    beside = write(places.sibling_site, by=cast.sibling)
    away = write(places.other_site, by=cast.officer)
    above = write(places.town)
    expected = {
        "worker": {here},  # reads no ledger, but what they did themselves
        "leader": {here},
        "sibling": {beside},
        "village_leader": {here, beside},
        "town_leader": {here, beside, above},
        "other_town_leader": {away},
        "chief": {here, beside, away, above},
        "administrator": {here, beside, away, above},
        "dispatcher": {here, beside, away, above},
        "officer": {away},
        "former": set(),
        "patrol": set(),
    }
    assert {who: set(visible_to(getattr(cast, who))) for who in expected} == expected


def test_an_entry_out_of_scope_does_not_exist(
    client: Client, places: Places, cast: Cast, write: type_of_entry
) -> None:
    entry = write(places.site)
    for who, status in ((cast.leader, 200), (cast.sibling, 404), (cast.worker, 404), (cast.former, 404)):
        client.force_login(who)
        assert client.get(f"/ledger/{entry.pk}/").status_code == status, who.username
    client.logout()
    assert client.get(f"/ledger/{entry.pk}/").status_code == 302
    assert client.get("/ledger/").status_code == 302


def test_the_past_of_a_moved_grid_stays_with_it(places: Places, cast: Cast, write: type_of_entry) -> None:
    before = write(places.site)
    yesterday = timezone.localdate() - timedelta(days=1)
    line = Lineage.objects.filter(
        descendant__in=[places.village, places.subgrid], ancestor=places.town, valid_to__isnull=True
    )
    for row in line:
        Lineage.objects.filter(pk=row.pk).update(valid_to=yesterday)
        Lineage.objects.create(
            ancestor=places.other_town, descendant=row.descendant, depth=row.depth, valid_from=yesterday
        )
    after = write(places.subgrid)
    assert after.grid_path.startswith(f"/{places.district.code}/{places.other_town.code}/")
    assert set(visible_to(cast.village_leader)) == {before, after}
    assert set(visible_to(cast.leader)) == {before, after}
    assert set(visible_to(cast.town_leader)) == {before}
    assert set(visible_to(cast.other_town_leader)) == {after}


def renumber(grid: Grid, code: str, *, on: date) -> None:
    Naming.objects.filter(grid=grid).update(valid_to=on)
    Naming.objects.create(grid=grid, code=code, name=grid.name, valid_from=on)
    Grid.objects.filter(pk=grid.pk).update(code=code)


def test_a_renumbered_grid_keeps_its_ledger(places: Places, cast: Cast, write: type_of_entry) -> None:
    before = write(places.site)
    renumber(places.town, "410173009", on=timezone.localdate())
    after = write(places.site)
    assert set(visible_to(cast.town_leader)) == set(visible_to(cast.leader)) == {before, after}


def test_a_code_that_comes_again_opens_what_was_done_in_its_time_only(
    places: Places, cast: Cast, write: type_of_entry
) -> None:
    day = timezone.localdate() - timedelta(days=3)
    earlier = midnight(day) - timedelta(hours=1)
    ours, theirs = [write(places.site, at=earlier)], [write(places.other_site, at=earlier)]
    old = places.town.code
    renumber(places.town, "410173009", on=day)
    renumber(places.other_town, old, on=day)
    ours.append(write(places.site))
    theirs.append(write(places.other_site))
    assert theirs[1].grid_path.startswith(f"/{places.district.code}/{old}/")
    assert set(visible_to(cast.town_leader)) == set(ours)
    assert set(visible_to(cast.village_leader)) == set(ours)
    assert set(visible_to(cast.other_town_leader)) == set(theirs)
    assert set(visible_to(cast.chief)) == {*ours, *theirs}


def test_a_plan_carried_out_at_noon_parts_the_ledger_at_noon(
    places: Places, cast: Cast, write: type_of_entry
) -> None:
    day = timezone.localdate() - timedelta(days=3)
    noon = midnight(day) + timedelta(hours=12)
    done = {"applied_by": cast.administrator, "applied_at": noon, "result_version": 1, "undo": {}}
    agreed = {"approved_by": cast.chief, "approved_at": noon}
    factories.plan(places, cast.administrator, effective_on=day, state="applied", **agreed, **done)
    morning = write(places.site, at=noon - timedelta(hours=1))
    old = places.town.code
    renumber(places.town, "410173009", on=day)
    renumber(places.other_town, old, on=day)
    assert set(visible_to(cast.town_leader)) == {morning}
    assert set(visible_to(cast.other_town_leader)) == set()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"grid": "岗李村第1网格"}, {"a"}),
        ({"grid": "新港街道"}, {"a", "b"}),
        ({"grid": "410173002"}, {"c"}),
        ({"person": "人员甲"}, {"a"}),
        ({"kind": "incidents.incident"}, {"b"}),
        ({"kind": "incidents.incident", "subject": "0042"}, {"b"}),
        ({"subject": "0043"}, set()),
        ({"action": "incidents.dispatch"}, {"b"}),
        ({"since": "today"}, {"a", "b"}),
        ({"until": "today-1"}, {"c"}),
    ],
)
def test_the_list_is_narrowed_by_what_is_in_the_address(
    client: Client, places: Places, cast: Cast, write: type_of_entry, asked: dict[str, str], found: set[str]
) -> None:
    cast.worker.name = "人员甲"
    cast.worker.save()
    today = timezone.localdate()
    days = {"today": today.isoformat(), "today-1": (today - timedelta(days=1)).isoformat()}
    incident = Subject(type="incidents.incident", id="42", label="2026-11-0042")
    entries = {
        "a": write(places.site, by=cast.worker),
        "b": write(places.village, app="incidents", action="dispatch", subject=incident),
        "c": write(places.other_site, at=timezone.now() - timedelta(days=1)),
    }
    client.force_login(cast.viewer)
    answer = client.get("/ledger/", {name: days.get(value, value) for name, value in asked.items()})
    shown = {name for name, entry in entries.items() if f'"/ledger/{entry.pk}/"' in answer.content.decode()}
    assert shown == found


def test_a_wrong_filter_is_said_beside_its_field_and_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    page = client.get("/ledger/", {"since": "2026-11-24", "until": "2026-11-23"}).content.decode()
    assert "field__error" in page
    assert 'value="2026-11-23"' in page


def test_an_entry_shows_its_content_its_hash_and_its_subject(
    client: Client, places: Places, cast: Cast, write: type_of_entry
) -> None:
    subject = Subject(type="grids.grid", id=str(places.site.pk), label="<恒源建材厂>")
    entry = write(places.site, by=cast.worker, subject=subject, payload={"note": "扬尘"})
    client.force_login(cast.leader)
    page = client.get(f"/ledger/{entry.pk}/").content.decode()
    assert "内容与哈希值一致" in page
    assert "扬尘" in page
    assert entry.digest in page
    assert f'href="/grids/{places.site.pk}/"' in page
    assert "&lt;恒源建材厂&gt;" in page
    client.cookies["django_language"] = "en"
    assert "The content matches its hash" in client.get(f"/ledger/{entry.pk}/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(
    client: Client,
    places: Places,
    cast: Cast,
    write: type_of_entry,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    for _ in range(60):
        write(places.site, by=cast.worker)
    client.force_login(cast.leader)
    with django_assert_max_num_queries(8):  # session, person, postings, lineage, count, entries, 2 spare
        page = client.get("/ledger/?person=人员")
    assert page.content.decode().count("row-link") == 50
    assert b"page=2" in page.content
    with django_assert_max_num_queries(7):
        client.get(f"/ledger/{visible_to(cast.leader)[0].pk}/")
