"""Changes of the tree by hand, dragged or typed, become a plan for someone else to approve."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids import actions
from grids.bulk import Row, load_tree
from grids.check import damages
from grids.models import Grid, Plan, PlanState
from ledgers.models import Entry
from people.models import Role, User
from tests import factories
from tests.factories import SYSTEM, Cast, Places


@pytest.fixture
def admin(cast: Cast) -> Client:
    cache.clear()
    client = Client()
    client.force_login(User.objects.get(pk=cast.administrator.pk))
    return client


def address(grid: Grid) -> str:
    return reverse("admin:grids_grid_edit", args=[grid.pk])


def asked(target: str, **more: str) -> dict[str, str]:
    return {
        "act": "move",
        "target": target,
        "on": timezone.localdate().isoformat(),
        "note": "郑政1号",
    } | more


def parent(grid: Grid) -> int | None:
    return Grid.objects.get(pk=grid.pk).parent_id


def test_a_move_becomes_a_plan_and_changes_nothing_yet(admin: Client, places: Places) -> None:
    answer = admin.post(address(places.village), asked(places.other_town.name))
    plan = Plan.objects.get()
    assert answer["Location"] == reverse("grids:plan", args=[plan.pk])
    assert (plan.state, plan.note, plan.source) == (PlanState.PLANNED, "郑政1号", "edit")
    assert [(one["kind"], one["code"]) for one in plan.operations] == [("move", places.village.code)]
    assert parent(places.village) == places.town.pk
    assert Entry.objects.get(app="grids").action == "plan"
    page = admin.get(answer["Location"]).content.decode()
    assert places.other_town.name in page


def test_approved_and_applied_the_village_has_moved(admin: Client, places: Places, cast: Cast) -> None:
    admin.post(address(places.village), asked(places.other_town.code))
    plan = Plan.objects.get()
    actions.approve_plan(plan.pk, by=cast.chief)
    actions.apply_plan(plan.pk, by=cast.administrator)
    assert parent(places.village) == places.other_town.pk
    assert damages() == []


def test_dragging_leads_to_the_same_form_filled_in(admin: Client, places: Places) -> None:
    page = admin.get(address(places.village), {"act": "move", "to": places.other_town.code})
    assert page.context["form"]["target"].value() == places.other_town.code
    tree = admin.get(reverse("admin:grids_grid_children", args=[places.town.pk])).content.decode()
    assert f'data-edit="{address(places.village)}"' in tree
    assert 'draggable="true"' in tree


def test_several_changes_are_put_aside_and_planned_together(admin: Client, places: Places) -> None:
    admin.post(address(places.village), asked(places.other_town.code, later="1"))
    admin.post(
        address(places.sibling_subgrid),
        asked(places.subgrid.code, act="merge", later="1"),
    )
    assert not Plan.objects.exists()
    tree = admin.get(reverse("admin:grids_grid_tree"))
    assert len(tree.context["basket"].lines) == 2
    answer = admin.post(reverse("admin:grids_grid_basket"))
    plan = Plan.objects.get()
    assert answer["Location"] == reverse("grids:plan", args=[plan.pk])
    assert {one["kind"] for one in plan.operations} >= {"move", "merge", "close"}
    assert admin.get(reverse("admin:grids_grid_tree")).context["basket"].lines == []


def test_what_was_put_aside_can_be_taken_out(admin: Client, places: Places) -> None:
    admin.post(address(places.village), asked(places.other_town.code, later="1"))
    admin.post(reverse("admin:grids_grid_basket"), {"drop": "0"})
    admin.post(reverse("admin:grids_grid_basket"))
    assert not Plan.objects.exists()


def test_a_grid_is_opened_with_its_leader(admin: Client, places: Places, cast: Cast) -> None:
    data = {"act": "open", "code": "new", "name": "新村", "on": timezone.localdate().isoformat()}
    refused = admin.post(address(places.town), {**data, "leader": "nobody"})
    assert refused.status_code == 422
    assert "leader" in refused.context["form"].errors
    assert "新村" in refused.content.decode()
    admin.post(address(places.town), {**data, "leader": "sibling"})
    plan = Plan.objects.get()
    assert plan.objections == []
    assert {one["kind"] for one in plan.operations} == {"open", "post"}
    actions.approve_plan(plan.pk, by=cast.chief)
    actions.apply_plan(plan.pk, by=cast.administrator)
    opened = Grid.objects.get(code="new")
    assert opened.parent_id == places.town.pk
    assert opened.postings.get().person == cast.sibling


def test_a_site_can_be_moved_too(admin: Client, places: Places) -> None:
    admin.post(address(places.site), asked(places.sibling_subgrid.code))
    assert [(one["kind"], one["level"]) for one in Plan.objects.get().operations] == [("move", 5)]


@pytest.mark.parametrize("target", ["village", "subgrid", "other_village", "district", "town"])
def test_a_move_that_would_break_the_tree_is_an_error_beside_its_field(
    admin: Client, places: Places, target: str
) -> None:
    code = getattr(places, target).code
    answer = admin.post(address(places.village), asked(code))
    assert answer.status_code == 422
    assert "target" in answer.context["form"].errors
    assert code in answer.content.decode()
    assert "郑政1号" in answer.content.decode()
    assert not Plan.objects.exists()


def test_an_unknown_code_and_a_closed_town_are_refused(admin: Client, places: Places) -> None:
    closed = actions.open_grid(code="410173009", name="旧镇", parent_id=places.district.pk, by=SYSTEM)
    actions.close_grid(closed.pk, by=SYSTEM)
    for words in ("nowhere", closed.code, ""):
        answer = admin.post(address(places.village), asked(words))
        assert "target" in answer.context["form"].errors


def test_an_administrator_of_one_town_plans_nothing_for_the_district(client: Client, places: Places) -> None:
    person = factories.person(Role.ADMINISTRATOR, grid=places.town)
    client.force_login(User.objects.get(pk=person.pk))
    assert client.get(address(places.other_village)).status_code == 404
    assert client.post(address(places.village), asked(places.other_town.code)).status_code == 403
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "who",
    ["worker", "leader", "town_leader", "chief", "officer", "dispatcher", "assessor", "viewer", "former"],
)
def test_others_are_kept_out(client: Client, places: Places, cast: Cast, who: str) -> None:
    client.force_login(User.objects.get(pk=getattr(cast, who).pk))
    assert client.post(address(places.village), asked(places.other_town.code)).status_code in {302, 403}
    assert client.post(reverse("admin:grids_grid_basket")).status_code in {302, 403}
    assert not Plan.objects.exists()


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
        assert admin.get(reverse("admin:grids_grid_changelist"), {"q": ""}).status_code == 200


def test_the_list_opens_as_a_tree_until_something_is_looked_for(admin: Client, places: Places) -> None:
    grids = reverse("admin:grids_grid_changelist")
    assert admin.get(grids).headers["Location"] == reverse("admin:grids_grid_tree")
    actions.close_grid(places.site.pk, by=SYSTEM)
    assert places.site.code not in admin.get(grids, {"q": ""}).content.decode()
    villages = admin.get(grids, {"level": "3"}).content.decode()
    assert places.village.code in villages
    assert places.subgrid.code not in villages
    assert admin.get(grids, {"level": "x"}).status_code == 200


@pytest.mark.loads
def test_twenty_thousand_grids_do_not_strain_the_tree(
    admin: Client, places: Places, django_assert_max_num_queries
) -> None:
    """The tree asks for one branch at a time: its size does not matter."""
    rows = [Row(code="d", name="区")] + [Row(code=f"t{n}", name="镇", parent="d") for n in range(20)]
    rows += [Row(code=f"v{n}", name="村", parent=f"t{n % 20}") for n in range(1000)]
    rows += [Row(code=f"g{n}", name="格", parent=f"v{n % 1000}") for n in range(19_000)]
    load_tree(rows, opened_on=factories.OPENED, by=SYSTEM)
    factories.posting(
        User.objects.get(username="administrator"), Role.ADMINISTRATOR, grid=Grid.objects.get(code="d")
    )
    admin.force_login(User.objects.get(username="administrator"))
    with django_assert_max_num_queries(20):
        page = admin.get(reverse("admin:grids_grid_tree"))
    assert len(page.content) < 60_000
    with django_assert_max_num_queries(12):
        admin.get(reverse("admin:grids_grid_children", args=[Grid.objects.get(code="t0").pk]))


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


def test_the_tree_is_fetched_as_a_workbook_and_that_is_entered(admin: Client, places: Places) -> None:
    answer = admin.get(reverse("admin:grids_grid_workbook", args=[places.district.pk]))
    assert answer.content[:2] == b"PK"
    entry = Entry.objects.get(app="grids", action="export")
    assert entry.grid_id == places.district.pk
