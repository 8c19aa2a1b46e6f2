"""Wrong workbooks: each fault is told with sheet, row, column and a way to mend it, all of them at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.errors import Invalid
from common.workbooks import Problem
from grids import actions
from grids.models import PlanState
from tests.grids.restructuring.build import Book, District, told


def wrong_code(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.village.code)[3] = "999"
    return "网格", b.number(d.places.village.code), "D"


def unknown_predecessor(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.village.code)[4] = "999:0.5"
    return "网格", b.number(d.places.village.code), "E"


def circle(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.town.code)[3] = d.places.village.code
    return "网格", b.number(d.places.town.code), "D"


def level_skipped(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.subgrid.code)[3] = d.places.town.code
    return "网格", b.number(d.places.subgrid.code), "C"


def level_changed(d: District, b: Book) -> tuple[str, int | None, str]:
    row = b.row(d.places.other_village.code)
    row[2], row[3] = 2, d.root.code
    return "网格", b.number(d.places.other_village.code), "C"


def no_number(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.subgrid.code)[2] = "四级"
    return "网格", b.number(d.places.subgrid.code), "C"


def parent_gone(d: District, b: Book) -> tuple[str, int | None, str]:
    b.drop(d.places.town.code).row(d.places.other_town.code)[4] = d.places.town.code
    return "网格", b.number(d.places.village.code), "D"


def no_parent(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.village.code)[3] = ""
    return "网格", b.number(d.places.village.code), "D"


def no_leader(d: District, b: Book) -> tuple[str, int | None, str]:
    b.postings[:] = [row for row in b.postings if row[0] != "village_leader"]
    return "网格", b.number(d.places.village.code), "A"


def twice(d: District, b: Book) -> tuple[str, int | None, str]:
    b.add(b.row(d.places.village.code)[:4])
    return "网格", len(b.grids), "A"


def nobody_takes_over(d: District, b: Book) -> tuple[str, int | None, str]:
    b.drop(d.places.other_subgrid.code).unpost(d.places.other_subgrid.code)
    return "网格", None, "E"


def shares_too_small(d: District, b: Book) -> tuple[str, int | None, str]:
    gone = d.places.other_subgrid.code
    b.drop(gone).unpost(gone).row(d.places.subgrid.code)[4] = f"{gone}:0.7"
    return "网格", b.number(d.places.subgrid.code), "E"


def share_of_what_stays(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.sibling_subgrid.code)[4] = f"{d.places.subgrid.code}:1"
    return "网格", b.number(d.places.sibling_subgrid.code), "E"


def no_share(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.sibling_subgrid.code)[4] = f"{d.places.subgrid.code}:half"
    return "网格", b.number(d.places.sibling_subgrid.code), "E"


def no_name(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.places.village.code)[1] = ""
    return "网格", b.number(d.places.village.code), "B"


def another_district(d: District, b: Book) -> tuple[str, int | None, str]:
    b.row(d.root.code)[0] = "410999"
    for row in b.grids[1:]:
        row[3] = "410999" if row[3] == d.root.code else row[3]
    for row in b.postings + b.units:
        row[3:] = ["410999" if cell == d.root.code else cell for cell in row[3:]]
    return "网格", 2, "A"


def crossing_line(d: District, b: Book) -> tuple[str, int | None, str]:
    bow = [[113.8, 34.5], [113.9, 34.6], [113.9, 34.5], [113.8, 34.6], [113.8, 34.5]]
    b.draw(**{d.places.town.code: {"type": "Polygon", "coordinates": [bow]}})
    return "边界", 2, "B"


def unknown_person(d: District, b: Book) -> tuple[str, int | None, str]:
    b.postings.append(["nobody", "", "网格员", d.places.subgrid.code, ""])
    return "任职", len(b.postings), "A"


def another_person(d: District, b: Book) -> tuple[str, int | None, str]:
    b.postings.append(["chief", "王五", "网格员", d.places.subgrid.code, ""])
    return "任职", len(b.postings), "B"


def role_elsewhere(d: District, b: Book) -> tuple[str, int | None, str]:
    b.postings.append(["chief", "", "派遣员", d.places.subgrid.code, ""])
    return "任职", len(b.postings), "C"


def no_role(d: District, b: Book) -> tuple[str, int | None, str]:
    b.postings.append(["chief", "", "大队长", d.places.subgrid.code, ""])
    return "任职", len(b.postings), "C"


def posting_nowhere(d: District, b: Book) -> tuple[str, int | None, str]:
    b.postings.append(["chief", "", "网格员", "999", ""])
    return "任职", len(b.postings), "D"


def unit_at_no_grid(d: District, b: Book) -> tuple[str, int | None, str]:
    b.units.append(["new", "职能部门", "新局", "", "999"])
    return "单位", len(b.units), "E"


def unit_twice(d: District, b: Book) -> tuple[str, int | None, str]:
    b.units.append(b.units[1])
    return "单位", len(b.units), "A"


def unit_of_another_kind(d: District, b: Book) -> tuple[str, int | None, str]:
    number = next(n for n, row in enumerate(b.units, start=1) if row[0] == d.places.team.code)
    b.units[number - 1][1] = "职能部门"
    return "单位", number, "B"


FAULTS: dict[str, tuple[str, Callable[[District, Book], tuple[str, int | None, str]]]] = {
    "an unknown upper grid": ("unknown_code", wrong_code),
    "an unknown predecessor": ("unknown_code", unknown_predecessor),
    "upper grids in a circle": ("cycle", circle),
    "a level left out": ("wrong_level", level_skipped),
    "a grid of another level": ("wrong_level", level_changed),
    "a level that is no number": ("wrong_level", no_number),
    "an upper grid that is gone": ("orphan", parent_gone),
    "no upper grid": ("orphan", no_parent),
    "no leader": ("no_leader", no_leader),
    "a code twice": ("duplicate", twice),
    "a closed grid without successor": ("no_successor", nobody_takes_over),
    "shares that do not add up": ("bad_share", shares_too_small),
    "all of a grid that stays": ("bad_share", share_of_what_stays),
    "a share that is none": ("bad_share", no_share),
    "no name": ("missing", no_name),
    "another district": ("no_root", another_district),
    "a boundary that crosses itself": ("bad_geometry", crossing_line),
    "an unknown person": ("unknown_person", unknown_person),
    "another person's name": ("wrong_person", another_person),
    "a role not held there": ("wrong_role", role_elsewhere),
    "a role there is not": ("bad_choice", no_role),
    "a posting in no grid": ("unknown_code", posting_nowhere),
    "a unit at no grid": ("unknown_code", unit_at_no_grid),
    "a unit twice": ("duplicate", unit_twice),
    "a unit of another kind": ("wrong_kind", unit_of_another_kind),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_told_with_its_cell(district: District, book: Book, fault: str) -> None:
    kind, spoil = FAULTS[fault]
    sheet, row, column = spoil(district, book)
    plan = district.plan(book)
    assert (kind, sheet, row, column) in told(plan), told(plan)
    assert plan.state == PlanState.OBJECTED
    for objection in plan.objections:
        words = str(Problem.from_json(objection))
        assert "%(" not in words
        assert len(words) > 15


def test_all_faults_are_told_at_once(district: District, book: Book) -> None:
    for spoil in (wrong_code, no_name, twice, unknown_person, unit_at_no_grid, crossing_line):
        spoil(district, book)
    found = {kind for kind, *_cell in told(district.plan(book))}
    assert {"unknown_code", "missing", "duplicate", "unknown_person", "bad_geometry"} <= found


def test_a_plan_with_objections_cannot_be_approved(district: District, book: Book) -> None:
    no_name(district, book)
    plan = district.plan(book)
    with pytest.raises(Invalid):
        actions.approve_plan(plan.pk, by=district.second)


def test_a_missing_sheet_and_a_missing_column_are_told(district: District, book: Book) -> None:
    for row in book.grids:
        del row[2]
    assert ("no_column", "网格", 1, "") in told(district.plan(book))
    book.sheets["别的"] = book.sheets.pop("网格")
    assert ("no_sheet", "网格", None, "") in told(district.plan(book))


def test_the_place_of_a_crossing_line_is_told(district: District, book: Book) -> None:
    crossing_line(district, book)
    plan = district.plan(book)
    assert "113.85" in str(Problem.from_json(plan.objections[0]))
    assert "34.55" in str(Problem.from_json(plan.objections[0]))


def test_an_empty_sheet_of_grids_is_objected_to(district: District, book: Book) -> None:
    del book.grids[1:]
    kinds = [kind for kind, *_cell in told(district.plan(book))]
    assert "no_root" in kinds
    assert kinds.count("no_successor") == 8
