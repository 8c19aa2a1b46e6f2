"""A password that others have handled opens the page for a new one, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from ledgers.models import Entry
from people import actions
from people.models import User
from tests.factories import PASSWORD, Cast

NEW = "Kq8-vexing-pond"
OPEN = {"password_change", "logout", "set_language"}
SAMPLES = {"int": 1, "str": "1", "path": "1", "slug": "x", "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}


@pytest.fixture
def newcomer(cast: Cast) -> User:
    """The administrator, whom most addresses would be open to, with a password still to be changed."""
    User.objects.filter(pk=cast.administrator.pk).update(must_change_password=True)
    return User.objects.get(pk=cast.administrator.pk)


@pytest.fixture
def held(client: Client, newcomer: User) -> Client:
    client.force_login(newcomer)
    return client


def addresses(patterns=None, names: tuple[str, ...] = (), converters=()) -> Iterator[tuple[str, str]]:
    """Every named address of the project, the admin site's too, with something in the place of keys."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        inner = [*converters, *pattern.pattern.converters.items()]
        if isinstance(pattern, URLPattern):
            if pattern.name:
                name = ":".join((*names, pattern.name))
                sample = {key: SAMPLES[_kind(converter)] for key, converter in inner}
                if isinstance(pattern.pattern, RegexPattern):
                    sample |= dict.fromkeys(pattern.pattern.regex.groupindex, "people")
                yield name, reverse(name, kwargs=sample)
        else:
            space = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern.url_patterns, space, inner)


def _kind(converter) -> str:
    name = type(converter).__name__.removesuffix("Converter").lower()
    return {"string": "str"}.get(name, name)


def test_no_other_address_can_be_opened(held: Client) -> None:
    seen = dict(addresses())
    assert len(seen) > 60
    assert set(seen) > OPEN
    wrong = []
    for name, address in seen.items():
        if name in OPEN:
            continue
        for ask in (held.get, held.post):
            answer = ask(address)
            if address.startswith("/api/"):
                if (answer.status_code, answer.headers["Content-Type"]) != (403, "application/json"):
                    wrong.append(f"{name}: {answer.status_code}")
            elif answer.status_code != 302 or answer.headers["Location"] != reverse("password_change"):
                wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_page_says_why_and_shows_no_way_past_it(held: Client) -> None:
    page = held.get(reverse("password_change"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "callout" in text
    assert page.context["nav"] == []
    assert held.post(reverse("set_language"), {"language": "en"}).status_code == 302
    assert "given to you by the administrator" in held.get(reverse("password_change")).content.decode()
    assert held.post(reverse("logout")).status_code == 302


def test_a_script_is_told_in_its_own_way(held: Client) -> None:
    api = held.get("/people/me/", headers={"hx-request": "true"})
    assert api.headers["HX-Redirect"] == reverse("password_change")


def test_an_interface_for_programs_answers_in_json(held: Client) -> None:
    answer = held.get("/api/v1/grids/")
    assert answer.status_code == 403
    assert answer.json()["detail"]


def test_a_new_password_opens_everything_and_is_one_entry(held: Client, newcomer: User) -> None:
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert held.post(reverse("password_change"), form).status_code == 302
    assert held.get(reverse("people:me")).status_code == 200
    newcomer.refresh_from_db()
    assert not newcomer.must_change_password
    assert newcomer.check_password(NEW)
    entry = Entry.objects.get(action="set_password")
    assert entry.actor_id == newcomer.pk
    assert NEW not in entry.payload


@pytest.mark.parametrize(
    "new",
    [PASSWORD, "12345678", "administrator", "short1", ""],
    ids=["the same again", "figures", "the login name", "too short", "none"],
)
def test_a_password_that_will_not_do_changes_nothing(held: Client, newcomer: User, new: str) -> None:
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    page = held.post(reverse("password_change"), form)
    assert page.status_code == 422
    assert page.context["form"].errors
    assert held.get(reverse("people:me")).status_code == 302
    assert not Entry.objects.filter(action="set_password").exists()


def test_what_an_administrator_sets_must_be_changed_and_ends_old_sessions(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    assert client.get(reverse("people:me")).status_code == 200
    actions.set_password(cast.worker.pk, password=NEW, by=cast.administrator)
    answer = client.get(reverse("people:me"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("login"))
    assert client.login(username="worker", password=NEW)
    assert client.get(reverse("people:me")).headers["Location"] == reverse("password_change")


def test_who_is_entered_by_an_administrator_begins_with_a_change(cast: Cast) -> None:
    new = actions.create_person(username="new", name="新人", password=NEW, by=cast.administrator)
    assert new.must_change_password


def test_others_are_not_held_up(client: Client, cast: Cast) -> None:
    client.force_login(cast.worker)
    assert client.get(reverse("people:me")).status_code == 200
    assert client.get(reverse("login")).status_code == 302


# ---- what is pasted from a sheet


@pytest.mark.parametrize("name", ["worker", " worker ", "wor\u200bker", "\ufeffworker"])
def test_signs_that_nobody_sees_keep_nobody_out(client: Client, cast: Cast, name: str) -> None:
    form = {"username": name, "password": PASSWORD[:4] + "\u200b" + PASSWORD[4:]}
    assert client.post(reverse("login"), form).status_code == 302
    assert client.get(reverse("people:me")).status_code == 200


def test_nor_do_they_become_part_of_a_password(held: Client, newcomer: User) -> None:
    new = "\u200b".join(NEW)
    form = {"old_password": "\u200b" + PASSWORD, "new_password1": new, "new_password2": new}
    assert held.post(reverse("password_change"), form).status_code == 302
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)


@pytest.mark.parametrize("new", ["short1", "administratoradministrator", "Administrator-administrator"])
def test_what_is_wrong_with_a_password_stands_at_its_field(held: Client, newcomer: User, new: str) -> None:
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    page = held.post(reverse("password_change"), form)
    assert set(page.context["form"].errors) == {"new_password1"}


def test_so_it_does_where_an_administrator_sets_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    address = reverse("admin:auth_user_password_change", args=[cast.worker.pk])
    page = client.post(address, {"password1": "workerworker", "password2": "workerworker"})
    assert set(page.context["form"].errors) == {"password1"}


def test_the_rules_for_a_password_are_told_in_words_of_the_site(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    person = reverse("admin:auth_user_password_change", args=[cast.worker.pk])
    for address in (reverse("password_change"), person, reverse("admin:people_user_add")):
        assert "你的密码" not in client.get(address).content.decode()
