"""First passwords: random, printed once, hashed as any other, changed at first login."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from common.errors import Invalid, NotAllowed
from ledgers.models import Entry
from people import actions
from people.admin.first_passwords import post_words, with_posts
from people.first_passwords import ALPHABET, MOST, draw, state_of
from people.models import Role, User
from tests.factories import PASSWORD, Cast, Places, person

URL = "admin:people_user_first_passwords"
SHAPE = re.compile(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


def text_of(content: bytes) -> str:
    """What the sheet says, as it is copied from it."""
    reader = PdfReader(io.BytesIO(content))
    return "".join(page.extract_text() for page in reader.pages)


def newcomers(n: int, places: Places) -> list[User]:
    found = [person(Role.WORKER, grid=places.subgrid, username=f"new{number:03}") for number in range(n)]
    for one in found:
        one.set_unusable_password()
        one.must_change_password = True
        one.save()
    return found


def issue(client: Client, people: list[User]):
    address = reverse(URL) + "?people=" + ",".join(str(one.pk) for one in people)
    page = client.get(address)
    assert page.status_code == 200
    return client.post(address, {"state": page.context["state"]})


def test_the_sheet_has_passwords_that_open_the_door(client: Client, cast: Cast, places: Places) -> None:
    people = newcomers(3, places)
    client.force_login(cast.administrator)
    answer = issue(client, people)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    text = text_of(answer.content)
    passwords = SHAPE.findall(text)
    assert len(set(passwords)) == 3
    for one in people:
        assert one.username in text
        assert str(one) in text.replace(" ", "")
        one.refresh_from_db()
        assert one.must_change_password
        assert sum(one.check_password(password) for password in passwords) == 1
    right = next(password for password in passwords if people[0].check_password(password))
    newcomer = Client()
    assert newcomer.login(username=people[0].username, password=right)
    assert newcomer.get(reverse("people:me")).headers["Location"] == reverse("password_change")


def test_the_strip_says_what_one_is_or_will_be(client: Client, cast: Cast, places: Places) -> None:
    (one,) = newcomers(1, places)
    one.postings.update(valid_from=timezone.localdate() + timedelta(days=3))
    client.force_login(cast.administrator)
    assert places.subgrid.name in text_of(issue(client, [one]).content).replace(" ", "")
    assert places.subgrid.name not in post_words(with_posts(User.objects.filter(pk=one.pk)).get())


def test_one_entry_names_them_and_no_password(client: Client, cast: Cast, places: Places) -> None:
    people = newcomers(2, places)
    client.force_login(cast.administrator)
    passwords = SHAPE.findall(text_of(issue(client, people).content))
    entry = Entry.objects.get(action="first_passwords")
    assert all(one.username in entry.payload for one in people)
    everything = "".join(Entry.objects.values_list("payload", flat=True))
    assert not any(password in everything for password in passwords)


def test_old_passwords_and_sessions_end(client: Client, cast: Cast) -> None:
    theirs = Client()
    theirs.force_login(cast.worker)
    client.force_login(cast.administrator)
    assert issue(client, [cast.worker]).status_code == 200
    assert theirs.get(reverse("people:me")).headers["Location"].startswith(reverse("login"))
    assert not Client().login(username="worker", password=PASSWORD)


def test_without_a_choice_those_without_a_password_come_in_turn(
    client: Client, cast: Cast, places: Places
) -> None:
    newcomers(MOST + 5, places)
    closed = person(username="closed")
    closed.set_unusable_password()
    closed.is_active = False
    closed.save()
    client.force_login(cast.administrator)
    page = client.get(reverse(URL))
    assert [one.username for one in page.context["people"]] == [f"new{n:03}" for n in range(MOST)]
    assert page.context["waiting"] == MOST + 5


def test_a_second_press_does_not_void_the_sheet(client: Client, cast: Cast, places: Places) -> None:
    people = newcomers(2, places)
    client.force_login(cast.administrator)
    address = reverse(URL) + "?people=" + ",".join(str(one.pk) for one in people)
    state = client.get(address).context["state"]
    assert client.post(address, {"state": state}).status_code == 200
    hashes = state_of(User.objects.filter(pk__in=[one.pk for one in people]))
    assert client.post(address, {"state": state}).status_code == 409
    assert client.post(address).status_code == 409
    assert state_of(User.objects.filter(pk__in=[one.pk for one in people])) == hashes


def test_people_elsewhere_are_not_among_them(client: Client, cast: Cast, places: Places) -> None:
    local = person(Role.ADMINISTRATOR, grid=places.town)
    client.force_login(local)
    page = client.get(reverse(URL) + f"?people={cast.chief.pk},{cast.worker.pk},{local.pk},x,")
    assert page.context["people"] == [cast.worker]
    with pytest.raises(NotAllowed):
        actions.issue_first_passwords(draw([cast.chief]), by=local)


@pytest.mark.parametrize("who", ["chief", "leader", "dispatcher", "former"])
def test_only_an_administrator_issues_them(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.issue_first_passwords(draw([cast.worker]), by=getattr(cast, who))
    cast.worker.refresh_from_db()
    assert cast.worker.check_password(PASSWORD)


def test_what_may_not_be_is_refused_for_all(cast: Cast, places: Places) -> None:
    closed = person(username="closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    late = draw([cast.worker])
    actions.set_password(cast.worker.pk, password="Kq8-vexing-pond", by=cast.administrator)
    for drawn in (
        [],
        draw([cast.leader, closed]),
        draw([cast.leader, cast.administrator]),
        [*draw([cast.leader]), *late],
    ):
        with pytest.raises(Invalid):
            actions.issue_first_passwords(drawn, by=cast.administrator)
    cast.leader.refresh_from_db()
    assert cast.leader.check_password(PASSWORD)
    assert not Entry.objects.filter(action="first_passwords").exists()


def test_a_sheet_that_cannot_be_made_changes_nothing(
    client: Client, cast: Cast, places: Places, monkeypatch
) -> None:
    people = newcomers(1, places)

    def fail(*args, **kwargs):
        raise RuntimeError("no paper")

    monkeypatch.setattr("people.exports.pdf.render", fail)
    client.force_login(cast.administrator)
    with pytest.raises(RuntimeError):
        issue(client, people)
    people[0].refresh_from_db()
    assert not people[0].has_usable_password()


def test_passwords_satisfy_the_rules_and_are_not_shown_by_accident(cast: Cast) -> None:
    drawn = draw([cast.worker] * 20)
    assert len({one.password for one in drawn}) == 20
    for one in drawn:
        assert SHAPE.fullmatch(one.password)
        validate_password(one.password, cast.worker)
        assert one.password not in repr(one)


def test_the_list_leads_to_the_page_and_says_when_there_are_too_many(
    client: Client, cast: Cast, places: Places
) -> None:
    client.force_login(cast.administrator)
    chosen = {"action": "issue_first_passwords", "_selected_action": [cast.worker.pk, cast.leader.pk]}
    answer = client.post(reverse("admin:people_user_changelist"), chosen)
    assert answer.status_code == 302
    assert set(client.get(answer.headers["Location"]).context["people"]) == {cast.worker, cast.leader}
    newcomers(MOST, places)
    every = {"action": "issue_first_passwords", "select_across": "1", "_selected_action": [cast.worker.pk]}
    answer = client.post(reverse("admin:people_user_changelist"), every, follow=True)
    assert answer.request["PATH_INFO"] == reverse("admin:people_user_changelist")


def test_the_page_asks_few_questions(
    client: Client, cast: Cast, places: Places, django_assert_max_num_queries
) -> None:
    newcomers(30, places)
    client.force_login(cast.administrator)
    with django_assert_max_num_queries(8):
        client.get(reverse(URL))


def test_the_english_sheet_speaks_english(client: Client, cast: Cast, places: Places) -> None:
    client.force_login(cast.administrator)
    client.cookies["django_language"] = "en"
    text = text_of(issue(client, newcomers(1, places)).content)
    assert "First passwords" in text
    assert "http://testserver/" in text


def test_the_page_knows_when_its_sheet_has_come(client: Client, cast: Cast, places: Places) -> None:
    people = newcomers(2, places)
    client.force_login(cast.administrator)
    answer = issue(client, people)
    address = reverse(URL) + "?people=" + ",".join(str(one.pk) for one in people)
    cookie = answer.cookies["first_passwords"]
    assert cookie.value
    assert cookie["path"] == reverse(URL)
    page = client.get(address)
    assert page.context["replaced"] == 2
    text = page.content.decode()
    assert "data-takes-sheet" in text
    assert "所有人员均已设密码" not in text
