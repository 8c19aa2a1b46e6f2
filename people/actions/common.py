"""What every action of the room begins and ends with: who acts, where, what is checked, what is entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed
from grids.models import Grid
from grids.queries import place
from ledgers.actions import Actor, Draft, Place, Subject, record
from people.models import Posting, Role, Unit, User
from people.queries import actor, current_postings, manageable, posting_for
from people.rules import Relation, Right, held_in_grid, held_in_unit, rights


def home_of(grid: Grid | None, unit: Unit | None) -> Grid:
    if (grid is None) == (unit is None):
        raise Invalid({"grid": _("Choose a grid or a unit, one of the two.")})
    return grid or unit.grid  # type: ignore[union-attr]


def check_place(role: Role | str, *, grid: Grid | None, unit: Unit | None) -> None:
    home = home_of(grid, unit)
    if home.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed.")})
    if unit is not None and unit.closed_on is not None:
        raise Invalid({"unit": _("This unit is closed.")})
    if not (held_in_grid(role, home.level) if unit is None else held_in_unit(role, unit.kind)):
        raise Invalid({"role": _("This role is not held in such a place.")})


def administrator(by: User, home: Grid) -> Actor:
    posting = posting_for(by, Right.ADMINISTER, grid_id=home.pk)
    if posting is None:
        raise NotAllowed(_("Only an administrator of this grid may do this."))
    return actor(by, posting)


def anywhere(by: User) -> tuple[Actor, Place]:
    """The administrator and the place they administer, for what belongs to no grid."""
    for posting in current_postings(by):
        if Right.ADMINISTER in rights(posting.role, Relation.SAME):
            return actor(by, posting), place(home_of(posting.grid, posting.unit))
    raise NotAllowed(_("Only an administrator may do this."))


def own_post(person: User) -> tuple[Actor, Place]:
    """The person under their first posting of today, and its place."""
    posting = next(iter(current_postings(person)), None)
    home = place(home_of(posting.grid, posting.unit)) if posting else Place()
    return actor(person, posting), home


def lock_person(person_id: int, *, by: User) -> User:
    person = User.objects.select_for_update().get(pk=person_id)
    if not manageable(by).filter(pk=person.pk).exists():
        raise NotAllowed(_("This person does not belong to the grids you administer."))
    return person


def validated(row: User | Unit) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid({name: " ".join(words) for name, words in error.message_dict.items()}) from error


def enter(
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


def draft(
    action: str, subject: Subject, content: Mapping[str, Any], *, by: Actor, at: datetime, where: Place
) -> Draft:
    """An entry of the room to be written with many others."""
    return Draft(app="people", action=action, subject=subject, actor=by, at=at, place=where, payload=content)


def of_person(person: User) -> Subject:
    return Subject(type="people.user", id=str(person.pk), label=str(person))


def of_unit(unit: Unit) -> Subject:
    return Subject(type="people.unit", id=str(unit.pk), label=unit.name)


def of_posting(posting: Posting) -> Subject:
    return Subject(type="people.posting", id=str(posting.pk), label=str(posting.person))


def content_of_person(person: User) -> dict[str, Any]:
    return {
        "username": person.username,
        "name": person.name,
        "phone": person.phone,
        "is_active": person.is_active,
    }


def content_of_unit(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "kind": unit.kind,
        "name": unit.name,
        "name_en": unit.name_en,
        "grid": unit.grid_id,
        "closed_on": iso(unit.closed_on),
    }


def content_of_posting(posting: Posting) -> dict[str, Any]:
    return {
        "person": posting.person_id,
        "role": posting.role,
        "grid": posting.grid_id,
        "unit": posting.unit_id,
        "valid_from": iso(posting.valid_from),
        "valid_to": iso(posting.valid_to),
    }


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
