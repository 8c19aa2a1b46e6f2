"""Units outside the tree."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Invalid
from grids.locks import tree_held
from grids.queries import place
from people.actions.common import administrator, content_of_unit, enter, of_unit, validated
from people.models import Unit, User


@tree_held()
def create_unit(unit: Unit, *, by: User) -> Unit:
    """Enter a unit at its home grid. Raises ``Invalid`` as its fields ask, ``NotAllowed`` elsewhere."""
    if unit.grid.closed_on is not None:
        raise Invalid({"grid": _("This grid is closed.")})
    who = administrator(by, unit.grid)
    validated(unit)
    unit.save(force_insert=True)
    enter("create_unit", of_unit(unit), who, place(unit.grid), content_of_unit(unit))
    return unit


@tree_held()
def change_unit(unit_id: int, *, name: str, name_en: str, closed_on: date | None, by: User) -> Unit:
    """Rename a unit or close it; one with people in post on that day cannot be closed."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("grid").get(pk=unit_id)
    who = administrator(by, unit.grid)
    if closed_on is not None:
        staffed = unit.postings.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=closed_on))
        if staffed.exists():
            raise Invalid({"closed_on": _("End the postings in this unit first.")})
    unit.name, unit.name_en, unit.closed_on = name.strip(), name_en.strip(), closed_on
    validated(unit)
    unit.save(update_fields=["name", "name_en", "closed_on"])
    enter("change_unit", of_unit(unit), who, place(unit.grid), content_of_unit(unit))
    return unit
