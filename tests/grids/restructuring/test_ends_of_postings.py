"""A posting that goes along with its grid ends when it was to end, and who has left does not come back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from grids.models import Grid
from people.models import Posting, Role, User
from tests import factories
from tests.grids.restructuring.build import Book, District, as_it_is, told, without_postings

TODAY = timezone.localdate()
EARLIER = TODAY - timedelta(days=10)
SOON = TODAY + timedelta(days=4)


@pytest.fixture
def deputies(district: District) -> dict[str, User]:
    """Of the other village: one until a day ahead, one who left yesterday, one without an end."""
    village = district.places.other_village
    ends = {"soon": SOON, "left": TODAY - timedelta(days=1), "stays": None}
    return {
        name: factories.person(Role.DEPUTY, grid=village, username=name, valid_to=end)
        for name, end in ends.items()
    }


def merged(district: District, book: Book) -> Book:
    p = district.places
    book.drop(p.other_village.code).row(p.village.code)[4] = p.other_village.code
    book.row(p.other_subgrid.code)[3] = p.village.code
    return without_postings(book)


def posted(person: User, grid: Grid) -> list[tuple[date, date | None]]:
    return list(Posting.objects.filter(person=person, grid=grid).values_list("valid_from", "valid_to"))


@pytest.mark.parametrize("on", [EARLIER, TODAY], ids=["ten days ago", "today"])
def test_a_set_end_goes_along_and_who_left_stays_away(
    district: District, book: Book, deputies: dict[str, User], on: date
) -> None:
    heir = district.places.village
    district.carry_out(merged(district, book), on=on)
    assert posted(deputies["stays"], heir) == [(on, None)]
    assert posted(deputies["soon"], heir) == [(on, SOON)]
    assert posted(deputies["left"], heir) == []


def test_who_follows_a_leader_in_turn_follows_in_the_new_grid_too(district: District, book: Book) -> None:
    p = district.places
    Posting.objects.filter(grid=p.village, role=Role.LEADER).update(valid_to=SOON)
    factories.person(Role.LEADER, grid=p.village, username="next", valid_from=SOON)
    book.drop(p.village.code, p.other_village.code)
    book.add(["new", "新村", 3, p.town.code, f"{p.village.code};{p.other_village.code}"])
    for code in (p.subgrid.code, p.sibling_subgrid.code, p.other_subgrid.code):
        book.row(code)[3] = "new"
    district.carry_out(without_postings(book))
    new = Grid.objects.get(code="new")
    leaders = Posting.objects.filter(grid=new, role=Role.LEADER).order_by("valid_from")
    assert list(leaders.values_list("person__username", "valid_from", "valid_to")) == [
        ("village_leader", TODAY, SOON),
        ("next", SOON, None),
    ]


@pytest.mark.parametrize("on", [EARLIER, TODAY], ids=["ten days ago", "today"])
def test_a_sheet_that_does_not_show_a_posting_with_an_end_leaves_it(
    district: District, deputies: dict[str, User], on: date
) -> None:
    plan = district.plan(as_it_is(district.root), on=on)
    assert (plan.operations, told(plan)) == ([], [])


def test_a_posting_moved_by_the_sheet_keeps_its_end(
    district: District, book: Book, deputies: dict[str, User]
) -> None:
    p = district.places
    book.drop(p.other_village.code).row(p.village.code)[4] = p.other_village.code
    book.row(p.other_subgrid.code)[3] = p.village.code
    book.unpost(p.other_village.code).lead("soon", p.village.code, "副网格长")
    district.carry_out(book)
    assert posted(deputies["soon"], p.village) == [(TODAY, SOON)]


def test_who_left_is_posted_anew_by_the_sheet_from_where_the_old_posting_ended(
    district: District, book: Book, deputies: dict[str, User]
) -> None:
    p = district.places
    district.carry_out(book.lead("left", p.other_village.code, "副网格长"), on=EARLIER)
    left = TODAY - timedelta(days=1)
    assert posted(deputies["left"], p.other_village) == [(factories.OPENED, left), (left, None)]
