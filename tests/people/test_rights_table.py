"""The whole table of rights: every role, every right, in and out of scope, asked both ways.

``posting_for`` answers for one object and ``grids_in_scope`` for a list; both must say what the table says.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.models import Grid
from people.models import Posting, Role, User
from people.queries import grids_in_scope, has_right, posting_for, units_of
from people.rules import RIGHTS, Relation, Right, rights, roles_with
from tests.factories import Cast, Places, person

UNIT_ROLES = (Role.PATROL_OFFICER, Role.DISPATCHER, Role.DEPARTMENT_OFFICER)
EVERY = [(role, right) for role in Role for right in Right]


def related(places: Places) -> dict[str, tuple[Grid, Relation | None]]:
    """Seen from a posting in the town: each grid and how it stands to it, None for out of scope."""
    return {
        "town": (places.town, Relation.SAME),
        "village": (places.village, Relation.ABOVE),
        "subgrid": (places.subgrid, Relation.ABOVE),
        "site": (places.site, Relation.ABOVE),
        "district": (places.district, None),
        "other_town": (places.other_town, None),
        "other_site": (places.other_site, None),
    }


def allowed(user: User, right: Right, grid: Grid) -> bool:
    """The one answer, asked both ways."""
    single = posting_for(user, right, grid_id=grid.pk) is not None
    listed = grids_in_scope(user, right).filter(pk=grid.pk).exists()
    assert single == listed, f"{right} on {grid}: posting_for says {single}, grids_in_scope {listed}"
    return single


def test_every_role_has_its_line() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(rights(role, relation) <= set(Right) for role in Role for relation in Relation)


@pytest.mark.parametrize("role", Role)
def test_a_posting_in_a_grid_gives_what_the_table_says(role: Role, places: Places) -> None:
    user = person(role, grid=places.town)
    for right in Right:
        for name, (grid, relation) in related(places).items():
            expected = relation is not None and right in rights(role, relation)
            assert allowed(user, right, grid) is expected, f"{role} {right} {name}"


@pytest.mark.parametrize("role", UNIT_ROLES)
def test_a_posting_in_a_unit_reaches_down_from_its_home_and_over_what_it_holds(
    role: Role, places: Places
) -> None:
    user = person(role, unit=places.team)
    held_elsewhere = places.other_site
    for right in Right:
        for name, (grid, relation) in related(places).items():
            expected = relation is not None and right in rights(role, relation)
            assert allowed(user, right, grid) is expected, f"{role} {right} {name}"
        by_unit = right in rights(role, Relation.UNIT)
        held = posting_for(user, right, grid_id=held_elsewhere.pk, unit_id=places.team.pk)
        assert (held is not None) is by_unit, f"{role} {right} held by the unit"
        assert (places.team.pk in units_of(user, right)) is by_unit
        other = posting_for(user, right, grid_id=held_elsewhere.pk, unit_id=places.department.pk)
        assert other is None, f"{role} {right} held by another unit"


@pytest.mark.parametrize(("role", "right"), EVERY)
def test_roles_with_reads_the_same_table(role: Role, right: Right) -> None:
    for relation in Relation:
        assert (role in roles_with(right, relation)) is (right in rights(role, relation))


def _ended(posting: Posting) -> None:
    posting.valid_to = timezone.localdate()


def _to_come(posting: Posting) -> None:
    posting.valid_from = timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize("change", [_ended, _to_come])
@pytest.mark.parametrize("role", Role)
def test_a_posting_not_in_force_today_gives_nothing(role: Role, change, places: Places) -> None:
    user = person(role, grid=places.town)
    posting = user.postings.get()
    change(posting)
    posting.save()
    assert not any(allowed(user, right, places.town) or has_right(user, right) for right in Right)


def test_flags_of_the_account_give_nothing(places: Places) -> None:
    user = person(None)
    user.is_superuser = user.is_staff = True
    user.save()
    assert not any(allowed(user, right, places.district) or has_right(user, right) for right in Right)
    assert not user.has_perm("people.change_user")


def test_an_inactive_person_has_no_rights(places: Places) -> None:
    user = person(Role.ADMINISTRATOR, grid=places.district)
    user.is_active = False
    user.save()
    assert not any(allowed(user, right, places.district) or has_right(user, right) for right in Right)
    assert not user.has_perm("people.change_user")


def test_the_nearest_posting_is_the_one_acted_under(cast: Cast, places: Places) -> None:
    person_ = cast.town_leader
    nearer = person_.postings.create(
        role=Role.LEADER, grid=places.village, valid_from=timezone.localdate() - timedelta(days=1)
    )
    assert posting_for(person_, Right.VIEW, grid_id=places.site.pk) == nearer
    assert posting_for(person_, Right.HOLD, grid_id=places.town.pk) != nearer
