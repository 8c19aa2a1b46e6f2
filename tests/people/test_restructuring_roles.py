"""A plan's sheet of postings holds each role at its own levels, as the form and the import do."""

from __future__ import annotations

import pytest

from tests import factories
from tests.factories import Cast, Places
from tests.grids.restructuring import build


@pytest.fixture
def district(places: Places, cast: Cast) -> build.District:
    return build.district(places, cast)


@pytest.mark.parametrize(("role", "kinds"), [("总网格长", ["wrong_role"]), ("副网格长", [])])
def test_a_role_is_held_at_its_levels_alone(district: build.District, role: str, kinds: list[str]) -> None:
    factories.person(username="free")
    book = build.as_it_is(district.root)
    book.lead("free", district.places.subgrid.code, role)
    assert [kind for kind, *_cell in build.told(district.plan(book))] == kinds
