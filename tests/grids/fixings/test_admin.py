"""The four fixings on a grid's page of the admin site, and texts of levels by version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids import charters
from grids.models import Charter, Grid
from ledgers.models import Entry
from people.models import Role
from tests import factories
from tests.factories import Cast, Places

ADD = reverse("admin:grids_charter_add")
LIST = reverse("admin:grids_charter_changelist")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.administrator)
    return client


def own(grid: Grid, kind: str = "task") -> str:
    return reverse("admin:grids_grid_charter", args=[grid.pk, kind])


def typed(prefix: str = "", **more: str) -> dict[str, str]:
    given = {
        "name": "工作任务",
        "name_en": "",
        "text": "每日巡查",
        "text_en": "",
        "document": "港环〔2026〕1号",
        "valid_from": timezone.localdate().isoformat(),
    } | more
    return {f"{prefix}-{name}" if prefix else name: value for name, value in given.items()}


def test_the_page_of_a_grid_shows_its_fixings_and_forms_in_place(
    admin: Client, complete: Places, cast: Cast
) -> None:
    page = admin.get(reverse("admin:grids_grid_change", args=[complete.subgrid.pk])).content.decode()
    assert 'id="fixings"' in page
    assert own(complete.subgrid) in page
    assert own(complete.subgrid, "method") in page
    posting = cast.leader.postings.get()
    assert reverse("admin:people_posting_change", args=[posting.pk]) in page
    assert f"{reverse('admin:people_posting_add')}?grid={complete.subgrid.pk}" in page
    assert "每日" not in page or "隔日" in page


def test_a_text_of_its_own_is_set_as_a_new_version_and_ended(
    admin: Client, complete: Places, cast: Cast
) -> None:
    grid = complete.subgrid
    answer = admin.post(own(grid), typed("task"))
    assert answer.status_code == 302
    charter = Charter.objects.get(grid=grid)
    assert (charter.level, charter.version, charter.document) == (4, 1, "港环〔2026〕1号")
    entry = Entry.objects.get(app="grids", action="set_charter")
    assert (entry.actor_id, entry.role, entry.grid_id) == (
        cast.administrator.pk,
        Role.ADMINISTRATOR,
        grid.pk,
    )
    Charter.objects.filter(pk=charter.pk).update(valid_from=timezone.localdate() - timedelta(days=9))
    assert admin.post(own(grid), typed("task", text="每日巡查两次")).status_code == 302
    assert Charter.objects.filter(grid=grid).count() == 2
    assert admin.post(own(grid), {"end": "1"}).status_code == 302
    assert not Charter.objects.filter(grid=grid, valid_to=None).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"text": "  "}, "text"),
        ({"valid_from": "2020-01-01x"}, "valid_from"),
        ({"valid_from": "2001-01-01"}, "valid_from"),
        ({"document": "x" * 65}, "document"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    admin: Client, complete: Places, wrong: dict[str, str], field: str
) -> None:
    answer = admin.post(own(complete.subgrid), typed("task", **{"text_en": "kept as typed", **wrong}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "kept as typed" in answer.content.decode()
    assert not Charter.objects.filter(grid=complete.subgrid).exists()
    assert not Entry.objects.filter(action="set_charter").exists()


def test_a_grid_elsewhere_does_not_exist_for_a_local_administrator(client: Client, complete: Places) -> None:
    client.force_login(factories.person(Role.ADMINISTRATOR, grid=complete.town))
    assert client.get(own(complete.other_town)).status_code == 404
    assert client.post(own(complete.other_town), typed("task")).status_code == 404
    assert client.get(own(complete.village)).status_code == 200
    assert client.get(own(complete.village, "nonsense")).status_code == 404
    # What holds for a whole level is for the district.
    answer = client.post(ADD, typed(kind="task", level="4"))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert client.post(reverse("admin:grids_charter_install")).status_code == 403


def test_a_level_gets_a_new_version_that_starts_from_the_one_in_force(
    admin: Client, complete: Places
) -> None:
    page = admin.get(f"{ADD}?kind=task&level=4").content.decode()
    assert "四级网格工作任务" in page
    answer = admin.post(ADD, typed(kind="task", level="4", grid=""))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    versions = Charter.objects.filter(kind="task", level=4, grid=None).order_by("version")
    assert [row.version for row in versions] == [1, 2]
    assert versions[0].valid_to == versions[1].valid_from == timezone.localdate()
    assert Entry.objects.filter(action="set_charter").count() == 1


@pytest.mark.parametrize(
    "query", ["?kind=task&level=x", "?kind=x&grid=9999999999999", "?grid=x&level=4", "?kind=task"]
)
def test_a_strange_address_gives_an_empty_form(admin: Client, complete: Places, query: str) -> None:
    assert admin.get(ADD + query).status_code == 200


def test_a_level_or_a_grid_not_both_and_not_neither(admin: Client, complete: Places) -> None:
    for more in ({"level": "", "grid": ""}, {"level": "4", "grid": str(complete.subgrid.pk)}):
        answer = admin.post(ADD, typed(kind="task", **more))
        assert answer.status_code == 200
        assert "level" in answer.context["adminform"].form.errors
        assert "港环〔2026〕1号" in answer.content.decode()


def test_versions_are_read_never_changed(admin: Client, complete: Places) -> None:
    charter = Charter.objects.get(kind="task", level=4)
    change = reverse("admin:grids_charter_change", args=[charter.pk])
    page = admin.get(change)
    assert page.status_code == 200
    assert f"{ADD}?kind=task&amp;level=4" in page.content.decode()
    assert admin.post(change, typed(kind="task", level="4")).status_code == 403
    assert (
        admin.post(reverse("admin:grids_charter_delete", args=[charter.pk]), {"post": "yes"}).status_code
        == 403
    )
    charter.refresh_from_db()
    assert charter.text != "每日巡查"


def test_the_usual_ones_are_taken_over_once(admin: Client, places: Places) -> None:
    assert "采用通用文本" in admin.get(LIST).content.decode()
    assert admin.get(reverse("admin:grids_charter_install")).status_code == 403
    assert admin.post(reverse("admin:grids_charter_install")).status_code == 302
    assert Charter.objects.count() == len(charters.CHARTERS)
    assert "采用通用文本" not in admin.get(LIST).content.decode()


def test_the_list_takes_the_same_queries_whatever_its_length(
    admin: Client, complete: Places, django_assert_max_num_queries: Callable
) -> None:
    with django_assert_max_num_queries(14):
        admin.get(LIST)
