"""Objections begin with their cause and leave out what only follows from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grids import actions
from grids.models import Plan
from grids.restructuring.difference import difference
from tests.grids.restructuring.build import Book, District


def told(plan: Plan) -> list[tuple[str, str]]:
    """The objections as they are read: kind and cell."""
    return [(problem.kind, problem.cell) for problem in difference(plan).problems]


def no_sheet(book: Book) -> None:
    book.sheets["别的"] = book.sheets.pop("网格")


def two_sheets(book: Book) -> None:
    book.sheets["Grids"] = [["Code", "Name", "Level", "Upper grid's code"], ["1", "x", 1, ""]]


def no_upper_grid(book: Book) -> None:
    for row in book.grids:
        del row[3]


def two_upper_grids(book: Book) -> None:
    for number, row in enumerate(book.grids):
        row.append("999" if number else "上级")


def no_login(book: Book) -> None:
    book.postings[0][0] = "谁"


def two_postings(book: Book) -> None:
    book.sheets["postings"] = book.postings[:1]


CAUSES: dict[str, tuple[Callable[[Book], None], tuple[str, str]]] = {
    "no sheet of grids": (no_sheet, ("no_sheet", "网格")),
    "two sheets of grids": (two_sheets, ("ambiguous", "网格")),
    "a column missing": (no_upper_grid, ("no_column", "网格!1")),
    "a column twice": (two_upper_grids, ("ambiguous", "网格!F1")),
    "no column of login names": (no_login, ("no_column", "任职!1")),
    "two sheets of postings": (two_postings, ("ambiguous", "任职")),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_sheet_that_is_wrong_as_a_whole_is_the_one_objection(
    district: District, book: Book, cause: str
) -> None:
    spoil, objection = CAUSES[cause]
    spoil(book)
    plan = district.plan(book)
    assert told(plan) == [objection]
    again = actions.remake_plan(plan.pk, by=district.cast.administrator)
    assert told(again) == [objection]


def test_a_sheet_of_grids_with_headings_only_says_nothing_of_the_postings(
    district: District, book: Book
) -> None:
    del book.grids[1:]
    assert {cell.partition("!")[0] for _kind, cell in told(district.plan(book))} == {"网格"}


@pytest.mark.parametrize("level", ["四", True, 4.5, 9])
def test_a_level_that_cannot_be_read_is_told_once(district: District, book: Book, level: object) -> None:
    code = district.places.village.code  # with grids below it, postings and a unit
    book.row(code)[2] = level
    assert told(district.plan(book)) == [("wrong_level", f"网格!C{book.number(code)}")]


def test_so_is_that_of_a_new_grid(district: District, book: Book) -> None:
    book.add(["999", "新网格", "四", district.places.village.code]).lead("chief", "999")
    assert told(district.plan(book)) == [("wrong_level", f"网格!C{len(book.grids)}")]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("cell", ['=B9&"x"', "#REF!"])
def test_a_cell_without_a_value_is_told_once(district: District, book: Book, place: int, cell: str) -> None:
    code = district.places.other_subgrid.code
    row, number = book.row(code), book.number(code)
    row[place] = cell
    kind = "formula" if cell.startswith("=") else "error_value"
    found = told(district.plan(book))
    assert [one for one in found if one[1] == f"网格!{'ABCD'[place]}{number}"] == [
        (kind, f"网格!{'ABCD'[place]}{number}")
    ]
    assert place == 0 or len(found) == 1


def test_a_predecessor_named_by_a_formula_is_not_lost(district: District, book: Book) -> None:
    p = district.places
    book.row(p.sibling_subgrid.code)[4] = f'="{p.subgrid.code}:0.5"'
    assert told(district.plan(book)) == [("formula", f"网格!E{book.number(p.sibling_subgrid.code)}")]


def test_objections_stand_in_the_order_in_which_they_are_mended(district: District, book: Book) -> None:
    p = district.places
    book.postings.append(["nobody", "", "网格员", p.subgrid.code, ""])
    book.units.append(["new", "职能部门", "新局", "", "999"])
    book.draw(**{p.town.code: [1]})
    book.row(p.subgrid.code)[1] = ""
    book.row(p.village.code)[1] = ""
    book.drop(p.other_subgrid.code).unpost(p.other_subgrid.code)
    book.sheets["层级名称"].append([2, "", ""])
    found = told(district.plan(book))
    assert [cell.partition("!")[0] for _kind, cell in found] == [
        "层级名称",
        *["网格"] * 3,
        "边界",
        "单位",
        "任职",
    ]
    rows = sorted(book.number(grid.code) for grid in (p.village, p.subgrid))
    assert [cell for _kind, cell in found[1:3]] == [f"网格!B{row}" for row in rows]
    assert found[3][0] == "no_successor"
