"""The administrator moves a village with a preview, on the tree that was shown, or nothing happens."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from grids import actions, queries
from grids.check import damages
from grids.hooks import Effect, _effects, register_move_effect
from grids.models import Grid
from ledgers.actions import Actor
from ledgers.models import Entry
from people.models import Role, User
from tests import factories
from tests.factories import Cast, Places

BY = Actor(user_id=None, name="系统")


@pytest.fixture
def admin(cast: Cast) -> Client:
    cache.clear()
    User.objects.filter(pk=cast.administrator.pk).update(is_staff=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.administrator.pk))
    return client


def address(grid: Grid) -> str:
    return reverse("admin:grids_grid_move", args=[grid.pk])


def test_preview_shows_counts_and_changes_nothing(admin: Client, places: Places) -> None:
    answer = admin.post(address(places.village), {"target": places.other_town.code, "note": "郑政1号"})
    page = answer.content.decode()
    preview = answer.context["preview"]
    figures = {(row.grid.pk, c.before, c.after) for row in preview.affected for c in row.changes[:1]}
    assert figures == {(places.town.pk, 1, 0), (places.other_town.pk, 1, 2)}
    assert [change.before for change in preview.moving] == [1, 2, 2]
    assert "郑政1号" in page
    assert Grid.objects.get(pk=places.village.pk).parent_id == places.town.pk


def test_confirmed_move_is_done_and_recorded_under_the_posting(
    admin: Client, places: Places, cast: Cast
) -> None:
    data = {"target": places.other_town.name, "note": "郑政1号"}
    page = admin.post(address(places.village), data).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    answer = admin.post(address(places.village), {**data, "version": version[1], "confirm": "1"})
    assert answer.status_code == 302
    assert Grid.objects.get(pk=places.village.pk).parent_id == places.other_town.pk
    entry = Entry.objects.get(app="grids", action="move")
    assert (entry.actor, entry.role) == (cast.administrator, Role.ADMINISTRATOR)
    assert damages() == []


def test_a_tree_changed_since_the_preview_is_not_moved_and_the_text_stays(
    admin: Client, places: Places
) -> None:
    version = queries.tree_version(places.district.tree_id)
    actions.open_grid(code="410173009", name="新镇", parent_id=places.district.pk, by=BY)
    data = {"target": places.other_town.code, "note": "郑政1号", "version": str(version), "confirm": "1"}
    answer = admin.post(address(places.village), data)
    page = answer.content.decode()
    assert Grid.objects.get(pk=places.village.pk).parent_id == places.town.pk
    assert "郑政1号" in page
    assert answer.context["preview"].version != version
    assert list(answer.context["messages"])


@pytest.mark.parametrize("target", ["village", "subgrid", "other_village", "district", "town"])
def test_a_move_that_would_break_the_tree_is_an_error_beside_its_field(
    admin: Client, places: Places, target: str
) -> None:
    code = getattr(places, target).code
    version = str(queries.tree_version(places.district.tree_id))
    data = {"target": code, "note": "郑政1号", "version": version, "confirm": "1"}
    answer = admin.post(address(places.village), data)
    assert answer.status_code == 422
    assert "target" in answer.context["form"].errors
    assert code in answer.content.decode()
    assert "郑政1号" in answer.content.decode()
    assert damages() == []
    assert Grid.objects.get(pk=places.village.pk).parent_id == places.town.pk


def test_an_unknown_code_and_a_closed_town_are_refused(admin: Client, places: Places) -> None:
    closed = actions.open_grid(code="410173009", name="旧镇", parent_id=places.district.pk, by=BY)
    actions.close_grid(closed.pk, by=BY)
    for words in ("nowhere", closed.code, ""):
        answer = admin.post(address(places.village), {"target": words})
        assert "target" in answer.context["form"].errors


def test_rooms_above_add_lines_to_the_preview(admin: Client, places: Places) -> None:
    @register_move_effect
    def _open_incidents(below):
        return [Effect(label="未结问题", count=below.count() + 700)]

    try:
        page = admin.post(address(places.village), {"target": places.other_town.code}).content.decode()
    finally:
        _effects.remove(_open_incidents)
    assert "未结问题: 705" in page


def test_an_administrator_of_one_town_cannot_reach_another(client: Client, places: Places) -> None:
    person = factories.person(Role.ADMINISTRATOR, grid=places.town)
    User.objects.filter(pk=person.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=person.pk))
    assert client.get(address(places.other_village)).status_code == 404
    answer = client.post(address(places.village), {"target": places.other_town.code})
    assert "target" in answer.context["form"].errors


@pytest.mark.parametrize(
    "who",
    ["worker", "leader", "town_leader", "chief", "officer", "dispatcher", "assessor", "viewer", "former"],
)
def test_others_are_kept_out(client: Client, places: Places, cast: Cast, who: str) -> None:
    User.objects.filter(pk=getattr(cast, who).pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=getattr(cast, who).pk))
    data = {"target": places.other_town.code, "confirm": "1", "version": "1"}
    assert client.post(address(places.village), data).status_code in {302, 403}
    assert Grid.objects.get(pk=places.village.pk).parent_id == places.town.pk


def test_the_tree_its_branches_and_the_list(admin: Client, places: Places) -> None:
    tree = admin.get(reverse("admin:grids_grid_tree")).content.decode()
    assert places.town.name in tree
    assert places.village.name not in tree
    branch = admin.get(reverse("admin:grids_grid_children", args=[places.town.pk])).content.decode()
    assert places.village.name in branch
    assert admin.get(reverse("admin:grids_grid_changelist"), {"q": "岗李"}).status_code == 200


def test_the_list_takes_the_same_queries_whatever_its_length(
    admin: Client, places: Places, django_assert_max_num_queries
) -> None:
    for n in range(30):
        factories.grid(f"x{n}", "村", parent=places.town)
    with django_assert_max_num_queries(14):
        admin.get(reverse("admin:grids_grid_changelist"))


def test_the_name_can_be_changed_and_nothing_else(admin: Client, places: Places) -> None:
    page = reverse("admin:grids_grid_change", args=[places.village.pk])
    assert admin.get(page).status_code == 200
    answer = admin.post(page, {"name": "岗李社区", "parent": places.other_town.pk, "code": "x"})
    assert answer.status_code == 302
    village = Grid.objects.get(pk=places.village.pk)
    assert (village.name, village.parent_id, village.code) == (
        "岗李社区",
        places.town.pk,
        places.village.code,
    )
    assert Entry.objects.get(app="grids").action == "rename"


def test_nothing_is_added_or_deleted_in_the_admin_site(admin: Client, places: Places) -> None:
    assert admin.get(reverse("admin:grids_grid_add")).status_code == 403
    gone = admin.post(reverse("admin:grids_grid_delete", args=[places.site.pk]), {"post": "yes"})
    assert gone.status_code == 403
    assert Grid.objects.filter(pk=places.site.pk).exists()
