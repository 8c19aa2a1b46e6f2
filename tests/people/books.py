"""Workbooks of people for tests, and what an import makes of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook, load_workbook

from people import importing
from people.importing import ImportPlan
from people.models import User

HEADS = {
    "people": ("username", "name", "phone", "active"),
    "postings": ("username", "name", "role", "grid", "unit", "from", "last"),
}

type_of_row = Sequence[str | int | float | date | None]


def book(
    people: Sequence[type_of_row] | None = None,
    postings: Sequence[type_of_row] | None = None,
    *,
    heads: Sequence[str] = (),
) -> bytes:
    """A workbook as an office might send it. A sheet that is None is missing; ``heads`` for others."""
    made = Workbook()
    del made[made.sheetnames[0]]
    for title, rows in (("people", people), ("postings", postings)):
        if rows is not None:
            sheet = made.create_sheet(title)
            sheet.append(heads or HEADS[title])
            for row in rows:
                sheet.append(list(row))
    if not made.sheetnames:
        made.create_sheet("empty")
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def sheets(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each sheet below its heading, by title."""
    read = load_workbook(io.BytesIO(content))
    return {
        sheet.title: [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        for sheet in read.worksheets
    }


def kinds(content: bytes, by: User) -> list[tuple[str, str]]:
    """(cell, kind) of each fault."""
    return [(problem.cell, problem.kind) for problem in importing.plan(content, by=by).problems]


def plan(content: bytes, by: User) -> ImportPlan:
    return importing.plan(content, by=by)
