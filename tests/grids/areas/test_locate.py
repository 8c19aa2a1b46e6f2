"""Finding the grid of a place: which one wins, and that changes of areas are seen."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, transaction

from grids import actions, areas, locate
from grids.bulk import Row, load_tree
from grids.locate import locate as find
from grids.locate import locate_many
from grids.models import AreaMark, Boundary
from tests.factories import OPENED, SYSTEM, Cast, Places
from tests.grids.areas.squares import at, drawn, square


@pytest.fixture
def areas_drawn(places: Places) -> Places:
    drawn(places.district, square(0, 0, 20, 20))
    drawn(places.town, square(0, 0, 10, 20))
    drawn(places.village, square(0, 0, 10, 10))
    drawn(places.subgrid, square(0, 0, 5, 10))
    drawn(places.sibling_subgrid, square(5, 0, 10, 10))
    areas.forget()
    return places


def test_the_finest_grid_wins(areas_drawn: Places) -> None:
    assert find(*at(2, 2)) == areas_drawn.subgrid.pk
    assert find(*at(2, 15)) == areas_drawn.town.pk
    assert find(*at(15, 15)) == areas_drawn.district.pk
    assert find(*at(25, 25)) is None


def test_on_a_common_edge_the_lowest_code_wins(areas_drawn: Places) -> None:
    assert find(*at(5, 5)) == areas_drawn.subgrid.pk


def test_many_points_have_the_answers_of_each(areas_drawn: Places) -> None:
    points = [at(2, 2), at(7, 2), at(5, 5), at(15, 15), at(25, 25)]
    lons, lats = zip(*points, strict=True)
    assert locate_many(lons, lats) == [find(*point) for point in points]


def test_a_closed_grid_is_not_found(areas_drawn: Places) -> None:
    actions.close_grid(areas_drawn.site.pk, by=SYSTEM)
    actions.close_grid(areas_drawn.subgrid.pk, by=SYSTEM)
    assert find(*at(2, 2)) == areas_drawn.village.pk


def test_an_area_that_has_ended_is_not_found(areas_drawn: Places, cast: Cast) -> None:
    actions.set_boundary(areas_drawn.subgrid.pk, square(0, 0, 2, 2), by=cast.administrator)
    assert find(*at(4, 4)) == areas_drawn.village.pk
    assert find(*at(1, 1)) == areas_drawn.subgrid.pk


def test_asking_again_takes_no_query(areas_drawn: Places, django_assert_num_queries) -> None:
    find(*at(2, 2))
    with django_assert_num_queries(0):
        for n in range(100):
            find(*at(n / 10, 2))


@pytest.mark.django_db(transaction=True)
def test_a_change_is_seen_at_once_in_its_own_process(areas_drawn: Places, cast: Cast) -> None:
    assert find(*at(2, 15)) == areas_drawn.town.pk
    actions.set_boundary(areas_drawn.other_subgrid.pk, square(0, 12, 5, 20), by=cast.administrator)
    assert find(*at(2, 15)) == areas_drawn.other_subgrid.pk


@pytest.mark.django_db(transaction=True)
def test_what_another_process_writes_is_seen_within_a_second(
    areas_drawn: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(locate, "monotonic", lambda: clock[0])
    assert find(*at(2, 15)) == areas_drawn.town.pk
    # As another process leaves the rows: nothing is told here.
    drawn(areas_drawn.other_subgrid, square(0, 12, 5, 20))
    AreaMark.objects.update_or_create(pk=1, defaults={"number": 77})
    clock[0] += 0.9
    assert find(*at(2, 15)) == areas_drawn.town.pk
    clock[0] += 0.1
    assert find(*at(2, 15)) == areas_drawn.other_subgrid.pk


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_seen_in_its_transaction_alone(areas_drawn: Places) -> None:
    seen: list[int | None] = []
    before = find(*at(2, 15))
    with transaction.atomic():
        drawn(areas_drawn.other_subgrid, square(0, 12, 5, 20))
        areas.touch()
        assert find(*at(2, 15)) == areas_drawn.other_subgrid.pk
        other = Thread(target=_ask, args=[seen, at(2, 15)])
        other.start()
        other.join()
        transaction.set_rollback(True)
    assert seen == [before]
    assert find(*at(2, 15)) == before
    with transaction.atomic():
        drawn(areas_drawn.other_subgrid, square(10, 10, 12, 12))
        areas.touch()
    assert find(*at(2, 15)) == before
    assert find(*at(11, 11)) == areas_drawn.other_subgrid.pk


def _ask(seen: list[int | None], place: tuple[float, float]) -> None:
    try:
        seen.append(find(*place))
    finally:
        connection.close()


def test_boundaries_written_by_a_load_are_seen(places: Places) -> None:
    assert find(*at(50, 50)) is None
    rows = [Row(code="9", name="别区", geometry=square(40, 40, 60, 60))]
    loaded = load_tree(rows, opened_on=OPENED, by=SYSTEM)
    assert find(*at(50, 50)) == loaded["9"].pk
    assert Boundary.objects.count() == 1
