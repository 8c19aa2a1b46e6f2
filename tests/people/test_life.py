"""Who led a grid, one after another."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import override

from people.life import leaders_in_turn
from people.models import Role
from tests.factories import OPENED, Cast, Places, person


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
