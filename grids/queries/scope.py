"""Who sees and does what. People lie above this room, so their functions are named in the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import NotAllowed
from grids.models import Grid, Plan
from grids.queries.tree import with_counts
from ledgers.actions import Actor


def in_scope(user: Any, right: str = "view") -> QuerySet[Grid]:
    """The grids over which the person holds a right today (``settings.GRID_SCOPE``)."""
    found: QuerySet[Grid] = import_string(settings.GRID_SCOPE)(user, right)
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


def tops(user: Any) -> QuerySet[Grid]:
    """The open grids at which the person's sight begins: their upper grid is out of scope."""
    scope = in_scope(user)
    return (
        with_counts(scope.filter(closed_on__isnull=True))
        .exclude(parent_id__in=scope.values("pk"))
        .order_by("tree_id", "lft")
    )


def plans_visible_to(user: Any) -> QuerySet[Plan]:
    """The plans of districts where the person plans or approves."""
    mine = Q(root__in=in_scope(user, "administer").values("pk")) | Q(
        root__in=in_scope(user, "approve_plan").values("pk")
    )
    return Plan.objects.filter(mine).select_related("root", "planned_by", "approved_by", "applied_by")
