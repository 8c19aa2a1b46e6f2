from django.contrib.auth import authenticate

from people.queries import grids_in_scope
from people.rules import Right
from tests.factories import PASSWORD, Cast, Places


def test_each_of_the_cast_sees_what_the_posting_says(cast: Cast, places: Places) -> None:
    def codes(user):
        return {grid.name for grid in grids_in_scope(user, Right.VIEW)}

    assert codes(cast.worker) == {"岗李村第1网格", "恒源建材厂"}
    assert places.sibling_site.name in codes(cast.village_leader)
    assert places.other_site.name not in codes(cast.town_leader)
    assert codes(cast.officer) == codes(cast.former) == set()
    assert len(codes(cast.chief)) == 11


def test_the_password_of_the_cast_opens_the_door(cast: Cast) -> None:
    assert authenticate(username="worker", password=PASSWORD) == cast.worker
