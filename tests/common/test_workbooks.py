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
    """A workbook of a few kB with these rows below its heading, as a hostile hand writes them."""
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


LIST = Sheet(
    "list",
    "List",
    (Column("code", "Code"), Column("name", "Name"), Column("note", "Note", required=False)),
    aliases=("清单",),
)


def book_of(**sheets: list[list[object]]) -> io.BytesIO:
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def told(file: io.BytesIO) -> list[tuple[str, str]]:
    return [(problem.kind, problem.cell) for problem in read(file, [LIST]).problems]


def test_of_two_sheets_that_mean_the_same_neither_is_read_and_both_are_named() -> None:
    rows: list[list[object]] = [["code", "name"], ["1", "x"]]
    found = read(book_of(清单=rows, 别的=rows, List=rows), [LIST])
    assert found.tables == {}
    assert [(one.kind, one.cell) for one in found.problems] == [("ambiguous", "清单")]
    assert "清单、List" in str(found.problems[0])


@pytest.mark.parametrize("doubled", ["name", "note"])
def test_two_columns_that_mean_the_same_are_told_with_their_letters(doubled: str) -> None:
    found = read(book_of(List=[["code", "name", "note", doubled.title()], ["1", "x", "", "y"]]), [LIST])
    assert [(one.kind, one.cell) for one in found.problems] == [("ambiguous", "List!D1")]
    assert ("B" if doubled == "name" else "C") in str(found.problems[0].message)
    assert not found.tables["list"].sound


def test_headings_that_nobody_knows_may_stand_there_twice() -> None:
    assert told(book_of(List=[["code", "name", "备注", "备注"], ["1", "x", "", "y"]])) == []


@pytest.mark.parametrize("column", ["B", "C"], ids=["a column needed", "another"])
def test_a_formula_whose_result_is_not_in_the_file_is_told(column: str) -> None:
    row: list[object] = ["1", "x", ""]
    row["ABC".index(column)] = '=A1&"x"'
    assert told(book_of(List=[["code", "name", "note"], row])) == [("formula", f"List!{column}2")]


def test_a_row_of_nothing_but_such_a_formula_is_told() -> None:
    assert told(book_of(List=[["code", "name"], ["1", "x"], ["=A2"]])) == [("formula", "List!A3")]


def test_a_formula_with_its_result_is_read_even_if_that_is_empty() -> None:
    cells = '<c r="A2"><f>1+1</f><v>2</v></c>'
    assert [
        row["area"] for row in read(with_rows(f'<row r="2">{cells}</row>'), [SHEET]).tables["areas"].rows
    ] == ["2"]
    empty = '<row r="2"><c r="A2" t="str"><f>IF(1,"","")</f><v></v></c></row>'
    assert read(with_rows(empty), [SHEET]).problems == []


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_the_error_of_a_formula_is_no_text(error: str) -> None:
    cell = f'<row r="2"><c r="A2" t="e"><f>B9</f><v>{error}</v></c></row>'
    found = read(with_rows(cell), [SHEET]).problems
    assert [(one.kind, one.cell) for one in found] == [("error_value", "Areas!A2")]
    assert error in str(found[0])


def test_true_is_no_number() -> None:
    assert text(True) == "TRUE"
