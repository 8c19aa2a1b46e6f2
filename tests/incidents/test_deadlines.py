from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from incidents.deadlines import OFFICE, SHIFTS, due
from incidents.rules import Clock

CALENDAR = {
    day: chinese_calendar.is_workday(day)
    for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(1096))
}
starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30), timezones=st.just(OFFICE))
amounts = st.integers(1, 60)
clocks = st.sampled_from([Clock.WORKING_DAYS, Clock.WORKING_HOURS])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE)


@pytest.mark.parametrize(
    ("start", "amount", "clock", "expected"),
    [
        ("2026-11-24 14:30", 3, Clock.WORKING_DAYS, "2026-11-27 18:00"),
        ("2026-11-20 09:00", 1, Clock.WORKING_DAYS, "2026-11-23 18:00"),  # over a weekend
        ("2026-02-13 10:00", 1, Clock.WORKING_DAYS, "2026-02-14 18:00"),  # a Saturday made up for
        ("2026-02-14 10:00", 1, Clock.WORKING_DAYS, "2026-02-24 18:00"),  # over the Spring Festival
        ("2025-12-31 17:00", 2, Clock.WORKING_HOURS, "2026-01-04 09:30"),  # year's end, Sunday made up for
        ("2026-11-24 11:30", 1, Clock.WORKING_HOURS, "2026-11-24 14:30"),  # over noon
        ("2026-11-24 19:00", 5, Clock.WORKING_HOURS, "2026-11-25 15:30"),
        ("2026-11-21 19:00", 24, Clock.HOURS, "2026-11-22 19:00"),
    ],
)
def test_it_counts_the_time_of_the_office(start, amount, clock, expected):
    assert due(at(start), amount, clock, CALENDAR) == at(expected)


@given(start=starts, amount=amounts, clock=clocks)
def test_it_never_lands_outside_working_time(start, amount, clock):
    end = due(start, amount, clock, CALENDAR)
    assert CALENDAR[end.date()]
    assert any(begins <= end.time() <= ends for begins, ends in SHIFTS)


@given(start=starts, later=st.timedeltas(timedelta(0), timedelta(days=30)), amount=amounts, clock=clocks)
def test_a_later_start_is_never_due_earlier(start, later, amount, clock):
    assert due(start + later, amount, clock, CALENDAR) >= due(start, amount, clock, CALENDAR)


@given(start=starts, amount=amounts, clock=clocks)
def test_more_time_is_due_later(start, amount, clock):
    assert due(start, amount + 1, clock, CALENDAR) > due(start, amount, clock, CALENDAR) > start


@given(start=starts, one=amounts, more=amounts)
def test_working_hours_add_up(start, one, more):
    first = due(start, one, Clock.WORKING_HOURS, CALENDAR)
    assert due(first, more, Clock.WORKING_HOURS, CALENDAR) == due(
        start, one + more, Clock.WORKING_HOURS, CALENDAR
    )


def test_a_year_not_published_is_said_to_be_unknown():
    with pytest.raises(Invalid, match="2027"):
        due(at("2026-12-31 17:00"), 3, Clock.WORKING_DAYS, CALENDAR)
