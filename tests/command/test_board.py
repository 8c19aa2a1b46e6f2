"""The board: scoped figures, in a number of queries that does not grow."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from command import queries
from grids.models import Grid
from incidents.models import Category, Incident
from incidents.rules import State
from tests.factories import Cast, Places


def incident(number: str, at: Grid, holder: Grid, cast: Cast, *, late: bool = False) -> Incident:
    """An incident being handled, reported an hour ago."""
    now = timezone.now()
    category, _made = Category.objects.get_or_create(code="T1", defaults={"name": "扬尘", "name_en": "Dust"})
    return Incident.objects.create(
        number=number,
        category=category,
        description="未覆盖",
        grid=at,
        grid_now=at,
        holder_grid=holder,
        state=State.HANDLING,
        reporter=cast.worker,
        reported_at=now - timedelta(hours=1),
        due_at=now + timedelta(days=-1 if late else 1),
    )


@pytest.fixture
def incidents(cast: Cast, places: Places) -> list[Incident]:
    return [
        incident("A1", places.site, places.subgrid, cast, late=True),
        incident("A2", places.sibling_site, places.sibling_subgrid, cast),
        incident("A3", places.other_site, places.other_subgrid, cast),
    ]


def test_the_chief_sees_the_towns_the_most_overdue_first(cast, places, incidents) -> None:
    found = [(row.name, row.open, row.overdue) for row in queries.rows(cast.chief)]
    assert found == [(places.town.name, 2, 1), (places.other_town.name, 1, 0)]
    board = queries.board(cast.chief)
    assert (board.open, board.overdue, board.visits_today, board.coverage.sites) == (3, 1, 0, 3)


def test_a_town_leader_sees_the_villages_of_the_town_alone(cast, places, incidents) -> None:
    assert [(row.name, row.open) for row in queries.rows(cast.town_leader)] == [(places.village.name, 2)]
    assert queries.board(cast.other_town_leader).open == 1


def test_the_months_hold_what_was_reported_in_them(cast, incidents) -> None:
    months = queries.months(cast.chief)
    assert len(months) == 12
    assert sum(month.reported for month in months) == 3


def test_the_page_asks_no_more_for_more_incidents(
    client, cast, places, incidents, django_assert_max_num_queries
) -> None:
    client.force_login(cast.chief)
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("command:board"))
    for n in range(20):
        incident(f"B{n}", places.site, places.subgrid, cast, late=True)
    with django_assert_max_num_queries(len(few)) as many:
        page = client.get(reverse("command:board"))
    assert len(many) == len(few)
    assert page.status_code == 200
    assert page.context["board"].overdue == 21


def test_the_chart_is_a_picture_that_may_load_nothing(client, cast, incidents) -> None:
    client.force_login(cast.viewer)
    picture = client.get(reverse("command:chart"))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    policy = picture.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert b"<svg" in picture.content


@pytest.mark.parametrize("who", ["worker", "officer", "patrol", "former"])
@pytest.mark.parametrize("name", ["command:board", "command:chart"])
def test_the_board_is_closed_to_those_who_do_not_lead(client, cast, who: str, name: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(reverse(name)).status_code == 403
