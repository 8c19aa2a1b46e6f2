"""What cells say, as spreadsheet programs write it."""

import io
import zipfile

import openpyxl
import pytest

from common.workbooks import MOST_LINES, Column, NotAWorkbook, Sheet, read, text


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


def with_rows(rows: str) -> io.BytesIO:
    """A workbook of a few kB whose sheet holds these rows below its heading, as a hostile hand writes them."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Areas"
    book.worksheets[0].append(["area"])
    plain = io.BytesIO()
    book.save(plain)
    forged = io.BytesIO()
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            copy.writestr(name, content)
    return forged


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="{MOST_LINES * 1000}"><c t="inlineStr"><is><t>x</t></is></c></row>',
        "<row/>" * (MOST_LINES + 1),
        f'<row r="{MOST_LINES + 1}"><c r="XFD{MOST_LINES + 1}"><v>1</v></c></row>',
    ],
    ids=["far below", "too many empty ones", "far below and far to the right"],
)
def test_a_sheet_that_a_few_bytes_make_endless_is_refused(rows: str) -> None:
    with pytest.raises(NotAWorkbook, match=str(MOST_LINES)):
        read(with_rows(rows), [SHEET])


def test_columns_far_to_the_right_are_not_looked_at() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="XFD{n}"/></row>' for n in range(2, 2002))
    assert len(read(with_rows(rows), [SHEET]).tables["areas"].rows) == 2000
