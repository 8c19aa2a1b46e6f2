"""Grids under one upper grid have a name each, unless they share one already."""

from __future__ import annotations

from grids.models import Grid
from tests.grids.restructuring.build import Book, District, told


def test_a_grid_may_not_take_the_name_of_the_one_beside_it(district: District, book: Book) -> None:
    p = district.places
    book.row(p.sibling_subgrid.code)[1] = p.subgrid.name
    number = max(book.number(p.subgrid.code), book.number(p.sibling_subgrid.code))
    assert told(district.plan(book)) == [("duplicate", "网格", number, "B")]


def test_grids_that_share_a_name_today_may_go_on_doing_so(district: District, book: Book) -> None:
    p = district.places
    Grid.objects.filter(pk=p.sibling_subgrid.pk).update(name=p.subgrid.name)
    book.row(p.sibling_subgrid.code)[1] = p.subgrid.name
    assert told(district.plan(book)) == []
