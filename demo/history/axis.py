"""Office time as a line of whole seconds, so that events can be laid on it by adding."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from incidents.deadlines import OFFICE, SHIFTS


def seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


HALVES = tuple((seconds(begins), seconds(ends)) for begins, ends in SHIFTS)
PER_DAY = sum(ends - begins for begins, ends in HALVES)
HOUR = 3600


class Axis:
    """Working seconds counted from the first working day of a calendar."""

    def __init__(self, calendar: Mapping[date, bool]) -> None:
        self.days = sorted(day for day, working in calendar.items() if working)
        # Beyond the calendar lie only moments after the demo's day, which are laid out and then left away.
        last = max(calendar)
        ahead = (last + timedelta(days=n) for n in range(1, 400))
        self.days += [day for day in ahead if day.weekday() < 5]

    def position(self, at: datetime) -> int:
        """Working seconds passed at a time; outside office hours those of the last minute worked."""
        local = at.astimezone(OFFICE)
        index = bisect_right(self.days, local.date()) - 1
        if index < 0 or self.days[index] != local.date():
            return (index + 1) * PER_DAY
        now = seconds(local.time())
        return index * PER_DAY + sum(min(max(now - begins, 0), ends - begins) for begins, ends in HALVES)

    def at(self, position: int) -> datetime:
        """The time at which so many working seconds have passed."""
        index, left = divmod(position, PER_DAY)
        for begins, ends in HALVES:
            if left < ends - begins:
                return midnight(self.days[index]) + timedelta(seconds=begins + left)
            left -= ends - begins
        raise AssertionError("the rest lies within one day")

    def after(self, at: datetime, working: int) -> datetime:
        """The time ``working`` office seconds after a time."""
        return self.at(self.position(at) + working)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=OFFICE)
