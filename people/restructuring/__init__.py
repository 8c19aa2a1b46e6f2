"""The part that units and postings have in a restructuring."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from common.workbooks import Book, Filled
from grids.restructuring.parts import Done, Part, PartPlan, Planning
from grids.restructuring.state import State
from ledgers.actions import Actor
from people.restructuring import records, sheets, writing
from people.restructuring.planning import KEY, Planner, Work, postings_of, units_of
from people.restructuring.sheets import POSTINGS, UNITS


class PeoplePart(Part):
    key = KEY
    sheets = (UNITS, POSTINGS)

    def read(self, book: Book) -> Any:
        units, postings = book.tables.get(UNITS.key), book.tables.get(POSTINGS.key)
        return {
            "units": None if units is None else list(sheets.read_units(units, book.problems)),
            "postings": None if postings is None else list(sheets.read_postings(postings, book.problems)),
        }

    def filled(self, state: State) -> list[Filled]:
        units = list(units_of(state))
        held = postings_of(state.tree_id).filter(valid_to__isnull=True)
        return [
            Filled(
                UNITS,
                (
                    [unit.code, str(unit.get_kind_display()), unit.name, unit.name_en, unit.grid.code]
                    for unit in units
                ),
            ),
            Filled(POSTINGS, (sheets.line(posting) for posting in held)),
        ]

    def plan(self, planning: Planning) -> PartPlan:
        return Planner(planning).plan()

    def carry_out(self, work: Work, done: Done) -> Any:
        return writing.carry_out(work, done)

    def recorded_on_own(self, undo: Any, *, since: datetime) -> list[str]:
        return records.recorded_on(undo, since=since)

    def take_back(self, undo: Any, *, by: Actor, at: datetime) -> None:
        writing.take_back(undo, by=by, at=at)
