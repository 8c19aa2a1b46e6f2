"""Shares that a grid keeps of itself, and names of levels that are too long."""

from __future__ import annotations

import pytest

from tests.grids.restructuring.build import Book, District, told, without_postings


@pytest.mark.parametrize(
    ("kept", "given", "wrong"),
    [("0.5", "0.4", True), ("0.6", "0.4", False), ("0.5", "", True), ("1", "", False)],
)
def test_the_share_that_a_grid_keeps_counts(
    district: District, book: Book, kept: str, given: str, wrong: bool
) -> None:
    code = district.places.subgrid.code
    book.row(code)[4] = f"{code}:{kept}"
    if given:
        book.row(district.places.sibling_subgrid.code)[4] = f"{code}:{given}"
    found = told(district.plan(without_postings(book)))
    assert found == ([("bad_share", "网格", book.number(code), "E")] if wrong else [])


def test_a_grid_that_names_itself_without_a_share_says_nothing(district: District, book: Book) -> None:
    code = district.places.subgrid.code
    book.row(code)[4] = code
    assert district.plan(book).operations == []


@pytest.mark.parametrize(
    ("place", "length", "kind", "column"),
    [(1, 121, "too_long", "B"), (1, 0, "missing", "B"), (2, 201, "too_long", "C")],
)
def test_a_name_of_a_level_is_told_in_its_own_column(
    district: District, book: Book, place: int, length: int, kind: str, column: str
) -> None:
    book.sheets["层级名称"] = [["层级", "名称", "英文名称"], [2, "街道", "Subdistrict"]]
    book.sheets["层级名称"][1][place] = "x" * length
    assert told(district.plan(book)) == [(kind, "层级名称", 2, column)]
