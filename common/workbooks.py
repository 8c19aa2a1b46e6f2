"""Workbooks that people fill in: read by the names of sheets and columns, every fault told with its cell."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """A sheet as read: its title there, the letter of each column found, its rows that are not empty."""

    sheet: Sheet
    title: str
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def problem(
        self, row: Row | int | None, column: str, message: Words, *, kind: str = "invalid"
    ) -> Problem:
        """A fault in a cell of this sheet."""
        number = row.number if isinstance(row, Row) else row
        return Problem(
            sheet=self.title, row=number, column=self.letters.get(column, ""), message=message, kind=kind
        )


@dataclass
class Book:
    """What was read of a workbook, by the key of the sheet; sheets it lacks are absent."""

    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(file: IO[bytes], sheets: Sequence[Sheet]) -> Book:
    """Read the sheets asked for; others are left alone. Titles and headings count in every language.

    Raises ``NotAWorkbook`` for what is no XLSX file, or one that unpacks to more than it should.
    """
    book = _opened(file)
    found = Book()
    try:
        by_title = {_plain(name): name for name in book.sheetnames}
        for sheet in sheets:
            title = next((by_title[name] for name in _names(sheet) if name in by_title), None)
            if title is not None:
                found.tables[sheet.key] = _read_sheet(book[title], sheet, title, found.problems)
            elif sheet.required:
                found.problems.append(
                    Problem(
                        sheet=str(sheet.title),
                        message=words("The workbook has no sheet of this name."),
                        kind="no_sheet",
                    )
                )
    finally:
        book.close()
    return found


def _opened(file: IO[bytes]) -> Any:
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise NotAWorkbook(_("The file is larger than 20 MB."))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            infos = parts.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise NotAWorkbook(_("The file unpacks to more than a workbook should hold."))
        file.seek(0)
        return load_workbook(file, read_only=True, data_only=True)
    except NotAWorkbook:
        raise
    except Exception as fault:  # what openpyxl raises for a broken file is not a closed set
        raise NotAWorkbook(
            _("This is not an Excel workbook (.xlsx). Save it in that format and send it again.")
        ) from fault


def _read_sheet(source: Any, sheet: Sheet, title: str, problems: list[Problem]) -> Table:
    source.reset_dimensions()  # what programs write there is not always true
    lines = enumerate(
        source.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS, values_only=True), start=1
    )
    table = Table(sheet, title)
    head_row, places = _heads(lines, sheet)
    table.letters = {key: get_column_letter(place + 1) for key, place in places.items()}
    for column in sheet.columns:
        if column.required and column.key not in places:
            problems.append(
                Problem(
                    sheet=title,
                    row=head_row or 1,
                    message=words("The column “%(column)s” is missing.", column=str(column.title)),
                    kind="no_column",
                )
            )
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
        cells = {key: text(values[place]) if place < len(values) else "" for key, place in places.items()}
        if any(cells.values()):
            table.rows.append(Row(number, cells))
    return table


def _heads(lines: Iterator[tuple[int, tuple[Any, ...]]], sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of headings, looked for in the first ten (a title may stand above), and each column's place."""
    wanted = {name: column.key for column in sheet.columns for name in _names(column)}
    for number, values in lines:
        places: dict[str, int] = {}
        for place, value in enumerate(values):
            key = wanted.get(_plain(text(value)))
            if key is not None:
                places.setdefault(key, place)
        if len(places) >= min(2, len(sheet.columns)):
            return number, places
        if number >= 10:
            break
    return 0, {}


def _names(named: Sheet | Column) -> set[str]:
    """Every way to write a title: its key, its aliases, and what it is called in each language."""
    names = {_plain(named.key), *(_plain(alias) for alias in named.aliases)}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names.add(_plain(str(named.title)))
    return names


def _plain(name: str) -> str:
    # Chinese brackets and commas are typed in either width.
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold().rstrip("*")


def text(value: Any) -> str:
    """A cell as text: whole numbers without a point, days as 2026-11-24, no space around."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return ESCAPED.sub(_unescaped, str(value)).strip()


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
