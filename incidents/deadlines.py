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


def left(now: datetime, due_at: datetime, clock: Clock | str, calendar: Mapping[date, bool]) -> int:
    """What is left from ``now`` to ``due_at``: working days after today's, or else whole seconds.

    Seconds are rounded down: part of one more would carry a deadline at the office's end into the next day.
    Nothing is left once ``due_at`` has passed. Raises ``UnknownDay``.
    """
    if due_at <= now:
        return 0
    local, end = now.astimezone(OFFICE), due_at.astimezone(OFFICE)
    if clock == Clock.HOURS:
        return int((due_at - now).total_seconds())
    if clock == Clock.WORKING_DAYS:
        days = (end.date() - local.date()).days
        return sum(working(local.date() + timedelta(days=n), calendar) for n in range(1, days + 1))
    total, day = timedelta(), local.date()
    while day <= end.date():
        if working(day, calendar):
            for begins, ends in SHIFTS:
                opened = max(datetime.combine(day, begins, OFFICE), local)
                closed = min(datetime.combine(day, ends, OFFICE), end)
                total += max(closed - opened, timedelta())
        day += ONE_DAY
    return int(total.total_seconds())


def runs_on(now: datetime, rest: int, clock: Clock | str, calendar: Mapping[date, bool]) -> datetime:
    """When a clock that was held with ``rest`` left (``left``) runs out, if it goes on from ``now``.

    Held and let go at one moment it runs out when it would have. Raises ``UnknownDay``.
    """
    local = now.astimezone(OFFICE)
    if clock == Clock.HOURS:
        return local + timedelta(seconds=rest)
    if clock == Clock.WORKING_HOURS:
        return _after_hours(local, timedelta(seconds=rest), calendar)
    if rest == 0 and not (working(local.date(), calendar) and local.time() < DAY_ENDS):
        rest = 1  # the day on which it was due is over, or none is worked: the next one
    return _after_days(local, rest, calendar)


def days_of(rest: int, clock: Clock | str) -> int:
    """At most how many working days ``rest`` (``left``) of a clock stands for."""
    return rest if clock == Clock.WORKING_DAYS else rest // 3600 // 5 + 1  # no day has fewer than five hours


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
