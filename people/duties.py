"""Responsibility lists: which holds for a posting, who has acknowledged it, and who has not.

Nothing here asks who may see it: callers give the grids in their reader's sight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.days import midnight
from grids.models import Grid, Lineage, open_on
from grids.rules import TOWN_LEVEL
from people.models import Acknowledgement, DutyList, Posting, Role

ORDER = {role.value: place for place, role in enumerate(Role)}


def answering(on: date) -> Q:
    """Postings of those who answer on a day. Whoever has left since was there then."""
    return open_on(on) if on < timezone.localdate() else open_on(on) & Q(person__is_active=True)


def with_lists(postings: QuerySet[Posting], *, on: date) -> QuerySet[Any]:
    """Postings with ``at_level``, ``listed`` (a list is in force for them) and ``signed`` (acknowledged)."""
    lists = DutyList.objects.filter(open_on(on), role=OuterRef("role"), level=OuterRef("at_level"))
    return postings.annotate(
        at_level=Coalesce("grid__level", "unit__grid__level"), listed=Exists(lists), signed=signed(on)
    )


def signed(on: date) -> Exists:
    """Whether a posting has acknowledged, up to and with the day, the list that is in force on it."""
    found = Acknowledgement.objects.filter(
        open_on(on, prefix="duty_list__"), posting_id=OuterRef("pk"), at__lt=midnight(on + timedelta(days=1))
    )
    return Exists(found)


def owes(posting: Any) -> bool:
    """Whether a posting from ``with_lists`` still has to acknowledge its list."""
    return bool(posting.listed and not posting.signed)


def in_force(*, on: date | None = None) -> dict[tuple[str, int], DutyList]:
    """(role, level) → the list in force on a day. One query."""
    rows = DutyList.objects.filter(open_on(on or timezone.localdate()))
    return {(row.role, row.level): row for row in rows}


def listed(*, on: date) -> set[tuple[str, int]]:
    """The (role, level) that have a list in force on a day. One query."""
    return set(DutyList.objects.filter(open_on(on)).values_list("role", "level"))


# ---- one's own


@dataclass(frozen=True)
class Duty:
    """A posting with its list, and when that was acknowledged."""

    posting: Posting
    duty_list: DutyList | None
    at: datetime | None = None


def duties(postings: Iterable[Posting], *, on: date | None = None) -> list[Duty]:
    """The duties of postings whose grids and units are loaded, in their order. Two queries."""
    day = on or timezone.localdate()
    given = list(postings)
    lists = in_force(on=day)
    acknowledged = dict(
        Acknowledgement.objects.filter(
            posting__in=given, duty_list__in=lists.values(), at__lt=midnight(day + timedelta(days=1))
        ).values_list("posting_id", "at")
    )
    return [
        Duty(posting, lists.get((posting.role, level_of(posting))), acknowledged.get(posting.pk))
        for posting in given
    ]


def level_of(posting: Posting) -> int:
    """The level that counts for a posting: its grid's, or that of its unit's home."""
    return (posting.grid or posting.unit.grid).level  # type: ignore[union-attr]  # posting_grid_or_unit


# ---- everyone's


@dataclass(frozen=True)
class Posted:
    """How many are posted somewhere under a list, and how many of them have acknowledged it."""

    posted: int
    signed: int

    @property
    def owing(self) -> int:
        return self.posted - self.signed


@dataclass(frozen=True)
class Listed(Posted):
    """A role at a level as it is filled in some grids, with its list in force, if any."""

    role: Role
    level: int
    duty_list: DutyList | None


@dataclass(frozen=True)
class InTown(Posted):
    """The people under one list in a town, or outside every town."""

    town: Grid | None


def posted_in(grids: QuerySet[Grid], *, on: date) -> QuerySet[Any]:
    """Postings on a day in these grids, or in units at home there, with what ``with_lists`` tells."""
    keys = grids.order_by().values("pk")
    here = Q(grid_id__in=keys) | Q(unit__grid_id__in=keys)
    return with_lists(Posting.objects.filter(answering(on), here), on=on)


def overview(grids: QuerySet[Grid], *, on: date | None = None) -> list[Listed]:
    """Every role and level that is filled in these grids or has a list, leaders first. Two queries."""
    day = on or timezone.localdate()
    counts = {
        (role, level): (posted, done)
        for role, level, posted, done in posted_in(grids, on=day)
        .order_by()
        .values("role", "at_level")
        .annotate(posted=Count("pk"), done=Count("pk", filter=Q(signed=True)))
        .values_list("role", "at_level", "posted", "done")
    }
    lists = in_force(on=day)
    found = []
    for role, level in sorted(counts.keys() | lists.keys(), key=lambda key: (ORDER[key[0]], key[1])):
        posted, done = counts.get((role, level), (0, 0))
        found.append(
            Listed(
                role=Role(role),
                level=level,
                posted=posted,
                signed=done,
                duty_list=lists.get((role, level)),
            )
        )
    return found


def under_list(duty_list: DutyList, grids: QuerySet[Grid], *, on: date) -> QuerySet[Any]:
    """The postings in these grids to which a list speaks, with ``town_id`` and what ``with_lists`` tells."""
    town = Lineage.objects.filter(
        open_on(on), descendant_id=OuterRef("home"), ancestor__level=TOWN_LEVEL
    ).values("ancestor_id")
    return (
        posted_in(grids, on=on)
        .filter(role=duty_list.role, at_level=duty_list.level)
        .annotate(home=Coalesce("grid_id", "unit__grid_id"))
        .annotate(town_id=Subquery(town[:1]))
    )


def by_town(postings: QuerySet[Any]) -> list[InTown]:
    """Postings from ``under_list`` counted by town, those outside every town first. Two queries."""
    counts = {
        town_id: (posted, done)
        for town_id, posted, done in postings.order_by()
        .values("town_id")
        .annotate(posted=Count("pk"), done=Count("pk", filter=Q(signed=True)))
        .values_list("town_id", "posted", "done")
    }
    towns = Grid.objects.filter(pk__in=[key for key in counts if key]).order_by("tree_id", "lft")
    places: list[Grid | None] = [None, *towns] if None in counts else [*towns]
    return [
        InTown(
            town=town,
            posted=counts[town.pk if town else None][0],
            signed=counts[town.pk if town else None][1],
        )
        for town in places
    ]


def owing(postings: QuerySet[Any]) -> QuerySet[Any]:
    """Those from ``under_list`` that have not acknowledged it, in the order of the tree, names loaded."""
    return (
        postings.filter(signed=False)
        .select_related("person", "grid__parent", "unit__grid")
        .order_by(F("grid__tree_id").asc(nulls_first=True), "grid__lft", "pk")
    )
