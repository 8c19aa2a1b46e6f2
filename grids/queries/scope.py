"""Who sees and does what. People lie above this room, so their functions are named in the settings."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import NotAllowed
from grids.models import Grid, Lineage, Plan, open_on
from grids.queries.tree import with_counts
from ledgers.actions import Actor


def in_scope(user: Any, right: str = "view", *, on: date | None = None) -> QuerySet[Grid]:
    """The grids over which the person holds a right today (``settings.GRID_SCOPE``).

    ``on`` a day: those that lay then below a grid of theirs, or below one that has passed into it.
    """
    found: QuerySet[Grid] = import_string(settings.GRID_SCOPE)(user, right, on=on)
    return found


def actor(user: Any, right: str, grid_id: int) -> Actor:
    """The person as the ledger keeps them, with the posting that gives the right over the grid.

    Raises ``NotAllowed`` if none does (``settings.GRID_POSTING``).
    """
    posting = import_string(settings.GRID_POSTING)(user, right, grid_id=grid_id)
    if posting is None:
        raise NotAllowed(_("Only an administrator of this grid may do this."))
    return Actor(user_id=user.pk, name=str(user), posting_id=posting.pk, role=posting.role)


def actor_or_person(user: Any, right: str, grid_id: int) -> Actor:
    """The person as the ledger keeps them, under the posting that gives the right today if one does."""
    posting = import_string(settings.GRID_POSTING)(user, right, grid_id=grid_id)
    if posting is None:
        return Actor(user_id=user.pk, name=str(user))
    return Actor(user_id=user.pk, name=str(user), posting_id=posting.pk, role=posting.role)


def administered_district(user: Any) -> Grid:
    """The first open district that the person administers, for what holds in all of it.

    Raises ``NotAllowed`` if there is none.
    """
    root = in_scope(user, "administer").filter(level=1, closed_on__isnull=True).order_by("code").first()
    if root is None:
        raise NotAllowed(_("Only an administrator of the district may do this."))
    return root


def tops(user: Any, *, on: date | None = None) -> QuerySet[Grid]:
    """The grids at which the person's sight begins, today or on a day: their upper grid is out of scope."""
    scope = in_scope(user, on=on)
    if on is None:
        found = scope.filter(closed_on__isnull=True).exclude(parent_id__in=scope.values("pk"))
    else:
        lower = Lineage.objects.filter(open_on(on), depth=1, ancestor_id__in=scope.values("pk"))
        found = scope.exclude(pk__in=lower.values("descendant_id"))
    return with_counts(found, on=on).order_by("tree_id", "lft")


def plans_visible_to(user: Any) -> QuerySet[Plan]:
    """The plans of districts where the person plans or approves."""
    mine = Q(root__in=in_scope(user, "administer").values("pk")) | Q(
        root__in=in_scope(user, "approve_plan").values("pk")
    )
    return Plan.objects.filter(mine).select_related("root", "planned_by", "approved_by", "applied_by")
