"""Whom to call: upwards, below, as a workbook, on paper, and who was there on another day."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from grids.models import Naming
from ledgers.models import Entry
from people.models import Posting, Role, User
from tests.factories import OPENED, Cast, Places, person
from tests.people.books import sheets

FILES = ("people:contacts_workbook", "people:contacts_document")


def names(page) -> list[str]:
    return [group.name for group in page.context["groups"]]


def people_of(page) -> set[User]:
    return {p.person for group in page.context["groups"] for p in group.postings}


def test_everyone_below_comes_by_grid_in_the_order_of_the_tree(
    client: Client, cast: Cast, places: Places
) -> None:
    person(Role.WORKER, grid=places.site, username="guard")
    client.force_login(cast.chief)
    page = client.get(reverse("people:contacts", args=[places.town.pk]) + "?below=1")
    rows = [(place, p.person.username) for place, p in page.context["rows"]]
    assert rows == [
        (places.village.name, "village_leader"),
        (places.subgrid.name, "leader"),
        (places.subgrid.name, "worker"),
        (places.site.name, "guard"),
        (places.sibling_subgrid.name, "sibling"),
    ]
    assert f"tel:{cast.leader.phone}" in page.content.decode()


def test_units_at_home_below_are_among_them(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.chief)
    page = client.get(reverse("people:contacts", args=[places.district.pk]) + "?below=1")
    assert (places.team.name, "patrol") in [(place, p.person.username) for place, p in page.context["rows"]]
    assert {"officer", "former", "viewer", "administrator"}.isdisjoint(
        p.person.username for _place, p in page.context["rows"]
    )


def test_the_workbook_has_what_the_page_has(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.chief)
    address = reverse("people:contacts_workbook", args=[places.village.pk])
    near = sheets(client.get(address).content)["通讯录"]
    assert [row[4] for row in near] == [
        str(one)
        for one in (
            cast.village_leader,
            cast.town_leader,
            cast.chief,
            cast.dispatcher,
            cast.officer,
            cast.patrol,
        )
    ]
    assert near[0][1:3] == (places.village.code, places.village.name)
    below = sheets(client.get(address + "?below=1").content)["通讯录"]
    assert below[: len(near)] == near
    assert [row[4] for row in below[len(near) :]] == [str(cast.leader), str(cast.worker), str(cast.sibling)]


def test_the_sheet_for_print_has_everyone(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.chief)
    answer = client.get(reverse("people:contacts_document", args=[places.village.pk]) + "?below=1")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for one in (cast.village_leader, cast.chief, cast.worker):
        assert one.phone in text


@pytest.mark.parametrize("name", FILES)
def test_each_is_an_entry_of_who_took_it(client: Client, cast: Cast, places: Places, name: str) -> None:
    client.force_login(cast.worker)
    assert client.get(reverse(name, args=[places.subgrid.pk])).status_code == 200
    entry = Entry.objects.get(app="people", action="export")
    assert (entry.actor_id, entry.grid_id) == (cast.worker.pk, places.subgrid.pk)
    assert entry.posting_id == cast.worker.postings.get().pk


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("who", ["sibling", "officer", "former", "other_town_leader"])
def test_out_of_scope_nothing_is_given(
    client: Client, cast: Cast, places: Places, name: str, who: str
) -> None:
    client.force_login(getattr(cast, who))
    for more in ("", "?below=1", "?on=2026-01-01"):
        assert client.get(reverse(name, args=[places.subgrid.pk]) + more).status_code == 404
    assert not Entry.objects.filter(action="export").exists()


def test_too_many_to_print_is_said(client: Client, cast: Cast, places: Places, monkeypatch) -> None:
    monkeypatch.setattr("people.views.contacts.MOST_PRINTED", 1)
    client.force_login(cast.chief)
    answer = client.get(reverse("people:contacts_document", args=[places.town.pk]) + "?below=1", follow=True)
    assert answer.request["PATH_INFO"] == reverse("people:contacts", args=[places.town.pk])
    assert not Entry.objects.filter(action="export").exists()


def test_another_day_shows_who_was_there_then(client: Client, cast: Cast, places: Places) -> None:
    day = timezone.localdate() - timedelta(days=10)
    User.objects.filter(pk=cast.former.pk).update(is_active=False)
    late = person(Role.LEADER, grid=places.subgrid, valid_from=day + timedelta(days=1))
    client.force_login(cast.chief)
    page = client.get(reverse("people:contacts", args=[places.subgrid.pk]) + f"?on={day}")
    assert {cast.former, cast.leader} <= people_of(page)
    assert late not in people_of(page)
    text = page.content.decode()
    assert "tel:" not in text
    assert reverse("people:contacts_workbook", args=[places.subgrid.pk]) not in text


def test_another_day_says_that_units_are_as_today(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.chief)
    said = "Units stand here under the name and at the grid they have today."
    client.cookies["django_language"] = "en"
    page = reverse("people:contacts", args=[places.town.pk])
    assert said in client.get(page, {"on": OPENED.isoformat()}).content.decode()
    assert said not in client.get(page).content.decode()


def test_another_day_has_the_names_of_that_day(client: Client, cast: Cast, places: Places) -> None:
    day = timezone.localdate() - timedelta(days=10)
    Naming.objects.filter(grid=places.subgrid).update(name="旧名", valid_to=day + timedelta(days=1))
    Naming.objects.create(
        grid=places.subgrid,
        code=places.subgrid.code,
        name=places.subgrid.name,
        valid_from=day + timedelta(days=1),
    )
    client.force_login(cast.chief)
    page = client.get(reverse("people:contacts", args=[places.subgrid.pk]) + f"?on={day}")
    assert names(page)[0] == "旧名"
    below = client.get(reverse("people:contacts", args=[places.village.pk]) + f"?on={day}&below=1")
    assert "旧名" in [place for place, _p in below.context["rows"]]


@pytest.mark.parametrize("typed", ["tomorrow", "2026-02-30", "9999-01-01", ""])
def test_what_is_no_past_day_shows_today(client: Client, cast: Cast, places: Places, typed: str) -> None:
    client.force_login(cast.chief)
    page = client.get(reverse("people:contacts", args=[places.subgrid.pk]), {"on": typed})
    assert page.status_code == 200
    assert cast.former not in people_of(page)


def test_hundreds_below_take_as_few_queries(
    client: Client, cast: Cast, places: Places, django_assert_max_num_queries
) -> None:
    made = User.objects.bulk_create(
        User(username=f"w{n}", name=f"网格员{n}", password="!") for n in range(400)
    )
    Posting.objects.bulk_create(
        Posting(person=one, role=Role.WORKER, grid=places.subgrid, valid_from=OPENED) for one in made
    )
    client.force_login(cast.chief)
    for name in ("people:contacts", *FILES):
        with django_assert_max_num_queries(20):
            assert client.get(reverse(name, args=[places.town.pk]) + "?below=1").status_code == 200


def test_before_the_grid_was_opened_the_page_says_so(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.leader)
    before = {"on": (OPENED - timedelta(days=1)).isoformat()}
    page = client.get(reverse("people:contacts", args=[places.subgrid.pk]), before)
    assert page.status_code == 200
    assert OPENED.isoformat() in page.content.decode()
    assert client.get(reverse("people:contacts", args=[places.other_subgrid.pk]), before).status_code == 404


@pytest.mark.parametrize("day", [{}, {"on": OPENED.isoformat()}])
def test_everyone_below_is_searched_by_person_and_place(
    client: Client, cast: Cast, places: Places, day: dict[str, str]
) -> None:
    User.objects.filter(pk=cast.sibling.pk).update(name="秦振波")
    client.force_login(cast.viewer)
    address = reverse("people:contacts", args=[places.district.pk])

    def found(words: str) -> set[str]:
        rows = client.get(address, {"below": "1", "q": words} | day).context["rows"]
        return {posting.person.username for _place, posting in rows}

    assert found("振波") == {"sibling"}
    assert found(places.sibling_subgrid.name) == {"sibling"}
    assert found(places.team.name) == {"patrol"}
    assert found("无此名称") == set()
