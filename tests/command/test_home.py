"""Everyone begins the day where their work is."""

import pytest
from django.urls import reverse

from tests.factories import Cast

HOMES = {
    "worker": "inspections:today",
    "leader": "incidents:index",
    "village_leader": "incidents:index",
    "town_leader": "incidents:index",
    "chief": "command:board",
    "officer": "incidents:index",
    "dispatcher": "incidents:desk",
    "patrol": "incidents:index",
    "assessor": "assessments:index",
    "viewer": "assessments:index",
    "administrator": "admin:index",
    "former": "people:me",
}


@pytest.mark.parametrize(("who", "name"), HOMES.items())
def test_each_role_is_led_to_its_main_page(client, cast: Cast, who: str, name: str) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse(name)
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_navigation_shows_what_is_open_to_the_person(client, cast: Cast) -> None:
    client.force_login(cast.worker)
    page = client.get(reverse("people:me"))
    urls = [item["url"] for item in page.context["nav"]]
    rooms = ("inspections:today", "incidents:index", "grids:tree", "people:me")
    assert urls == [reverse(name) for name in rooms]
    assert [item["url"] for item in page.context["nav"] if item["active"]] == [reverse("people:me")]
    for item in page.context["nav"]:
        assert client.get(item["url"]).status_code == 200


@pytest.mark.parametrize("who", ["dispatcher", "chief", "administrator", "assessor", "former", "officer"])
def test_every_line_of_the_navigation_leads_somewhere(client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    for item in client.get(reverse("people:me")).context["nav"]:
        assert client.get(item["url"]).status_code == 200, item["url"]
