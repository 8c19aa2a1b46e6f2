"""The admin site has no door of its own: one logs in, and changes the password, on the project's pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ledgers.models import Entry
from tests.factories import PASSWORD, Cast

UNITS = "/admin/people/unit/"


def test_an_administrator_comes_in_by_the_projects_login(client: Client, cast: Cast) -> None:
    page = client.get(UNITS, follow=True)
    assert page.redirect_chain[-1][0] == f"{reverse('login')}?next={UNITS}"
    typed = {"username": "administrator", "password": PASSWORD, "next": UNITS}
    answer = client.post(page.redirect_chain[-1][0], typed)
    assert answer.headers["Location"] == UNITS
    assert client.get(UNITS).status_code == 200
    assert client.get(reverse("admin:login"), {"next": UNITS}).headers["Location"] == UNITS


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_site(client: Client, cast: Cast, wanted: str) -> None:
    index = reverse("admin:index")
    answer = client.get(reverse("admin:login"), {"next": wanted})
    assert answer.headers["Location"] == f"{reverse('login')}?next={index}"
    client.force_login(cast.administrator)
    assert client.get(reverse("admin:login"), {"next": wanted}).headers["Location"] == index


def test_whoever_is_logged_in_and_administers_nothing_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.chief)
    assert client.get(UNITS, follow=True).status_code == 403


def test_the_password_is_changed_where_it_leaves_an_entry(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    new = "Kq8-vexing-pond"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    address = reverse("admin:password_change")
    for answer in (client.get(address), client.post(address, typed)):
        assert answer.headers["Location"] == reverse("password_change")
    cast.administrator.refresh_from_db()
    assert cast.administrator.check_password(PASSWORD)
    assert client.post(reverse("password_change"), typed).status_code == 302
    assert Entry.objects.filter(action="set_password", actor=cast.administrator).count() == 1
