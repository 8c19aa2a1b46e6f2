"""The pages of the patrol: who sees them, what they say, what they keep when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from grids.models import Risk, SiteKind
from incidents.models import Category, Incident
from inspections.actions import log_visit
from inspections.models import Checklist, Visit
from inspections.queries import coverage, today, visits_visible_to
from inspections.rules import Standing
from people.models import User
from tests.factories import Cast, Places, site

Answers = dict[str, str]
Picture = Callable[[str], SimpleUploadedFile]


def enter(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def form(client: Client, places: Places) -> dict[str, str]:
    """The hidden fields of a fresh form and every question answered yes."""
    page = client.get(reverse("inspections:log", args=[places.site.pk]))
    shown = page.context["form"]
    data = {name: str(shown[name].value()) for name in ("checklist", "key")}
    return data | {bound.name: "yes" for bound in shown.questions}


# ---- my grid


def test_my_grid_counts_the_day(cast: Cast, places: Places, answers: Answers) -> None:
    now = timezone.now()
    visited = site("s-2", "今天已查", parent=places.subgrid)
    due = site("s-3", "今天到期", parent=places.subgrid)
    later = site("s-4", "三天前查过", parent=places.subgrid)
    for place, days in ((visited, 0), (due, 7), (later, 3)):
        log_visit(by=cast.worker, site=place, answers=answers, at=now - timedelta(days=days))
    found = today(cast.worker)
    assert [(card.site.grid, card.standing) for card in found.cards] == [
        (places.site, Standing.OVERDUE),  # never visited
        (due, Standing.DUE),
        (later, Standing.LATER),
        (visited, Standing.DONE),
    ]
    counts = found.counts
    assert (counts.sites, counts.done, counts.due, counts.overdue, counts.to_do) == (4, 1, 1, 1, 3)


def test_a_visit_late_in_the_evening_belongs_to_its_local_day(
    cast: Cast, places: Places, answers: Answers
) -> None:
    today_early = timezone.localtime().replace(hour=0, minute=30)  # still yesterday in UTC
    log_visit(by=cast.worker, site=places.site, answers=answers, at=today_early)
    assert today(cast.worker).cards[0].standing is Standing.DONE


def test_my_grid_shows_cards_to_the_worker(
    client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    page = enter(client, cast.worker).get(reverse("inspections:today"))
    text = page.content.decode()
    assert "恒源建材厂" in text
    assert reverse("inspections:log", args=[places.site.pk]) in text
    assert "岗李集贸市场" not in text


def test_my_grid_shows_coverage_to_upper_leaders(
    client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    page = enter(client, cast.town_leader).get(reverse("inspections:today"))
    assert [row.grid for row in page.context["coverage"]] == [places.village]
    down = client.get(reverse("inspections:today"), {"grid": places.subgrid.pk})
    assert "恒源建材厂" in down.content.decode()


def test_a_grid_out_of_scope_is_not_there(client: Client, cast: Cast, places: Places) -> None:
    address = reverse("inspections:today")
    enter(client, cast.worker)
    assert client.get(address, {"grid": places.other_town.pk}).status_code == 404
    assert client.get(address, {"grid": "x"}).status_code == 404


def test_who_has_no_grid_is_told_so(client: Client, cast: Cast) -> None:
    page = enter(client, cast.officer).get(reverse("inspections:today"))
    assert page.status_code == 200
    assert "您名下没有需要巡查的网格" in page.content.decode()


def test_filters_of_my_grid_are_in_the_address(
    client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    site("s-2", "航南新城工地", parent=places.subgrid, kind=SiteKind.CONSTRUCTION, risk=Risk.ORDINARY)
    page = enter(client, cast.worker).get(reverse("inspections:today"), {"kind": "construction"})
    assert [card.site.grid.name for card in page.context["page_obj"]] == ["航南新城工地"]
    page = client.get(reverse("inspections:today"), {"q": "恒源"})
    assert [card.site.grid.name for card in page.context["page_obj"]] == ["恒源建材厂"]


def test_queries_do_not_grow_with_sites(
    cast: Cast, places: Places, catalogues: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        site(f"s-{n:02}", f"点位{n}", parent=places.subgrid)
    with django_assert_num_queries(4):  # postings, plans, last visits, sites
        assert len(today(cast.worker).cards) == 31
    with django_assert_num_queries(5):  # children, lineage, plans, last visits, sites
        assert coverage(places.village)[0].sites == 31


def test_the_page_asks_as_often_with_many_sites_as_with_one(
    client: Client,
    cast: Cast,
    places: Places,
    catalogues: None,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(30):
        site(f"s-{n:02}", f"点位{n}", parent=places.subgrid)
    enter(client, cast.worker)
    with django_assert_max_num_queries(20):
        assert client.get(reverse("inspections:today")).status_code == 200


# ---- the form


def test_a_visit_is_logged_and_the_next_step_said(
    client: Client, cast: Cast, places: Places, catalogues: None, picture: Picture
) -> None:
    enter(client, cast.worker)
    data = form(client, places) | {"latitude": "34.5201", "longitude": "113.8501", "accuracy": "8.6"}
    answer = client.post(
        reverse("inspections:log", args=[places.site.pk]), data | {"photos": picture("green")}, follow=True
    )
    visit = Visit.objects.get()
    assert answer.redirect_chain == [(reverse("inspections:detail", args=[visit.pk]), 302)]
    assert visit.accuracy == 9
    assert "本网格今天没有其他待巡查点位" in answer.content.decode()
    photo = client.get(answer.context["photos"][0]["url"])
    assert (photo.status_code, photo["Content-Type"]) == (200, "image/jpeg")


def test_the_form_sent_twice_is_one_visit(
    client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    enter(client, cast.worker)
    data = form(client, places)
    for _ in range(2):
        assert client.post(reverse("inspections:log", args=[places.site.pk]), data).status_code == 302
    assert Visit.objects.count() == 1


def test_a_problem_is_reported_in_the_same_form(
    client: Client, cast: Cast, places: Places, category: Category
) -> None:
    enter(client, cast.worker)
    data = form(client, places) | {
        "answer_1": "no",
        "problem": "on",
        "problem-category": str(category.pk),
        "problem-severity": "serious",
        "problem-description": "料堆未覆盖",
    }
    answer = client.post(reverse("inspections:log", args=[places.site.pk]), data, follow=True)
    incident = Incident.objects.get()
    assert Visit.objects.get().incident == incident
    text = answer.content.decode()
    assert incident.number in text
    assert "下一步由岗李村第1网格" in text


def test_what_was_typed_stays_beside_the_errors(
    client: Client, cast: Cast, places: Places, category: Category, picture: Picture
) -> None:
    enter(client, cast.worker)
    data = form(client, places)
    key = data["key"]
    del data["answer_2"]
    data |= {
        "latitude": "34.52",
        "note": "味道很重",
        "problem": "on",
        "problem-category": "",
        "problem-description": "料堆未覆盖",
        "photos": picture("green"),  # type: ignore[dict-item]
    }
    answer = client.post(reverse("inspections:log", args=[places.site.pk]), data)
    shown = answer.context["form"]
    assert answer.status_code == 422
    assert {"answer_2", "longitude", "photos"} <= set(shown.errors)
    assert {"category", "severity"} == set(shown.incident.errors)
    text = answer.content.decode()
    assert "味道很重" in text
    assert "料堆未覆盖" in text
    assert key in text
    assert "浏览器不保留照片，请重新选择。" in text
    assert not Visit.objects.exists()


def test_what_is_not_an_image_is_refused_by_content(
    client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    enter(client, cast.worker)
    fake = SimpleUploadedFile("photo.jpg", b"<?php echo 1; ?>", "image/jpeg")
    answer = client.post(
        reverse("inspections:log", args=[places.site.pk]), form(client, places) | {"photos": fake}
    )
    assert answer.status_code == 422
    assert "photos" in answer.context["form"].errors
    assert not Visit.objects.exists()


def test_a_forged_checklist_is_refused(client: Client, cast: Cast, places: Places, catalogues: None) -> None:
    enter(client, cast.worker)
    other = Checklist.objects.get(site_kind="market")
    answer = client.post(
        reverse("inspections:log", args=[places.site.pk]), form(client, places) | {"checklist": str(other.pk)}
    )
    assert answer.status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("leader", 200),
        ("village_leader", 200),
        ("patrol", 200),
        ("dispatcher", 403),
        ("assessor", 403),
        ("viewer", 403),
        ("administrator", 403),
        ("sibling", 404),
        ("other_town_leader", 404),
        ("officer", 404),
        ("former", 404),
    ],
)
def test_who_gets_the_form(
    who: str, status: int, client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    enter(client, getattr(cast, who))
    assert client.get(reverse("inspections:log", args=[places.site.pk])).status_code == status


def test_only_sites_have_a_form(client: Client, cast: Cast, places: Places, catalogues: None) -> None:
    enter(client, cast.worker)
    assert client.get(reverse("inspections:log", args=[places.subgrid.pk])).status_code == 404


# ---- the visits made


def test_visits_are_seen_in_scope_only(
    client: Client, cast: Cast, places: Places, answers: Answers, picture: Picture
) -> None:
    visit = log_visit(by=cast.worker, site=places.site, answers=answers, photos=[picture("green")])
    photo = visit.photos.get()
    seen = {"worker", "leader", "village_leader", "town_leader", "chief", "patrol", "dispatcher"}
    for who in (*seen, "sibling", "other_town_leader", "officer", "former"):
        enter(client, getattr(cast, who))
        status = 200 if who in seen else 404
        assert visits_visible_to(getattr(cast, who)).filter(pk=visit.pk).exists() == (who in seen)
        assert client.get(reverse("inspections:detail", args=[visit.pk])).status_code == status, who
        assert client.get(reverse("inspections:photo", args=[visit.pk, photo.pk])).status_code == status, who


def test_visits_are_filtered_by_the_address(
    client: Client, cast: Cast, places: Places, answers: Answers
) -> None:
    near = log_visit(by=cast.worker, site=places.site, answers=answers)
    early = log_visit(
        by=cast.leader, site=places.site, answers=answers, at=timezone.now() - timedelta(days=40)
    )
    enter(client, cast.chief)
    address = reverse("inspections:visits")
    month = timezone.localdate() - timedelta(days=30)

    def shown(**query: str | int) -> list[Visit]:
        return list(client.get(address, query).context["page_obj"])

    assert shown() == [near, early]
    assert shown(start=str(month)) == [near]
    assert shown(end=str(month)) == [early]
    assert shown(person=cast.leader.name) == [early]
    assert shown(site="恒源") == [near, early]
    assert shown(grid=places.town.pk) == [near, early]
    assert shown(grid=places.other_town.pk) == []
    assert (
        "截止日期早于起始日期"
        in client.get(address, {"start": "2026-02-02", "end": "2026-02-01"}).content.decode()
    )


def test_the_list_asks_as_often_with_many_visits(
    client: Client,
    cast: Cast,
    places: Places,
    answers: Answers,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(25):
        log_visit(by=cast.worker, site=places.site, answers=answers, key=f"k-{n}")
    enter(client, cast.worker)
    with django_assert_max_num_queries(16):
        assert len(client.get(reverse("inspections:visits")).context["page_obj"]) == 25


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "提交巡查记录"), ("en", "Log the visit")])
def test_the_form_speaks_both_languages(
    language: str, word: str, client: Client, cast: Cast, places: Places, catalogues: None
) -> None:
    client.cookies["django_language"] = language
    enter(client, cast.worker)
    text = client.get(reverse("inspections:log", args=[places.site.pk])).content.decode()
    assert word in text
    question = "排污许可证" if language == "zh-hans" else "discharge permit"
    assert question in text
