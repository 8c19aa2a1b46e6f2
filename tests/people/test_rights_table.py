"""The whole table of rights: every role, every right, in and out of scope, asked both ways.

``posting_for`` answers for one object and ``grids_in_scope`` for a list; both must say what the table says.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.models import Grid
from people.models import Posting, Role, UnitKind, User
from people.queries import grids_in_scope, has_right, posting_for, units_of
from people.rules import RIGHTS, UNIT_ROLES, Relation, Right, rights, roles_with
from tests import factories
from tests.factories import Cast, Places, person, unit

EVERY = [(role, right) for role in Role for right in Right]
IN_UNITS = [(role, kind) for role, kinds in UNIT_ROLES.items() for kind in sorted(kinds)]

# The table a second time, by hand: what design §3 promises, so that a slip in one of them shows.
LEADS = "view inspect report hold read_assessment read_ledger keep_dossier"
LEADS_BELOW = "view inspect report verify look_back read_assessment read_ledger keep_dossier"
KEEPS = "view read_ledger administer approve_plan keep_dossier"
PROMISED: dict[str, dict[str, str]] = {
    "chief_leader": {"same": f"{LEADS} approve_plan", "above": f"{LEADS_BELOW} approve_plan", "unit": ""},
    "leader": {"same": LEADS, "above": LEADS_BELOW, "unit": ""},
    "deputy": {"same": LEADS, "above": LEADS_BELOW, "unit": ""},
    "worker": {
        "same": "view inspect report keep_dossier",
        "above": "view inspect report keep_dossier",
        "unit": "",
    },
    "patrol_officer": {
        "same": "view inspect report look_back",
        "above": "view inspect report look_back",
        "unit": "view hold",
    },
    "dispatcher": {
        "same": "view report desk verify void read_ledger",
        "above": "view report desk verify void read_ledger",
        "unit": "view desk",
    },
    "department_officer": {"same": "", "above": "", "unit": "view hold"},
    "assessor": {
        "same": "view assess read_assessment read_ledger",
        "above": "view assess read_assessment read_ledger",
        "unit": "",
    },
    "viewer": {
        "same": "view read_assessment read_ledger",
        "above": "view read_assessment read_ledger",
        "unit": "",
    },
    "administrator": {"same": KEEPS, "above": KEEPS, "unit": ""},
}


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


def test_the_table_is_as_promised() -> None:
    said = {
        role.value: {
            relation.value: " ".join(sorted(right.value for right in rights(role, relation)))
            for relation in Relation
        }
        for role in Role
    }
    asked = {
        role: {relation: " ".join(sorted(words.split())) for relation, words in table.items()}
        for role, table in PROMISED.items()
    }
    assert said == asked


def test_every_right_is_somebodys() -> None:
    assert all(any(roles_with(right, relation) for relation in Relation) for right in Right)


def test_a_unit_holds_its_own_roles_and_no_others() -> None:
    """What a unit holds is seen by roles that are held in units; no other role has a line for it."""
    assert {role for role in Role if rights(role, Relation.UNIT)} == set(UNIT_ROLES)
    assert {kind for kinds in UNIT_ROLES.values() for kind in kinds} == set(UnitKind)


@pytest.mark.parametrize("role", Role)
def test_a_posting_in_a_grid_gives_what_the_table_says(role: Role, places: Places) -> None:
    user = person(role, grid=places.town)
    for right in Right:
        for name, (grid, relation) in related(places).items():
            expected = relation is not None and right in rights(role, relation)
            assert allowed(user, right, grid) is expected, f"{role} {right} {name}"


@pytest.mark.parametrize(("role", "kind"), IN_UNITS)
def test_a_posting_in_a_unit_reaches_down_from_its_home_and_over_what_it_holds(
    role: Role, kind: UnitKind, places: Places
) -> None:
    own = unit("own", "本单位", grid=places.town, kind=kind)
    twin = unit("twin", "同类单位", grid=places.town, kind=kind)
    user = person(role, unit=own)
    held_elsewhere = places.other_site
    for right in Right:
        for name, (grid, relation) in related(places).items():
            expected = relation is not None and right in rights(role, relation)
            assert allowed(user, right, grid) is expected, f"{role} {right} {name}"
        by_unit = right in rights(role, Relation.UNIT)
        held = posting_for(user, right, grid_id=held_elsewhere.pk, unit_id=own.pk)
        assert (held is not None) is by_unit, f"{role} {right} held by the unit"
        assert units_of(user, right) == ({own.pk} if by_unit else set())
        other = posting_for(user, right, grid_id=held_elsewhere.pk, unit_id=twin.pk)
        assert other is None, f"{role} {right} held by another unit"
        assert has_right(user, right) is any(right in rights(role, relation) for relation in Relation)


@pytest.mark.parametrize("role", Role)
def test_a_posting_in_a_grid_gives_nothing_over_what_a_unit_holds_elsewhere(
    role: Role, places: Places
) -> None:
    user = person(role, grid=places.town)
    for right in Right:
        assert posting_for(user, right, grid_id=places.other_site.pk, unit_id=places.team.pk) is None
        assert units_of(user, right) == set()


@pytest.mark.parametrize("role", Role)
def test_a_posting_in_a_grid_reaches_into_no_other_district(role: Role, places: Places) -> None:
    user = person(role, grid=places.district)
    elsewhere = factories.grid("410174", "另一个区")
    for right in Right:
        assert not allowed(user, right, elsewhere)


@pytest.mark.parametrize("change", ["_ended", "_to_come"])
@pytest.mark.parametrize(("role", "kind"), IN_UNITS)
def test_a_posting_in_a_unit_not_in_force_today_gives_nothing(
    role: Role, kind: UnitKind, change: str, places: Places
) -> None:
    own = unit("own", "本单位", grid=places.town, kind=kind)
    user = person(role, unit=own)
    posting = user.postings.get()
    {"_ended": _ended, "_to_come": _to_come}[change](posting)
    posting.save()
    for right in Right:
        assert not allowed(user, right, places.town)
        assert posting_for(user, right, grid_id=places.town.pk, unit_id=own.pk) is None
        assert units_of(user, right) == set()


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
