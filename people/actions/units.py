"""Units outside the tree."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids.dated import day_of_change
from grids.locks import tree_held
from grids.queries import place
from grids.rules import SITE_LEVEL
from people.actions.common import administrator, content_of_unit, enter, of_unit, validated
from people.models import Unit, User


@tree_held()
def create_unit(unit: Unit, *, by: User) -> Unit:
    """Enter a unit at its home grid, from today or a day gone by.

    Raises ``Invalid`` as its fields ask, for a site as its home and a day ahead; ``NotAllowed`` elsewhere.
    """
    if unit.grid.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed.")})
    if unit.grid.level >= SITE_LEVEL:
        raise Invalid({"grid": _("A unit is at home in a grid above the sites.")})
    _check_day("opened_on", unit.opened_on)
    who = administrator(by, unit.grid)
    validated(unit)
    unit.save(force_insert=True)
    enter("create_unit", of_unit(unit), who, place(unit.grid), content_of_unit(unit))
    return unit


@tree_held()
def change_unit(unit_id: int, *, name: str, name_en: str, closed_on: date | None, by: User) -> Unit:
    """Rename a unit or close it, from today or a day gone by; with people in post from then on it stays open.

    Raises ``Invalid`` for a day ahead or before it was opened too: who is there until then is to be called.
    """
    unit = Unit.objects.select_for_update(of=("self",)).select_related("grid").get(pk=unit_id)
    who = administrator(by, unit.grid)
    if closed_on is not None:
        _check_day("closed_on", closed_on)
        if closed_on < unit.opened_on:
            raise Invalid({"closed_on": _("The end must come after the beginning.")})
        staffed = unit.postings.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=closed_on))
        if staffed.exists():
            raise Invalid({"closed_on": _("End the postings in this unit first.")})
    unit.name, unit.name_en, unit.closed_on = name.strip(), name_en.strip(), closed_on
    validated(unit)
    unit.save(update_fields=["name", "name_en", "closed_on"])
    enter("change_unit", of_unit(unit), who, place(unit.grid), content_of_unit(unit))
    return unit


def _check_day(name: str, day: date) -> None:
    """Units open and close today or did before. Raises ``Invalid`` on the field for a day ahead."""
    try:
        day_of_change(day)
    except Invalid as refusal:
        raise Invalid({name: str(refusal)}) from refusal
