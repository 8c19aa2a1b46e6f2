"""Pure rules of the patrol: what an answer may be, and when a site is due. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EARTH_RADIUS = 6_371_000  # metres
FAR_FROM_SITE = 500  # metres; a visit logged further away is marked, not refused


class Answer(models.TextChoices):
    """To a question of a checklist; yes means in order, no a problem."""

    YES = "yes", pgettext_lazy("answer", "Yes")
    NO = "no", pgettext_lazy("answer", "No")
    NA = "na", pgettext_lazy("answer", "Not applicable")


ANSWER_TONES = {Answer.YES: "done", Answer.NO: "late", Answer.NA: "resting"}


class Standing(models.TextChoices):
    """How a site stands towards its patrol plan on a day; in the order of urgency."""

    OVERDUE = "overdue", _("Overdue")
    DUE = "due", _("Due today")
    LATER = "later", _("Not yet due")
    DONE = "done", _("Inspected today")


STANDING_TONES = {
    Standing.OVERDUE: "late",
    Standing.DUE: "soon",
    Standing.LATER: "resting",
    Standing.DONE: "done",
}
URGENCY = {standing: place for place, standing in enumerate(Standing)}


@dataclass(frozen=True)
class Plans:
    """Days between two visits by (kind of site, risk); a plan for the kind goes before one for any kind."""

    days: dict[tuple[str, str], int]

    def every(self, *, kind: str, risk: str) -> int | None:
        """At least one visit in so many days, or None where no plan covers the site."""
        return self.days.get((kind, risk)) or self.days.get(("", risk))


def due_on(*, last: date | None, opened: date, every: int) -> date:
    """The last day on which the next visit is in time; a site never visited counts from its opening."""
    return (last or opened) + timedelta(days=every)


def standing(*, due: date | None, last: date | None, today: date) -> Standing:
    """Inspected today goes before everything else; a site without a plan is never due."""
    if last == today:
        return Standing.DONE
    if due is None or due > today:
        return Standing.LATER
    return Standing.DUE if due == today else Standing.OVERDUE


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance in metres of two positions (longitude, latitude) in degrees."""
    lon1, lat1, lon2, lat2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(half, 1.0)))
