"""Giving and ending postings, and entering people: one entry each, and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import Invalid, NotAllowed
from ledgers.models import Entry
from people import actions
from people.models import Posting, Role, User
from people.queries import grids_in_scope
from tests.factories import OPENED, PASSWORD, Cast, Places, person, posting

TODAY = timezone.localdate


def test_a_posting_gives_scope_and_leaves_one_entry(cast: Cast, places: Places) -> None:
    new = person()
    posting = actions.post(new, Role.LEADER, grid=places.village, by=cast.administrator)
    entry = Entry.objects.get(app="people", action="post")
    assert (entry.subject_id, entry.grid_id, entry.actor_id) == (
        str(posting.pk),
        places.village.pk,
        cast.administrator.pk,
    )
    assert places.village in grids_in_scope(new)


def test_an_ended_posting_gives_nothing(cast: Cast, places: Places) -> None:
    posting = Posting.objects.get(person=cast.leader)
    actions.end_posting(posting.pk, on=TODAY(), by=cast.administrator)
    assert not grids_in_scope(User.objects.get(pk=cast.leader.pk)).exists()
    assert Entry.objects.filter(app="people", action="end_posting").count() == 1
    with pytest.raises(Invalid):
        actions.end_posting(posting.pk, on=TODAY() + timedelta(days=5), by=cast.administrator)


@pytest.mark.parametrize("who", ["chief", "leader", "dispatcher", "viewer", "former", "officer"])
def test_only_an_administrator_posts(cast: Cast, places: Places, who: str) -> None:
    new = person()
    with pytest.raises(NotAllowed):
        actions.post(new, Role.WORKER, grid=places.subgrid, by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.create_person(username="x", name="某", password="Kq8-vexing-pond", by=getattr(cast, who))
    assert not Entry.objects.filter(app="people").exists()


def test_an_administrator_of_a_town_does_not_reach_beyond_it(cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.town)
    new = actions.create_person(username="new", name="新人", password="Kq8-vexing-pond", by=local)
    actions.post(new, Role.WORKER, grid=places.subgrid, by=local)
    for grid in (places.district, places.other_subgrid):
        with pytest.raises(NotAllowed):
            actions.post(new, Role.ADMINISTRATOR, grid=grid, by=local)
    with pytest.raises(NotAllowed):
        actions.set_password(cast.chief.pk, password="Kq8-vexing-pond", by=local)
    with pytest.raises(NotAllowed):
        actions.change_person(cast.officer.pk, name="某", phone="", is_active=False, by=local)


def test_a_role_is_held_where_it_belongs(cast: Cast, places: Places) -> None:
    new = person()
    wrong: list[tuple[str, dict[str, Any]]] = [
        (Role.DISPATCHER, {"grid": places.district}),
        (Role.DISPATCHER, {"unit": places.department}),
        (Role.LEADER, {"unit": places.team}),
        (Role.LEADER, {"grid": places.town, "unit": places.team}),
        (Role.LEADER, {}),
    ]
    for role, place in wrong:
        with pytest.raises(Invalid):
            actions.post(new, role, by=cast.administrator, **place)


LEVELS = {
    Role.CHIEF_LEADER: "1",
    Role.LEADER: "234",
    Role.DEPUTY: "1234",
    Role.WORKER: "34",
    Role.PATROL_OFFICER: "",
    Role.DISPATCHER: "",
    Role.DEPARTMENT_OFFICER: "",
    Role.ASSESSOR: "1234",
    Role.VIEWER: "1234",
    Role.ADMINISTRATOR: "1234",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_is_held_at_its_levels_alone(cast: Cast, places: Places, role: Role) -> None:
    new = person()
    line = [places.district, places.town, places.village, places.subgrid, places.site]
    taken = ""
    for grid in line:
        try:
            actions.post(new, role, grid=grid, by=cast.administrator)
        except Invalid as refusal:
            assert set(refusal.fields) == {"role"}  # noqa: PT017
        else:
            taken += str(grid.level)
    assert taken == LEVELS[role]


def test_the_same_role_twice_is_refused(cast: Cast, places: Places) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.post(cast.leader, Role.LEADER, grid=places.subgrid, by=cast.administrator)
    assert set(refusal.value.fields) == {"person"}
    actions.post(cast.former, Role.LEADER, grid=places.subgrid, by=cast.administrator)


def test_nobody_is_posted_before_the_place_was_opened(cast: Cast, places: Places) -> None:
    before = OPENED - timedelta(days=1)
    for role, place in (
        (Role.LEADER, {"grid": places.village}),
        (Role.PATROL_OFFICER, {"unit": places.team}),
    ):
        with pytest.raises(Invalid) as refusal:
            actions.post(cast.former, role, **place, by=cast.administrator, valid_from=before)
        assert set(refusal.value.fields) == {"valid_from"}
        actions.post(cast.former, role, **place, by=cast.administrator, valid_from=OPENED)


def test_an_end_is_not_put_off_over_the_next_posting_of_the_same_role_there(
    cast: Cast, places: Places
) -> None:
    end, next_day = TODAY() + timedelta(days=10), TODAY() + timedelta(days=20)
    first = Posting.objects.get(person=cast.leader)
    actions.end_posting(first.pk, on=end, by=cast.administrator)
    posting(cast.leader, Role.LEADER, grid=places.subgrid, valid_from=next_day)
    posting(cast.leader, Role.LEADER, grid=places.village, valid_from=end)
    entries = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        actions.end_posting(first.pk, on=next_day + timedelta(days=1), by=cast.administrator)
    assert set(refusal.value.fields) == {"valid_to"}
    first.refresh_from_db()
    assert (first.valid_to, Entry.objects.count()) == (end, entries)
    actions.end_posting(first.pk, on=next_day, by=cast.administrator)


def test_an_administrator_keeps_the_own_posting_and_account(cast: Cast) -> None:
    own = Posting.objects.get(person=cast.administrator)
    with pytest.raises(Invalid):
        actions.end_posting(own.pk, on=TODAY(), by=cast.administrator)
    with pytest.raises(Invalid):
        actions.change_person(
            cast.administrator.pk, name="某", phone="", is_active=False, by=cast.administrator
        )


def test_a_new_person_can_log_in_and_the_entry_has_no_password(client, cast: Cast) -> None:
    secret = "Kq8-vexing-pond"
    actions.create_person(username="new", name="新人", password=secret, by=cast.administrator)
    assert client.login(username="new", password=secret)
    entries = Entry.objects.filter(app="people")
    assert sorted(entry.action for entry in entries) == ["create_person", "login"]
    assert not any(secret in entry.payload for entry in entries)


def test_a_weak_password_and_a_taken_name_are_refused(cast: Cast) -> None:
    for username, password in [("new", "12345678"), ("worker", "Kq8-vexing-pond"), ("", "Kq8-vexing-pond")]:
        with pytest.raises(Invalid):
            actions.create_person(username=username, name="某", password=password, by=cast.administrator)


def test_logging_in_failing_and_logging_out_are_entries(client, cast: Cast) -> None:
    client.post("/accounts/login/", {"username": "worker", "password": "not-the-password"})
    client.post("/accounts/login/", {"username": "oops-my-password", "password": "x"})
    client.post("/accounts/login/", {"username": "worker", "password": PASSWORD})
    client.post("/accounts/logout/")
    found = list(Entry.objects.filter(app="people").order_by("id"))
    assert [(entry.action, entry.subject_label) for entry in found] == [
        ("login_failed", str(cast.worker)),
        ("login_failed", ""),
        ("login", str(cast.worker)),
        ("logout", str(cast.worker)),
    ]
    text = "".join(entry.payload for entry in found)
    assert "password" not in text
    assert PASSWORD not in text


def test_the_own_password_is_changed_with_an_entry(client, cast: Cast) -> None:
    client.force_login(cast.worker)
    new = "Kq8-vexing-pond"
    answer = client.post(
        "/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.status_code == 302
    assert client.get("/people/me/").status_code == 200
    assert Entry.objects.filter(action="set_password", actor=cast.worker).count() == 1


# ---- as the form asks


def test_neither_grid_nor_unit_is_said_in_words(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.administrator)
    address = reverse("admin:people_posting_add")
    errors = client.post(address, {}).context["adminform"].form.errors
    assert set(errors) >= {"person", "role", "grid"}
    assert "__all__" not in errors
    form = {"person": cast.worker.pk, "role": Role.WORKER, "valid_from": OPENED.isoformat()}
    assert set(client.post(address, form).context["adminform"].form.errors) == {"grid"}
    both = form | {"grid": places.subgrid.pk, "unit": places.team.pk}
    assert set(client.post(address, both).context["adminform"].form.errors) == {"grid"}


def test_the_last_day_is_asked_for_and_is_a_day_in_post(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.administrator)
    new, day = person(), timezone.localdate() + timedelta(days=9)
    form = {
        "person": new.pk,
        "role": Role.DEPUTY,
        "grid": places.village.pk,
        "valid_from": OPENED.isoformat(),
    }
    client.post(reverse("admin:people_posting_add"), form | {"valid_to": day.isoformat()})
    made = new.postings.get()
    assert (made.last_day, made.valid_to) == (day, day + timedelta(days=1))
    address = reverse("admin:people_posting_change", args=[made.pk])
    assert client.get(address).context["adminform"].form["valid_to"].value() == day
    sooner = day - timedelta(days=2)
    client.post(address, {"valid_to": sooner.isoformat(), "although_alone": "on"})
    made.refresh_from_db()
    assert made.last_day == sooner
