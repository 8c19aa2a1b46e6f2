"""Cells that hold what no office means: each is told where it stands, and nothing of it is kept."""

from __future__ import annotations

import pytest

from grids.models import PlanState
from tests.grids.restructuring.build import Book, District, told

RING = "[[[%s,34.50],[113.86,34.50],[113.86,34.54],[%s,34.50]]]"


def polygon(west: object = 113.80, more: str = "") -> str:
    return f'{{"type":"Polygon",{more}"coordinates":{RING % (west, west)}}}'


NO_GEOMETRY = {
    "no number": polygon("NaN"),
    "a number without end": polygon("1e999"),
    "a number of thousands of figures": polygon("1" * 5000),
    "text for a number": polygon('"113.80"'),
    "true for a number": polygon("true"),
    "brackets without end": "[" * 20_000,
    "coordinates nested too deep": '{"type":"Polygon","coordinates":' + "[" * 500 + "]" * 500 + "}",
    "no coordinates": '{"type":"Polygon"}',
    "a type that is none": '{"type":["Polygon"],"coordinates":[]}',
    "a point": '{"type":"Point","coordinates":[113.8,34.5]}',
    "a list": "[1,2]",
    "null": "null",
}


def boundary(book: Book, code: str, cell: str) -> None:
    book.sheets["边界"] = [["代码", "边界(GeoJSON,WGS-84)"], [code, cell]]


@pytest.mark.parametrize("cell", NO_GEOMETRY.values(), ids=NO_GEOMETRY.keys())
def test_a_cell_that_holds_no_geometry_is_told(district: District, book: Book, cell: str) -> None:
    boundary(book, district.places.town.code, cell)
    plan = district.plan(book)
    assert told(plan) == [("bad_geometry", "边界", 2, "B")]
    assert plan.state == PlanState.OBJECTED


@pytest.mark.parametrize(
    "more",
    ['"x":"\\u0000",', '"x":"\\ud800",', '"x":123456789012345678901234567890,', '"crs":{"a":[NaN]},'],
    ids=["NUL", "half a character", "a large number", "another reference system"],
)
def test_of_a_geometry_only_its_type_and_its_coordinates_are_kept(
    district: District, book: Book, more: str
) -> None:
    code = district.places.town.code
    boundary(book, code, polygon(more=more))
    plan = district.plan(book)
    assert told(plan) == []
    assert plan.target["areas"][code].keys() == {"type", "coordinates"}


def test_a_boundary_is_kept_as_every_other_way_keeps_it(district: District, book: Book) -> None:
    code = district.places.town.code
    clockwise = "[[[113,34,7],[113,35,7],[114,35,7],[113,34,7]]]"
    boundary(book, code, f'{{"type":"Polygon","coordinates":{clockwise}}}')
    plan = district.plan(book)
    ring = plan.areas[code]["coordinates"][0]
    assert {tuple(place) for place in ring} == {(113.0, 34.0), (114.0, 35.0), (113.0, 35.0)}
    assert ring.index([114.0, 35.0]) - ring.index([113.0, 35.0]) in (-1, 2)  # against the clock


def test_the_boundary_as_it_is_changes_nothing_wherever_its_line_begins(
    district: District, book: Book
) -> None:
    line = "[[[113.86,34.54],[113.86,34.50],[113.80,34.50],[113.80,34.54],[113.86,34.54]]]"
    boundary(book, district.places.town.code, f'{{"type":"Polygon","coordinates":{line}}}')
    assert district.plan(book).operations == []


@pytest.mark.parametrize("sign", ["\n", "\u200b", "\t"], ids=["a line break", "no width", "a tabulator"])
def test_a_name_with_a_sign_that_nobody_sees_is_told(district: District, book: Book, sign: str) -> None:
    code = district.places.village.code
    book.row(code)[1] = f"岗李{sign}村"
    assert told(district.plan(book)) == [("bad_sign", "网格", book.number(code), "B")]


def test_so_is_one_in_a_code_a_unit_and_a_posting(district: District, book: Book) -> None:
    book.row(district.places.subgrid.code)[3] += "\u200b"
    book.units[1][2] += "\n局"
    book.postings[1][3] += "\u200b"
    found = {one[1:] for one in told(district.plan(book)) if one[0] == "bad_sign"}
    assert found == {
        ("网格", book.number(district.places.subgrid.code), "D"),
        ("单位", 2, "C"),
        ("任职", 2, "D"),
    }


def test_codes_are_the_same_whatever_the_width_of_their_figures(district: District, book: Book) -> None:
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    p = district.places
    for row in book.grids[1:]:
        row[0], row[2], row[3] = row[0].translate(wide), str(row[2]).translate(wide), row[3].translate(wide)
    for row in book.postings[1:]:
        row[3] = row[3].translate(wide)
    boundary(book, p.town.code.translate(wide), polygon())
    plan = district.plan(book)
    assert told(plan) == []
    assert p.town.code in plan.areas
    assert set(plan.summary["kinds"]) == {"area"}
    book.row(p.sibling_subgrid.code.translate(wide))[4] = f"{p.subgrid.code}：０．４".translate(wide)
    assert district.plan(book).summary["kinds"]["split"] == 1
