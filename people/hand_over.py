"""交接: whom somebody new in post took over from, and what was open there; who stays when somebody goes.

Work belongs to the grid or the unit, never to a person, so it passes on by itself. What is shown here is that
it did: to the successor for some weeks, and to whoever ends a posting before they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone

from grids.models import Succession, open_on
from people.contacts import NOT_CALLED
from people.hooks import OpenWork, Seat, open_work
from people.models import Posting, User
from people.queries import current_postings

DAYS = 60  # how long a new posting is new, and how long a place may have been vacant before


@dataclass
class Taken:
    """A posting of a person that was another's before: whose, from which day on, and what was open then."""

    posting: Posting
    on: date
    before: list[User]
    work: list[OpenWork] = field(default_factory=list)

    @property
    def names(self) -> str:
        return "、".join(str(person) for person in self.before)

    @property
    def seat(self) -> Seat:
        return Seat(grid_id=self.posting.grid_id, unit_id=self.posting.unit_id, before=self.on)


def taken_over(user: User) -> list[Taken]:
    """What a person has taken over of late, the newest first.

    A posting in the same grid or unit and of the same role counts, and one in a grid that has passed into it
    since. Two queries, and those of the rooms above where there is something.
    """
    today = timezone.localdate()
    since = today - timedelta(days=DAYS)
    mine = [posting for posting in current_postings(user) if posting.role not in NOT_CALLED]
    passed = _passed(mine, since=since)
    new = [posting for posting in mine if posting.valid_from > since]
    if not new and not passed:
        return []
    others = _others(user, new, passed, since=since)
    found = [taken for posting in mine if (taken := _taken(posting, others, passed, since=since))]
    waiting = open_work([taken.seat for taken in found])
    for taken in found:
        taken.work = waiting[taken.seat]
    return sorted(found, key=lambda taken: (taken.on, taken.posting.pk), reverse=True)


def _passed(mine: Iterable[Posting], *, since: date) -> list[Succession]:
    """Grids that have passed into one of the person's of late."""
    grids = {posting.grid_id for posting in mine if posting.grid_id is not None}
    if not grids:
        return []
    return list(Succession.objects.filter(successor_id__in=grids, on__gt=since, on__lte=timezone.localdate()))


def _others(
    user: User, new: Iterable[Posting], passed: Iterable[Succession], *, since: date
) -> list[Posting]:
    """Other people's postings in those places, those that ended not too long before among them."""
    grids = {posting.grid_id for posting in new} | {row.predecessor_id for row in passed}
    grids |= {row.successor_id for row in passed}
    units = {posting.unit_id for posting in new}
    return list(
        Posting.objects.filter(
            Q(grid_id__in=grids - {None}) | Q(unit_id__in=units - {None}),
            Q(valid_to__isnull=True) | Q(valid_to__gt=since - timedelta(days=DAYS)),
            valid_from__lte=timezone.localdate(),
        )
        .exclude(valid_to=F("valid_from"))
        .exclude(person_id=user.pk)
        .select_related("person")
        .order_by("valid_to", "id")
    )


def _taken(
    posting: Posting, others: Sequence[Posting], passed: Iterable[Succession], *, since: date
) -> Taken | None:
    """Who of the others was there before this posting, and is there no more."""
    today = timezone.localdate()
    origins = [(posting.grid_id, posting.unit_id, posting.valid_from)] + [
        (row.predecessor_id, None, max(row.on, posting.valid_from))
        for row in passed
        if row.successor_id == posting.grid_id
    ]
    same = [other for other in others if other.role == posting.role]
    gone = [other for other in same if other.valid_to is not None and other.valid_to <= today]
    stay = {
        other.person_id
        for other in same
        if other not in gone and (other.grid_id, other.unit_id) == (posting.grid_id, posting.unit_id)
    }
    before: dict[int, User] = {}
    days: list[date] = []
    for grid_id, unit_id, day in origins:
        for other in gone:
            end: date = other.valid_to  # type: ignore[assignment]  # as all of these have one
            there = (other.grid_id, other.unit_id) == (grid_id, unit_id) and other.person_id not in stay
            if there and day > since and other.valid_from < day and end >= day - timedelta(days=DAYS):
                before[other.person_id] = other.person
                days.append(max(day, end))
    return Taken(posting, max(days), list(before.values())) if before else None


@dataclass(frozen=True)
class Leaving:
    """What the end of a posting leaves behind: the work that stays, and who else holds the role there."""

    posting: Posting
    work: list[OpenWork]
    others: list[Posting]

    @property
    def names(self) -> str:
        return "、".join(str(posting.person) for posting in self.others)


def leaving(posting: Posting, *, on: date) -> Leaving:
    """What stays when a posting ends; ``on`` is the first day without it."""
    seat = Seat(grid_id=posting.grid_id, unit_id=posting.unit_id)
    there = Q(grid_id=posting.grid_id) if posting.grid_id is not None else Q(unit=posting.unit)
    others = (
        Posting.objects.filter(there, open_on(on), role=posting.role, person__is_active=True)
        .exclude(person_id=posting.person_id)
        .select_related("person")
        .order_by("id")
    )
    return Leaving(posting, open_work([seat])[seat], list(others))
