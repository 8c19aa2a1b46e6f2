"""The figures of the board, each for what the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from common.days import midnight
from grids.models import Grid
from grids.queries import level_labels
from grids.rules import DISTRICT_LEVEL, SUBGRID_LEVEL, TOWN_LEVEL
from incidents import queries as incidents
from incidents.rules import OPEN_STATES, TONES, State
from inspections import queries as inspections
from inspections.queries import Counts
from people.models import User

MONTHS = 12


@dataclass(frozen=True)
class StateCount:
    """How many incidents in sight stand in a state."""

    state: State
    count: int

    @property
    def label(self) -> str:
        return str(self.state.label)

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True)
class PlaceRow:
    """Open and overdue incidents below one grid."""

    grid_id: int
    name: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Month:
    """Incidents reported and closed in a calendar month, by its first day."""

    first: date
    reported: int
    closed: int


@dataclass(frozen=True)
class Board:
    """The situation now."""

    states: list[StateCount]
    overdue: int
    visits_today: int
    coverage: Counts

    @property
    def open(self) -> int:
        return sum(row.count for row in self.states if row.state in OPEN_STATES)

    @property
    def covered(self) -> float | None:
        """Share of the sites visited as often as their plan asks; None without sites."""
        sites = self.coverage.sites
        return self.coverage.in_time / sites if sites else None


def board(user: User) -> Board:
    """The person's figures. Seven queries, whatever their scope."""
    counts = incidents.desk_counts(incidents.visible_to(user))
    return Board(
        states=[StateCount(state, counts.get(state, 0)) for state in State],
        overdue=counts["overdue"],
        visits_today=inspections.visits_visible_to(user)
        .filter(at__gte=midnight(timezone.localdate()))
        .count(),
        coverage=inspections.today(user).counts,
    )


def row_level(user: User) -> int:
    """The level the board compares: the one below the person's highest grid, from town to sub-grid."""
    top = min((grid.level for grid in inspections.my_grids(user)), default=DISTRICT_LEVEL)
    return min(max(top + 1, TOWN_LEVEL), SUBGRID_LEVEL)


def row_label(user: User) -> str:
    """What the compared level is called."""
    return level_labels().get(row_level(user), "")


def rows(user: User) -> list[PlaceRow]:
    """Open and overdue incidents in sight by grid of the compared level, most overdue first. One query."""
    late = Q(due_at__lt=timezone.now())
    found = (
        incidents.visible_to(user)
        .filter(
            state__in=OPEN_STATES,
            grid_now__lineage_up__valid_to__isnull=True,
            grid_now__lineage_up__ancestor__level=row_level(user),
        )
        .order_by()
        .annotate(
            above=F("grid_now__lineage_up__ancestor_id"), above_name=F("grid_now__lineage_up__ancestor__name")
        )
        .values("above", "above_name")
        .annotate(count=Count("pk", distinct=True), overdue=Count("pk", filter=late, distinct=True))
        .order_by("-overdue", "-count", "above")
    )
    return [PlaceRow(row["above"], row["above_name"], row["count"], row["overdue"]) for row in found]


def months(user: User, *, on: date | None = None) -> list[Month]:
    """The last twelve calendar months, this one included. Two queries."""
    day = on or timezone.localdate()
    firsts = [_first_of(day, back) for back in range(MONTHS - 1, -1, -1)]
    reported = _by_month(user, "reported_at", since=firsts[0])
    closed = _by_month(user, "closed_at", since=firsts[0])
    return [Month(first, reported.get(first, 0), closed.get(first, 0)) for first in firsts]


def _first_of(day: date, back: int) -> date:
    """The first day of the month ``back`` months before that of ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)


def _by_month(user: User, field: str, *, since: date) -> dict[date, int]:
    counted = (
        incidents.visible_to(user)
        .filter(**{f"{field}__gte": midnight(since)})
        .order_by()
        .annotate(month=TruncMonth(field))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    return {timezone.localdate(month): n for month, n in counted}


def map_root(user: User) -> Grid | None:
    """The highest grid the person follows: the one the map shows."""
    return next(iter(inspections.my_grids(user)), None)
