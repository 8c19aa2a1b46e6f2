"""Every write on people, units and postings, and the entries of logging in and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed
from grids.models import Grid
from grids.queries import place
from ledgers.actions import NOBODY, Actor, Draft, Place, Subject, record
from people.models import Posting, Role, Unit, UnitKind, User
from people.queries import actor, current_postings, manageable, posting_for
from people.rules import Relation, Right, rights

# Where each role is held: in a grid, or in a unit of one of these kinds.
UNIT_ROLES: dict[str, frozenset[str]] = {
    Role.PATROL_OFFICER: frozenset({UnitKind.PATROL_TEAM}),
    Role.DISPATCHER: frozenset({UnitKind.COMMAND_CENTRE}),
    Role.DEPARTMENT_OFFICER: frozenset({UnitKind.DEPARTMENT, UnitKind.WORK_GROUP}),
}


# ---- postings


@transaction.atomic
def post(
    person: User,
    role: Role | str,
    *,
    by: User,
    grid: Grid | None = None,
    unit: Unit | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Posting:
    """Give a person a role in a grid or a unit, from today unless said otherwise, up to ``valid_to``.

    Raises ``Invalid`` for a role that is not held there, a closed place, dates the wrong way round or a
    posting the person has already; ``NotAllowed`` unless ``by`` administers the place and the person.
    """
    start = valid_from or timezone.localdate()
    _check_place(role, grid=grid, unit=unit)
    if valid_to is not None and valid_to <= start:
        raise Invalid({"valid_to": _("The end must come after the beginning.")})
    home = _home(grid, unit)
    who = _administrator(by, home)
    locked = _lock_person(person.pk, by=by)
    again = Posting.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=start), person=locked, role=role, grid=grid, unit=unit
    )
    if valid_to is not None:
        again = again.filter(valid_from__lt=valid_to)
    if again.exists():
        raise Invalid({"person": _("The person holds this role there already.")})
    posting = Posting.objects.create(
        person=locked, role=role, grid=grid, unit=unit, valid_from=start, valid_to=valid_to
    )
    _record("post", _of_posting(posting), who, place(home), _content(posting))
    return posting


@transaction.atomic
def end_posting(posting_id: int, *, on: date, by: User) -> Posting:
    """End a posting; ``on`` is the first day out of post.

    Raises ``Invalid`` for a day not after its beginning, one that has ended already, or the
    administrator's own posting; ``NotAllowed`` unless ``by`` administers its place.
    """
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related("grid", "unit__grid", "person")
        .get(pk=posting_id)
    )
    home = _home(posting.grid, posting.unit)
    who = _administrator(by, home)
    if on <= posting.valid_from:
        raise Invalid({"valid_to": _("The end must come after the beginning.")})
    if posting.valid_to is not None and posting.valid_to <= timezone.localdate():
        raise Invalid({"valid_to": _("This posting has ended already.")})
    if posting.person_id == by.pk and posting.role == Role.ADMINISTRATOR:
        raise Invalid({"valid_to": _("Another administrator must end your own posting.")})
    posting.valid_to = on
    posting.save(update_fields=["valid_to"])
    _record("end_posting", _of_posting(posting), who, place(home), _content(posting))
    return posting


# ---- people


@transaction.atomic
def create_person(*, username: str, name: str, password: str, by: User, phone: str = "") -> User:
    """Enter a person who can log in; what they may do follows from postings.

    Raises ``Invalid`` for a name that is taken or missing, or a weak password.
    """
    who, home = _anywhere(by)
    person = User(username=User.normalize_username(username), name=name.strip(), phone=phone.strip())
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid({"password1": " ".join(error.messages)}) from error
    person.set_password(password)
    _check(person)
    person.save(force_insert=True)
    _record("create_person", _of_person(person), who, home, _content_of_person(person))
    return person


@transaction.atomic
def change_person(person_id: int, *, name: str, phone: str, is_active: bool, by: User) -> User:
    """Change a person's name and phone, or close the account; closing your own is refused."""
    who, home = _anywhere(by)
    person = _lock_person(person_id, by=by)
    if person.pk == by.pk and not is_active:
        raise Invalid({"is_active": _("Another administrator must close your own account.")})
    person.name, person.phone, person.is_active = name.strip(), phone.strip(), is_active
    _check(person)
    person.save(update_fields=["name", "phone", "is_active"])
    _record("change_person", _of_person(person), who, home, _content_of_person(person))
    return person


@transaction.atomic
def set_password(person_id: int, *, password: str, by: User) -> None:
    """Set a password: one's own, or as an administrator that of a person one may manage.

    The entry says whose, never what. Raises ``Invalid`` for a weak password.
    """
    if person_id == by.pk:
        person = User.objects.select_for_update().get(pk=person_id)
        who, home = _own(person)
    else:
        who, home = _anywhere(by)
        person = _lock_person(person_id, by=by)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid({"new_password2": " ".join(error.messages)}) from error
    person.set_password(password)
    person.save(update_fields=["password"])
    _record("set_password", _of_person(person), who, home)


# ---- units


@transaction.atomic
def create_unit(unit: Unit, *, by: User) -> Unit:
    """Enter a unit at its home grid. Raises ``Invalid`` as its fields ask, ``NotAllowed`` elsewhere."""
    if unit.grid.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed.")})
    who = _administrator(by, unit.grid)
    _check(unit)
    unit.save(force_insert=True)
    _record("create_unit", _of_unit(unit), who, place(unit.grid), _content_of_unit(unit))
    return unit


@transaction.atomic
def change_unit(unit_id: int, *, name: str, name_en: str, closed_on: date | None, by: User) -> Unit:
    """Rename a unit or close it; one with people in post on that day cannot be closed."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("grid").get(pk=unit_id)
    who = _administrator(by, unit.grid)
    if closed_on is not None:
        staffed = unit.postings.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=closed_on))
        if staffed.exists():
            raise Invalid({"closed_on": _("End the postings in this unit first.")})
    unit.name, unit.name_en, unit.closed_on = name.strip(), name_en.strip(), closed_on
    _check(unit)
    unit.save(update_fields=["name", "name_en", "closed_on"])
    _record("change_unit", _of_unit(unit), who, place(unit.grid), _content_of_unit(unit))
    return unit


# ---- logging in and out


@transaction.atomic
def note_login(person: User) -> None:
    who, home = _own(person)
    _record("login", _of_person(person), who, home)


@transaction.atomic
def note_logout(person: User) -> None:
    who, home = _own(person)
    _record("logout", _of_person(person), who, home)


@transaction.atomic
def note_failed_login(username: str) -> None:
    """Record whose login failed. What was typed is not kept: a password lands in the wrong field at times."""
    person = User.objects.filter(username=username).first()
    if person is None:
        _record("login_failed", Subject(type="people.user", id="", label=""), NOBODY, Place())
        return
    _who, home = _own(person)
    _record("login_failed", _of_person(person), NOBODY, home)


# ---- helpers


def _home(grid: Grid | None, unit: Unit | None) -> Grid:
    if (grid is None) == (unit is None):
        raise Invalid({"grid": _("Choose a grid or a unit, one of the two.")})
    return grid or unit.grid  # type: ignore[union-attr]


def _check_place(role: Role | str, *, grid: Grid | None, unit: Unit | None) -> None:
    home = _home(grid, unit)
    if home.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed.")})
    if unit is not None and unit.closed_on is not None:
        raise Invalid({"unit": _("This unit is closed.")})
    kinds = UNIT_ROLES.get(role)
    if (kinds is None) != (unit is None) or (unit is not None and kinds and unit.kind not in kinds):
        raise Invalid({"role": _("This role is not held in such a place.")})


def _administrator(by: User, home: Grid) -> Actor:
    posting = posting_for(by, Right.ADMINISTER, grid_id=home.pk)
    if posting is None:
        raise NotAllowed(_("Only an administrator of this grid may do this."))
    return actor(by, posting)


def _anywhere(by: User) -> tuple[Actor, Place]:
    """The administrator and the place they administer, for what belongs to no grid."""
    for posting in current_postings(by):
        if Right.ADMINISTER in rights(posting.role, Relation.SAME):
            return actor(by, posting), place(_home(posting.grid, posting.unit))
    raise NotAllowed(_("Only an administrator may do this."))


def _own(person: User) -> tuple[Actor, Place]:
    """The person under their first posting of today, and its place."""
    posting = next(iter(current_postings(person)), None)
    home = place(_home(posting.grid, posting.unit)) if posting else Place()
    return actor(person, posting), home


def _lock_person(person_id: int, *, by: User) -> User:
    person = User.objects.select_for_update().get(pk=person_id)
    if not manageable(by).filter(pk=person.pk).exists():
        raise NotAllowed(_("This person is in post outside the grids you administer."))
    return person


def _check(row: User | Unit) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid({name: " ".join(words) for name, words in error.message_dict.items()}) from error


def _record(
    action: str, subject: Subject, who: Actor, where: Place, content: Mapping[str, Any] | None = None
) -> None:
    record(
        Draft(
            app="people",
            action=action,
            subject=subject,
            actor=who,
            at=timezone.now(),
            place=where,
            payload=content or {},
        )
    )


def _of_person(person: User) -> Subject:
    return Subject(type="people.user", id=str(person.pk), label=str(person))


def _of_unit(unit: Unit) -> Subject:
    return Subject(type="people.unit", id=str(unit.pk), label=unit.name)


def _of_posting(posting: Posting) -> Subject:
    return Subject(type="people.posting", id=str(posting.pk), label=str(posting.person))


def _content_of_person(person: User) -> dict[str, Any]:
    return {
        "username": person.username,
        "name": person.name,
        "phone": person.phone,
        "is_active": person.is_active,
    }


def _content_of_unit(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "kind": unit.kind,
        "name": unit.name,
        "name_en": unit.name_en,
        "closed_on": _iso(unit.closed_on),
    }


def _content(posting: Posting) -> dict[str, Any]:
    return {
        "person": posting.person_id,
        "role": posting.role,
        "grid": posting.grid_id,
        "unit": posting.unit_id,
        "valid_from": _iso(posting.valid_from),
        "valid_to": _iso(posting.valid_to),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
