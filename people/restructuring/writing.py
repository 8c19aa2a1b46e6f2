"""Units and postings written when a plan is carried out, and taken back; and when a single grid is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from grids.dated import BATCH, batches
from grids.models import Grid
from grids.queries import places
from grids.restructuring.parts import Done
from ledgers.actions import Actor, Subject, record_many
from people.actions.common import content_of_posting, content_of_unit, draft, of_posting, of_unit
from people.models import Posting, Unit
from people.restructuring.planning import New, Work


def carry_out(work: Work, done: Done) -> dict[str, Any]:
    """Write units and postings; returns what ``take_back`` needs."""
    units = {unit.code: unit for unit in Unit.objects.filter(closed_on__isnull=True)}
    former = _never_were(row["code"] for row in work.open_units)
    written = _Written(done)
    undo: dict[str, Any] = {
        "opened": [_open(row, former, units, written) for row in work.open_units],
        "units": [_change(units[unit.code], change, written) for unit, change in work.change_units]
        + [_close(units[unit.code], written) for unit in work.close_units],
        "ended": [
            [one.posting.pk, one.posting.valid_to.isoformat() if one.posting.valid_to else None]
            for one in work.ends
        ],
    }
    ended = [one.posting for one in work.ends]
    for one in ended:
        one.valid_to = max(done.on, one.valid_from)
    Posting.objects.bulk_update(ended, ["valid_to"], batch_size=500)
    created = Posting.objects.bulk_create(
        (_posted(post, units, done) for post in work.posts), batch_size=BATCH
    )
    undo["created"] = [one.pk for one in created]
    for one in ended:
        written.note("end_posting", of_posting(one), content_of_posting(one), home(one))
    for one in created:
        written.note("post", of_posting(one), content_of_posting(one), home(one))
    written.enter()
    return undo


def home(posting: Posting) -> int:
    """The grid of a posting, or of its unit."""
    return posting.grid_id if posting.grid_id is not None else posting.unit.grid_id  # type: ignore[union-attr]


class _Written:
    """Collects what was written and enters it in the ledger at once."""

    def __init__(self, done: Done) -> None:
        self.done = done
        self.lines: list[tuple[str, Subject, Mapping[str, Any], int]] = []

    def note(self, action: str, subject: Subject, content: Mapping[str, Any], grid_id: int) -> None:
        self.lines.append((action, subject, content, grid_id))

    def enter(self) -> None:
        where = places({grid_id for *_rest, grid_id in self.lines})
        record_many(
            draft(action, subject, content, by=self.done.by, at=self.done.at, where=where[grid_id])
            for action, subject, content, grid_id in self.lines
        )


def _never_were(codes: Iterable[str]) -> dict[str, Unit]:
    """Units of these codes that existed on no day; no other unit may be taken for a new one."""
    return {
        unit.code: unit
        for some in batches(codes)
        for unit in Unit.objects.filter(code__in=some, closed_on=F("opened_on"))
    }


def _open(
    row: Mapping[str, str], former: Mapping[str, Unit], units: dict[str, Unit], written: _Written
) -> int:
    """The row of a new unit; one of this code that existed on no day is that row again."""
    done = written.done
    unit = former.get(row["code"]) or Unit(code=row["code"])
    unit.kind, unit.name, unit.name_en = row["kind"], row["name"], row["name_en"]
    unit.grid_id, unit.opened_on, unit.closed_on = done.keys[row["grid"]], done.on, None
    unit.save()
    units[unit.code] = unit
    written.note("create_unit", of_unit(unit), content_of_unit(unit), unit.grid_id)
    return unit.pk


def _change(unit: Unit, change: Mapping[str, str], written: _Written) -> list[Any]:
    before = [unit.pk, unit.name, unit.name_en, unit.grid_id]
    unit.name, unit.name_en = change.get("name", unit.name), change.get("name_en", unit.name_en)
    unit.grid_id = written.done.keys[change["grid"]] if "grid" in change else unit.grid_id
    unit.save(update_fields=["name", "name_en", "grid"])
    written.note("change_unit", of_unit(unit), content_of_unit(unit), unit.grid_id)
    return before


def _close(unit: Unit, written: _Written) -> list[Any]:
    unit.closed_on = written.done.on
    unit.save(update_fields=["closed_on"])
    written.note("change_unit", of_unit(unit), content_of_unit(unit), unit.grid_id)
    return [unit.pk, unit.name, unit.name_en, unit.grid_id]


def _posted(post: New, units: Mapping[str, Unit], done: Done) -> Posting:
    kind, code = post.place
    return Posting(
        person=post.person,
        role=post.role,
        grid_id=done.keys[code] if kind == "grid" else None,
        unit=units[code] if kind == "unit" else None,
        valid_from=post.start,
        valid_to=post.until,
    )


def take_back(undo: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    for pk, name, name_en, grid_id in undo["units"]:
        Unit.objects.filter(pk=pk).update(name=name, name_en=name_en, grid_id=grid_id, closed_on=None)
    for unit in Unit.objects.filter(pk__in=undo["opened"]):
        unit.closed_on = unit.opened_on
        unit.save(update_fields=["closed_on"])
    for keys in batches(undo["created"]):
        Posting.objects.filter(pk__in=keys).update(valid_to=F("valid_from"))
    until = {pk: date.fromisoformat(day) if day else None for pk, day in undo["ended"]}
    for keys in batches(until):
        rows = list(Posting.objects.filter(pk__in=keys))
        for row in rows:
            row.valid_to = until[row.pk]
        Posting.objects.bulk_update(rows, ["valid_to"], batch_size=500)
    _enter_taken_back([*until, *undo["created"]], by=by, at=at)


def _enter_taken_back(posting_ids: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Rights changed again: an entry for every posting that was given or ended."""
    for keys in batches(posting_ids):
        rows = list(Posting.objects.filter(pk__in=keys).select_related("person", "unit"))
        where = places({home(row) for row in rows})
        record_many(
            draft(
                "end_posting" if row.valid_to else "post",
                of_posting(row),
                content_of_posting(row),
                by=by,
                at=at,
                where=where[home(row)],
            )
            for row in rows
        )


def on_closed(
    sender: Any, *, closed: Mapping[int, Sequence[Any]], by: Actor, on: date, at: datetime, **kwargs: Any
) -> None:
    """Receive ``grids_closed``: postings in the grids end, units at home there go to who takes over."""
    rows = list(
        Posting.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), grid_id__in=closed
        ).select_related("person")
    )
    for row in rows:
        row.valid_to = max(on, row.valid_from)
    Posting.objects.bulk_update(rows, ["valid_to"], batch_size=500)
    upper: dict[int, int] = dict(Grid.objects.filter(pk__in=closed).values_list("pk", "parent_id"))
    units = list(Unit.objects.filter(grid_id__in=closed, closed_on__isnull=True))
    for unit in units:
        heirs = closed[unit.grid_id]
        unit.grid_id = heirs[0][0] if heirs else upper[unit.grid_id]
        unit.save(update_fields=["grid"])
    where = places([*closed, *(unit.grid_id for unit in units)])
    drafts = [
        draft("end_posting", of_posting(row), content_of_posting(row), by=by, at=at, where=where[home(row)])
        for row in rows
    ]
    drafts += [
        draft("change_unit", of_unit(unit), content_of_unit(unit), by=by, at=at, where=where[unit.grid_id])
        for unit in units
    ]
    record_many(drafts)
