"""Whom to call about a grid, and who was in post there on another day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from grids.dated import batches
from grids.models import Grid, Naming, open_on
from grids.queries import ancestors, below, level_labels
from people.models import Posting, Role, Unit
from people.queries import ROLE_ORDER, in_order

# Nobody calls these about a grid.
NOT_CALLED = (Role.ASSESSOR, Role.VIEWER, Role.ADMINISTRATOR)


@dataclass
class Contacts:
    """The people of one grid or unit, leaders first, and what it was called on the day."""

    place: Grid | Unit
    name: str
    postings: list[Posting] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One person of a sheet to take away."""

    kind: str  # the level of the grid, or the kind of the unit
    code: str
    place: str
    role: str
    name: str
    phone: str


def in_post(on: date | None = None) -> QuerySet[Posting]:
    """Who can be called today, or who was in post on a day: one whose account was closed since, was there."""
    posted = Posting.objects.filter(open_on(on or timezone.localdate())).exclude(role__in=NOT_CALLED)
    if on is None:
        posted = posted.filter(person__is_active=True)
    return posted.select_related("person")


def units_open(on: date | None = None) -> QuerySet[Unit]:
    """The units that there are today, or were on a day."""
    if on is None:
        return Unit.objects.filter(closed_on__isnull=True)
    return Unit.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on)


def contacts(grid: Grid, *, on: date | None = None) -> list[Contacts]:
    """Its own people, then upwards, then the units at home on that line; as it was on a day, if one is given.

    Three queries, however long the line, and one more for the names of another day. Places without anyone in
    post are left out.
    """
    line = ancestors(grid.pk, on=on)[::-1]
    names = names_on([above.pk for above in line], on) if on else {}
    units = list(units_open(on).filter(grid_id__in=[above.pk for above in line]).order_by("id"))
    found = {(False, above.pk): Contacts(above, names.get(above.pk, above.name)) for above in line}
    found |= {(True, unit.pk): Contacts(unit, unit.label) for unit in units}
    posted = in_post(on).filter(
        Q(grid_id__in=[above.pk for above in line]) | Q(unit_id__in=[unit.pk for unit in units])
    )
    for posting in in_order(posted):
        found[posting.unit_id is not None, posting.unit_id or posting.grid_id or 0].postings.append(posting)
    return [group for group in found.values() if group.postings]


def people_below(grid: Grid, *, on: date | None = None) -> QuerySet[Posting]:
    """Everyone in the grids below one and in the units at home there, in the order of the tree. One query."""
    lower = below([grid.pk], on=on).filter(depth__gt=0).values("descendant_id")
    roles = Case(
        *(When(role=role, then=Value(place)) for role, place in ROLE_ORDER.items()),
        output_field=IntegerField(),
    )
    return (
        in_post(on)
        .filter(Q(grid_id__in=lower) | Q(unit__grid_id__in=lower, unit__in=units_open(on)))
        .select_related("grid", "unit__grid")
        .annotate(place=Coalesce("grid__lft", "unit__grid__lft"), role_place=roles)
        .order_by("place", F("unit_id").asc(nulls_first=True), "role_place", "id")
    )


def matching(postings: QuerySet[Posting], words: str, *, on: date | None = None) -> QuerySet[Posting]:
    """Those of a person, grid or unit of this name; grids by the name they had on the day."""
    here = Q(grid__name__icontains=words)
    if on is not None:
        here = Q(grid_id__in=Naming.objects.filter(open_on(on), name__icontains=words).values("grid_id"))
    return postings.filter(here | Q(person__name__icontains=words) | Q(unit__name__icontains=words))


def names_on(grid_ids: Iterable[int], on: date) -> dict[int, str]:
    """What grids were called on a day."""
    return {
        grid_id: name
        for some in batches(grid_ids)
        for grid_id, name in Naming.objects.filter(open_on(on), grid_id__in=some).values_list(
            "grid_id", "name"
        )
    }


def lines(grid: Grid) -> list[Line]:
    """The contact sheet of a grid, as ``contacts`` has it. Four queries."""
    labels = level_labels()
    return [_line(posting, group.place, labels) for group in contacts(grid) for posting in group.postings]


def lines_below(grid: Grid) -> Iterator[Line]:
    """Everyone below a grid, in the order of the tree. Two queries."""
    labels = level_labels()
    for posting in people_below(grid):
        place: Grid | Unit = posting.grid or posting.unit  # type: ignore[assignment]  # posting_grid_or_unit
        yield _line(posting, place, labels)


def _line(posting: Posting, place: Grid | Unit, labels: dict[int, str]) -> Line:
    if isinstance(place, Unit):
        kind, name = str(place.get_kind_display()), place.label
    else:
        kind, name = labels.get(place.level, str(place.level)), place.name
    return Line(
        kind=kind,
        code=place.code,
        place=name,
        role=str(posting.get_role_display()),
        name=posting.person.name,
        phone=posting.person.phone,
    )
