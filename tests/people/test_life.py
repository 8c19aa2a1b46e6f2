"""Who led a grid, one after another."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from grids import actions
from people.life import leaders_in_turn
from people.models import Role
from tests.factories import OPENED, SYSTEM, Cast, Places, person


def test_leaders_come_in_turn_past_ones_too(cast: Cast, places: Places, django_assert_num_queries) -> None:
    today = timezone.localdate()
    later = person(Role.DEPUTY, grid=places.subgrid, valid_from=today + timedelta(days=3))
    person(Role.LEADER, grid=places.subgrid, valid_from=today, valid_to=today)  # in force on no day
    with django_assert_num_queries(1):
        found = leaders_in_turn(places.subgrid.pk)
    assert [(led.name, led.valid_from, led.valid_to) for led in found] == [
        (str(cast.leader), OPENED, None),
        (str(cast.former), OPENED, today - timedelta(days=1)),
        (str(later), today + timedelta(days=3), None),
    ]
    with override("en"):
        assert [str(led.role) for led in found] == ["Grid leader", "Grid leader", "Deputy grid leader"]


def test_a_grid_that_nobody_ever_led_has_none(places: Places) -> None:
    assert leaders_in_turn(places.site.pk) == []


def test_a_site_shows_the_people_of_the_sub_grid_it_lay_in(
    places: Places, cast: Cast, client: Client
) -> None:
    client.force_login(cast.viewer)
    page = reverse("grids:detail", args=[places.site.pk])
    (panel,) = [one for one in client.get(page).context["panels"] if one.template == "people/_panel.html"]
    shown = [posting.person for posting in panel.context["postings"]]
    assert {cast.leader, cast.worker} <= set(shown)
    assert cast.sibling not in shown
    moved = timezone.localdate()
    actions.move_grid(places.site.pk, parent_id=places.sibling_subgrid.pk, by=SYSTEM, on=moved)
    assert str(cast.sibling) in client.get(page).content.decode()
    before = client.get(page, {"on": (moved - timedelta(days=1)).isoformat()}).content.decode()
    assert str(cast.leader) in before
    assert str(cast.sibling) not in before
