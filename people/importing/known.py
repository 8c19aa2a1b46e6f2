"""All that the database knows of whom and what a workbook names, asked for set-wise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.functions import Lower

from grids.dated import batches
from grids.models import Grid, Lineage
from people.models import Posting, Unit, User
from people.queries import current_postings, manageable
from people.rules import Relation, Right, rights
from people.sheets import PersonRow, PostingRow


@dataclass
class Known:
    """By login name or code; what is not there is not known."""

    people: dict[str, User] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)  # in small letters → as it is written
    manageable: set[int] = field(default_factory=set)
    held: dict[str, list[Posting]] = field(default_factory=dict)  # of those whom the sheet of postings names
    grids: dict[str, Grid] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    acting: dict[int, Posting] = field(default_factory=dict)  # home grid → posting acted under


def gather(
    person_rows: Sequence[PersonRow], posting_rows: Sequence[PostingRow], *, by: User, lock: bool
) -> Known:
    """Some ten queries for each two thousand names. ``lock`` keeps people and postings as they are."""
    posted = {row.username for row in posting_rows}
    named = posted | {row.username for row in person_rows}
    known = Known(people=_people(named, lock=lock))
    known.twins = _twins(named - known.people.keys())
    known.manageable = {
        pk
        for some in batches([user.pk for user in known.people.values()])
        for pk in manageable(by).filter(pk__in=some).values_list("pk", flat=True)
    }
    for posting in _postings([user.pk for name, user in known.people.items() if name in posted], lock=lock):
        known.held.setdefault(posting.person.username, []).append(posting)
    known.grids = _grids({row.grid for row in posting_rows})
    known.units = _units({row.unit for row in posting_rows})
    homes = {grid.pk for grid in known.grids.values()} | {unit.grid_id for unit in known.units.values()}
    homes |= {posting.home_id for some in known.held.values() for posting in some}
    known.acting = administered(by, homes)
    return known


def _people(names: Collection[str], *, lock: bool) -> dict[str, User]:
    everyone: QuerySet[User] = User.objects.order_by("pk")
    if lock:
        everyone = everyone.select_for_update()
    return {
        user.username: user for some in batches(sorted(names)) for user in everyone.filter(username__in=some)
    }


def _twins(names: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in batches(sorted({name.lower() for name in names})):
        rows = User.objects.annotate(low=Lower("username")).filter(low__in=some)
        found.update(rows.values_list("low", "username"))
    return found


def _postings(person_ids: Sequence[int], *, lock: bool) -> Iterable[Posting]:
    found = Posting.objects.order_by("pk").select_related("person", "grid", "unit__grid")
    if lock:
        found = found.select_for_update(of=("self",))
    for some in batches(person_ids):
        yield from found.filter(person_id__in=some)


def _grids(codes: Collection[str]) -> dict[str, Grid]:
    open_grids = Grid.objects.filter(closed_on__isnull=True)
    return {grid.code: grid for some in batches(sorted(codes)) for grid in open_grids.filter(code__in=some)}


def _units(codes: Collection[str]) -> dict[str, Unit]:
    open_units = Unit.objects.filter(closed_on__isnull=True).select_related("grid")
    return {unit.code: unit for some in batches(sorted(codes)) for unit in open_units.filter(code__in=some)}


def administered(by: User, grid_ids: Iterable[int]) -> dict[int, Posting]:
    """Grid → the nearest posting under which a person administers it today; others are absent."""
    mine = {
        posting.home_id: posting
        for posting in reversed(current_postings(by))
        if Right.ADMINISTER in rights(posting.role, Relation.SAME)
    }
    found: dict[int, Posting] = {}
    for some in batches(sorted(set(grid_ids))):
        rows = Lineage.objects.filter(
            valid_to__isnull=True, ancestor_id__in=mine, descendant_id__in=some
        ).order_by("-depth")
        for descendant_id, ancestor_id in rows.values_list("descendant_id", "ancestor_id"):
            found[descendant_id] = mine[ancestor_id]
    return found
