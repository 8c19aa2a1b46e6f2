"""Many people and postings at once, from a workbook that was shown as a preview first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids.dated import BATCH
from grids.locks import tree_held
from grids.models import Grid
from grids.queries import places
from ledgers.actions import Actor, Draft, Place, Subject, record_many
from ledgers.files import store_content
from people.actions.common import (
    anywhere,
    content_of_person,
    content_of_posting,
    draft,
    enter,
    of_person,
    of_posting,
)
from people.importing import ImportPlan, plan
from people.importing.shapes import New
from people.models import Posting, User
from people.queries import actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_people(content: bytes, *, by: User, digest: str, name: str = "") -> ImportPlan:
    """Do all that a workbook says, or nothing; returns what was done.

    ``digest`` is that of the preview: what is done is what was shown; ``name`` is that of the file. The
    workbook is kept, and one entry names it; each person and each posting has its own besides, in its grid,
    since rights follow from it.
    New people have no password and cannot log in until a first one is issued (``issue_first_passwords``).
    Raises ``Invalid`` for a workbook with faults, or where something has changed since the preview.
    """
    try:
        return _import(content, by=by, digest=digest, name=name)
    except IntegrityError as fault:  # somebody else has entered one of these people this very moment
        raise Invalid({"": _changed_meanwhile()}) from fault


@tree_held()
def _import(content: bytes, *, by: User, digest: str, name: str) -> ImportPlan:
    who, home = anywhere(by)
    found = plan(content, by=by, lock=True)
    if found.problems:
        raise Invalid({"": _("The workbook has faults. Nothing was imported.")})
    if found.digest != digest:
        raise Invalid({"": _changed_meanwhile()})
    at = timezone.now()
    new, changed = _write_people(found)
    posted, ended = _write_postings(found, new)
    kept = store_content(content, content_type=XLSX, suffix=".xlsx")
    enter(
        "import_people",
        Subject(type="people.list", id="", label=name[:200]),
        who,
        home,
        {
            "workbook": kept.sha256,
            "entered": len(new),
            "changed": len(changed),
            "posted": len(posted),
            "ended": len(ended),
        },
    )
    record_many(_of_people("create_person", new, who, home, at))
    record_many(_of_people("change_person", changed, who, home, at))
    record_many(_of_postings("post", posted, found, by=by, at=at))
    record_many(_of_postings("end_posting", ended, found, by=by, at=at))
    return found


def _changed_meanwhile() -> str:
    return _("Something has changed since this preview. Nothing was imported; this is how it stands now.")


def _write_people(found: ImportPlan) -> tuple[list[User], list[User]]:
    new = [
        User(
            username=row.username,
            name=row.name,
            phone=row.phone or "",
            is_active=row.active is not False,
            password=make_password(None),
            must_change_password=True,
        )
        for row in found.new
    ]
    User.objects.bulk_create(new, batch_size=BATCH)
    changed = [one.person for one in found.changed]
    for one in found.changed:
        one.person.name = one.row.name
        one.person.phone = one.person.phone if one.row.phone is None else one.row.phone
        one.person.is_active = one.person.is_active if one.row.active is None else one.row.active
    User.objects.bulk_update(changed, ["name", "phone", "is_active"], batch_size=500)
    return new, changed


def _write_postings(found: ImportPlan, new: list[User]) -> tuple[list[Posting], list[Posting]]:
    people = {person.username: person for person in (*found.known_people, *new)}
    posted = [_posting(one, people[one.row.username]) for one in found.posted]
    Posting.objects.bulk_create(posted, batch_size=BATCH)
    ended = [one.posting for one in found.ended]
    for one in found.ended:
        one.posting.valid_to = one.end
    Posting.objects.bulk_update(ended, ["valid_to"], batch_size=500)
    return posted, ended


def _posting(one: New, person: User) -> Posting:
    grid, unit = (one.place, None) if isinstance(one.place, Grid) else (None, one.place)
    return Posting(
        person=person, role=one.row.role, grid=grid, unit=unit, valid_from=one.start, valid_to=one.row.end
    )


def _of_people(action: str, people: list[User], who: Actor, home: Place, at: datetime) -> Iterator[Draft]:
    for person in people:
        yield draft(action, of_person(person), content_of_person(person), by=who, at=at, where=home)


def _of_postings(
    action: str, postings: list[Posting], found: ImportPlan, *, by: User, at: datetime
) -> Iterator[Draft]:
    """Each in its own grid, under the posting that gives the right there."""
    where = places({posting.home_id for posting in postings})
    actors = {posting.pk: actor(by, posting) for posting in found.acting.values()}
    for posting in postings:
        yield draft(
            action,
            of_posting(posting),
            content_of_posting(posting),
            by=actors[found.acting[posting.home_id].pk],
            at=at,
            where=where[posting.home_id],
        )
