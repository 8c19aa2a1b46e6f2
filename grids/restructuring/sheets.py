"""The workbook of a target state: its sheets, what a row means, and the workbook of the tree as it is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from common import workbooks
from common.words import words
from common.workbooks import Book, Column, Filled, Problem, Row, Sheet, Table
from grids import areas, rules
from grids.models import Grid, LevelLabel
from grids.restructuring import outline
from grids.restructuring.outline import NO_LEVEL
from grids.restructuring.state import State
from grids.restructuring.target import GridRow, LevelRow, Part, Target

GRIDS = Sheet(
    "grids",
    gettext_lazy("Grids"),
    (
        Column("code", gettext_lazy("Code"), width=18, aliases=("网格代码", "编码", "网格编码")),
        Column("name", gettext_lazy("Name"), width=28, aliases=("网格名称",)),
        Column("level", gettext_lazy("Level"), width=8, aliases=("级别", "网格级别", "网格层级")),
        Column(
            "parent",
            gettext_lazy("Upper grid's code"),
            width=18,
            aliases=("上级", "上级网格", "上级网格代码", "上级编码", "parent code", "parent_code"),
        ),
        Column(
            "predecessors",
            gettext_lazy("Predecessors"),
            required=False,
            width=40,
            aliases=("predecessor", "前身网格", "前身及份额"),
        ),
    ),
)
AREAS = Sheet(
    "areas",
    gettext_lazy("Boundaries"),
    (
        Column("code", gettext_lazy("Code"), width=18),
        Column("geometry", gettext_lazy("Boundary (GeoJSON, WGS-84)"), width=60, aliases=("边界", "geojson")),
    ),
    required=False,
    aliases=("boundary",),
)
LEVELS = Sheet(
    "levels",
    gettext_lazy("Names of levels"),
    (
        Column("level", gettext_lazy("Level"), width=8, aliases=("级别",)),
        Column("name", gettext_lazy("Name"), width=20),
        Column("name_en", pgettext_lazy("column", "English name"), required=False, width=20),
    ),
    required=False,
    aliases=("level labels", "labels", "层级", "级别名称"),
)
OWN = (GRIDS, AREAS, LEVELS)

UNSOUND = frozenset({"no_sheet", "no_column", "ambiguous"})  # objections to a sheet as a whole
MOST_DEPTH = 4  # of the lists of a MultiPolygon: parts, rings, places, numbers

PART = re.compile(r"^(?P<code>[^:：×%％\s]+)(?:\s*[:：×]\s*(?P<share>[0-9.]+)\s*(?P<cent>[%％])?)?$")


def read(file: IO[bytes], more: Iterable[Sheet] = ()) -> tuple[Target, Book]:
    """The target in a workbook; what cells say wrongly is in the book's problems.

    ``more`` are the sheets of rooms above; they read their tables from the book themselves. Raises
    ``workbooks.NotAWorkbook``.
    """
    wanted = [*OWN, *more]
    book = workbooks.read(file, wanted)
    target = Target(titles={sheet.key: str(sheet.title) for sheet in wanted})
    for key, table in book.tables.items():
        target.titles[key] = table.title
        target.letters[key] = table.letters
    _set_aside(book, target)
    if GRIDS.key in book.tables:
        target.grids = list(_grids(book.tables[GRIDS.key], book.problems))
    if AREAS.key in book.tables:
        for row, code, geometry in _areas(book.tables[AREAS.key], book.problems):
            target.areas[code], target.area_rows[code] = geometry, row
    if LEVELS.key in book.tables:
        target.levels = list(_levels(book.tables[LEVELS.key], book.problems)) or None
    return target, book


def _set_aside(book: Book, target: Target) -> None:
    """Leave out tables whose rows mean nothing as they stand: they would be objected to one by one.

    What is wrong with the sheets themselves is kept with the target, so that a plan made anew says it too.
    """
    unsound = [problem for problem in book.problems if problem.kind in UNSOUND]
    book.problems = [problem for problem in book.problems if problem.kind not in UNSOUND]
    tables = book.tables
    book.tables = {key: table for key, table in tables.items() if table.sound}
    rows = GRIDS.key in book.tables and bool(book.tables[GRIDS.key].rows)
    if not rows:  # boundaries, units and postings belong to its rows
        book.tables = {key: table for key, table in book.tables.items() if key in (GRIDS.key, LEVELS.key)}
    if unsound:
        target.more[outline.SHEET] = outline.unsound(unsound, compared=GRIDS.key in book.tables)


def _grids(table: Table, problems: list[Problem]) -> Iterable[GridRow]:
    for row in table.rows:
        wrong = [
            table.problem(row, column, words("Please fill this in."), kind="missing")
            for column in ("code", "name")
            if not row[column]
        ]
        wrong += table.unfit(row, ("code", "name", "parent"))
        for column in ("code", "name"):
            most = Grid._meta.get_field(column).max_length or 0
            if len(row[column]) > most:
                text = words("This is longer than %(most)s characters.", most=most)
                wrong.append(table.problem(row, column, text, kind="too_long"))
        parts = list(_parts(table, row, wrong))
        problems += wrong
        if row["code"]:
            yield GridRow(
                code=workbooks.code(row["code"]),
                name=row["name"],
                level=_level(workbooks.code(row["level"])) or NO_LEVEL,
                parent=workbooks.code(row["parent"]),
                parts=tuple(parts),
                row=row.number,
            )


def _level(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > 2:
        return None
    level = int(text)
    return level if rules.DISTRICT_LEVEL <= level <= rules.SITE_LEVEL else None


def _parts(table: Table, row: Row, problems: list[Problem]) -> Iterable[Part]:
    """``A; B:0.4; C:25%``: codes of predecessors, each with the share of it that comes here."""
    for text in filter(None, (piece.strip() for piece in re.split(r"[;；,，、\n]", row["predecessors"]))):
        match = PART.match(workbooks.code(text))
        share: Decimal | None = None
        try:
            if match is None:
                raise ValueError(text)
            if match["share"]:
                share = Decimal(match["share"]) / (100 if match["cent"] else 1)
                if not 0 < share <= 1 or share != round(share, 4):
                    raise ValueError(text)
        except (ValueError, InvalidOperation):
            wrong = words(
                "“%(text)s” is not CODE or CODE:SHARE, with a share such as 0.4 or 40%%.", text=text
            )
            problems.append(table.problem(row, "predecessors", wrong, kind="bad_share"))
            continue
        yield Part(code=match["code"], share=share)


def _areas(table: Table, problems: list[Problem]) -> Iterable[tuple[int, str, dict[str, Any]]]:
    seen: set[str] = set()
    for row in table.rows:
        code = workbooks.code(row["code"])
        if code in seen:
            problems.append(
                table.problem(row, "code", words("This code stands here twice."), kind="duplicate")
            )
            continue
        seen.add(code)
        try:
            geometry = _geometry(row["geometry"])
        except areas.NoArea as bad:
            problems.append(table.problem(row, "geometry", bad.fault.words, kind="bad_geometry"))
            continue
        yield row.number, code, geometry


def _geometry(text: str) -> dict[str, Any]:
    """The type and the coordinates in a cell, nothing beside them: what can be stored and have a digest.

    Raises ``NoArea`` for what is no JSON or has anything but numbers for coordinates. Whether they make an
    area is for the plan to say, which says it anew each time it is made.
    """
    try:
        parsed = json.loads(text, parse_int=float)
    except (ValueError, RecursionError):  # NaN among numbers is read, brackets without end are not
        raise areas.NoArea(areas.Fault(words("This is not GeoJSON."))) from None
    if not isinstance(parsed, dict) or parsed.get("type") not in areas.KINDS:
        raise areas.NoArea(
            areas.Fault(words("An area is a GeoJSON geometry of type Polygon or MultiPolygon."))
        )
    if not _are_places(parsed.get("coordinates"), depth=MOST_DEPTH):
        raise areas.NoArea(
            areas.Fault(
                words("The coordinates cannot be read: rings of at least four places, the last as the first.")
            )
        )
    return {"type": parsed["type"], "coordinates": parsed["coordinates"]}


def _are_places(value: Any, *, depth: int) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, list) and depth > 0 and all(_are_places(part, depth=depth - 1) for part in value)


def _levels(table: Table, problems: list[Problem]) -> Iterable[LevelRow]:
    seen: set[int] = set()
    for row in table.rows:
        level = _level(workbooks.code(row["level"]))
        problems += table.unfit(row, ("name", "name_en"))
        if level is None or level in seen:
            problems.append(
                table.problem(
                    row, "level", words("Each level from 1 to 5 stands here once."), kind="wrong_level"
                )
            )
        elif not row["name"] or len(row["name"]) > _room("name"):
            text = words("A name of 1 to 120 characters is needed.")
            kind = "too_long" if row["name"] else "missing"
            problems.append(table.problem(row, "name", text, kind=kind))
        elif len(row["name_en"]) > _room("name_en"):
            text = words("This is longer than %(most)s characters.", most=_room("name_en"))
            problems.append(table.problem(row, "name_en", text, kind="too_long"))
        else:
            seen.add(level)
            yield LevelRow(level=level, name=row["name"], name_en=row["name_en"], row=row.number)


def _room(column: str) -> int:
    most: int = LevelLabel._meta.get_field(column).max_length  # type: ignore[union-attr, assignment]
    return most


# ---- the tree as it is


def filled(state: State) -> list[Filled]:
    """The sheets of the tree as it is: planned unchanged, they change nothing.

    Sites follow their sub-grid and boundaries stay, so neither stands in it.
    """
    return [
        Filled(
            GRIDS,
            ([node.code, node.name, node.level, node.parent, ""] for node in state.nodes.values()),
        ),
        Filled(LEVELS, ([level, *names] for level, names in sorted(state.labels.items()))),
    ]


def of_rows(
    grids: Iterable[GridRow], areas: Mapping[str, Mapping[str, Any]], levels: Iterable[LevelRow]
) -> list[Filled]:
    """The sheets of a target made by a program."""
    return [
        Filled(GRIDS, ([row.code, row.name, row.level, row.parent, parts_text(row.parts)] for row in grids)),
        Filled(
            AREAS,
            (
                [code, json.dumps(geometry, separators=(",", ":"), ensure_ascii=False)]
                for code, geometry in areas.items()
            ),
        ),
        Filled(LEVELS, ([row.level, row.name, row.name_en] for row in levels)),
    ]


def parts_text(parts: Iterable[Part]) -> str:
    """Predecessors as a cell of the workbook has them."""
    return "; ".join(part.code if part.share is None else f"{part.code}:{part.share:f}" for part in parts)
