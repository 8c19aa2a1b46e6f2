"""On which days a restructuring can take effect, and the day before one."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

FIRST = date(1949, 10, 1)
YEARS_AHEAD = 10


def last() -> date:
    """The last day for which anybody plans."""
    today = timezone.localdate()
    return date(today.year + YEARS_AHEAD, 12, 31)


def check(on: date) -> None:
    """Raises ``ValidationError`` for a day that can only be a slip of the pen, such as one of the year 1."""
    if not FIRST <= on <= last():
        raise ValidationError(
            _("The day on which a plan takes effect lies between %(first)s and %(last)s.")
            % {"first": FIRST.isoformat(), "last": last().isoformat()}
        )


def before(day: date) -> date:
    """The day before; the first day there is has none, and stands for itself."""
    return day - timedelta(days=1) if day > date.min else day
