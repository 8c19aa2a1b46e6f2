"""The page of a plan: its difference as figures, tree and map; its buttons; the upload in the admin site."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids import actions
from grids.models import Grid, Plan, PlanState
from grids.queries import actor, plans
from ledgers.actions import Actor
from people.models import User
from tests.grids.restructuring.build import Book, District, without_postings
from tests.grids.restructuring.test_roll_back import everything, merged

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def login(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def page(plan: Plan) -> str:
    return reverse("grids:plan", args=[plan.pk])


def press(client: Client, plan: Plan, name: str) -> list[str]:
    answer = client.post(reverse("grids:plan_act", args=[plan.pk, name]), follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def upload(client: Client, content: bytes, **more: str) -> object:
    file = SimpleUploadedFile("目标.xlsx", content, content_type=XLSX)
    data = {
        "file": file,
        "on": timezone.localdate().isoformat(),
        "district": Grid.objects.get(level=1, parent=None).pk,
        "note": "郑政1号",
    } | more
    return client.post(reverse("admin:grids_plan_add"), data)


def test_a_workbook_sent_in_the_admin_site_leads_to_its_plan(district: District, book: Book) -> None:
    client = login(district.cast.administrator)
    assert client.get(reverse("admin:grids_plan_add")).status_code == 200
    answer = upload(client, without_postings(merged(district, book)).content())
    plan = Plan.objects.get()
    assert answer["Location"] == page(plan)  # type: ignore[index]
    assert (plan.title, plan.note) == ("目标", "郑政1号")
    assert client.get(reverse("admin:grids_plan_changelist")).status_code == 200


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04"])
def test_what_is_no_workbook_is_told_beside_the_file_and_the_rest_stays(
    district: District, content: bytes
) -> None:
    answer = upload(login(district.cast.administrator), content)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "file" in answer.context["form"].errors  # type: ignore[attr-defined]
    assert "郑政1号" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Plan.objects.exists()


def test_the_page_shows_figures_tree_effects_and_every_change(district: District, book: Book) -> None:
    plan = district.plan(everything(district, book))
    text = login(district.second).get(page(plan)).content.decode()
    for words in ("新镇", "半网格", "改名网格", "410173111", "＋", "－", "→"):
        assert words in text, words
    whole = login(district.second).get(reverse("grids:plan_text", args=[plan.pk])).content.decode()
    assert whole.count("\n") > len(plan.operations)


def test_objections_stand_first_with_their_cells(district: District, book: Book) -> None:
    book.row(district.places.village.code)[3] = "999"
    plan = district.plan(book)
    text = login(district.cast.administrator).get(page(plan)).content.decode()
    assert f"网格!D{book.number(district.places.village.code)}" in text
    assert "approve" not in text.split("</main>")[0].replace("plan_approve", "")


def test_the_tree_has_its_marks(district: District, book: Book) -> None:
    plan = district.plan(everything(district, book))
    found: dict[str, plans.Node] = {}

    def walk(nodes: list[plans.Node]) -> None:
        for node in nodes:
            found[node.code] = node
            walk(node.children)

    walk(plans.changed_tree(plan))
    p = district.places
    assert found["newtown"].marks == ["added"]
    assert found[p.other_village.code].marks == ["gone"]
    assert found["410173111"].marks == ["changed"]
    assert set(found[p.other_subgrid.code].marks) == {"moved", "changed"}
    assert found[p.subgrid.code].sites_in == 1
    district.apply(plan)
    applied = Plan.objects.get(pk=plan.pk)
    before = sorted(found)
    found.clear()
    walk(plans.changed_tree(applied))
    assert sorted(found) == before  # the same tree, told from the day before


@pytest.mark.parametrize("applied", [False, True])
def test_maps_before_and_after(district: District, book: Book, applied: bool) -> None:
    plan = district.plan(without_postings(merged(district, book)))
    if applied:
        plan = district.apply(plan)
    client = login(district.second)

    def names(when: str) -> dict[str, str]:
        answer = client.get(reverse("grids:plan_map", args=[plan.pk]), {"level": "3", "when": when})
        return {
            feature["properties"]["name"]: feature["properties"].get("tone", "")
            for feature in answer.json()["features"]
        }

    p = district.places
    assert names("before") == {p.village.name: "soon", p.other_village.name: "late"}
    assert names("after") == {p.village.name: "soon"}
    wrong = client.get(reverse("grids:plan_map", args=[plan.pk]), {"level": "9", "when": "after"})
    assert wrong.status_code == 404


def test_the_buttons_are_those_of_the_reader_and_the_state(district: District, book: Book) -> None:
    def buttons(user: User) -> set[str]:
        acts = login(user).get(page(plan)).context["acts"]
        return {act["name"] for act in acts}

    plan = district.plan(without_postings(merged(district, book)))
    cast = district.cast
    assert buttons(cast.administrator) == {"withdraw"}
    assert buttons(district.second) == {"approve", "withdraw"}
    assert buttons(cast.chief) == {"approve"}
    actions.approve_plan(plan.pk, by=cast.chief)
    assert buttons(cast.administrator) == {"apply", "withdraw"}
    assert buttons(cast.chief) == set()
    actions.apply_plan(plan.pk, by=cast.administrator)
    assert buttons(cast.administrator) == {"roll-back"}
    actions.roll_back_plan(plan.pk, by=cast.administrator)
    assert buttons(cast.administrator) == {"remake"}


def test_pressed_through_from_approval_to_roll_back(
    district: District, book: Book, eager_tasks: None, django_capture_on_commit_callbacks: Any
) -> None:
    plan = district.plan(without_postings(merged(district, book)))
    assert press(login(district.second), plan, "approve")
    admin = login(district.cast.administrator)
    with django_capture_on_commit_callbacks(execute=True):
        press(admin, plan, "apply")
    assert Plan.objects.get(pk=plan.pk).state == PlanState.APPLIED
    press(admin, plan, "roll-back")
    assert Plan.objects.get(pk=plan.pk).state == PlanState.ROLLED_BACK


def test_what_refuses_is_said_on_the_page(district: District, book: Book) -> None:
    plan = district.plan(without_postings(merged(district, book)))
    actions.rename_grid(district.places.town.pk, name="新名", by=actions_by(district))
    told = press(login(district.second), plan, "approve")
    assert told == [Plan.objects.get(pk=plan.pk).refusal]
    assert press(login(district.cast.administrator), plan, "apply")


def actions_by(district: District) -> Actor:
    return actor(district.cast.administrator, "administer", district.root.pk)


def test_while_the_worker_has_it_the_page_asks_again(
    district: District,
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    plan = district.plan(without_postings(merged(district, book)))
    actions.approve_plan(plan.pk, by=district.second)
    sent: list[object] = []
    monkeypatch.setattr("grids.tasks.apply_plan.delay", lambda *a: sent.append(a))
    admin = login(district.cast.administrator)
    with django_capture_on_commit_callbacks(execute=True):
        press(admin, plan, "apply")
    assert sent == [(plan.pk, district.cast.administrator.pk)]
    waiting = admin.get(page(plan)).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    actions.apply_plan(plan.pk, by=district.cast.administrator)
    part = admin.get(page(plan), {"part": "state"}).content.decode()
    assert "hx-trigger" not in part
    assert "<html" not in part


def test_pages_take_the_same_queries_whatever_the_plan_does(
    district: District, book: Book, django_assert_max_num_queries
) -> None:
    plan = district.plan(everything(district, book))
    client = login(district.second)
    for address in (
        page(plan),
        reverse("grids:plans"),
        reverse("grids:plan_map", args=[plan.pk]) + "?level=3&when=after",
    ):
        with django_assert_max_num_queries(24):
            assert client.get(address).status_code == 200
