"""Open cases of a place that moves go to who stands above it now, and come back with the place."""

from __future__ import annotations

from grids import actions
from incidents.models import Incident
from incidents.queries import mine_to_act
from tests import factories
from tests.grids.restructuring.build import Book, District


def handled_by_the_town(district: District) -> Incident:
    """A case of the village's site that its town has in hand."""
    cast = district.cast
    case = factories.incident(district.places, cast)
    up = [("escalate", who) for who in (cast.leader, cast.village_leader, cast.town_leader)]
    return factories.advance(
        case, *up, ("file", cast.dispatcher), ("dispatch", cast.dispatcher), target_grid=district.places.town
    )


def moved(district: District, book: Book) -> Book:
    p = district.places
    book.row(p.village.code)[3] = p.other_town.code
    return book


def test_the_new_town_takes_over_what_the_old_one_had_in_hand(district: District, book: Book) -> None:
    case = handled_by_the_town(district)
    plan = district.plan(moved(district, book))
    assert [count for label, count in plan.summary["effects"] if "another upper" in label["text"]] == [1]
    district.apply(plan)
    case.refresh_from_db()
    assert case.holder_grid == district.places.other_town
    step = case.steps.latest("number")
    assert (step.action, step.holder_grid) == ("pass_on", district.places.other_town)
    assert mine_to_act(district.cast.other_town_leader).filter(pk=case.pk).exists()
    assert not mine_to_act(district.cast.town_leader).filter(pk=case.pk).exists()


def test_a_town_chosen_from_elsewhere_keeps_its_case(district: District, book: Book) -> None:
    cast, p = district.cast, district.places
    case = factories.incident(p, cast, grid=p.other_site, by=cast.chief)
    Incident.objects.filter(pk=case.pk).update(holder_grid=p.town)
    book.row(p.other_village.code)[3] = p.town.code
    book.row(p.village.code)[3] = p.other_town.code
    district.carry_out(book)
    case.refresh_from_db()
    assert (case.holder_grid, case.version) == (p.town, 1)


def test_rolled_back_the_case_is_with_the_old_town_again(district: District, book: Book) -> None:
    case = handled_by_the_town(district)
    plan = district.carry_out(moved(district, book))
    actions.roll_back_plan(plan.pk, by=district.cast.administrator)
    case.refresh_from_db()
    assert case.holder_grid == district.places.town
