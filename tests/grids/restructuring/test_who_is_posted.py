"""A plan posts nobody whom its maker could not post by hand; a grid is led by who is in post that day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import StaleVersion
from grids import actions
from grids.models import Grid, Plan
from grids.restructuring.target import Edit
from people.models import Posting, Role, User
from tests import factories
from tests.grids.restructuring.build import Book, District, as_it_is, told, without_postings

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=4)


@pytest.fixture
def stranger() -> User:
    """In post in another district."""
    return factories.person(Role.WORKER, grid=factories.grid("410999", "邻区"), username="stranger")


@pytest.fixture
def closed() -> User:
    person = factories.person(username="closed")
    User.objects.filter(pk=person.pk).update(is_active=False)
    return person


def opened_with(district: District, leader: str) -> Plan:
    """A village opened by hand, with a leader named for it."""
    return actions.plan_edits(
        [Edit(act="open", code="new", name="新村", to=district.places.town.code)],
        root_id=district.root.pk,
        on=TODAY,
        by=district.cast.administrator,
        more={"people": {"leaders": {"new": leader}}},
    )


@pytest.mark.parametrize(("who", "kind"), [("stranger", "not_yours"), ("closed", "closed")])
def test_the_sheet_posts_no_stranger_and_no_closed_account(
    district: District, book: Book, stranger: User, closed: User, who: str, kind: str
) -> None:
    book.lead(who, district.places.subgrid.code, "网格员")
    assert told(district.plan(book)) == [(kind, "任职", len(book.postings), "A")]


@pytest.mark.parametrize(("who", "kind"), [("stranger", "not_yours"), ("closed", "closed")])
def test_no_stranger_and_no_closed_account_is_named_leader(
    district: District, stranger: User, closed: User, who: str, kind: str
) -> None:
    assert kind in [found for found, *_cell in told(opened_with(district, who))]
    assert not told(opened_with(district, factories.person(username="free").username))


def test_who_is_posted_elsewhere_meanwhile_is_asked_again_when_it_is_applied(
    district: District, book: Book
) -> None:
    person = factories.person(username="free")
    plan = district.plan(book.lead("free", district.places.subgrid.code, "网格员"))
    factories.posting(person, Role.WORKER, grid=factories.grid("410999", "邻区"))
    with pytest.raises(StaleVersion):
        district.apply(plan)
    assert not Posting.objects.filter(person=person, grid=district.places.subgrid).exists()


def test_whoever_is_there_already_may_stay(district: District, stranger: User) -> None:
    factories.posting(stranger, Role.WORKER, grid=district.places.subgrid)
    former = factories.person(Role.WORKER, grid=district.places.subgrid)
    User.objects.filter(pk=former.pk).update(is_active=False)
    plan = district.plan(as_it_is(district.root))
    assert (plan.operations, told(plan)) == ([], [])


# ---- who leads


def merged(district: District, book: Book, new: str = "new") -> Book:
    """Both villages pass into a new one."""
    p = district.places
    book.drop(p.village.code, p.other_village.code)
    book.add([new, "新村", 3, p.town.code, f"{p.village.code};{p.other_village.code}"])
    for code in (p.subgrid.code, p.sibling_subgrid.code, p.other_subgrid.code):
        book.row(code)[3] = new
    return book


def test_a_leader_with_a_closed_account_leads_no_new_grid(district: District, book: Book) -> None:
    User.objects.filter(username="village_leader").update(is_active=False)
    district.carry_out(without_postings(merged(district, book)))
    led = Posting.objects.filter(grid=Grid.objects.get(code="new"), role=Role.LEADER)
    assert [posting.person.username for posting in led] == [f"leads-{district.places.other_village.code}"]


def test_without_anyone_else_the_new_grid_has_no_leader(district: District, book: Book) -> None:
    gone = (district.places.village, district.places.other_village)
    User.objects.filter(postings__grid__in=gone).update(is_active=False)
    merged(district, book)
    assert told(district.plan(without_postings(book))) == [("no_leader", "网格", book.number("new"), "A")]


def test_who_begins_later_does_not_lead_yet(district: District, book: Book) -> None:
    village = district.places.village
    Posting.objects.filter(grid__in=(village, district.places.other_village)).update(valid_from=SOON)
    merged(district, book)
    assert told(district.plan(without_postings(book))) == [("no_leader", "网格", book.number("new"), "A")]


def test_taking_away_the_only_leader_who_is_in_post_is_objected_to(district: District, book: Book) -> None:
    village = district.places.village
    factories.person(Role.LEADER, grid=village, username="later", valid_from=SOON)
    book.lead("later", village.code)
    book.postings[:] = [row for row in book.postings if row[0] != "village_leader"]
    assert told(district.plan(book)) == [("no_leader", "网格", book.number(village.code), "A")]
