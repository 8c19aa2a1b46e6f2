"""When a site is due, and how it stands on a day."""

from datetime import date, timedelta

import pytest

from inspections.defaults import PLANS
from inspections.rules import Plans, Standing, due_on, metres_between, standing

DAY = date(2026, 11, 24)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def test_due_counts_from_the_last_visit() -> None:
    assert due_on(last=date(2026, 11, 17), opened=ago(900), every=7) == DAY


def test_a_site_never_visited_counts_from_its_opening() -> None:
    assert due_on(last=None, opened=date(2026, 11, 20), every=7) == date(2026, 11, 27)


def test_due_crosses_the_end_of_a_leap_february() -> None:
    assert due_on(last=date(2028, 2, 27), opened=ago(900), every=3) == date(2028, 3, 1)


@pytest.mark.parametrize(
    ("due", "last", "expected"),
    [
        (DAY - timedelta(days=1), ago(8), Standing.OVERDUE),
        (DAY, ago(7), Standing.DUE),
        (DAY + timedelta(days=1), ago(6), Standing.LATER),
        (DAY + timedelta(days=7), DAY, Standing.DONE),
        (None, ago(400), Standing.LATER),
        (DAY - timedelta(days=1), None, Standing.OVERDUE),
    ],
)
def test_standing(due: date | None, last: date | None, expected: Standing) -> None:
    assert standing(due=due, last=last, today=DAY) is expected


def test_the_plan_for_a_kind_goes_before_the_one_for_any() -> None:
    plans = Plans({("", "key"): 7, ("market", "key"): 1})
    assert plans.every(kind="market", risk="key") == 1
    assert plans.every(kind="enterprise", risk="key") == 7
    assert plans.every(kind="enterprise", risk="ordinary") is None


def test_key_sites_are_inspected_weekly_by_default() -> None:
    assert [plan.every_days for plan in PLANS if plan.risk == "key"] == [7]


def test_distance_of_a_hundredth_of_a_degree_of_latitude() -> None:
    assert metres_between((113.85, 34.52), (113.85, 34.53)) == pytest.approx(1112, abs=1)
