"""Who holds which role where, and until when."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids.locks import tree_held
from grids.models import Grid
from grids.queries import place
from people.actions.common import (
    administrator,
    check_place,
    content_of_posting,
    enter,
    home_of,
    lock_person,
    of_posting,
)
from people.models import Posting, Role, Unit, User


@tree_held()
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

    Raises ``Invalid`` for a role that is not held there, a closed place, a day before it was opened, dates
    the wrong way round or a posting the person has already; ``NotAllowed`` unless ``by`` administers the
    place and the person.
    """
    start = valid_from or timezone.localdate()
    check_place(role, grid=grid, unit=unit)
    if valid_to is not None and valid_to <= start:
        raise Invalid({"valid_to": _("The end must come after the beginning.")})
    home = home_of(grid, unit)
    if start < (grid or unit).opened_on:  # type: ignore[union-attr]  # home_of: one of the two is there
        raise Invalid({"valid_from": _("The first day lies before the grid or unit was opened.")})
    who = administrator(by, home)
    locked = lock_person(person.pk, by=by)
    posting = Posting(person=locked, role=role, grid=grid, unit=unit, valid_from=start, valid_to=valid_to)
    if _at_once(posting):
        raise Invalid({"person": _("The person holds this role there already.")})
    posting.save(force_insert=True)
    enter("post", of_posting(posting), who, place(home), content_of_posting(posting))
    return posting


@tree_held()
def end_posting(posting_id: int, *, on: date, by: User) -> Posting:
    """End a posting; ``on`` is the first day out of post. One that has not begun ends on its first day too.

    Raises ``Invalid`` for a day not after its beginning or after the person's next posting of the same role
    there has begun, one that has ended already, or the administrator's own posting; ``NotAllowed`` unless
    ``by`` administers its place.
    """
    posting = (
        Posting.objects.select_for_update(of=("self",))
        .select_related("grid", "unit__grid", "person")
        .get(pk=posting_id)
    )
    home = home_of(posting.grid, posting.unit)
    who = administrator(by, home)
    if on < posting.valid_from or (on == posting.valid_from and on <= timezone.localdate()):
        raise Invalid({"valid_to": _("The end must come after the beginning.")})
    if posting.valid_to is not None and posting.valid_to <= timezone.localdate():
        raise Invalid({"valid_to": _("This posting has ended already.")})
    if posting.person_id == by.pk and posting.role == Role.ADMINISTRATOR:
        raise Invalid({"valid_to": _("Another administrator must end your own posting.")})
    posting.valid_to = on
    if _at_once(posting):
        raise Invalid({"valid_to": _("The person's next posting of this role there begins before that day.")})
    posting.save(update_fields=["valid_to"])
    enter("end_posting", of_posting(posting), who, place(home), content_of_posting(posting))
    return posting


def _at_once(posting: Posting) -> bool:
    """Whether the person holds the same role in the same place on one of its days by another posting."""
    others = Posting.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=posting.valid_from),
        person_id=posting.person_id,
        role=posting.role,
        grid=posting.grid,
        unit=posting.unit,
    ).exclude(Q(pk=posting.pk) | Q(valid_to=F("valid_from")))
    if posting.valid_to is not None:
        others = others.filter(valid_from__lt=posting.valid_to)
    return posting.valid_to != posting.valid_from and others.exists()
