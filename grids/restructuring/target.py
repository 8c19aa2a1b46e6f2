"""The state a plan aims at: rows of grids, areas and names of levels, as read or as edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from common.words import Words
from common.workbooks import Problem


@dataclass(frozen=True, kw_only=True)
class Part:
    """A predecessor named in a row: its code and which share of it comes here; None where none was given."""

    code: str
    share: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One grid as it shall be. ``row`` is its line in the sheet, 0 where there is none."""

    code: str
    name: str
    level: int
    parent: str = ""
    parts: tuple[Part, ...] = ()
    row: int = 0


@dataclass(frozen=True, kw_only=True)
class LevelRow:
    level: int
    name: str
    name_en: str = ""
    row: int = 0


@dataclass
class Target:
    """Everything asked for. ``titles`` and ``letters`` are what sheets and columns were called there.

    ``more`` holds the sheets of the rooms above, as they read them.
    """

    grids: list[GridRow] = field(default_factory=list)
    areas: dict[str, dict[str, Any]] = field(default_factory=dict)
    area_rows: dict[str, int] = field(default_factory=dict)
    levels: list[LevelRow] | None = None
    titles: dict[str, str] = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def problem(
        self, sheet: str, row: int | None, column: str, message: Words, *, kind: str = "invalid"
    ) -> Problem:
        """An objection to a cell of a sheet, by the keys of sheet and column."""
        return Problem(
            sheet=self.titles.get(sheet, sheet),
            row=row or None,
            column=self.letters.get(sheet, {}).get(column, ""),
            message=message,
            kind=kind,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "grids": [_plain(row) for row in self.grids],
            "areas": self.areas,
            "area_rows": self.area_rows,
            "levels": None if self.levels is None else [asdict(row) for row in self.levels],
            "titles": self.titles,
            "letters": self.letters,
            "more": self.more,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Target:
        return cls(
            grids=[_grid_row(row) for row in stored["grids"]],
            areas=stored["areas"],
            area_rows=stored["area_rows"],
            levels=None if stored["levels"] is None else [LevelRow(**row) for row in stored["levels"]],
            titles=stored["titles"],
            letters=stored["letters"],
            more=stored["more"],
        )


def _plain(row: GridRow) -> dict[str, Any]:
    parts = [[part.code, None if part.share is None else f"{part.share:f}"] for part in row.parts]
    return {**asdict(row), "parts": parts}


def _grid_row(row: Mapping[str, Any]) -> GridRow:
    parts = tuple(
        Part(code=code, share=None if share is None else Decimal(share)) for code, share in row["parts"]
    )
    return GridRow(**{**row, "parts": parts})


# ---- edits: a target that differs from the tree as it is in a few places


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change made in the tree by hand.

    ``move``: the grid goes under ``to``. ``open``: a grid ``code``, ``name`` under ``to``. ``merge``: the
    grid passes into ``to``, of its level, with all that lies below it.
    """

    act: str
    code: str
    name: str = ""
    to: str = ""


def edited(grids: Sequence[GridRow], edits: Iterable[Edit], *, sites: Mapping[str, str]) -> list[GridRow]:
    """The rows of the tree as it is, with the edits made one after another.

    ``sites`` maps codes of sites to their names: one that is moved gets a row of its own. Raises
    ``KeyError`` for a code that is not there (any more).
    """
    rows = {row.code: row for row in grids}
    for edit in edits:
        if edit.act == "open":
            rows[edit.code] = GridRow(
                code=edit.code, name=edit.name, level=rows[edit.to].level + 1, parent=edit.to
            )
        elif edit.act == "move" and edit.code in sites:
            under = rows[edit.to]
            rows[edit.code] = GridRow(
                code=edit.code, name=sites[edit.code], level=under.level + 1, parent=under.code
            )
        elif edit.act == "move":
            rows[edit.code] = replace(rows.pop(edit.code), parent=rows[edit.to].code)
        elif edit.act == "merge":
            gone, into = rows.pop(edit.code), rows[edit.to]
            whole = Part(code=gone.code, share=Decimal(1))
            rows[edit.to] = replace(into, parts=(*into.parts, *gone.parts, whole))
            for row in list(rows.values()):
                if row.parent == gone.code:
                    rows[row.code] = replace(row, parent=into.code)
        else:
            raise ValueError(edit.act)
    return list(rows.values())
