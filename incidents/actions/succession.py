"""What becomes of incidents when a grid is closed: open work passes to the successor, as a recorded step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import Invalid
from grids import areas
from grids.dated import batches
from grids.models import Grid, Lineage
from grids.queries import places
from incidents.models import Incident, Step
from incidents.rules import OPEN_STATES, Action
from ledgers.actions import Actor, Draft, Subject, record_many

Heirs = Mapping[int, Sequence[tuple[int, Decimal]]]


def pass_on(
    sender: Any, *, closed: Heirs, by: Actor, on: date, at: datetime, **kwargs: Any
) -> list[list[Any]]:
    """Receive ``grids_closed``: give every case of the closed grids to who answers for its place now.

    Of several successors it is the one whose area holds the incident's position, else the one with the
    largest share. Cases that ended follow without a step: nothing is left to do on them, but they are
    seen. Returns what it takes to give them back: rows of (incident, place before, holder before).
    Raises ``Invalid`` where open work would be left without anyone.
    """
    touched = list(
        Incident.objects.filter(Q(grid_now_id__in=closed) | Q(holder_grid_id__in=closed)).order_by("pk")
    )
    if not touched:
        return []
    heir_of = _Heirs(closed)
    before = [[case.pk, case.grid_now_id, case.holder_grid_id] for case in touched]
    for case in touched:
        case.grid_now_id = heir_of(case.grid_now_id, case) or case.grid_now_id
        if case.open and case.holder_grid_id is not None:
            case.holder_grid_id = heir_of(case.holder_grid_id, case) or case.holder_grid_id
    _check(touched, closed)
    still_open = [case for case in touched if case.open]
    note = _("The grid was closed on %(day)s.") % {"day": on.isoformat()}
    _write(touched, still_open, by=by, at=at, note=note)
    return before


def follow(*, by: Actor, on: date, at: datetime) -> list[list[Any]]:
    """Give the open cases of places that moved on a day to the grid of their holder's level above them now.

    A holder that stood above the place until that day answers for it no more. One that never did was chosen
    by the command centre, and keeps the case. Returns rows as ``pass_on`` does.
    """
    line = Lineage.objects.filter(descendant_id=OuterRef("grid_now_id"))
    touched = list(
        Incident.objects.filter(
            Exists(line.filter(ancestor_id=OuterRef("holder_grid_id"), valid_to=on)),
            ~Exists(line.filter(ancestor_id=OuterRef("holder_grid_id"), valid_to__isnull=True)),
            state__in=OPEN_STATES,
            holder_grid__closed_on__isnull=True,
        )
        .select_related("holder_grid")
        .order_by("pk")
    )
    above = {
        (place, level): key
        for place, level, key in Lineage.objects.filter(
            descendant_id__in={case.grid_now_id for case in touched}, valid_to__isnull=True
        ).values_list("descendant_id", "ancestor__level", "ancestor_id")
    }
    before = [[case.pk, case.grid_now_id, case.holder_grid_id] for case in touched]
    for case in touched:
        level = case.holder_grid.level if case.holder_grid else 0
        case.holder_grid_id = above.get((case.grid_now_id, level), case.holder_grid_id)
    note = _("Its place lies below another grid since %(day)s.") % {"day": on.isoformat()}
    _write(touched, touched, by=by, at=at, note=note)
    return before


def give_back(before: Iterable[Sequence[Any]], *, by: Actor, at: datetime) -> None:
    """Undo ``pass_on`` with the rows it returned; on open cases as a step of its own."""
    rows = {pk: (grid_id, holder_id) for pk, grid_id, holder_id in before}
    touched = [case for keys in batches(rows) for case in Incident.objects.filter(pk__in=keys)]
    for case in touched:
        case.grid_now_id, holder_id = rows[case.pk]
        if case.open:
            case.holder_grid_id = holder_id
    still_open = [case for case in touched if case.open]
    note = _("The closing of the grid was rolled back.")
    _write(touched, still_open, by=by, at=at, note=note)


class _Heirs:
    """The grid that takes over a case of a closed grid."""

    def __init__(self, closed: Heirs) -> None:
        self.closed = closed
        self.upper: dict[int, int] = dict(
            Grid.objects.filter(pk__in=[pk for pk, heirs in closed.items() if not heirs]).values_list(
                "pk", "parent_id"
            )
        )
        several = {heir for heirs in closed.values() if len(heirs) > 1 for heir, _share in heirs}
        self.index = areas.Index.of(several)
        self.below = {
            (heir, place)
            for heir, place in Lineage.objects.filter(
                ancestor_id__in=several, valid_to__isnull=True
            ).values_list("ancestor_id", "descendant_id")
        }

    def __call__(self, grid_id: int | None, case: Incident) -> int | None:
        """The heir of a closed grid for this case; None where the grid is not closed."""
        if grid_id is None or grid_id not in self.closed:
            return None
        heirs = self.closed[grid_id]
        if not heirs:
            # Nobody takes over: whoever stands above answers for what is left of it.
            return None if case.open else self.upper[grid_id]
        if len(heirs) > 1:
            among = {heir for heir, _share in heirs}
            there = {heir for heir in among if (heir, case.grid_now_id) in self.below}
            if case.lon is not None and case.lat is not None:
                there = there or among & set(self.index.holding(float(case.lon), float(case.lat)))
            if there:
                return min(there)
        return heirs[0][0]


def _check(touched: Iterable[Incident], closed: Heirs) -> None:
    left = [case for case in touched if case.open and closed.keys() & {case.grid_now_id, case.holder_grid_id}]
    if left:
        raise Invalid(
            {
                "successor": ngettext(
                    "%(n)s open incident (%(first)s) belongs to this grid. Name a successor, or settle it"
                    " first.",
                    "%(n)s open incidents (%(first)s and others) belong to this grid. Name a successor, or"
                    " settle them first.",
                    len(left),
                )
                % {"n": len(left), "first": left[0].number}
            }
        )


def _write(
    touched: Sequence[Incident], still_open: Sequence[Incident], *, by: Actor, at: datetime, note: str
) -> None:
    """The cases, a step for each that is still open, and its ledger entry; a handful of statements."""
    who = by.user_id
    if who is None:
        if still_open:
            raise Invalid({"": _("Open incidents pass on by a person's act only.")})
        who = 0
    for case in still_open:
        case.version += 1
    Incident.objects.bulk_update(touched, ["grid_now", "holder_grid", "version"], batch_size=500)
    Step.objects.bulk_create(
        (
            Step(
                incident=case,
                number=case.version,
                action=Action.PASS_ON,
                before=case.state,
                after=case.state,
                by_id=who,
                posting_id=by.posting_id,
                at=at,
                holder_grid_id=case.holder_grid_id,
                holder_unit_id=case.holder_unit_id,
                note=note,
                due_at=case.due_at,
            )
            for case in still_open
        ),
        batch_size=500,
    )
    where = places({case.grid_now_id for case in still_open})
    codes = dict(
        Grid.objects.filter(pk__in={case.holder_grid_id for case in still_open}).values_list("pk", "code")
    )
    record_many(
        Draft(
            app="incidents",
            action=Action.PASS_ON.value,
            subject=Subject(type="incidents.incident", id=str(case.pk), label=case.number),
            actor=by,
            at=at,
            place=where[case.grid_now_id],
            payload={
                "step": case.version,
                "state": case.state,
                "holder": codes.get(case.holder_grid_id or 0),
                "note": note,
            },
        )
        for case in still_open
    )
