"""Days of the office's own time zone."""

from datetime import date, datetime, time

from django.utils import timezone


def midnight(day: date) -> datetime:
    """The first moment of a local day, aware."""
    return timezone.make_aware(datetime.combine(day, time.min))
