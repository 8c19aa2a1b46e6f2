"""Workbooks that people fill in: read by the names of sheets and columns, every fault told with its cell."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter

from common.words import Words, words

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 150 * 1024 * 1024
MOST_PARTS = 1000
MOST_LINES = 200_000  # of a sheet, empty ones included: a few bytes can stand for millions of these
MOST_COLUMNS = 256
FORBIDDEN_IN_TITLES = str.maketrans("", "", "[]:*?/\\")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with a workbook: where, and how to mend it. ``kind`` names the sort for programs.

    ``row`` and ``column`` (a letter) are empty where the fault is what is missing altogether.
    """

    sheet: str
    row: int | None = None
    column: str = ""
    message: Words
    kind: str = "invalid"

    @property
    def cell(self) -> str:
        """``网格!D15``, or the sheet alone."""
        place = f"{self.column}{self.row or ''}"
        return f"{self.sheet}!{place}" if place else self.sheet

    def __str__(self) -> str:
        return f"{self.cell} [{self.kind}] {self.message}"

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "message": self.message.as_json(),
            "kind": self.kind,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Problem:
        return cls(**{**stored, "message": Words.from_json(stored["message"])})


class NotAWorkbook(Exception):
    """The file cannot be read as a workbook at all; ``str()`` is a sentence for the user."""


@dataclass(frozen=True)
class Column:
    """A column: its key in code, its heading, what else offices call it, whether a sheet needs it."""

    key: str
    title: str | Promise
    required: bool = True
    width: int = 16
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet: its key in code, its title, its columns, what else offices call it."""

    key: str
    title: str | Promise
    columns: tuple[Column, ...]
    required: bool = True
    aliases: tuple[str, ...] = ()

    def is_called(self, title: str) -> bool:
        """Whether a sheet of this title is meant, in any language."""
        return _plain(title) in names(self)

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True)
class Row:
    """One row as text by column key; columns the sheet lacks read as empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass
class Table:
    """A sheet as read: its title there, the letter of each column found, its rows that are not empty.

    ``sound`` says that each column needed is there, and none that is known is there twice.
    """

    sheet: Sheet
    title: str
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    sound: bool = True

    def problem(
        self, row: Row | int | None, column: str, message: Words, *, kind: str = "invalid"
    ) -> Problem:
        """A fault in a cell of this sheet."""
        number = row.number if isinstance(row, Row) else row
        return Problem(
            sheet=self.title, row=number, column=self.letters.get(column, ""), message=message, kind=kind
        )

    def unfit(self, row: Row, columns: Iterable[str]) -> list[Problem]:
        """Names and codes that hold signs nobody sees: they look like others, and are not found."""
        text = words("This holds a line break or a sign that cannot be seen. Please type it anew.")
        return [self.problem(row, column, text, kind="bad_sign") for column in columns if unseen(row[column])]


@dataclass
class Book:
    """What was read of a workbook, by the key of the sheet; sheets it lacks are absent."""

    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(file: IO[bytes], sheets: Sequence[Sheet]) -> Book:
    """Read the sheets asked for; others are left alone. Titles and headings count in every language.

    A sheet that stands there twice is not read. Raises ``NotAWorkbook`` for what is no XLSX file, or one
    that unpacks to more than it should.
    """
    found = Book()
    with _opened(file) as source:
        for sheet in sheets:
            wanted = names(sheet)
            titles = [title for title in source.values.sheetnames if _plain(title) in wanted]
            if len(titles) == 1:
                found.tables[sheet.key] = _read_sheet(source, sheet, titles[0], found.problems)
            elif titles:
                text = words(
                    "These sheets mean the same: %(sheets)s. Keep one of them.", sheets="、".join(titles)
                )
                found.problems.append(Problem(sheet=titles[0], message=text, kind="ambiguous"))
            elif sheet.required:
                found.problems.append(
                    Problem(
                        sheet=str(sheet.title),
                        message=words("The workbook has no sheet of this name."),
                        kind="no_sheet",
                    )
                )
    return found


@dataclass(frozen=True)
class _Source:
    """A workbook opened for its values, and, if it has any, for its formulas."""

    values: Any
    formulas: Any = None

    def without_value(self, title: str) -> set[tuple[int, int]]:
        """(row, place) of the cells of a sheet whose formula was never worked out.

        Where it came to an empty text, the cell says that it is a text.
        """
        if self.formulas is None:
            return set()
        reach = {"max_row": MOST_LINES, "max_col": MOST_COLUMNS}
        pages = self.values[title], self.formulas[title]
        for page in pages:
            page.reset_dimensions()
        lines = zip(pages[0].iter_rows(**reach), pages[1].iter_rows(**reach, values_only=True), strict=False)
        return {
            (number, place)
            for number, (cells, typed) in enumerate(lines, start=1)
            for place, (cell, formula) in enumerate(zip(cells, typed, strict=False))
            if formula is not None and cell.value is None and cell.data_type != "str"
        }


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[_Source]:
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise NotAWorkbook(_("The file is larger than 20 MB."))
    file.seek(0)
    books = []
    try:
        with zipfile.ZipFile(file) as parts:
            infos = parts.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise NotAWorkbook(_("The file unpacks to more than a workbook should hold."))
            has_formulas = any(_holds_formula(parts, info) for info in infos)
        for data_only in (True, False) if has_formulas else (True,):
            file.seek(0)
            books.append(load_workbook(file, read_only=True, data_only=data_only))
    except NotAWorkbook:
        raise
    except Exception as fault:  # what openpyxl raises for a broken file is not a closed set
        raise NotAWorkbook(
            _("This is not an Excel workbook (.xlsx). Save it in that format and send it again.")
        ) from fault
    try:
        yield _Source(*books)
    finally:
        for book in books:
            book.close()


FORMULA = re.compile(rb"[<:]f[\s/>]")  # some programs write <x:f>


def _holds_formula(parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a part may have cells with formulas; most books have none, and are read once only."""
    if not info.filename.casefold().endswith(".xml"):
        return False
    with parts.open(info) as part:
        end = b""
        while piece := part.read(1024 * 1024):
            if FORMULA.search(end + piece):
                return True
            end = piece[-2:]
    return False


def _read_sheet(source: _Source, sheet: Sheet, title: str, problems: list[Problem]) -> Table:
    table = Table(sheet, title)
    without_value = source.without_value(title)
    page = source.values[title]
    page.reset_dimensions()  # what programs write there is not always true
    lines = enumerate(page.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS, values_only=True), start=1)
    head_row, places = _heads(lines, sheet)
    table.letters = {key: get_column_letter(found[0] + 1) for key, found in places.items()}
    unsound = list(_wrong_heads(table, head_row or 1, places))
    problems += unsound
    table.sound = not unsound
    if not places:
        return table
    for number, values in lines:
        if number > MOST_LINES:
            raise NotAWorkbook(
                _(
                    "The sheet “%(sheet)s” goes on below row %(most)s. Delete the rows below its last entry, "
                    "empty ones too, and send it again."
                )
                % {"sheet": title, "most": MOST_LINES}
            )
        cells = {
            key: text(values[found[0]]) if found[0] < len(values) else "" for key, found in places.items()
        }
        unknown = [key for key, found in places.items() if (number, found[0]) in without_value]
        cells.update(dict.fromkeys(unknown, UNKNOWN))
        if any(cells.values()):
            table.rows.append(Row(number, cells))
            problems += (_unknown(table, number, key, cells[key]) for key in cells if cells[key] in NO_VALUES)
    return table


UNKNOWN = "="  # stands for what a formula comes to that was never worked out
NO_VALUES = {UNKNOWN, *ERROR_CODES, "#CALC!", "#SPILL!"}


def _unknown(table: Table, number: int, key: str, said: str) -> Problem:
    if said == UNKNOWN:
        message = words(
            "Here stands a formula whose result is not in the file. Put its result in its place, as a value."
        )
        return table.problem(number, key, message, kind="formula")
    message = words("Here stands the error %(error)s. Put the right value in its place.", error=said)
    return table.problem(number, key, message, kind="error_value")


def _wrong_heads(table: Table, head_row: int, places: Mapping[str, list[int]]) -> Iterator[Problem]:
    for column in table.sheet.columns:
        found = places.get(column.key, [])
        if column.required and not found:
            yield Problem(
                sheet=table.title,
                row=head_row,
                message=words("The column “%(column)s” is missing.", column=str(column.title)),
                kind="no_column",
            )
        if len(found) > 1:
            letters = [get_column_letter(place + 1) for place in found]
            yield Problem(
                sheet=table.title,
                row=head_row,
                column=letters[1],
                message=words(
                    "The columns %(letters)s all mean “%(column)s”. Keep one of them.",
                    letters="、".join(letters),
                    column=str(column.title),
                ),
                kind="ambiguous",
            )


def _heads(lines: Iterator[tuple[int, tuple[Any, ...]]], sheet: Sheet) -> tuple[int, dict[str, list[int]]]:
    """The row of headings, in the first ten (a title may stand above), and the places of each column."""
    wanted = {name: column.key for column in sheet.columns for name in names(column)}
    for number, values in lines:
        places: dict[str, list[int]] = {}
        for place, value in enumerate(values):
            key = wanted.get(_plain(text(value)))
            if key is not None:
                places.setdefault(key, []).append(place)
        if len(places) >= min(2, len(sheet.columns)):
            return number, places
        if number >= 10:
            break
    return 0, {}


def names(named: Sheet | Column) -> set[str]:
    """Every way to write a title: its key, its aliases, and what it is called in each language."""
    found = {_plain(named.key), *(_plain(alias) for alias in named.aliases)}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(_plain(str(named.title)))
    return found


def _plain(name: str) -> str:
    # Chinese brackets and commas are typed in either width.
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold().rstrip("*")


def text(value: Any) -> str:
    """A cell as text: whole numbers without a point, days as 2026-11-24, no space around."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # as the cell shows it; a level TRUE is not level 1
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return ESCAPED.sub(_unescaped, str(value)).strip()


# Letters, figures and the signs between them, as an input method set to full width types them.
WIDE = {
    sign: sign - 0xFEE0
    for sign in range(0xFF01, 0xFF5F)
    if chr(sign - 0xFEE0).isalnum() or chr(sign - 0xFEE0) in "-._"
}


def code(said: str) -> str:
    """A code as it is meant, whatever the width of its signs."""
    return said.translate(WIDE)


def unseen(said: str) -> bool:
    """Whether a text holds what nobody sees in a line: a break, half a character, a sign without width."""
    return any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in said)


# ECMA-376 ST_Xstring: how Excel writes signs that XML has no place for, and the bar that begins such a form.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescaped(match: re.Match[str]) -> str:
    """The sign meant; one that cannot be kept anywhere stays as it is written."""
    sign = chr(int(match[1], 16))
    return sign if sign.isprintable() or sign in "\t\n\r" else match[0]


# ---- writing


Cell = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Filled:
    """A sheet to be written: rows in the order of its columns."""

    sheet: Sheet
    rows: Iterable[Sequence[Cell]]


def write(filled: Sequence[Filled]) -> bytes:
    """A workbook in the active language. Text is always written as text: ``=…`` is no formula."""
    output = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E3F1EC"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for one in filled:
            page = book.add_worksheet(title(str(one.sheet.title)))
            page.freeze_panes(1, 0)
            for place, column in enumerate(one.sheet.columns):
                page.set_column(place, place, column.width)
                page.write_string(0, place, str(column.title), head)
            for line, row in enumerate(one.rows, start=1):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(line, place, value)
                    elif isinstance(value, date):
                        page.write_datetime(line, place, value, day)
                    elif value is not None:
                        page.write_number(line, place, value)
    return output.getvalue()


def title(name: str) -> str:
    """A name as a sheet may bear it."""
    return name.translate(FORBIDDEN_IN_TITLES)[:31]
