"""Deadline arithmetic: working time of the Chinese calendar, or the clock on the wall. No database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from common.errors import Invalid
from incidents.rules import Clock

OFFICE = ZoneInfo("Asia/Shanghai")
SHIFTS = ((time(8, 30), time(12, 0)), (time(14, 0), time(18, 0)))  # office hours, both days' halves
DAY_ENDS = SHIFTS[-1][1]
ONE_DAY = timedelta(days=1)


class UnknownDay(Invalid):
    """The working calendar does not reach a day that the deadline needs; it is never guessed."""

    def __init__(self, day: date) -> None:
        super().__init__(
            {
                "": _(
                    "No deadline can be counted: the working calendar of %(year)s does not hold %(day)s. "
                    "Fill it in the administration first."
                )
                % {"year": day.year, "day": day.isoformat()}
            }
        )
        self.day = day


def due(start: datetime, amount: int, clock: Clock | str, calendar: Mapping[date, bool]) -> datetime:
    """When ``amount`` of ``clock`` from ``start`` (aware) has passed, in the office's time zone.

    Hours run on the wall. Working hours run in office hours of working days. Working days count from the
    day after ``start`` and end with the office's day, at 18:00. ``calendar`` says of each day whether it is
    worked.
    Raises ``UnknownDay`` (an ``Invalid``) where the calendar has no such day.
    """
    local = start.astimezone(OFFICE)
    if clock == Clock.HOURS:
        return (start + timedelta(hours=amount)).astimezone(OFFICE)
    if clock == Clock.WORKING_DAYS:
        return _after_days(local, amount, calendar)
    return _after_hours(local, timedelta(hours=amount), calendar)


def working(day: date, calendar: Mapping[date, bool]) -> bool:
    """Whether a day is worked; ``UnknownDay`` if the calendar does not say."""
    try:
        return calendar[day]
    except KeyError:
        raise UnknownDay(day) from None


def _after_days(local: datetime, amount: int, calendar: Mapping[date, bool]) -> datetime:
    day, left = local.date(), amount
    while left:
        day += ONE_DAY
        left -= working(day, calendar)
    return datetime.combine(day, DAY_ENDS, OFFICE)


def _after_hours(local: datetime, left: timedelta, calendar: Mapping[date, bool]) -> datetime:
    day = local.date()
    while True:
        if working(day, calendar):
            for begins, ends in SHIFTS:
                opened = max(datetime.combine(day, begins, OFFICE), local)
                closed = datetime.combine(day, ends, OFFICE)
                if opened >= closed:
                    continue
                if left <= closed - opened:
                    return opened + left
                left -= closed - opened
        day += ONE_DAY
