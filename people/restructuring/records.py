"""What has been recorded on units and postings of a plan: while there is nothing, it can be rolled back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from grids.dated import batches
from ledgers.models import Entry
from people.models import Posting, Unit

Seat = tuple[int, str, int | None, int | None]


def recorded_on(undo: Mapping[str, Any], *, since: datetime) -> list[str]:
    """What was entered since about the units and postings that a plan wrote, about postings in those units
    and about postings that would stand beside one given back; then what names a unit that would never have
    been."""
    entries = list(
        Entry.objects.filter(at__gt=since, subject_type__in=("people.unit", "people.posting")).order_by(
            "at", "id"
        )
    )
    units = {*undo["opened"], *(pk for pk, *_rest in undo["units"])}
    postings = _postings_touched(
        {int(entry.subject_id) for entry in entries if entry.subject_type == "people.posting"},
        undo,
        units=units,
    )
    touched = {"people.unit": units, "people.posting": postings}
    found = [
        f"{entry.action_label} {entry.subject_label}"
        for entry in entries
        if int(entry.subject_id) in touched[entry.subject_type]
    ]
    return [*found, *_naming(undo["opened"])]


def _postings_touched(changed: Iterable[int], undo: Mapping[str, Any], *, units: Collection[int]) -> set[int]:
    """Of the postings that were changed since, those whose change a roll-back would meet."""
    ended = [pk for pk, _until in undo["ended"]]
    own = {*ended, *undo["created"]}
    given_back = {_seat(row) for keys in batches(ended) for row in Posting.objects.filter(pk__in=keys)}
    return {
        row.pk
        for keys in batches(sorted(changed))
        for row in Posting.objects.filter(pk__in=keys)
        if row.pk in own or row.unit_id in units or _seat(row) in given_back
    }


def _seat(row: Posting) -> Seat:
    return row.person_id, row.role, row.grid_id, row.unit_id


def _naming(unit_ids: Collection[int]) -> Iterator[str]:
    """Rows of any room that name one of these units, such as a case it holds; postings are known."""
    for relation in Unit._meta.related_objects:
        model: Any = relation.related_model
        if model is Posting or not unit_ids:
            continue
        for row in model._base_manager.filter(**{f"{relation.field.name}__in": unit_ids})[:1]:
            named = str(row) if "__str__" in vars(model) else ""
            yield f"{model._meta.verbose_name} {named}".strip()
