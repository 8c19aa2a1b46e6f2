"""Responsibility lists: set by version, acknowledged by the person posted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid, NotAllowed
from grids import versions
from grids.locks import tree_held
from grids.models import Grid
from grids.queries import place
from grids.rules import DISTRICT_LEVEL
from grids.versions import Wording
from ledgers.actions import Actor, Draft, Place, Subject, record_many
from people import defaults
from people.actions.common import draft, enter, home_of
from people.duties import level_of
from people.models import Acknowledgement, DutyList, Posting, Role, User
from people.queries import actor, current_postings
from people.rules import Relation, Right, rights


@transaction.atomic
def set_duty_list(
    role: Role | str, level: int, wording: Wording, *, by: User, on: date | None = None
) -> DutyList:
    """Let a role at a level have this list from a day on; everyone posted is to acknowledge it anew.

    A version that somebody has acknowledged is followed from the next day at the earliest. Raises
    ``Invalid`` as ``versions.follow`` does, ``NotAllowed`` unless ``by`` administers a district.
    """
    who, home = district_administrator(by)
    of = {"role": Role(role), "level": level}
    duty_list: DutyList = versions.follow(
        DutyList, of, wording, on=on or timezone.localdate(), relied_on=acknowledged
    )
    enter("set_duty_list", of_duty_list(duty_list), who, home, content_of_duty_list(duty_list))
    return duty_list


def acknowledged(duty_list: DutyList) -> bool:
    return duty_list.acknowledgements.exists()


@tree_held()
def acknowledge(duty_list_id: int, posting_id: int, *, by: User) -> Acknowledgement:
    """The person posted says that they have read the list of their post; said again, nothing happens.

    Raises ``NotAllowed`` for another's posting, ``Invalid`` for one that is not in force and for a list
    that is not the one in force for it: one replaced since it was read too.
    """
    today = timezone.localdate()
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related("grid", "unit__grid")
        .get(pk=posting_id)
    )
    if posting.person_id != by.pk:
        raise NotAllowed(_("Only the person posted acknowledges the duties of a post."))
    if not _holds(posting, today):
        raise Invalid({"": _("This posting is not in force.")})
    duty_list = DutyList.objects.select_for_update().filter(pk=duty_list_id).first()
    if duty_list is None or not _holds(duty_list, today):
        raise Invalid({"": _("The list has been replaced. Please read the one in force.")})
    if (duty_list.role, duty_list.level) != (posting.role, level_of(posting)):
        raise Invalid({"": _("This list belongs to another role or level.")})
    said, new = Acknowledgement.objects.get_or_create(
        duty_list=duty_list, posting=posting, defaults={"at": timezone.now()}
    )
    if new:
        home = place(home_of(posting.grid, posting.unit))
        enter(
            "acknowledge_duties",
            of_duty_list(duty_list),
            actor(by, posting),
            home,
            content_of(said, duty_list),
        )
    return said


@transaction.atomic
def install_duty_lists(*, by: User, since: date) -> int:
    """Write the usual lists for roles and levels that never had any; returns how many. An entry each."""
    who, home = district_administrator(by)
    have = set(DutyList.objects.values_list("role", "level"))
    rows = [row for row in defaults.rows(since=since) if (row.role, row.level) not in have]
    made = DutyList.objects.bulk_create(rows)
    record_many(installed(made, by=who, at=timezone.now(), where=home))
    return len(made)


def installed(rows: Iterable[DutyList], *, by: Actor, at: datetime, where: Place) -> list[Draft]:
    """The entries of lists written all at once."""
    return [
        draft("set_duty_list", of_duty_list(row), content_of_duty_list(row), by=by, at=at, where=where)
        for row in rows
    ]


def district_administrator(by: User) -> tuple[Actor, Place]:
    """The administrator and the district they administer: the lists hold everywhere.

    Raises ``NotAllowed`` if they administer none.
    """
    for posting in current_postings(by):
        home: Grid = home_of(posting.grid, posting.unit)
        if home.level == DISTRICT_LEVEL and Right.ADMINISTER in rights(posting.role, Relation.SAME):
            return actor(by, posting), place(home)
    raise NotAllowed(_("Only an administrator of the district may do this."))


def _holds(row: Any, day: date) -> bool:
    return bool(row.valid_from <= day and (row.valid_to is None or day < row.valid_to))


def of_duty_list(duty_list: DutyList) -> Subject:
    return Subject(type="people.duty_list", id=str(duty_list.pk), label=duty_list.name)


def content_of_duty_list(duty_list: DutyList) -> dict[str, Any]:
    return {
        "role": duty_list.role,
        "level": duty_list.level,
        "version": duty_list.version,
        "name": duty_list.name,
        "name_en": duty_list.name_en,
        "text": duty_list.text,
        "text_en": duty_list.text_en,
        "document": duty_list.document,
        "valid_from": duty_list.valid_from.isoformat(),
    }


def content_of(said: Acknowledgement, duty_list: DutyList) -> dict[str, Any]:
    """What an acknowledgement's entry keeps: which post, which version, and what stood in it."""
    return {
        "posting": said.posting_id,
        "role": duty_list.role,
        "level": duty_list.level,
        "version": duty_list.version,
        "document": duty_list.document,
        "sha256": hashlib.sha256(duty_list.text.encode()).hexdigest(),
    }
