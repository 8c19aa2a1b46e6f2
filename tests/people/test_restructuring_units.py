"""What a row of the sheet of units can say in a restructuring."""

from __future__ import annotations

import pytest

from tests.factories import Cast, Places
from tests.grids.restructuring import build


@pytest.fixture
def district(places: Places, cast: Cast) -> build.District:
    return build.district(places, cast)


@pytest.mark.parametrize(("place", "column", "most"), [(0, "A", 32), (2, "C", 120), (3, "D", 200)])
@pytest.mark.parametrize("new", [True, False])
def test_what_the_database_has_no_room_for_is_told_at_its_cell(
    district: build.District, place: int, column: str, most: int, new: bool
) -> None:
    book = build.as_it_is(district.root)
    if new:
        book.units.append(["new", "职能部门", "新局", "", district.root.code])
    number = len(book.units)
    row = book.units[number - 1]
    row[place] = "长" * (most + 1)
    told = build.told(district.plan(book))
    assert ("too_long", "单位", number, column) in told
    row[place] = "长" * most
    assert "too_long" not in [kind for kind, *_cell in build.told(district.plan(book))]
