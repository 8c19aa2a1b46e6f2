"""What cells say, as spreadsheet programs write it."""

import io

import openpyxl
import pytest

from common.workbooks import Column, Sheet, read, text


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("一_x000D_\n二", "一\r\n二"),  # how Excel keeps a carriage return
        ("_x005F_x000D_", "_x000D_"),  # and how it keeps those very signs
        ("a_x0041_", "aA"),
        ("_x0000_", "_x0000_"),  # cannot be kept by any database
        ("_xD800_", "_xD800_"),
        (13800000000.0, "13800000000"),
        (None, ""),
        (" x ", "x"),
    ],
)
def test_a_cell_reads_as_it_was_typed(cell: object, said: str) -> None:
    assert text(cell) == said


SHEET = Sheet("areas", "Areas", (Column("area", "边界(GeoJSON，WGS-84)", required=True),))


@pytest.mark.parametrize(
    "heading", ["边界（GeoJSON，WGS-84）", "边界(GeoJSON, WGS-84) *", "ＡＲＥＡ", "area"]
)
def test_a_heading_is_found_however_wide_its_signs(heading: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ａreas"
    sheet.append([heading])
    sheet.append(["x"])
    file = io.BytesIO()
    book.save(file)
    found = read(file, [SHEET])
    assert found.problems == []
    assert [row["area"] for row in found.tables["areas"].rows] == ["x"]
