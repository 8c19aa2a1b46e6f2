import pytest

from tests.factories import Cast, Places
from tests.grids.restructuring import build


@pytest.fixture
def district(places: Places, cast: Cast) -> build.District:
    return build.district(places, cast)


@pytest.fixture
def book(district: build.District) -> build.Book:
    return build.as_it_is(district.root)
