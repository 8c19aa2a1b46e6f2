"""A district's plan takes nothing of another district for its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.errors import StaleVersion
from people.models import Unit, UnitKind
from tests import factories
from tests.grids.restructuring.build import Book, District, told


@pytest.fixture
def centre() -> Unit:
    """The command centre of another district."""
    other = factories.grid("410999", "邻区")
    return factories.unit("U-ZH", "邻区指挥中心", grid=other, kind=UnitKind.COMMAND_CENTRE)


def test_a_unit_of_another_district_is_objected_to_and_stays(
    district: District, book: Book, centre: Unit
) -> None:
    book.units.append([centre.code, "指挥中心", "本区指挥中心", "", district.root.code])
    plan = district.plan(book)
    assert told(plan) == [("duplicate", "单位", len(book.units), "A")]
    centre.refresh_from_db()
    assert (centre.name, centre.grid.code) == ("邻区指挥中心", "410999")


def test_a_unit_opened_elsewhere_meanwhile_is_not_taken_over(district: District, book: Book) -> None:
    book.units.append(["U-ZH", "指挥中心", "本区指挥中心", "", district.root.code])
    plan = district.plan(book)
    assert told(plan) == []
    other = factories.grid("410999", "邻区")
    unit = factories.unit("U-ZH", "邻区指挥中心", grid=other, kind=UnitKind.COMMAND_CENTRE)
    with pytest.raises(StaleVersion):
        district.apply(plan)
    unit.refresh_from_db()
    assert (unit.name, unit.grid) == ("邻区指挥中心", other)


def test_the_code_of_a_unit_that_never_was_is_free(district: District, book: Book, centre: Unit) -> None:
    Unit.objects.filter(pk=centre.pk).update(closed_on=centre.opened_on)
    book.units.append([centre.code, "指挥中心", "本区指挥中心", "", district.root.code])
    district.carry_out(book)
    centre.refresh_from_db()
    assert (centre.name, centre.grid, centre.closed_on) == ("本区指挥中心", district.root, None)


def test_the_code_of_a_closed_unit_is_not(district: District, book: Book, centre: Unit) -> None:
    Unit.objects.filter(pk=centre.pk).update(closed_on=centre.opened_on + timedelta(days=9))
    book.units.append([centre.code, "指挥中心", "本区指挥中心", "", district.root.code])
    assert told(district.plan(book)) == [("duplicate", "单位", len(book.units), "A")]
