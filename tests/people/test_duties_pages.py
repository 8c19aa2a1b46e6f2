"""My duties and their acknowledgement, who has acknowledged, the reminder, and lists in the admin site."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledgers.models import Entry
from people import actions
from people.models import Acknowledgement, DutyList, Posting, Role
from tests import factories
from tests.factories import OPENED, Cast, Places

MINE = reverse("people:duties")
LISTS = reverse("people:duty_lists")
ADD = reverse("admin:people_dutylist_add")


@pytest.fixture
def lists(cast: Cast) -> dict[tuple[str, int], DutyList]:
    actions.install_duty_lists(by=cast.administrator, since=OPENED)
    return {(row.role, row.level): row for row in DutyList.objects.all()}


def acknowledgement(posting: Posting) -> str:
    return reverse("people:acknowledge", args=[posting.pk])


def test_each_posting_shows_its_list_and_a_button_then_name_and_time(
    client: Client, cast: Cast, places: Places, lists: dict
) -> None:
    client.force_login(cast.worker)
    page = client.get(MINE).content.decode()
    assert "网格员责任清单" in page
    assert "我已阅读并签认" in page
    posting = cast.worker.postings.get()
    answer = client.post(acknowledgement(posting), {"duty_list": lists[Role.WORKER, 4].pk})
    assert (answer.status_code, answer["Location"]) == (302, MINE)
    page = client.get(MINE).content.decode()
    assert "我已阅读并签认" not in page
    assert str(cast.worker) in page
    assert timezone.localdate().isoformat() in page
    assert Entry.objects.get(action="acknowledge_duties").actor_id == cast.worker.pk


@pytest.mark.parametrize("sent", ["", "x", "0", "999999", "9" * 40])
def test_a_list_that_is_not_in_force_is_said_and_the_page_shown_again(
    client: Client, cast: Cast, lists: dict, sent: str
) -> None:
    client.force_login(cast.worker)
    answer = client.post(acknowledgement(cast.worker.postings.get()), {"duty_list": sent})
    assert answer.status_code == 422
    assert "责任清单已更新" in answer.content.decode()
    assert "我已阅读并签认" in answer.content.decode()


def test_anothers_posting_is_not_found_and_a_get_is_refused(client: Client, cast: Cast, lists: dict) -> None:
    posting = cast.worker.postings.get()
    client.force_login(cast.leader)
    sent = {"duty_list": lists[Role.WORKER, 4].pk}
    assert client.post(acknowledgement(posting), sent).status_code == 404
    client.force_login(cast.worker)
    assert client.get(acknowledgement(posting)).status_code == 405


def test_without_posting_or_list_the_page_says_what_is_missing(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    assert "该职务尚无现行责任清单。" in client.get(MINE).content.decode()
    client.force_login(cast.former)
    assert client.get(MINE).status_code == 200


def test_a_reminder_stands_on_first_pages_until_it_is_done(
    client: Client, cast: Cast, lists: dict, django_assert_max_num_queries: Callable
) -> None:
    client.force_login(cast.worker)
    first = client.get(reverse("inspections:today"))
    assert MINE in first.content.decode()
    me = next(item for item in first.context["nav"] if item["url"] == reverse("people:me"))
    assert me["badge"] == 1
    inner = client.get(reverse("inspections:visits"))
    assert inner.context["duties_due"] == 0
    posting = cast.worker.postings.get()
    actions.acknowledge(lists[Role.WORKER, 4].pk, posting.pk, by=cast.worker)
    after = client.get(reverse("people:me"))
    assert after.context["duties_due"] == 0
    assert not any(item["badge"] for item in after.context["nav"])


def test_officials_see_who_has_acknowledged_in_their_grids_only(
    client: Client, cast: Cast, places: Places, lists: dict
) -> None:
    duty_list = lists[Role.LEADER, 4]
    client.force_login(cast.viewer)
    rows = client.get(LISTS).context["rows"]
    row = next(row for row in rows if row.duty_list == duty_list)
    assert (row.posted, row.signed) == (2, 0)
    actions.acknowledge(duty_list.pk, cast.leader.postings.get().pk, by=cast.leader)
    page = client.get(reverse("people:duty_list", args=[duty_list.pk])).content.decode()
    assert str(cast.sibling) in page
    assert f"tel:{cast.sibling.phone}" in page
    assert f"tel:{cast.leader.phone}" not in page
    client.force_login(cast.other_town_leader)
    page = client.get(reverse("people:duty_list", args=[duty_list.pk])).content.decode()
    assert str(cast.sibling) not in page


def test_a_town_narrows_the_list_and_nonsense_does_not(
    client: Client, cast: Cast, places: Places, lists: dict
) -> None:
    other = factories.person(Role.LEADER, grid=places.other_subgrid)
    client.force_login(cast.viewer)
    address = reverse("people:duty_list", args=[lists[Role.LEADER, 4].pk])
    page = client.get(address, {"town": places.other_town.pk}).content.decode()
    assert other.phone in page
    assert cast.sibling.phone not in page
    for town in ("x", "0", "none", "9" * 30):
        assert len(client.get(address, {"town": town}).context["page_obj"]) == 3
    chiefs = reverse("people:duty_list", args=[lists[Role.CHIEF_LEADER, 1].pk])
    assert len(client.get(chiefs, {"town": "none"}).context["page_obj"]) == 1


def test_workers_read_no_lists_of_others(client: Client, cast: Cast, lists: dict) -> None:
    client.force_login(cast.worker)
    assert client.get(LISTS).status_code == 403
    assert client.get(reverse("people:duty_list", args=[lists[Role.WORKER, 4].pk])).status_code == 403
    assert LISTS not in client.get(MINE).content.decode()


def test_an_earlier_version_is_read_but_not_counted(client: Client, cast: Cast, lists: dict) -> None:
    old = lists[Role.WORKER, 4]
    DutyList.objects.filter(pk=old.pk).update(valid_to=timezone.localdate())
    client.force_login(cast.viewer)
    page = client.get(reverse("people:duty_list", args=[old.pk])).content.decode()
    assert "未在执行" in page


def test_the_pages_take_the_same_queries_whatever_the_number_of_people(
    client: Client, cast: Cast, places: Places, lists: dict, django_assert_max_num_queries: Callable
) -> None:
    for _n in range(40):
        factories.person(Role.LEADER, grid=places.subgrid)
    client.force_login(cast.viewer)
    for address, most in (
        (MINE, 6),
        (LISTS, 8),
        (reverse("people:duty_list", args=[lists[Role.LEADER, 4].pk]), 11),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


# ---- the admin site


def typed(**more: str) -> dict[str, str]:
    return {
        "role": Role.WORKER,
        "level": "4",
        "name": "网格员责任清单",
        "text": "一、每日巡查\n二、当日上报",
        "valid_from": timezone.localdate().isoformat(),
        "although_anew": "on",
    } | more


def test_a_new_version_is_written_from_the_one_before(client: Client, cast: Cast, lists: dict) -> None:
    client.force_login(cast.administrator)
    page = client.get(f"{ADD}?role=worker&level=4").content.decode()
    assert "按检查表逐项检查" in page
    answer = client.post(ADD, typed())
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    versions = DutyList.objects.filter(role=Role.WORKER, level=4).order_by("version")
    assert [(row.version, row.valid_to) for row in versions] == [(1, timezone.localdate()), (2, None)]
    entries = Entry.objects.filter(action="set_duty_list", subject_id=str(versions[1].pk))
    assert entries.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"text": ""}, "text"),
        ({"level": "9"}, "level"),
        ({"role": "king"}, "role"),
        ({"valid_from": "2001-01-01"}, "valid_from"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, cast: Cast, lists: dict, wrong: dict[str, str], field: str
) -> None:
    client.force_login(cast.administrator)
    answer = client.post(ADD, typed(document="港环〔2026〕9号", **wrong))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert "港环〔2026〕9号" in answer.content.decode()
    assert DutyList.objects.count() == len(lists)


def test_a_version_is_read_never_changed(client: Client, cast: Cast, lists: dict) -> None:
    client.force_login(cast.administrator)
    duty_list = lists[Role.WORKER, 4]
    change = reverse("admin:people_dutylist_change", args=[duty_list.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, typed()).status_code == 403
    assert client.post(reverse("admin:people_dutylist_delete", args=[duty_list.pk])).status_code == 403


def test_the_usual_lists_are_taken_over_by_the_district_alone(
    client: Client, cast: Cast, places: Places
) -> None:
    install = reverse("admin:people_dutylist_install")
    client.force_login(factories.person(Role.ADMINISTRATOR, grid=places.town))
    assert client.post(install).status_code == 403
    assert client.post(ADD, typed()).status_code == 403
    assert not DutyList.objects.exists()
    client.force_login(cast.administrator)
    assert client.get(install).status_code == 403
    assert client.post(install).status_code == 302
    assert DutyList.objects.count() > 20


def test_acknowledgements_of_the_past_stay(cast: Cast, lists: dict) -> None:
    posting = cast.worker.postings.get()
    actions.acknowledge(lists[Role.WORKER, 4].pk, posting.pk, by=cast.worker)
    actions.end_posting(posting.pk, on=timezone.localdate() + timedelta(days=1), by=cast.administrator)
    assert Acknowledgement.objects.count() == 1


def test_a_post_without_a_list_counts_in_no_column_of_acknowledgements(
    client: Client, cast: Cast, places: Places
) -> None:
    client.force_login(cast.chief)
    rows = client.get(reverse("people:duty_lists"))
    text = re.sub(r"\s+", " ", rows.content.decode())
    cells = re.findall(r'<td data-label="已签认">(.*?)</td>', text)
    assert cells
    assert not any(re.search(r"\d", re.sub("<[^>]*>", "", cell)) for cell in cells)


def test_how_many_must_acknowledge_anew_is_asked_before(client: Client, cast: Cast, lists: dict) -> None:
    client.force_login(cast.administrator)
    answer = client.post(ADD, typed(although_anew=""))
    assert answer.status_code == 200
    (asked,) = answer.context["adminform"].form.errors["although_anew"]
    assert "1 人" in asked
    assert DutyList.objects.filter(role=Role.WORKER, level=4).count() == 1
    unheld = typed(role=Role.DEPUTY, name="副网格长责任清单", although_anew="")
    assert client.post(ADD, unheld).status_code == 302


def test_lists_are_narrowed_by_levels_with_their_names(
    client: Client, cast: Cast, lists: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grids.admin.filters.level_labels", lambda: {4: "四级网格"})
    client.force_login(cast.administrator)
    page = client.get(reverse("admin:people_dutylist_changelist"), {"level": "4", "version": "last"})
    assert {row.level for row in page.context["cl"].result_list} == {4}
    shown = dict(page.context["cl"].filter_specs[1].lookup_choices)
    assert shown["4"] == "四级网格"
    assert (
        client.get(reverse("admin:grids_charter_changelist"), {"level": "x", "reach": "grid"}).status_code
        == 200
    )
